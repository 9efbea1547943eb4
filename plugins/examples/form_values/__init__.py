"""Every widget that has a value, and properties that draw themselves."""

import lichtfeld as lf
from lfs_plugins.props import (
    BoolProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PropertyGroup,
    StringProperty,
)
from lfs_plugins.types import Panel

MATCHING = ["exhaustive", "sequential", "spatial"]


class Settings(PropertyGroup):
    """What the second part of the panel edits: each property knows its own widget."""

    strength = FloatProperty(name="Strength", default=0.5, min=0.0, max=1.0, description="How much")
    rounds = IntProperty(name="Rounds", default=3, min=1, max=10)
    mirrored = BoolProperty(name="Mirrored")
    title = StringProperty(name="Title", default="Untitled", maxlen=20)
    folder = StringProperty(name="Folder", subtype="DIR_PATH")
    tint = FloatVectorProperty(name="Tint", default=(1.0, 0.5, 0.0), size=3, subtype="COLOR")
    mode = EnumProperty(name="Mode", items=[("fast", "Fast", ""), ("exact", "Exact", "")])


class FormPanel(Panel):
    label = "Values"
    space = "SIDE_PANEL"

    def __init__(self):
        self.enabled = True
        self.choice = 0
        self.radius, self.count = 0.5, 10
        self.offset, self.pair = (0.0, 0.0, 0.0), (0.25, 0.75)
        self.matching, self.item = 0, 1
        self.name, self.filter, self.command, self.history = "scene", "", "", []
        self.folder = ""
        self.color, self.glass, self.paper = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.5), (1.0, 1.0, 1.0)
        self.settings = Settings()
        self.before, self.undo = None, []

    def draw(self, layout):
        if layout.collapsing_header("Numbers", default_open=True):
            self.draw_numbers(layout)
        if layout.collapsing_header("Choices", default_open=True):
            self.draw_choices(layout)
        if layout.collapsing_header("Text and paths", default_open=True):
            self.draw_texts(layout)
        if layout.collapsing_header("Colours", default_open=True):
            self.draw_colors(layout)
        if layout.collapsing_header("Properties", default_open=True):
            self.draw_properties(layout)

    def draw_numbers(self, layout):
        # A widget with a value takes what it is now and returns (changed, value).
        before = self.radius
        changed, self.radius = layout.slider_float("Radius", self.radius, 0.0, 1.0)
        # A drag changes the value many times, and is one step for undo.
        if layout.is_item_activated():
            self.before = before
        if layout.is_item_deactivated_after_edit():
            self.undo.append(self.before)
        if layout.is_item_deactivated():
            self.before = None
        if changed:
            layout.text_disabled(f"radius is {self.radius:.2f} from now on")
        if self.undo and layout.button(f"Undo ({len(self.undo)})###undo"):
            self.radius = self.undo.pop()
        _, self.count = layout.slider_int("Count", self.count, 1, 100)
        _, self.pair = layout.slider_float2("Range", self.pair, 0.0, 1.0)
        _, self.offset = layout.slider_float3("Offset", self.offset, -1.0, 1.0)
        layout.push_item_width(120)
        # What follows ## is not shown: it tells widgets of one name apart.
        _, self.radius = layout.drag_float("Radius##drag", self.radius, 0.01, 0.0, 1.0)
        _, self.count = layout.drag_int("Count##drag", self.count, 1, 1, 100)
        layout.pop_item_width()
        layout.set_next_item_width(-1)
        _, self.radius = layout.input_float("Radius##field", self.radius, 0.1, 1.0, "%.2f m")
        _, self.count = layout.input_int("Count##field", self.count)
        _, self.count = layout.input_int_formatted("Points", self.count)
        _, self.radius = layout.stepper_float("Radius##steps", self.radius, [0.1, 0.01])

    def draw_choices(self, layout):
        _, self.enabled = layout.checkbox("Enabled", self.enabled)
        layout.begin_disabled(not self.enabled)
        _, self.matching = layout.combo("Matching", self.matching, MATCHING)
        for index, name in enumerate(("Low", "Medium", "High")):
            if index:
                layout.same_line()
            _, self.choice = layout.radio_button(name, self.choice, index)
        _, self.item = layout.listbox("Items", self.item, ["one", "two", "three", "four"], 3)
        layout.end_disabled()

    def draw_texts(self, layout):
        _, self.name = layout.input_text("Name", self.name)
        _, self.filter = layout.input_text_with_hint("Filter", "type to filter", self.filter)
        entered, self.command = layout.input_text_enter("Command", self.command)
        if entered:
            self.history.append(self.command)
            self.command = ""
        for line in self.history:
            layout.bullet_text(line)
        _, self.folder = layout.path_input("Images", self.folder, dialog_title="Where the images are")

    def draw_colors(self, layout):
        _, self.color = layout.color_edit3("Line", self.color)
        _, self.glass = layout.color_edit4("Glass", self.glass)
        _, self.paper = layout.color_picker3("Paper", self.paper)
        if layout.color_button("Red##reset", (1.0, 0.0, 0.0)):
            self.color = (1.0, 0.0, 0.0)

    def draw_properties(self, layout):
        for name in ("strength", "rounds", "mirrored", "title", "folder", "tint", "mode"):
            layout.prop(self.settings, name)
        with layout.row() as row:
            row.prop_enum(self.settings, "mode", "fast")
            row.prop_enum(self.settings, "mode", "exact")


def on_load():
    lf.register_class(FormPanel)


def on_unload():
    lf.unregister_class(FormPanel)
