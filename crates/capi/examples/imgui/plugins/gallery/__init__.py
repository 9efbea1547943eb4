"""Panels with every kind of widget; what reaches them is in the log."""

import math
from pathlib import Path

import lichtfeld as lf
from lfs_plugins.types import Menu, Panel

BLUE, GREEN, RED = (0.3, 0.6, 1.0), (0.3, 0.8, 0.4), (0.9, 0.3, 0.3)
HERE = Path(__file__).parent
# A row of 64 pixels from red to blue.
PIXELS = memoryview(bytes(b for i in range(64) for b in (255 - 4 * i, 60, 4 * i))).cast("B", (1, 64, 3))


class Noting(Panel):
    space = "SIDE_PANEL"

    def __init__(self):
        self.values = {}

    def note(self, name, result):
        if result:
            lf.log.info(f"{name}: clicked")

    def value(self, name, draw, first, *others):
        changed, new = draw(name, self.values.get(name, first), *others)
        if changed:
            self.values[name] = new
            lf.log.info(f"{name} = {new!r}")

    def opened(self, name, is_open):
        if self.values.setdefault(name, is_open) != is_open:
            self.values[name] = is_open
            lf.log.info(f"{name} is open: {is_open}")
        return is_open


class Buttons(Noting):
    label = "Buttons and menus"
    order = 1

    def draw(self, layout):
        if layout.begin_menu_bar():
            if self.opened("File", layout.begin_menu("File")):
                self.note("Import", layout.menu_item_shortcut("Import", "Ctrl+I"))
                layout.end_menu()
            layout.end_menu_bar()
        for style in ("primary", "success", "warning", "error"):
            self.note(style, layout.button_styled(style.title(), style))
            layout.same_line()
        layout.button_styled("Other", "secondary")
        self.note("Plain", layout.button("Plain"))
        layout.same_line()
        layout.small_button("Small")
        layout.same_line()
        self.note("Swatch", layout.color_button("Swatch", BLUE, (20, 20)))
        layout.same_line()
        self.note("Picture", layout.image_button("Picture", str(HERE / "picture.png"), (20, 20)))
        layout.same_line()
        layout.invisible_button("Nothing", (10, 20))
        layout.same_line()
        with layout.row() as row:
            row.enabled = False
            self.note("Off", row.button("Off"))
        self.value("Check", layout.checkbox, False)
        layout.same_line()
        self.value("One", layout.radio_button, 1, 1)
        layout.same_line()
        self.value("Two", layout.radio_button, 1, 2)
        layout.separator()
        layout.new_line()
        if self.opened("Header", layout.collapsing_header("Header", default_open=True)):
            layout.label("What follows a header")
        if self.opened("Scene", layout.tree_node("Scene")):
            self.note("Camera", layout.selectable("Camera", True))
            layout.tree_pop()


class Numbers(Noting):
    label = "Values"
    order = 2

    def draw(self, layout):
        self.value("Radius", layout.slider_float, 0.5, 0.0, 1.0)
        self.value("Steps", layout.slider_int, 30, 0, 100)
        self.value("Gain", layout.drag_float, 1.0)
        self.value("Count", layout.input_int, 3)
        self.value("Offset", layout.slider_float3, (0.2, 0.5, 0.8), 0.0, 1.0)
        self.value("Name", layout.input_text_enter, "fountain")
        self.value("Folder", layout.path_input, "")
        self.value("Mode", layout.combo, 0, ["fast", "exact"])
        self.value("Views", layout.listbox, 1, ["front", "side", "top"])
        self.value("Tint", layout.color_edit4, (*BLUE, 1.0))


class Texts(Noting):
    label = "Texts and pictures"
    order = 3

    def draw(self, layout):
        layout.heading("Heading")
        layout.label("A label"), layout.same_line(), layout.text_colored("in green", GREEN)
        layout.bullet_text("After a bullet")
        layout.text_disabled("Greyed out")
        layout.text_wrapped("Wrapped at the edge of the panel, however long the sentence may be.")
        layout.label_centered("Centered")
        layout.progress_bar(0.62, "62 %")
        layout.spacing()
        curve = [math.sin(step / 6) for step in range(60)]
        curve[30:34] = [math.nan] * 4
        layout.plot_lines("Loss", curve)
        layout.image(str(HERE / "picture.png"), (96, 64))
        layout.same_line()
        layout.begin_group()
        layout.label("Drawn by hand:")
        layout.end_group()
        x, y = layout.get_window_pos()
        x, y = x + 120, y + 245
        layout.draw_circle_filled(x, y, 12, RED)
        layout.draw_rect_rounded(x + 20, y - 12, x + 50, y + 12, GREEN, 5, 2)
        layout.draw_line(x + 60, y - 12, x + 90, y + 12, BLUE, 2)
        layout.draw_text(x + 95, y - 6, "text", BLUE)
        layout.set_cursor_pos((0, 268))
        layout.text_selectable("To be selected and copied")
        layout.image_tensor("Pixels", PIXELS, (200, 12))


class Containers(Noting):
    label = "Containers"
    order = 4

    def draw(self, layout):
        with layout.box() as box:
            box.label("In a box")
            with box.split(0.3) as split:
                split.label("A third")
                split.button("The rest", (-1, 0))
        with layout.grid_flow(columns=3) as grid:
            for name in "abcdef":
                grid.label(f"Cell {name}")
        if layout.begin_child("log", (0, 58), border=True):
            for number in range(8):
                layout.label(f"Line {number} of a part that scrolls")
            layout.set_scroll_here_y(1.0)
        layout.end_child()
        if layout.begin_table("table", 3):
            for column in ("Camera", "Points", "Error"):
                layout.table_setup_column(column)
            layout.table_headers_row()
            for row in (("front", "1,204", "0.41"), ("side", "986", "0.87")):
                layout.table_next_row()
                for column, text in enumerate(row):
                    layout.table_set_column_index(column)
                    if text == "0.87":
                        layout.table_set_bg_color(3, (0.6, 0.2, 0.2, 0.6))
                    layout.label(text)
            layout.end_table()


class Windows(Noting):
    label = "Popups and dragging"
    order = 5

    def draw(self, layout):
        if layout.button("Ask"):
            layout.open_popup("Really?")
        if layout.begin_popup_modal("Really?"):
            layout.label("A window that blocks the others")
            if layout.button("Yes"):
                lf.log.info("answered")
                layout.close_current_popup()
            layout.end_popup_modal()
        layout.same_line()
        layout.button("More")
        if layout.begin_context_menu("context"):
            self.note("Cut", layout.menu_item("Cut"))
            layout.end_context_menu()
        layout.same_line()
        layout.button("Hover me")
        if layout.is_item_hovered() and layout.begin_tooltip():
            layout.label("A tooltip")
            layout.end_tooltip()
        layout.same_line()
        layout.button("Explained")
        layout.set_tooltip("A tooltip in one line")
        layout.button("Take")
        if layout.begin_drag_drop_source():
            layout.set_drag_drop_payload("fruit", "plum")
            layout.label("A plum")
            layout.end_drag_drop_source()
        layout.same_line()
        layout.button("Put here")
        if layout.begin_drag_drop_target():
            dropped = layout.accept_drag_drop_payload("fruit")
            if dropped is not None:
                lf.log.info(f"dropped {dropped}")
            layout.end_drag_drop_target()
        if self.values.get("window", True):
            layout.set_next_window_pos((690, 545))
            shown, self.values["window"] = layout.begin_window_closable("A window")
            if shown:
                layout.label("A window of the plugin")
                if layout.button("Close it"):
                    self.values["window"] = False
            layout.end_window()
            if not self.values["window"]:
                lf.log.info("window closed")
                lf.ui.confirm_dialog("Window", "Leave it closed?", ["Certainly", "Not now"], self.chosen)

    def chosen(self, label):
        lf.log.info(f"chosen {label}")


class Colors(Noting):
    label = "A colour"
    order = 6

    def draw(self, layout):
        self.value("Fog", layout.color_picker3, (0.35, 0.55, 0.75))


class Broken(Noting):
    label = "A panel with an error"
    order = 7

    def draw(self, layout):
        layout.label("What was drawn before stays.")
        raise ValueError("on purpose")


class Tools(Menu):
    label = "Tools"
    location = "MENU_BAR"

    def draw(self, layout):
        if layout.menu_item("Reload"):
            lf.log.info("Reload: clicked")


CLASSES = [Buttons, Numbers, Texts, Containers, Windows, Colors, Broken, Tools]


def on_load():
    for one in CLASSES:
        lf.register_class(one)


def on_unload():
    for one in reversed(CLASSES):
        lf.unregister_class(one)
