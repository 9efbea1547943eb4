"""Every kind of widget that published plugins draw."""

import lichtfeld as lf
from lfs_plugins.types import Panel

STYLES = ("primary", "secondary", "success", "error", "warning")


class TourPanel(Panel):
    label = "Widgets"
    space = "MAIN_PANEL_TAB"
    order = 20
    options = {"DEFAULT_CLOSED"}
    clicked = []

    def __init__(self):
        self.number, self.count, self.step = 0.5, 3, 1.25
        self.color, self.shade = (0.2, 0.4, 0.6), (1.0, 0.0, 0.0, 0.5)
        self.text, self.path, self.hinted = "", "", ""
        self.mode, self.item, self.chosen = 0, 0, False
        self.tab = 0

    def draw(self, ui):
        scale = ui.get_dpi_scale()
        width, _ = ui.get_content_region_avail()
        ui.label(f"scale {scale:.1f}, {'wide' if width > 0 else 'unknown'}")
        self.draw_buttons(ui, scale)
        self.draw_texts(ui)
        self.draw_values(ui)
        self.draw_structure(ui)
        self.draw_table(ui)

    def draw_buttons(self, ui, scale):
        for style in STYLES:
            if ui.button_styled(f"{style}##style", style, (80 * scale, 24 * scale)):
                self.clicked.append(style)
            ui.same_line()
        ui.new_line()
        if ui.button("Run", (-1, 0)):
            self.clicked.append("run")
        if ui.is_item_hovered():
            ui.set_tooltip("Runs it")

    def draw_texts(self, ui):
        ui.text_disabled("no data")
        ui.text_wrapped("a long text " * 5)
        ui.bullet_text("a point")
        ui.text_selectable("copy me", 20)
        ui.text_colored("warning", (1.0, 0.6, 0.0, 1.0))

    def draw_values(self, ui):
        if not ui.collapsing_header("Values", default_open=True):
            return
        ui.push_item_width(120)
        _, self.number = ui.slider_float("Number", self.number, 0.0, 1.0)
        _, self.count = ui.slider_int("Count", self.count, 0, 10)
        _, self.step = ui.input_float("Step", self.step, 0.1, 1.0, "%.3f")
        _, self.count = ui.input_int("Count##typed", self.count)
        _, self.number = ui.drag_float("Drag", self.number, 0.01, 0.0, 1.0)
        _, self.count = ui.drag_int("Drag count", self.count, 1, 0, 10)
        _, self.text = ui.input_text("Text", self.text)
        _, self.hinted = ui.input_text_with_hint("##hinted", "type here", self.hinted)
        entered, self.text = ui.input_text_enter("Enter", self.text)
        if entered:
            self.clicked.append("entered")
        _, self.path = ui.path_input("Folder", self.path, folder_mode=True, dialog_title="Choose")
        _, self.color = ui.color_edit3("Color", self.color)
        _, self.shade = ui.color_edit4("Shade", self.shade)
        _, self.item = ui.listbox("List", self.item, ["one", "two", "three"])
        for index, name in enumerate(("Fast", "Exact")):
            changed, self.mode = ui.radio_button(name, self.mode, index)
        if ui.selectable("Choose me", self.chosen):
            self.chosen = not self.chosen
        ui.pop_item_width()

    def draw_structure(self, ui):
        if ui.tree_node("Tree"):
            ui.indent()
            ui.label("inside")
            ui.unindent()
            ui.tree_pop()
        for index in range(2):
            ui.push_id(str(index))
            if ui.small_button("Delete"):
                self.clicked.append(f"delete {index}")
            ui.pop_id()
        ui.begin_disabled(True)
        ui.button("Never")
        ui.end_disabled()
        ui.begin_group()
        ui.label("a group")
        ui.end_group()
        if ui.begin_child("child", (0, 60)):
            ui.label("scrolled")
        ui.end_child()
        with ui.row() as row:
            row.enabled = self.chosen
            if row.button("In a row"):
                self.clicked.append("row")
            row.label("beside it")
        with ui.box() as box:
            box.label("boxed")
            with box.column() as column:
                column.label("below")
        with ui.split(0.3) as split:
            split.label("left")
            split.label("right")
        with ui.grid_flow(2) as grid:
            for name in "abcd":
                grid.label(name)

    def draw_table(self, ui):
        if ui.begin_table("cameras", 2):
            ui.table_setup_column("Name")
            ui.table_setup_column("Size")
            ui.table_headers_row()
            for name in ("a", "b"):
                ui.table_next_row()
                ui.table_next_column()
                ui.label(name)
                ui.table_next_column()
                ui.label("1920")
            ui.end_table()
        ui.progress_bar(0.4, "40 %", 0, 0)
        ui.plot_lines("Loss", [1.0, 0.5, 0.25])
        ui.draw_text(4, 4, "drawn", (1, 1, 1, 1))
        ui.spacing()
