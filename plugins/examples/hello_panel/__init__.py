"""The smallest panel: text, a button, a counter."""

import lichtfeld as lf
from lfs_plugins.types import Panel


class MyPanel(Panel):
    label = "My Panel"
    space = "SIDE_PANEL"
    order = 10

    def __init__(self):
        self.value = 0

    def draw(self, layout):
        layout.label("Hello from plugin!")
        if layout.button("Click me"):
            self.value += 1
        layout.label(f"Clicked: {self.value}")


_classes = [MyPanel]


def on_load():
    for cls in _classes:
        lf.register_class(cls)


def on_unload():
    for cls in reversed(_classes):
        lf.unregister_class(cls)
