"""My plugin."""

import lichtfeld as lf
from lfs_plugins.types import Panel


class MyPluginPanel(Panel):
    """Shown in the side panel: `draw` is called whenever something has changed."""

    label = "My plugin"
    space = "SIDE_PANEL"

    def __init__(self):
        self.count = 0

    def draw(self, layout):
        layout.label(f"Clicked: {self.count}")
        if layout.button("Click me"):
            self.count += 1
            lf.log.info("clicked")


def on_load():
    lf.register_class(MyPluginPanel)


def on_unload():
    lf.unregister_class(MyPluginPanel)
