"""Rows, boxes, trees, popups and menus; an operator, and what is registered inside of a panel."""

import lichtfeld as lf
from lfs_plugins.types import Menu, Operator, Panel

SCENE = {"cameras": ["front", "back"], "splats": ["room"]}


class Greet(Operator):
    id = "layout_gallery.greet"
    label = "Greet"
    description = "Writes a line to the log"

    def execute(self, context):
        lf.log.info("hello")
        return {"FINISHED"}


class ToolsMenu(Menu):
    id = "layout_gallery.tools"
    label = "Tools"
    location = "MENU_BAR"

    def draw(self, layout):
        layout.operator_("layout_gallery.greet")


class AboutPanel(Panel):
    id = "layout_gallery.about"
    label = "About"
    space = "FLOATING"

    def draw(self, layout):
        layout.label("A gallery of layouts")


class GalleryPanel(Panel):
    label = "Layouts"
    space = "SIDE_PANEL"

    def __init__(self):
        self.running = False
        self.grid = True
        self.log = []
        self.show_window = False

    def draw(self, layout):
        self.draw_menus(layout)
        self.draw_text(layout)
        self.draw_buttons(layout)
        self.draw_arrangements(layout)
        self.draw_tree(layout)
        self.draw_popups(layout)
        self.draw_window(layout)
        self.draw_registered(layout)
        for line in self.log[-3:]:
            layout.text_disabled(line)

    def draw_menus(self, layout):
        # What begins something returns whether it is open; what ends it is called only then.
        if layout.begin_menu_bar():
            if layout.begin_menu("File"):
                if layout.menu_item("New"):
                    self.log.append("new")
                if layout.menu_item_shortcut("Save", "Ctrl+S"):
                    self.log.append("saved")
                _, self.grid = layout.menu_item_toggle("Show grid", "G", self.grid)
                layout.menu_item("Not yet", enabled=False)
                layout.end_menu()
            layout.end_menu_bar()

    def draw_text(self, layout):
        layout.heading("Text")
        layout.label_centered("in the middle")
        layout.text_colored("careful", (1.0, 0.6, 0.0))
        layout.text_colored_centered("well done", (0.2, 0.8, 0.2, 1.0))
        layout.text_wrapped("A long text is broken into lines where the panel ends, between words.")
        layout.text_selectable("can be copied", 40)
        layout.indent()
        layout.bullet_text("moved to the right")
        layout.unindent()
        layout.separator()

    def draw_buttons(self, layout):
        if layout.button("Fill", (-1, 0)):
            self.log.append("filled")
        if self.running:
            if layout.button_styled("Stop###toggle", "error"):
                self.running = False
        elif layout.button_styled("Start###toggle", "primary"):
            self.running = True
        layout.same_line()
        if layout.small_button("?"):
            layout.open_popup("help")
        if layout.is_item_hovered():
            layout.set_tooltip("What this is")
        layout.button_callback("Log", lambda: self.log.append("called"))
        layout.image_button("camera", "camera.png", (24, 24))
        layout.same_line()
        layout.toolbar_button("move", 7, (24, 24), selected=self.running, tooltip="Move")
        layout.invisible_button("corner", (10, 10))
        if layout.is_item_clicked():
            self.log.append("found it")

    def draw_arrangements(self, layout):
        layout.spacing()
        with layout.row() as row:
            row.enabled = self.running
            row.active = self.running
            row.scale_x, row.scale_y = 1.5, 1.2
            row.button("Left")
            row.button("Right")
        with layout.split(0.3) as split:
            split.label("Name")
            with split.column() as column:
                column.label("first")
                column.label("second")
        with layout.box() as box:
            box.alert = self.running
            box.label("framed")
        with layout.grid_flow(columns=2) as grid:
            for name in ("a", "b", "c"):
                grid.button(name)
        layout.begin_group()
        layout.label("one")
        layout.same_line(80)
        layout.label("group")
        layout.end_group()
        if layout.begin_child("list", (0, 100), border=True):
            for number in range(3):
                layout.push_id_int(number)
                layout.button("Row")
                layout.pop_id()
            layout.set_scroll_here_y(1.0)
        layout.end_child()
        layout.new_line()

    def draw_tree(self, layout):
        for kind, names in SCENE.items():
            if self.running:
                layout.set_next_item_open(True)
            if layout.tree_node(kind):
                for name in names:
                    if layout.tree_node_ex(name, "leaf"):
                        layout.tree_pop()
                layout.tree_pop()

    def draw_popups(self, layout):
        if layout.begin_popup("help"):
            layout.label("This is the gallery.")
            if layout.button("Close"):
                layout.close_current_popup()
            layout.end_popup()
        if layout.button("Delete all"):
            layout.open_popup("Really?")
        layout.push_modal_style()
        if layout.begin_popup_modal("Really?"):
            layout.label("Everything will be gone.")
            if layout.button("Yes"):
                self.log.append("deleted")
                layout.close_current_popup()
            layout.end_popup_modal()
        layout.pop_modal_style()
        layout.label("Point at me")
        if layout.begin_context_menu("label menu"):
            if layout.menu_item("Copy"):
                self.log.append("copied")
            layout.end_context_menu()
        if layout.is_item_hovered() and layout.begin_tooltip():
            layout.heading("A tip")
            layout.label("of several lines")
            layout.end_tooltip()

    def draw_window(self, layout):
        _, self.show_window = layout.checkbox("Window", self.show_window)
        if self.show_window:
            layout.set_next_window_pos((40, 40))
            layout.set_next_window_size((200, 100), first_use=True)
            layout.push_window_style()
            _, self.show_window = layout.begin_window_closable("Details")
            layout.label("A window of its own")
            layout.end_window()
            layout.pop_window_style()
        # Without a cross it stays as long as it is drawn.
        if self.running and layout.begin_window("Running"):
            layout.label("Stop ends this")
            layout.end_window()

    def draw_registered(self, layout):
        # By their ids: they may as well be another plugin's.
        with layout.row() as row:
            row.operator_("layout_gallery.greet")
            row.popover("layout_gallery.about", "About this")
        layout.menu("layout_gallery.tools")


_classes = [Greet, ToolsMenu, AboutPanel, GalleryPanel]


def on_load():
    for cls in _classes:
        lf.register_class(cls)


def on_unload():
    for cls in reversed(_classes):
        lf.unregister_class(cls)
