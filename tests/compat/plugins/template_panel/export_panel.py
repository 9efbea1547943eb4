"""All that the panel shows is in the template; the class binds values, events and lists."""

import lichtfeld as lf

FORMATS = (("ply", "PLY"), ("spz", "SPZ"), ("html", "HTML viewer"))


class ExportPanel(lf.ui.Panel):
    id = "template_panel.export"
    label = "Export"
    space = lf.ui.PanelSpace.MAIN_PANEL_TAB
    order = 40
    template = "export_panel.rml"
    height_mode = lf.ui.PanelHeightMode.CONTENT
    update_interval_ms = 200
    poll_dependencies = {lf.ui.PollDependency.SCENE}
    events = []

    def __init__(self):
        self._handle = None
        self._format = "ply"
        self._quality = 50
        self._degree = 3
        self._name = "scene"
        self._with_cameras = True
        self._busy = False
        self._progress = 0.0
        self._status = ""
        self._nodes = []

    @classmethod
    def poll(cls, context):
        return lf.has_scene()

    def on_bind_model(self, ctx):
        model = ctx.create_data_model("export")
        model.bind("format", lambda: self._format, self._set_format)
        model.bind("quality", lambda: str(self._quality), self._set_quality)
        model.bind("degree", lambda: self._degree, lambda value: setattr(self, "_degree", int(float(value))))
        model.bind("name", lambda: self._name, lambda value: setattr(self, "_name", value))
        model.bind("cameras", lambda: self._with_cameras, lambda value: setattr(self, "_with_cameras", bool(value)))
        model.bind_func("is_html", lambda: self._format == "html")
        model.bind_func("busy", lambda: self._busy)
        model.bind_func("progress", lambda: f"{self._progress:.2f}")
        model.bind_func("progress_text", lambda: f"{self._progress * 100:.0f}%")
        model.bind_func("ratio", lambda: self._quality / 100)
        model.bind_func("has_status", lambda: bool(self._status))
        model.bind_func("status", lambda: self._status)
        model.bind_func("can_export", lambda: not self._busy and bool(self._name))
        model.bind_func("status_class", lambda: "text-success" if self._status else "text-muted")
        model.bind_event("do_export", self._on_export)
        model.bind_event("choose_format", self._on_choose)
        model.bind_event("browse", lambda handle, event, args: self._browse())
        model.bind_event("num_step", self._on_step)
        model.bind_record_list("nodes")
        model.bind_string_list("history")
        self._handle = model.get_handle()

    def on_mount(self, doc):
        self._doc = doc
        self._refresh_nodes()
        self._handle.update_string_list("history", [])
        button = doc.get_element_by_id("help")
        if button:
            button.add_event_listener("click", self._on_help)

    def on_update(self, doc):
        return False

    def on_scene_changed(self, doc):
        self._refresh_nodes()
        self._handle.dirty_all()

    def on_unmount(self, doc):
        doc.remove_data_model("export")
        self._handle = None
        self._doc = None

    def _refresh_nodes(self):
        scene = lf.get_scene()
        nodes = scene.get_nodes(lf.NodeType.SPLAT) if scene is not None else []
        self._handle.update_record_list(
            "nodes", [{"name": node.name, "count": node.gaussian_count, "shown": node.visible} for node in nodes]
        )

    def _set_format(self, value):
        self._format = value
        self.events.append(("format", value))
        self._handle.dirty("is_html")

    def _set_quality(self, value):
        try:
            self._quality = int(float(value))
        except ValueError:
            return
        self._handle.dirty("ratio")

    def _on_choose(self, handle, event, args):
        self._format = str(args[0])
        self.events.append(("choose", self._format))
        handle.dirty_all()

    def _on_step(self, handle, event, args):
        self._quality = min(100, max(0, self._quality + int(args[0])))
        self.events.append(("step", int(args[0])))
        for name in ("quality", "ratio"):
            handle.dirty(name)

    def _browse(self):
        folder = lf.ui.open_folder_dialog()
        self.events.append(("folder", folder))
        self._status = folder
        self._handle.dirty_all()

    def _on_help(self, event):
        event.stop_propagation()
        self.events.append(("help", event.type(), event.current_target().get_attribute("id", "")))
        title = self._doc.get_element_by_id("title")
        title.set_text("Export, explained")
        title.set_class("explained", True)
        title.set_property("color", "#80c0ff")

    def _on_export(self, handle, event, args):
        if self._busy:
            return
        self._progress = 1.0
        self._status = f"{self._name}.{self._format} ({self._quality}, cameras {'yes' if self._with_cameras else 'no'})"
        self.events.append(("export", self._status, event.type()))
        handle.update_string_list("history", [self._status])
        handle.dirty_all()
        lf.ui.request_redraw()
