"""The oldest form: a plain class with panel_label, panel_space and panel_order, given to register_panel."""

import lichtfeld as lf

calls = []


class CropPanel:
    panel_label = "Crop"
    panel_space = "SIDE_PANEL"
    panel_order = 3

    def __init__(self):
        self.radius = 1.0
        self.axis = 0
        self.keep = True
        self.name = "crop"

    @classmethod
    def poll(cls, context):
        return lf.has_scene()

    def draw(self, layout):
        layout.heading("Crop the scene")
        layout.separator()
        changed, self.radius = layout.slider_float("Radius##crop", self.radius, 0.1, 10.0)
        if changed:
            calls.append(("radius", round(self.radius, 3)))
        changed, self.axis = layout.combo("Axis", self.axis, ["X", "Y", "Z"])
        if changed:
            calls.append(("axis", self.axis))
        changed, self.keep = layout.checkbox("Keep colors", self.keep)
        changed, self.name = layout.input_text("Name", self.name)
        if layout.button("Apply##crop", (-1, 0)):
            self.apply()
        layout.same_line()
        if layout.small_button("Reset"):
            self.__init__()
            lf.ui.request_redraw()
        layout.text_colored(f"{len(calls)} changes", (0.4, 0.8, 0.4, 1.0))

    def apply(self):
        lf.log.info(f"crop by {self.radius}")
        model = lf.get_scene().combined_model()
        means = model.get_means()
        calls.append(("apply", means.shape[0], self.keep))


def on_load():
    lf.ui.register_panel(CropPanel)


def on_unload():
    lf.ui.unregister_panel(CropPanel)


def report():
    return calls
