"""A tool in the folder `tool_brush` of the project `tool-brush`."""

import lichtfeld as lf
from lfs_plugins.event import Event as RawEvent
from lfs_plugins.props import BoolProperty, FloatProperty
from lfs_plugins.tool_defs.definition import PivotModeDef, SubmodeDef, ToolDef
from lfs_plugins.tools import ToolRegistry
from lfs_plugins.types import Operator
from lfs_plugins.ui import RuntimeState

log, active = [], []


class BRUSH_OT_paint(Operator):
    label = "Paint"
    description = "Paints opacity"

    radius: float = FloatProperty(default=20.0, min=1.0, max=200.0)
    invert = BoolProperty(default=False)

    def invoke(self, context, event):
        self.strokes = 0
        log.append(f"begin {self.radius} {self.invert}")
        return {"RUNNING_MODAL"}

    def modal(self, context, event):
        if event.type == "MOUSEMOVE":
            self.strokes += 1
            return {"RUNNING_MODAL"}
        if event.type == "LEFTMOUSE" and event.value == "RELEASE":
            log.append(f"strokes {self.strokes}")
            return {"status": "FINISHED", "strokes": self.strokes}
        return {"RUNNING_MODAL"}

    def cancel(self, context):
        log.append("cancel")


TOOL = ToolDef(
    id="tool_brush.paint",
    label="Paint",
    icon="paint",
    group="paint",
    order=200,
    description="Paints",
    shortcut="P",
    operator="lfs_plugins.tool-brush.BRUSH_OT_paint",
    submodes=(SubmodeDef("opacity", "Opacity", "opacity"), SubmodeDef("color", "Color", "color", "C")),
    pivot_modes=(PivotModeDef("center", "Center", "dot"),),
    poll=lambda context: context.has_scene,
    plugin_name="tool-brush",
    plugin_path=__file__.rpartition("/")[0],
)


def _on_tool(tool):
    if tool:
        active.append((tool, RuntimeState.active_submode.value))


def on_load():
    lf.register_class(BRUSH_OT_paint)
    ToolRegistry.register_tool(TOOL)
    RuntimeState.active_tool.subscribe_as("tool-brush", _on_tool)
    operator = BRUSH_OT_paint.get_instance()
    operator.radius = 500.0
    log.append((operator.get("radius"), sorted(operator.get_all_properties())))


def on_unload():
    ToolRegistry.unregister_tool(TOOL.id)
    lf.unregister_class(BRUSH_OT_paint)


def active_tools():
    return [tool for tool, _ in active]


def report():
    event = RawEvent({"type": 0})
    return {"log": log, "active": active, "event": (event.is_key, event.mods), "tools": [tool.id for tool in ToolRegistry.get_all()]}
