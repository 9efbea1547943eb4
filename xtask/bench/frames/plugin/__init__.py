"""A panel of 100 widgets, written as authors of plugins write."""

import lichtfeld as lf
from lfs_plugins.types import Panel


class Images(Panel):
    id = "frames.panel"
    label = "Images"
    space = "SIDE_PANEL"

    def __init__(self):
        self.shown, self.radius, self.count = True, 0.5, 10
        self.matching, self.name, self.running = 1, "scene", False

    def draw(self, layout):
        for image in range(10):
            layout.label(f"Image number {image}")
            if layout.button(f"Run##{image}"):
                self.running = True
            changed, value = layout.checkbox(f"Shown##{image}", self.shown)
            if changed:
                self.shown = value
            changed, value = layout.slider_float(f"Radius##{image}", self.radius, 0.0, 1.0)
            if changed:
                self.radius = value
            changed, value = layout.drag_int(f"Count##{image}", self.count, 1.0, 0, 100)
            if changed:
                self.count = value
            changed, value = layout.combo(
                f"Matching##{image}", self.matching, ["exhaustive", "sequential", "spatial"]
            )
            if changed:
                self.matching = value
            changed, value = layout.input_text(f"Name##{image}", self.name)
            if changed:
                self.name = value
            layout.text_disabled(f"{self.count} points, {image} matches")
            layout.progress_bar(self.radius, f"{image} %")
            layout.separator()


def on_load():
    lf.register_class(Images)
