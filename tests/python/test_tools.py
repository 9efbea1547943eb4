"""Tools of the viewport, the context of polls and operators, scrub fields, icons and checks of manifests."""

import pytest

import lichtfeld as lf
from homes import module
from lfs_plugins import compat, icon_manager
from lfs_plugins.capabilities import CapabilityRegistry
from lfs_plugins.context import PluginContext
from lfs_plugins.op_context import OperatorContext, get_context, reset_context
from lfs_plugins.scrub_fields import ScrubFieldController, ScrubFieldSpec
from lfs_plugins.tool_defs.definition import PivotModeDef, SubmodeDef, ToolDef
from lfs_plugins.tools import ToolRegistry
from lfs_plugins.ui import RuntimeState

from offers import offered, run  # noqa: F401 - fixtures
from waiting import until


@pytest.fixture(autouse=True)
def clean():
    yield
    ToolRegistry.clear()
    RuntimeState.reset()


TOOLS = """
from lfs_plugins.tools import ToolRegistry
from lfs_plugins.tool_defs.definition import PivotModeDef, SubmodeDef, ToolDef
from lfs_plugins.types import Operator
from lfs_plugins.ui import RuntimeState

active, invoked = [], []

class Begin(Operator):
    id = "asks.begin"
    label = "Begin"
    ok = True
    def execute(self, context):
        invoked.append(context.num_gaussians)
        return {"FINISHED"} if Begin.ok else {"CANCELLED"}

TOOL = ToolDef(
    id="asks.paint", label="Paint", icon="paint", group="paint", order=5, operator=Begin._class_id(),
    submodes=(SubmodeDef("opacity", "Opacity", "o"), SubmodeDef("color", "Color", "c", "C")),
    pivot_modes=(PivotModeDef("center", "Center", "dot"),),
    poll=lambda context: context.has_scene and context.num_gaussians > 0,
)
def on_load():
    lf.register_class(Begin)
    ToolRegistry.register_tool(TOOL)
    ToolRegistry.register_tool(ToolDef("asks.sync", "Sync", "s", operator="asks.begin", action_only=True, selected=lambda: True))
    RuntimeState.active_tool.subscribe(active.append)
def saw(): return list(active), list(invoked)
def set_ok(value): Begin.ok = value
def set_active(id): return ToolRegistry.set_active(id)
def active_id():
    found = ToolRegistry.get_active()
    return ToolRegistry.get_active_id(), found and found.label
def known(): return [tool.id for tool in ToolRegistry.get_all()], [s.id for s in ToolRegistry.get("asks.paint").submodes]
def get(id):
    found = ToolRegistry.get(id)
    return found and found.label
def unregister(id): ToolRegistry.unregister_tool(id)
"""


def test_a_plugin_s_tool_is_activated_by_the_host(run, home, manager):
    plugin = run(TOOLS)
    tool = ToolRegistry.get("asks.paint")
    assert [one.id for one in ToolRegistry.get_all()] == ["asks.sync", "asks.paint"]
    assert (tool.label, tool.group, tool.submodes[1].shortcut, tool.pivot_modes[0].id) == ("Paint", "paint", "C", "center")
    assert not ToolRegistry.set_active("asks.paint"), "its poll says so"
    RuntimeState.update(has_scene=True, num_gaussians=7)
    until(lambda: tool.can_activate(get_context()))
    assert ToolRegistry.set_active("asks.paint")
    assert ToolRegistry.get_active().label == "Paint" and RuntimeState.active_submode.value == "opacity"
    until(lambda: plugin.saw() == (["asks.paint"], [7]))
    assert plugin.active_id() == ("asks.paint", "Paint")
    plugin.set_ok(False)
    ToolRegistry.clear_active()
    assert not ToolRegistry.set_active("asks.paint") and ToolRegistry.get_active_id() == ""
    plugin.set_ok(True)
    assert ToolRegistry.set_active("asks.sync") and ToolRegistry.get_active_id() == "", "an action only"
    assert ToolRegistry.get("asks.sync").selected()
    assert ToolRegistry.set_active("asks.paint")
    manager.unload("asks")
    assert ToolRegistry.get_all() == [] and ToolRegistry.get_active_id() == ""
    freed = manager.unload_report("asks")["freed"]
    assert "tool 'asks.paint'" in freed


def test_a_plugin_sees_the_tools_of_the_host(run):
    ToolRegistry.register_tool(ToolDef("builtin.select", "Select", "select", group="a"))
    plugin = run(TOOLS)
    assert plugin.known() == (["builtin.select", "asks.sync", "asks.paint"], ["opacity", "color"])
    assert plugin.get("builtin.select") == "Select" and plugin.get("nothing") is None
    assert plugin.set_active("builtin.select") and ToolRegistry.get_active_id() == "builtin.select"
    assert not plugin.set_active("nothing")
    until(lambda: plugin.saw()[0] == ["builtin.select"])
    plugin.unregister("asks.paint")
    assert ToolRegistry.get("asks.paint") is None


def test_the_host_s_own_names_are_used(offered):
    calls = []
    lf.ui.set_active_tool, lf.ui.get_active_tool = calls.append, lambda: "builtin.rotate"
    try:
        ToolRegistry.register_tool(ToolDef("a", "A", "a"))
        assert ToolRegistry.set_active("a") and calls == ["a"]
        ToolRegistry.sync_native_active()
        assert ToolRegistry.get_active_id() == "builtin.rotate"
    finally:
        del lf.ui.set_active_tool, lf.ui.get_active_tool


def test_a_tool_is_plain_data_for_a_host():
    tool = ToolDef("a", "A", "a", submodes=(SubmodeDef("s", "S", "i"),), pivot_modes=(PivotModeDef("p", "P", "i"),))
    data = tool.to_dict()
    assert data["label"] == "A" and data["submodes"][0]["id"] == "s" and data["pivot_modes"][0]["label"] == "P"
    assert "poll" not in data and tool.can_activate(None) and tool.localized_label() == "A"
    with pytest.raises(TypeError, match="register_tool takes a ToolDef, not 3"):
        ToolRegistry.register_tool(3)
    with pytest.raises(ValueError, match="a tool needs an id"):
        ToolRegistry.register_tool(ToolDef("", "A", "a"))


def test_a_hostile_worker_cannot_register_nonsense(home, manager):
    home.plugin("asks", "import sys\ndef ask(*values): sys.modules['_lichtfeld_host_modules'].ask_service(*values)\n",
                tool='isolation = "process"')  # fmt: skip
    assert manager.load("asks")
    ask = module("asks").ask
    for values, error in [
        (("tools", "register", 3, None, None, print), "a tool is a dict"),
        (("tools", "register", {"submodes": [], "pivot_modes": [], "id": 3}, None, None, print), "ToolDef.id must be a str"),
        (("tools", "set_active", 3), "the id of a tool is a text"),
        (("tools", "nothing", "a"), "nothing to do with tools"),
        (("nothing", "x"), "'nothing' is not a service"),
        (("state", "publish", 3), "nothing to do with RuntimeState"),
    ]:
        with pytest.raises((TypeError, ValueError), match=error):
            ask(*values)
    ToolRegistry.register_tool(ToolDef("mine", "Mine", "m"))
    with pytest.raises(PermissionError, match="tool 'mine' is not this plugin's"):
        ask("tools", "unregister", "mine")


POLLS = """
from lfs_plugins.types import Operator, Panel

class Polled(Panel):
    id = "asks.polled"
    label = "Polled"
    @classmethod
    def poll(cls, context): return context.has_scene and not context.is_training
    def draw(self, layout): layout.label("here")

class Asked(Operator):
    id = "asks.asked"
    label = "Asked"
    @classmethod
    def poll(cls, context): return context.has_selection
    def execute(self, context):
        return {"status": "FINISHED", "state": (context.iteration, context.trainer_state, context.is_paused)}

def on_load():
    lf.register_class(Polled)
    lf.register_class(Asked)
"""


def test_a_context_of_an_application_that_says_nothing(run):
    plugin = run("""
def look(): return lf.ui.context().has_scene, lf.ui.context().iteration, lf.ui.context().trainer_state
""")
    assert tuple(plugin.look()) == (False, 0, "idle")
    RuntimeState.iteration.value = 4
    assert plugin.look()[1] == 4


def test_polls_and_operators_receive_the_state_of_the_application(run):
    run(POLLS)
    # The first answer of a busy worker may be late.
    until(lambda: not lf.ui.poll_panel("asks.polled") and not lf.ui.ops.poll("asks.asked"))
    RuntimeState.update(has_scene=True, has_selection=True, iteration=9, training_state="paused")
    until(lambda: lf.ui.poll_panel("asks.polled"))
    until(lambda: lf.ui.ops.poll("asks.asked"))
    assert tuple(lf.ui.ops.invoke("asks.asked").state) == (9, "paused", True)
    RuntimeState.is_training.value = True
    until(lambda: not lf.ui.poll_panel("asks.polled"))


def test_the_context_asks_the_host_for_what_it_has_not_set(offered):
    assert lf.ui.context() is get_context() and not get_context().has_scene
    class Theirs:
        num_gaussians = 12
        zoom = 3

    offered(has_scene=lambda: True, can_transform_selection=lambda: True)
    lf.ui.context = Theirs
    try:
        context = get_context()
        assert context.has_scene and context.num_gaussians == 12 and context.zoom == 3 and context.can_transform
    finally:
        del lf.ui.context
    RuntimeState.num_gaussians.value = 5
    assert context.num_gaussians == 5
    with pytest.raises(AttributeError, match="the context has no 'nothing'; it has can_transform, "):
        context.nothing


def test_operators_receive_events_until_they_end():
    class Modal:
        def __init__(self, *results):
            self.results = list(results)

        def modal(self, context, event):
            return self.results.pop(0)

    context = OperatorContext()
    under, over = Modal({"RUNNING_MODAL"}), Modal({"PASS_THROUGH"}, {"status": "FINISHED"})
    context.modal_handler_add(under)
    context.modal_handler_add(over)
    assert context.dispatch_modal_event("a") and context.get_modal_handlers() == [under, over]
    assert context.dispatch_modal_event("b") and context.get_modal_handlers() == [under]
    with pytest.raises(IndexError):
        context.dispatch_modal_event("c")
    assert not context.has_modal_handlers() and not context.dispatch_modal_event("d")
    get_context().modal_handler_add(under)
    reset_context()
    assert not get_context().has_modal_handlers()


class Element:
    def __init__(self, **attributes):
        self.attributes, self.listeners = attributes, {}

    def get_attribute(self, name, default=""):
        return self.attributes.get(name, default)

    def set_attribute(self, name, value):
        self.attributes[name] = value

    def add_event_listener(self, event, listener):
        self.listeners[event] = listener

    def change(self, text):
        self.attributes["value"] = text
        self.listeners["change"](self)

    def get_parameter(self, name, default=""):
        return self.attributes.get(name, default)


class Document:
    def __init__(self, *elements):
        self.elements = elements

    def query_selector_all(self, selector):
        return list(self.elements) if selector == "input" else []


def test_scrub_fields_keep_a_document_and_its_values_the_same():
    values = {"quality": 0.5, "count": 3}
    specs = {
        "quality": ScrubFieldSpec(min_value=0.0, max_value=1.0, step=0.05, fmt="%.2f"),
        "count": ScrubFieldSpec(1, 9, 2, "%d", data_type=int),
    }
    fields = ScrubFieldController(specs, values.get, values.__setitem__)
    quality, count, other = Element(**{"data-value": "quality"}), Element(**{"data-value": "count"}), Element()
    fields.mount(Document(quality, count, other))
    assert (quality.attributes["value"], quality.attributes["max"], count.attributes["value"]) == ("0.50", "1", "3")
    assert not other.listeners and not fields.sync_all()
    quality.change("0.77")
    count.change("6.2")
    assert values == {"quality": 0.75, "count": 7} and type(values["count"]) is int
    assert quality.attributes["value"] == "0.75"
    quality.change("5")
    assert values["quality"] == 1.0
    quality.change("x")
    assert values["quality"] == 1.0 and quality.attributes["value"] == "1.00"
    values["quality"] = 0.25
    assert fields.sync_all() and quality.attributes["value"] == "0.25"
    fields.set_spec("quality", ScrubFieldSpec(0, 10, 0.5, "%.1f"))
    assert quality.attributes["max"] == "10" and fields.sync_all()
    fields.unmount()
    count.change("1")
    assert values["count"] == 7


def test_icons_are_the_application_s(offered, tmp_path):
    assert icon_manager.get_icon("star") == 0 and icon_manager.get_plugin_icon("star", str(tmp_path), "p") == 0
    loaded = []
    offered(load_icon=lambda name: loaded.append(name) or 5)
    assert icon_manager.get_icon("star") == 5 and icon_manager.get_scene_icon("node") == 5
    assert icon_manager.get_ui_icon("a.svg") == 5 and loaded == ["star.png", "scene/node.png", "a.svg"]
    lf.ui.load_plugin_icon = lambda *arguments: loaded.append(arguments) or 9
    try:
        (tmp_path / "icons").mkdir()
        (tmp_path / "icons" / "star.png").touch()
        assert icon_manager.get_plugin_icon("star", tmp_path, "p") == 9 and loaded[-1] == ("star", str(tmp_path), "p")
        assert icon_manager.get_plugin_icon("moon", tmp_path, "p") == 5
    finally:
        del lf.ui.load_plugin_icon


def test_manifests_are_checked():
    assert compat.PLUGIN_API_VERSION == lf.PLUGIN_API_VERSION == "1.0"
    assert lf.plugins.host_version() == compat.LICHTFELD_VERSION and "panels.v1" in compat.SUPPORTED_PLUGIN_FEATURES
    assert compat.validate_specifier("plugin_api", ">=1,<2") is None
    assert "plugin_api must be version specifiers" in compat.validate_specifier("plugin_api", "")
    assert compat.validate_specifier("plugin_api", "one").startswith("plugin_api: ")
    assert compat.validate_required_features(["a"]) is None
    assert "must be a list of names" in compat.validate_required_features("a")
    assert len(compat.missing_required_manifest_fields({"plugin_api": ">=1"})) == 2
    section = {"plugin_api": ">=1,<2", "lichtfeld_version": ">=0.4", "required_features": []}
    assert compat.validate_manifest_compatibility_fields(section) == []
    assert len(compat.validate_manifest_compatibility_fields({**section, "plugin_api": 3, "required_features": [1]})) == 2
    assert compat.compatibility_errors(">=1", ">=0.1", ["panels.v1"], "1.0", "0.5", ["panels.v1"]) == []
    errors = compat.compatibility_errors(">=2", "one", ["x.v1", "panels.v1"], "1.0", "0.5", ["panels.v1"])
    assert errors[0] == "requires plugin API >=2, but this host has 1.0" and len(errors) == 3
    assert errors[2] == "requires features that this host lacks: x.v1"


def test_a_context_of_capabilities_can_be_built(offered):
    class Scene:
        def set_selection_mask(self, mask):
            self.mask = mask

    scene = Scene()
    offered(get_scene=lambda: scene, get_current_view=lambda: "view")
    built = PluginContext.build(CapabilityRegistry.instance())
    built.scene.set_selection_mask([True])
    assert scene.mask == [True] and built.view.view == "view" and not built.capabilities.has("nothing")
    assert PluginContext.build(CapabilityRegistry.instance(), include_view=False).view is None
