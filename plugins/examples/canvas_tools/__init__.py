"""Plots, images, shapes drawn by hand, and questions to the front end."""

import math

import lichtfeld as lf
from lfs_plugins.types import Panel

RED, GREEN, WHITE = (0.9, 0.2, 0.2), (0.2, 0.8, 0.3, 1.0), (1.0, 1.0, 1.0)


def ramp(step):
    """Returns 4 rows of 16 pixels that get darker to the left, less so with each step."""
    row = bytes(value for x in range(16) for value in (16 * x, 25 * step, 255 - 16 * x))
    return memoryview(row * 4).cast("B", (4, 16, 3))


class CanvasPanel(Panel):
    label = "Canvas"
    space = "VIEWPORT_OVERLAY"

    def __init__(self):
        self.step = 0
        self.text = ""
        self.offset, self.zoom, self.selected = [0.0, 0.0], 1.0, False
        self.still = lf.ui.DynamicTexture(ramp(0))

    def draw(self, layout):
        layout.progress_bar(self.step / 10, f"{self.step} of 10", -1, 18)
        if layout.button("Step") and self.step < 10:
            self.step += 1
        values = [math.sin(index / 3) for index in range(24)]
        layout.plot_lines("Loss", values, -1.0, 1.0, (0, 80))
        layout.image("preview.png", (64, 48))
        layout.image_uv(3, (32, 32), (0, 0), (0.5, 0.5), tint=RED)
        # Any array of rows of pixels: NumPy's, a tensor, or memory as here.
        layout.image_tensor("ramp", ramp(self.step), (64, 16))
        layout.same_line()
        layout.image_texture(self.still, (64, 16))
        self.draw_over_everything(layout)
        self.draw_in_window(layout)
        self.move(layout)
        self.ask(layout)

    def draw_over_everything(self, layout):
        layout.draw_line(0, 0, 100, 100, WHITE, 2)
        layout.draw_rect(10, 10, 50, 40, RED)
        layout.draw_rect_filled(12, 12, 48, 38, RED, background=True)
        layout.draw_rect_rounded(10, 10, 50, 40, GREEN, 4)
        layout.draw_rect_rounded_filled(10, 10, 50, 40, GREEN, 4)
        layout.draw_circle(30, 30, 10, WHITE, thickness=2)
        layout.draw_circle_filled(30, 30, 4, WHITE)
        layout.draw_triangle_filled(0, 0, 10, 0, 5, 10, GREEN)
        layout.draw_polyline([(0, 0), (10, 5), (20, 0)], WHITE, closed=True)
        layout.draw_poly_filled([(0, 0), (10, 5), (20, 0), (10, -5)], RED)
        layout.draw_text(5, 60, f"step {self.step}", WHITE)

    def draw_in_window(self, layout):
        layout.spacing()
        layout.draw_window_line(0, 0, 20, 20, WHITE)
        layout.draw_window_rect(0, 0, 20, 20, WHITE)
        layout.draw_window_rect_filled(0, 0, 20, 20, RED)
        layout.draw_window_rect_rounded(0, 0, 20, 20, WHITE, 3)
        layout.draw_window_rect_rounded_filled(0, 0, 20, 20, RED, 3)
        layout.draw_window_triangle_filled(0, 0, 20, 0, 10, 20, GREEN)
        layout.draw_window_text(4, 4, "here", WHITE)

    def move(self, layout):
        """An area that is dragged, zoomed by the wheel, and selected by a double click."""
        layout.invisible_button("area", (-1, 60))
        if layout.is_item_active() and layout.is_mouse_dragging(0):
            x, y = layout.get_mouse_delta()
            self.offset = [self.offset[0] + x, self.offset[1] + y]
        if layout.is_item_double_clicked():
            self.selected = not self.selected
        if layout.is_mouse_double_clicked(1):
            self.offset, self.zoom = [0.0, 0.0], 1.0
        self.zoom *= 1.1 ** layout.get_mouse_wheel()
        mark = ", selected" if self.selected else ""
        layout.label(f"Moved by {self.offset[0]:.0f}, {self.offset[1]:.0f}, zoom {self.zoom:.2f}{mark}")

    def ask(self, layout):
        width, height = layout.get_content_region_avail()
        layout.label(f"Room: {width:.0f} x {height:.0f}, scale {layout.get_dpi_scale():.1f}")
        text_width, _ = layout.calc_text_size("End")
        layout.set_cursor_pos_x(max(0, layout.get_window_width() - text_width))
        layout.label("End")
        # Where the front end puts the panel, and where the next widget would be.
        left, top = layout.get_cursor_screen_pos()
        layout.text_disabled(f"At {left:.0f}, {top:.0f}, then {layout.get_cursor_pos()}")
        layout.set_cursor_pos((0, height - layout.get_text_line_height()))
        layout.push_style_color("Text", RED)
        layout.push_style_var("FrameRounding", 4.0)
        layout.push_style_var_vec2("FramePadding", (4.0, 2.0))
        layout.set_keyboard_focus_here()
        _, self.text = layout.input_text("Note", self.text)
        layout.pop_style_var(2)
        layout.pop_style_color()
        if layout.is_window_hovered() and layout.is_window_focused() and layout.is_item_active():
            layout.label(f"{layout.get_mouse_pos()} {layout.get_window_pos()}")
        layout.text_disabled(f"View: {layout.get_viewport_size()} from {layout.get_viewport_pos()}")


def on_load():
    lf.register_class(CanvasPanel)


def on_unload():
    lf.unregister_class(CanvasPanel)
