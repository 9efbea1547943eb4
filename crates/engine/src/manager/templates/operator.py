"""My plugin."""

from typing import Any

import lichtfeld as lf
from lfs_plugins.props import IntProperty
from lfs_plugins.types import Operator


class MyPluginRun(Operator):
    """Invoked by a button, a menu, or `lf.ui.ops.invoke("my_plugin.run", count=3)`."""

    id = "my_plugin.run"
    label = "My plugin"
    description = "What it does, in one line"

    count = IntProperty(default=1, min=1)

    def execute(self, context: Any) -> set[str]:
        lf.log.info(f"ran with count = {self.count}")
        return {"FINISHED"}


def on_load() -> None:
    lf.register_class(MyPluginRun)


def on_unload() -> None:
    lf.unregister_class(MyPluginRun)
