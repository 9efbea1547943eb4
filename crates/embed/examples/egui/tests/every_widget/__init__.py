"""Panels with every kind of widget; what reaches them is in the log."""

import lichtfeld as lf
from lfs_plugins.types import Panel

ITEMS = ["apple", "pear", "plum"]
RED = (1.0, 0.0, 0.0)


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
        if self.values.get(name, False) != is_open:
            self.values[name] = is_open
            lf.log.info(f"{name} is open: {is_open}")
        return is_open


class Clicks(Noting):
    label = "Clicks"

    def draw(self, layout):
        self.note("button", layout.button("button"))
        layout.same_line()
        self.note("beside", layout.button_styled("beside", "primary"))
        self.note("red", layout.color_button("red", RED, (30, 30)))
        self.note("line", layout.selectable("line"))
        self.value("check", layout.checkbox, False)
        self.value("radio", layout.radio_button, 0, 1)
        with layout.row() as row:
            row.enabled = False
            self.note("off", row.button("off"))
        if self.opened("header", layout.collapsing_header("header")):
            layout.label("below the header")
        if self.opened("tree", layout.tree_node("tree")):
            self.note("inside", layout.button("inside"))
            layout.tree_pop()
        if layout.begin_menu_bar():
            if self.opened("menu", layout.begin_menu("menu")):
                self.note("entry", layout.menu_item_shortcut("entry", "E"))
                layout.end_menu()
            layout.end_menu_bar()


class Values(Noting):
    label = "Values"

    def draw(self, layout):
        self.value("slider", layout.slider_float, 0.5, 0.0, 2.0)
        self.value("whole", layout.slider_int, 1, 0, 10)
        self.value("drag", layout.drag_float, 0.0)
        self.value("input", layout.input_int, 3)
        self.value("three", layout.slider_float3, (0.0, 0.0, 0.0), 0.0, 1.0)
        self.value("text", layout.input_text, "")
        self.value("enter", layout.input_text_enter, "")
        self.value("path", layout.path_input, "")
        self.value("combo", layout.combo, 0, ITEMS)
        self.value("list", layout.listbox, 0, ["one", "two"])


class Colors(Noting):
    label = "Colors"

    def draw(self, layout):
        self.value("edit", layout.color_edit4, (1.0, 0.0, 0.0, 1.0))
        self.value("picker", layout.color_picker3, RED)


class Shown(Noting):
    label = "Shown"

    def draw(self, layout):
        layout.heading("heading")
        layout.text_wrapped("wrapped")
        layout.text_colored("colored", RED)
        layout.bullet_text("bullet")
        layout.text_selectable("selectable")
        layout.label_centered("centered")
        layout.separator()
        layout.spacing()
        layout.new_line()
        layout.progress_bar(0.5, "half")
        layout.plot_lines("plot", [0.0, 1.0, 0.5])
        layout.image("a.png", (40, 20))
        layout.image_button("picture", 7, (20, 20))
        layout.draw_circle(20, 20, 10, RED)
        layout.draw_line(0, 0, 10, 10, RED)
        layout.draw_text(5, 5, "painted", RED)
        layout.set_cursor_pos((10, 200))
        layout.label("moved")
        layout.begin_group()
        layout.label("in a group")
        layout.end_group()
        with layout.box() as box:
            box.label("in a box")
        with layout.split(0.3) as split:
            split.label("left")
            split.label("right")
        with layout.grid_flow(columns=2) as grid:
            for name in "abcd":
                grid.label(f"cell {name}")
        if layout.begin_child("child", (100, 50), border=True):
            layout.label("in a child")
            layout.set_scroll_here_y(1.0)
        layout.end_child()
        if layout.begin_table("table", 2):
            layout.table_setup_column("first")
            layout.table_setup_column("second")
            layout.table_headers_row()
            layout.table_next_row()
            layout.table_set_column_index(1)
            layout.label("at the right")
            layout.end_table()
        layout.image_tensor("pixels", memoryview(bytes(range(18))).cast("B", (2, 3, 3)), (30, 20))


class Windows(Noting):
    label = "Windows"

    def draw(self, layout):
        if layout.button("ask"):
            layout.open_popup("question")
        if layout.begin_popup_modal("question"):
            if layout.button("answer"):
                lf.log.info("answered")
                layout.close_current_popup()
            layout.end_popup_modal()
        layout.button("more")
        if layout.begin_context_menu("context"):
            self.note("cut", layout.menu_item("cut"))
            layout.end_context_menu()
        layout.button("hover me")
        if layout.is_item_hovered() and layout.begin_tooltip():
            layout.label("about it")
            layout.end_tooltip()
        if self.values.get("window", True):
            layout.set_next_window_pos((250, 500))
            shown, self.values["window"] = layout.begin_window_closable("window")
            if shown:
                layout.label("in a window")
            layout.end_window()
            if not self.values["window"]:
                lf.log.info("window closed")
        layout.button("take")
        if layout.begin_drag_drop_source():
            layout.set_drag_drop_payload("fruit", "plum")
            layout.label("carried")
            layout.end_drag_drop_source()
        layout.button("here")
        if layout.begin_drag_drop_target():
            dropped = layout.accept_drag_drop_payload("fruit")
            if dropped is not None:
                lf.log.info(f"dropped {dropped}")
            layout.end_drag_drop_target()


class Pointer(Noting):
    label = "Pointer"
    offset = 0.0

    def draw(self, layout):
        layout.button("canvas", (200, 100))
        if layout.is_item_active() and layout.is_mouse_dragging(0):
            self.offset += layout.get_mouse_delta()[0]
        elif self.offset:
            lf.log.info(f"moved by {self.offset:.0f}")
            self.offset = 0.0
        if layout.is_item_double_clicked():
            lf.log.info("double click")
        if layout.get_mouse_wheel():
            lf.log.info(f"wheel {layout.get_mouse_wheel():.0f}")
        layout.label("words")
        if layout.is_item_clicked(1):
            lf.log.info("words: clicked")
        self.value("number", layout.drag_float, 0.0)
        if layout.is_item_activated():
            lf.log.info("edit begins")
        if layout.is_item_deactivated_after_edit():
            lf.log.info("edit ends")


class Broken(Noting):
    label = "Broken"

    def draw(self, layout):
        layout.label("before")
        raise ValueError("on purpose")


PANELS = [Clicks, Values, Colors, Shown, Windows, Pointer, Broken]


def on_load():
    for panel in PANELS:
        lf.register_class(panel)
