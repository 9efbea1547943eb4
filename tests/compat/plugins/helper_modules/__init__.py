"""Texts, icons, number fields, the context of operators, checks of versions."""

import lichtfeld as lf
from lfs_plugins import ScrubFieldController, ScrubFieldSpec, icon_manager
from lfs_plugins.compat import PLUGIN_API_VERSION, compatibility_errors, validate_required_features
from lfs_plugins.op_context import get_context
from lfs_plugins.types import Panel
from lfs_plugins.ui.state import AppState

TEXTS = {"helper.title": "Helpers", "helper.greeting": "Hello"}


class FieldPanel(Panel):
    id = "helper_modules.fields"
    label = "Fields"
    space = "FLOATING"
    template = "fields.rml"

    def __init__(self):
        self.values = {"radius": 2.0}
        specs = {"radius": ScrubFieldSpec(0.0, 10.0, 0.5, "%.2f")}
        self.fields = ScrubFieldController(specs, self.values.get, self.values.__setitem__)

    def on_bind_model(self, ctx):
        model = ctx.create_data_model("fields")
        model.bind_func("title", lambda: lf.ui.tr("helper.title"))
        model.bind("radius", lambda: self.values["radius"], lambda value: None)
        model.bind_func("greeting", lambda: lf.ui.tr("helper.greeting"))
        self.handle = model.get_handle()

    def on_mount(self, doc):
        self.fields.mount(doc)
        self.fields.sync_all()

    def on_unmount(self, doc):
        self.fields.unmount()


def on_load():
    for key, text in TEXTS.items():
        lf.ui.loc_set(key, text)
    lf.register_class(FieldPanel)


def on_unload():
    lf.unregister_class(FieldPanel)


def report():
    context = get_context()
    return {
        "icons": [icon_manager.get_icon("none"), icon_manager.get_plugin_icon("x", "/nowhere", "helper_modules")],
        "api": PLUGIN_API_VERSION,
        "errors": compatibility_errors(">=1,<2", ">=0.4.2", ["panels.v1"]),
        "features": validate_required_features("panels.v1") is not None,
        "context": (context.has_scene, context.num_gaussians, context.has_modal_handlers()),
        "state": (AppState.has_scene.value, AppState.max_iterations.value),
        "texts": [lf.ui.tr("helper.greeting"), lf.ui.tr("not.there")],
        "language": lf.ui.get_current_language(),
    }
