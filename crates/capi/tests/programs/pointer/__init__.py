"""A panel that asks about the pointer and about edits, with what the user sees of looks."""

import lichtfeld as lf
from lfs_plugins.types import Panel


class Pointer(Panel):
    label = "Pointer"
    space = "SIDE_PANEL"

    def __init__(self):
        self.offset, self.values = 0.0, {}

    def value(self, name, draw, first):
        changed, new = draw(name, self.values.get(name, first))
        if self.layout.is_item_activated():
            lf.log.info(f"{name} begins")
        if changed:
            self.values[name] = new
            lf.log.info(f"{name} = {new!r}")
        if self.layout.is_item_deactivated_after_edit():
            lf.log.info(f"{name} ends")

    def draw(self, layout):
        self.layout = layout
        layout.button("canvas", (150, 60))
        if layout.is_item_active() and layout.is_mouse_dragging(0):
            self.offset += layout.get_mouse_delta()[0]
        elif self.offset:
            lf.log.info(f"moved by {self.offset:.0f}")
            self.offset = 0.0
        if layout.is_item_double_clicked():
            lf.log.info("canvas: double click")
        elif layout.is_mouse_double_clicked(0):
            lf.log.info("double click")
        if layout.get_mouse_wheel():
            lf.log.info(f"wheel {layout.get_mouse_wheel():.0f}")
        layout.same_line()
        layout.button("target", (100, 60))
        layout.label("words")
        self.value("number", layout.drag_float, 0.0)
        self.value("text", layout.input_text, "")
        layout.image_button("white", "white.png", (40, 20))
        layout.image_button("tinted", "white.png", (40, 20), (1.0, 0.0, 0.0))
        layout.push_style_color("Button", (0.0, 0.0, 1.0))
        layout.push_style_var("Nothing", 3.0)
        # A number where Dear ImGui has two, and two.
        layout.push_style_var("FramePadding", 3.0)
        layout.push_style_var_vec2("ButtonTextAlign", (0.0, 0.5))
        layout.button("blue", (150, 20))
        layout.pop_style_var(3)
        layout.pop_style_color()
        for name, begin, end in (
            ("plain", None, None),
            ("window", layout.push_window_style, layout.pop_window_style),
            ("modal", layout.push_modal_style, layout.pop_modal_style),
        ):
            layout.set_next_window_pos((400, 40 + 150 * ["plain", "window", "modal"].index(name)))
            layout.set_next_window_size((200, 100))
            begin and begin()
            layout.begin_window(f"Window {name}")
            layout.invisible_button(f"in {name}", (60, 30))
            layout.end_window()
            end and end()
        if layout.button("ask"):
            layout.open_popup("Really?")
        layout.push_modal_style()
        if layout.begin_popup_modal("Really?"):
            layout.invisible_button("in a dialog", (60, 30))
            if layout.button("yes"):
                layout.close_current_popup()
            layout.end_popup_modal()
        layout.pop_modal_style()


def on_load():
    lf.register_class(Pointer)


def on_unload():
    lf.unregister_class(Pointer)
