"""Menus that list and that draw their entries, and properties that draw themselves."""

import lichtfeld as lf
from lfs_plugins.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    PropertyGroup,
    PropSubtype,
    StringProperty,
)
from lfs_plugins.types import Menu, Operator, Panel

log = []


def _updated(owner, context):
    log.append(f"updated {owner.strength}")


class Camera(PropertyGroup):
    name = StringProperty(default="camera")
    fov = FloatProperty(default=60.0, min=1.0, max=179.0, subtype="ANGLE")


class Options(PropertyGroup):
    strength = FloatProperty(default=0.5, min=0.0, max=1.0, step=0.1, name="Strength", update=_updated)
    count: int = IntProperty(default=4, min=1, max=8, name="Count")
    enabled = BoolProperty(True, "Enabled")
    mode = EnumProperty(items=[("FAST", "Fast", ""), ("EXACT", "Exact", "slow")], name="Mode")
    folder = StringProperty(default="", subtype=PropSubtype.DIR_PATH, name="Folder")
    color = FloatVectorProperty(default=(1.0, 0.5, 0.0), size=3, min=0.0, max=1.0, subtype="COLOR", name="Color")
    cameras = CollectionProperty(Camera)
    active = PointerProperty(Camera)


class RunOperator(Operator):
    label = "Run it"
    times = IntProperty(default=1, min=1, max=5)

    def execute(self, context) -> set:
        log.append(f"run {self.times}")
        return {"FINISHED"}


class ToolsMenu(Menu):
    id = "menus_props.tools"
    label = "Tools"
    location = "MENU_BAR"
    order = 50
    grid = False

    def menu_items(self):
        return [
            {"type": "operator", "operator_id": RunOperator._class_id(), "label": "Run it"},
            {"type": "separator"},
            {
                "type": "submenu",
                "label": "View",
                "items": [
                    {"type": "toggle", "label": "Grid", "callback": self._toggle, "selected": self.grid},
                    {"type": "item", "label": "Reset", "callback": lambda: log.append("reset"), "shortcut": "Ctrl+R"},
                    {"type": "item", "label": "Never", "callback": None, "enabled": False},
                ],
            },
        ]

    def _toggle(self):
        type(self).grid = not self.grid
        log.append(f"grid {self.grid}")


class FileMenu(Menu):
    label = "Files"
    location = "FILE"

    def draw(self, layout):
        if layout.menu_item("Open recent"):
            log.append("recent")
        layout.operator_(RunOperator._class_id())


class OptionsPanel(Panel):
    label = "Options"
    space = "SIDE_PANEL"

    def draw(self, layout):
        options = Options.get_instance()
        for name in ("strength", "count", "enabled", "mode", "folder", "color"):
            layout.prop(options, name)
        with layout.row() as row:
            row.prop_enum(options, "mode", "FAST")
            row.prop_enum(options, "mode", "EXACT")
        if layout.button("Add a camera"):
            camera = options.cameras.add()
            camera.name = f"camera {len(options.cameras)}"
        layout.label(f"{len(options.cameras)} cameras, {options.active.fov:.0f}")


_classes = [RunOperator, ToolsMenu, FileMenu, OptionsPanel]


def on_load():
    for cls in _classes:
        lf.register_class(cls)
    lf.ui.ops.invoke(RunOperator._class_id(), times=3)


def on_unload():
    for cls in reversed(_classes):
        lf.unregister_class(cls)


def report():
    options = Options.get_instance()
    return {
        "log": log,
        "values": {name: options.get(name) for name in ("strength", "count", "enabled", "mode", "folder")},
        "color": [round(part, 3) for part in options.color],
        "names": [camera.name for camera in options.cameras],
    }
