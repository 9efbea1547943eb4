"""A panel that is only a template."""

import lichtfeld as lf

from .export_panel import ExportPanel

_classes = [ExportPanel]


def on_load():
    for cls in _classes:
        lf.register_class(cls)
    lf.log.info("template_panel loaded")


def on_unload():
    for cls in reversed(_classes):
        lf.unregister_class(cls)


def report():
    return ExportPanel.events
