"""My plugin."""

import lichtfeld as lf
from lfs_plugins.types import Panel
from lichtfeld.plugins import Layout


class MyPluginPanel(Panel):
    """Shown in the side panel: `draw` is called whenever something has changed."""

    label = "My plugin"
    space = "SIDE_PANEL"

    def __init__(self) -> None:
        self.count = 0

    def draw(self, layout: Layout) -> None:
        layout.label(f"Clicked: {self.count}")
        if layout.button("Click me"):
            self.count += 1
            lf.log.info("clicked")


def on_load() -> None:
    lf.register_class(MyPluginPanel)


def on_unload() -> None:
    lf.unregister_class(MyPluginPanel)
