"""Panels that get documents and an array of the application."""

import lichtfeld as lf
from lfs_plugins.types import Panel


class Retained(Panel):
    id = "retained"
    template = "panel.rml"
    style = "body { color: red; }"
    height_mode = "fill"
    options = {"HIDE_HEADER", "DEFAULT_CLOSED"}
    order = 1
    update_interval_ms = 1

    def on_bind_model(self, context):
        context.create_data_model("retained").note("bound")

    def on_mount(self, document):
        self.document = document
        document.note("mounted")

    def on_update(self, document):
        document.note("updated" if document is self.document else "another document")

    def on_scene_changed(self, document):
        document.note("scene changed")

    def on_unmount(self, document):
        document.note("unmounted")


class Broken(Panel):
    id = "broken"
    template = "broken.rml"
    order = 2

    def draw(self, layout):
        layout.label("beside the document")

    def on_mount(self, document):
        if document is not None:
            raise ValueError("the document has no such element")


class Points(Panel):
    id = "points"
    order = 3
    points = None

    def draw(self, layout):
        if self.points is None:
            self.points = memoryview(lf.get_points())
            self.marks = memoryview(lf.get_marks())
            self.marks[3] = 42
        first, second = self.points[0, 0], self.points[0, 1]
        layout.label(f"{self.points.shape} {self.points.format} {first:.0f} {second:.0f}")


def on_load():
    for one in (Retained, Broken, Points):
        lf.register_class(one)
