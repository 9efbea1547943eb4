"""A template as larger plugins have one: sections, tabs, choices by data-for, events with values."""

from pathlib import Path

import lichtfeld as lf
from lfs_plugins.types import Panel
from lfs_plugins.ui import RuntimeState
from lfs_plugins.ui.store import PanelStateBinding

PRESETS = [("draft", "Draft"), ("fine", "Fine"), ("own", "Own")]
log = []


class SectionsPanel(Panel):
    id = "template_sections.panel"
    label = "Sections"
    space = "MAIN_PANEL_TAB"
    order = 60
    template = str(Path(__file__).resolve().parent / "sections.rml")
    update_interval_ms = 250

    def __init__(self):
        self.handle = None
        self.sections = {"input": False, "output": False}
        self.tab = "simple"
        self.preset = "draft"
        self.iterations = "7000"
        self.limit = 0.5
        self.mode = "exact"
        self.path = ""
        self.error = ""
        self.binding = PanelStateBinding()

    def on_bind_model(self, ctx):
        model = ctx.create_data_model("sections")
        if model is None:
            return
        for name in self.sections:
            model.bind_func(f"show_{name}", lambda name=name: self.sections[name])
        for tab in ("simple", "expert"):
            model.bind_func(f"tab_{tab}", lambda tab=tab: self.tab == tab)
        model.bind("preset", lambda: self.preset, self.set_preset)
        model.bind("iterations", lambda: self.iterations, self.set_iterations)
        model.bind("limit", lambda: f"{self.limit:.2f}", self.set_limit)
        model.bind("mode", lambda: self.mode, lambda value: setattr(self, "mode", str(value)))
        model.bind("path", lambda: self.path, lambda value: setattr(self, "path", value))
        model.bind_func("is_own", lambda: self.preset == "own")
        model.bind_func("error", lambda: self.error)
        model.bind_func("loss", lambda: RuntimeState.loss.value)
        model.bind_func("training", lambda: RuntimeState.is_training.value)
        model.bind_event("toggle", self.on_toggle)
        model.bind_event("tab", self.on_tab)
        model.bind_event("typed", self.on_typed)
        model.bind_event("run", self.on_run)
        model.bind_event("remove", self.on_remove)
        model.bind_record_list("presets")
        model.bind_record_list("items")
        self.handle = model.get_handle()

    def on_mount(self, doc):
        self.handle.update_record_list("presets", [{"id": id, "label": label} for id, label in PRESETS])
        self.show_items(["a", "b"])
        self.binding.set_handle(self.handle).watch(RuntimeState.loss, RuntimeState.is_training, dirty=("loss", "training"))
        for row in doc.query_selector_all(".field"):
            row.set_class("field--ready", True)
        log.append(("mounted", doc.title, doc.get_element_by_id("nothing") is None))

    def on_unmount(self, doc):
        self.binding.close()
        doc.remove_data_model("sections")

    def show_items(self, names):
        self.names = names
        self.handle.update_record_list(
            "items", [{"name": name, "index": index, "last": name == names[-1]} for index, name in enumerate(names)]
        )

    def set_preset(self, value):
        self.preset = value
        self.handle.dirty("is_own")
        log.append(("preset", value))

    def set_iterations(self, value):
        if not str(value).isdigit():
            self.error = f"{value} is no number"
        else:
            self.iterations, self.error = str(value), ""
        self.handle.dirty_all()

    def set_limit(self, value):
        self.limit = float(value)

    def on_toggle(self, handle, event, args):
        name = args[0]
        self.sections[name] = not self.sections[name]
        handle.dirty(f"show_{name}")
        log.append(("toggle", name))

    def on_tab(self, handle, event, args):
        self.tab = args[0]
        handle.dirty_all()

    def on_typed(self, handle, event, args):
        log.append(("typed", str(args[0]), event.get_parameter("value", "")))

    def on_run(self, handle, event, args):
        log.append(("run", list(args), event.get_bool_parameter("shift_key", False)))

    def on_remove(self, handle, event, args):
        self.show_items([name for name in self.names if name != self.names[int(args[0])]])
        log.append(("remove", int(args[0])))


def on_load():
    lf.register_class(SectionsPanel)


def on_unload():
    lf.unregister_class(SectionsPanel)


def report():
    # It arrives in a worker a little later.
    return log if RuntimeState.loss.value == 0.25 else None
