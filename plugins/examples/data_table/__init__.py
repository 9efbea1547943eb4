"""A table of rows that can be selected, dragged and deleted; the same as a list."""

import lichtfeld as lf
from lfs_plugins.props import CollectionProperty, IntProperty, PropertyGroup, StringProperty
from lfs_plugins.types import Panel


class Camera(PropertyGroup):
    name = StringProperty()


class Scene(PropertyGroup):
    cameras = CollectionProperty(type=Camera)
    active = IntProperty()
    main = StringProperty(description="The one that looks")


class TablePanel(Panel):
    label = "Images"
    space = "SIDE_PANEL"

    def __init__(self):
        self.rows = [["front.png", 120], ["left.png", 80], ["back.png", 0]]
        self.selected = 0
        self.dropped = ""
        self.scene = Scene()
        for name in ("Front", "Left", "Back"):
            self.scene.cameras.add().name = name
        self.scene.main = "Front"

    def draw(self, layout):
        layout.label(f"{len(self.rows)} images")
        delete = None
        if layout.begin_table("images", 3):
            layout.table_setup_column("Name")
            layout.table_setup_column("Points", 80)
            layout.table_setup_column("")
            layout.table_headers_row()
            for index, (name, points) in enumerate(self.rows):
                # The same labels in each row: the pushed id tells them apart.
                layout.push_id(name)
                layout.table_next_row()
                if points == 0:
                    layout.table_set_bg_color(1, (0.4, 0.1, 0.1))
                layout.table_next_column()
                if layout.selectable(name, index == self.selected):
                    self.selected = index
                if layout.begin_drag_drop_source():
                    layout.set_drag_drop_payload("image", name)
                    layout.label(name)
                    layout.end_drag_drop_source()
                layout.table_next_column()
                layout.label(str(points))
                layout.table_set_column_index(2)
                if layout.small_button("Delete"):
                    delete = index
                layout.pop_id()
            layout.end_table()
        # What is drawn from a list is changed after it was drawn.
        if delete is not None:
            del self.rows[delete]
            self.selected = 0
        layout.button("Drop an image here")
        if layout.begin_drag_drop_target():
            name = layout.accept_drag_drop_payload("image")
            if name is not None:
                self.dropped = name
            layout.end_drag_drop_target()
        if self.dropped:
            layout.label(f"Dropped: {self.dropped}")
        layout.template_list("", "", self.scene, "cameras", self.scene, "active", rows=3)
        layout.prop_search(self.scene, "main", self.scene, "cameras", "Main camera")


def on_load():
    lf.register_class(TablePanel)


def on_unload():
    lf.unregister_class(TablePanel)
