"""The names of ``lichtfeld`` and ``lichtfeld.ui`` that the plugin system has where an application has none."""

import gc

import pytest

import lichtfeld as lf
from homes import module
from lfs_plugins.types import Panel
from lfs_plugins.ui import RuntimeState

from offers import offered, run  # noqa: F401 - fixtures
from panels import shown
from waiting import until


@pytest.fixture(autouse=True)
def clean():
    yield
    lf.ui.clear_all_hooks()
    RuntimeState.reset()


class Host(Panel):
    """A panel of the application that has a place for hooks."""

    id = "host.rendering"
    label = "Rendering"

    def draw(self, layout):
        lf.ui.invoke_hooks("rendering", "groups", True, layout)
        layout.label("content")
        lf.ui.invoke_hooks("rendering", "groups", False, layout)


@pytest.fixture
def rendering(manager):
    lf.register_class(Host)
    yield
    lf.unregister_class(Host)


HOOKS = """
clicks = []
def before(layout): layout.label("before")
def after(layout):
    if layout.collapsing_header("Mine", default_open=True):
        if layout.button("Go"):
            clicks.append(1)
def broken(layout): raise ValueError("of the hook")
def on_load():
    lf.ui.add_hook("rendering", "groups", before, "prepend")
    lf.ui.hook("rendering", "groups")(after)
    lf.ui.add_hook("rendering", "groups", broken)
def remove(): lf.ui.remove_hook("rendering", "groups", after)
def did(): return len(clicks)
"""


def test_hooks_draw_into_the_application_s_panel(run, rendering, home, manager):
    plugin = run(HOOKS)
    frame = shown("host.rendering", "Go")
    labels = [one.get("label") or one.get("text") for one in frame["widgets"]]
    assert labels.index("before") < labels.index("content") < labels.index("Mine") < labels.index("Go")
    go = next(one for one in frame["widgets"] if one.get("label") == "Go")
    lf.ui.push_input("host.rendering", {"widget": go["id"], "click": "primary"})
    lf.ui.draw_panel("host.rendering")
    assert plugin.did() == 1
    assert "hook of rendering.groups failed" in home.log("asks") and "ValueError: of the hook" in home.log("asks")
    assert lf.ui.get_hook_points() == ["rendering.groups"]
    plugin.remove()
    assert "Mine" not in lf.ui.render_text(lf.ui.draw_panel("host.rendering"))
    manager.unload("asks")
    assert "before" not in lf.ui.render_text(lf.ui.draw_panel("host.rendering"))
    assert "hook of rendering.groups" in manager.unload_report("asks")["freed"]
    with pytest.raises(ValueError, match="position must be one of 'prepend', 'append', not 'left'"):
        lf.ui.add_hook("a", "b", print, "left")
    with pytest.raises(TypeError, match="callback must be a function, not 3"):
        lf.ui.add_hook("a", "b", 3)


MANAGED = """
from lfs_plugins.types import Panel
class Mine(Panel):
    id = "asks.mine"
    label = "Mine"
    space = lf.ui.PanelSpace.SIDE_PANEL
    order = 7
    options = {lf.ui.PanelOption.DEFAULT_CLOSED}
    poll_dependencies = {lf.ui.PollDependency.SCENE}
    height_mode = lf.ui.PanelHeightMode.FILL
    def draw(self, layout): layout.label("here")
def on_load(): lf.register_class(Mine)
def look(id="asks.mine"):
    found = lf.ui.get_panel(id)
    return found and (found.id, found.label, str(found.space), found.parent, found.order, found.enabled,
                      found.space == lf.ui.PanelSpace.FLOATING)
def change(name, *values): return getattr(lf.ui, name)("asks.mine", *values)
def move(): return lf.ui.set_panel_space("asks.mine", lf.ui.PanelSpace.FLOATING)
def names(): return lf.ui.get_panel_names(lf.ui.PanelSpace.FLOATING)
"""


def test_panels_are_changed_after_they_were_registered(run):
    plugin = run(MANAGED)
    assert plugin.look() == ("asks.mine", "Mine", "SIDE_PANEL", "", 7, True, False)
    assert plugin.look("nothing") is None
    assert plugin.change("set_panel_label", "Other") and plugin.change("set_panel_order", 3) and plugin.move()
    assert plugin.change("set_panel_parent", "host.tab")
    assert plugin.look() == ("asks.mine", "Other", "FLOATING", "host.tab", 3, True, True)
    assert plugin.names() == ["asks.mine"] and lf.ui.panel_info("asks.mine")["space"] == "FLOATING"
    assert shown("asks.mine", "here")["panel"]["label"] == "Other"
    assert plugin.change("set_panel_enabled", False) and not lf.ui.is_panel_enabled("asks.mine")
    assert lf.ui.panels() == [] and "asks.mine" not in lf.ui.due() and lf.ui.get_panel("asks.mine").enabled is False
    assert plugin.change("set_panel_enabled", True)
    until(lambda: lf.ui.panels() == ["asks.mine"])
    assert not lf.ui.set_panel_order("nothing", 3) and not lf.ui.is_panel_enabled("nothing")
    with pytest.raises(ValueError, match="space must be one of SIDE_PANEL, .*, not 'LEFT'"):
        lf.ui.set_panel_space("asks.mine", "LEFT")
    assert lf.ui.get_main_panel_tabs() == []


HANDLERS = """
seen = []
def draw(context): seen.append(("draw", context["frame"]))
def step(*arguments): seen.append(("step", list(arguments)))
def broken(context): raise ValueError("of the handler")
@lf.on_training_end
def ended(): seen.append(("end", []))
def on_load():
    lf.add_draw_handler("asks.overlay", draw)
    lf.add_draw_handler("asks.broken", broken)
    global scoped
    scoped = lf.ScopedHandler()
    scoped.on_post_step(step)
    scoped.on_training_start(lambda: seen.append(("start", [])))
def remove():
    lf.remove_draw_handler("asks.overlay")
    lf.remove_draw_handler("asks.overlay")
def clear(): scoped.clear()
def drop():
    global scoped
    scoped.on_post_step(step)
    del scoped
    hasattr(lf, "nothing")
def saw(): return [list(one) for one in seen]
"""


def test_handlers_are_called_by_the_application(run, home, manager):
    plugin = run(HANDLERS)
    assert lf.call_draw_handlers("POST_VIEW", {"frame": 1}) == 2 and lf.call_draw_handlers("POST_UI") == 0
    assert "draw handler 'asks.broken' failed" in home.log("asks") and "of the handler" in home.log("asks")
    for event, arguments in [("training_start", ()), ("post_step", (3,)), ("training_end", ()), ("iteration_start", ())]:
        lf.call_handlers(event, *arguments)
    assert plugin.saw() == [["draw", 1], ["start", []], ["step", [3]], ["end", []]]
    plugin.remove()
    plugin.clear()
    assert lf.call_draw_handlers("POST_VIEW", {"frame": 2}) == 1 and lf.call_handlers("post_step", 4) == 0
    # A worker reports that it has dropped something with its next question.
    plugin.drop()
    gc.collect()
    until(lambda: plugin.saw() and lf.call_handlers("post_step", 4) == 0)
    manager.unload("asks")
    assert lf.call_draw_handlers("POST_VIEW", {}) == 0 and lf.call_handlers("training_end") == 0
    freed = manager.unload_report("asks")["freed"]
    assert freed == ["draw handler 'asks.broken'"], "functions of events need not be removed"
    with pytest.raises(ValueError, match="timing must be one of PRE_VIEW, POST_VIEW, POST_UI, not 'LATE'"):
        lf.add_draw_handler("a", print, "LATE")
    with pytest.raises(ValueError, match="event must be one of training_start"):
        lf.call_handlers("nothing")


def test_the_application_s_own_names_win(run, offered):
    calls = []
    offered(add_draw_handler=lambda *arguments: calls.append(arguments[0]), remove_draw_handler=calls.append)
    lf.ui.set_panel_label = lambda *arguments: calls.append(arguments) or True
    plugin = run("""
def go():
    lf.add_draw_handler("theirs", print)
    lf.remove_draw_handler("theirs")
    return lf.ui.set_panel_label("a", "b")
""")
    assert plugin.go() is True and calls == ["theirs", "theirs", ("a", "b")]


TEXTS = """
from lfs_plugins.tool_defs.definition import ToolDef
def on_load():
    lf.ui.loc_set("asks.title", "Title")
    lf.ui.loc_set("asks.title", "Titel", "de")
    lf.ui.loc_set("asks.only", "Only English", "en")
def texts(): return lf.ui.tr("asks.title"), lf.ui.tr("asks.only"), lf.ui.tr("asks.none"), lf.ui.tr("host.file")
def label(): return ToolDef("a", "A", "a", label_key="asks.title").localized_label(), ToolDef("a", "A", "a", label_key="x").localized_label()
"""


def test_texts_are_in_the_language_of_the_application(run, manager):
    lf.ui.loc_set("host.file", "File")
    lf.ui.loc_set("host.file", "Datei", "de")
    plugin = run(TEXTS)
    try:
        assert plugin.texts() == ("Title", "Only English", "asks.none", "File") and plugin.label() == ("Title", "A")
        lf.ui.set_language("de")
        until(lambda: plugin.texts() == ("Titel", "Only English", "asks.none", "Datei"))
        assert lf.ui.get_current_language() == "de" and ("de", "de") in lf.ui.get_languages()
    finally:
        lf.ui.set_language("en")
    manager.unload("asks")
    assert lf.ui.tr("asks.title") == "asks.title" and lf.ui.tr("host.file") == "File"


def test_operators_have_their_other_name_and_versions_are_there(run):
    plugin = run("""
from lfs_plugins.types import Operator
class Two(Operator):
    id = "asks.two"
    def invoke(self, context, event): return {"RUNNING_MODAL"}
def on_load(): lf.register_class(Two)
def go():
    running = lf.ops.invoke(Two._class_id()).running_modal
    return lf.PLUGIN_API_VERSION, running, lf.ops.is_running("asks.two"), lf.ui.ops.cancel_modal(), lf.packages.uv_path()
""")
    version, running, is_running, cancelled, uv = plugin.go()
    assert (version, running, is_running, cancelled) == ("1.0", True, True, True)
    assert uv == lf.packages.uv_path()


def test_a_name_that_nobody_has_says_who_would(run):
    plugin = run("""
def missing(module, name):
    try:
        getattr(lf.ui if module == "ui" else lf, name)
    except AttributeError as error:
        return str(error)
""")
    for owner, name, words in [
        ("lf", "render_at", "this host has no lichtfeld.render_at, which hosts that render offer"),
        ("lf", "get_scene", "hosts with a scene offer (plugin API 1.0); look before you use it"),
        ("ui", "get_export_state", "this host has no lichtfeld.ui.get_export_state, which hosts with a window offer"),
        ("lf", "register_clas", "did you mean 'register_class'?"),
        ("ui", "get_panle", "did you mean 'get_panel'?"),
    ]:
        assert words in plugin.missing(owner, name), plugin.missing(owner, name)
    assert {"get_panel", "add_hook", "tr"} <= set(dir(lf.ui)) and {"ScopedHandler", "ops"} <= set(dir(lf))


def test_the_plugin_of_a_process_that_is_gone_draws_no_hooks(home, manager, rendering):
    home.plugin("asks", "import lichtfeld as lf\nimport os\n" + HOOKS + "\ndef die(): os._exit(3)\n", tool='isolation = "process"')
    assert manager.load("asks")
    shown("host.rendering", "Go")
    with pytest.raises(Exception):  # noqa: B017 - it is gone while it answers
        module("asks").die()
    until(lambda: "before" not in lf.ui.render_text(lf.ui.draw_panel("host.rendering")))
