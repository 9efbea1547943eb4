"""A panel of lfs_plugins.types with all kinds of widgets, in a package of its own."""

from .panels.tour import TourPanel

_classes = [TourPanel]


def on_load():
    import lichtfeld as lf

    for cls in _classes:
        lf.register_class(cls)


def on_unload():
    import lichtfeld as lf

    for cls in reversed(_classes):
        lf.unregister_class(cls)


def report():
    return TourPanel.clicked
