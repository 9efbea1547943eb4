"""docs/hosts.md: every block is code that runs, here or where `pages.PAGES` says."""

import enum
import os
import subprocess
import sys
import types

import lichtfeld as lf
import pages
import pytest
from homes import module
from test_watch import save
from waiting import PATIENCE, until


@pytest.mark.parametrize("page", pages.PAGES)
def test_every_block_is_of_a_file_that_is_tested(page):
    assert pages.strangers(page) == []
    assert len(pages.blocks((pages.ROOT / page).read_text(encoding="utf-8"))) > 10


def test_a_block_that_no_file_has_is_found():
    page = "docs/hosts.md"
    text = (pages.ROOT / page).read_text(encoding="utf-8")
    [found] = pages.strangers(page, text.replace("lf.ui.due():", "lf.ui.do():", 1))
    assert "lf.ui.do():" in found and page in found
    [found] = pages.strangers(page, "```python\nlf.plugins.shutdown()\n...\nnobody()\n```\n")
    assert found.endswith("nobody()") and found.startswith("docs/hosts.md:2")
    [found] = pages.strangers(page, "```java\nx\n```\n")
    assert "no file for 'java'" in found


class Window:
    """Stands for the application's window in the blocks of the page."""

    def __init__(self):
        self.buttons = {}
        self.jobs = []

    def show_button(self, label, pressed):
        self.buttons[label] = pressed

    def call_soon(self, *job):
        self.jobs.append(job)


def test_a_reload_needs_the_consent_of_the_user(home, manager):
    path = home.plugin("one", "value = 0\n", tool="hot_reload = true")
    assert manager.load("one")
    window = Window()

    def changed(name, paths):
        window.show_button("Reload", lambda: manager.reload(name))
        return False

    lf.plugins.set_change_handler(changed)
    manager.start_watcher()
    save(path / "__init__.py", "value = 1\n")
    until(lambda: window.buttons)
    assert module("one").value == 0
    window.buttons["Reload"]()
    assert module("one").value == 1


def test_a_window_does_not_wait_for_a_load(home, manager):
    home.plugin("colmap", "import time\nwhile True: time.sleep(0.01)\n", tool='isolation = "process"')
    window, shown = Window(), []
    show = shown.append

    loading = manager.load_async("colmap")
    loading.stage, loading.progress, loading.message     # for a progress bar: 0.0 to 1.0
    loading.cancel()
    loading.add_done_callback(lambda loading: window.call_soon(show, loading.cancelled()))

    until(lambda: window.jobs)
    function, answer = window.jobs[0]
    function(answer)
    assert shown == [True]


def test_events_and_the_log(home, manager):
    home.plugin("one", "import lichtfeld as lf\ndef on_load(): lf.log.info('hello')\n")
    lines = []
    print = lines.append

    manager.on_event(lambda change: print((change.plugin, change.to_state.name, change.cause)))
    manager.on_plugin_loaded(lambda info: print(info.name))
    manager.on_plugin_unloaded(lambda info: print(info.name))

    assert manager.load("one") and manager.unload("one")
    assert ("one", "ACTIVE") in [line[:2] for line in lines] and lines.count("one") == 2
    assert any("hello" in line for line in manager.log_tail("one"))


def test_the_ui_thread_is_named(home, manager):
    window = Window()

    lf.plugins.set_ui_thread(window.call_soon)    # window.call_soon(job) runs job() on this thread, soon

    future = lf.ui.schedule_on_ui_thread(lambda: 3)
    assert not future.done()
    window.jobs[0][0]()
    assert future.result(PATIENCE) == 3


USES = """
import lichtfeld as lf
import lichtfeld.selection
def use():
    context = lf.DrawContext()
    context.line(1, 2)
    return [lf.get_scene().name, lf.NodeType.SPLAT.name, lichtfeld.selection.count(), lf.render_at(2)]
def draw_handler(): return "drawn"
def on_load(): lf.add_draw_handler("grid", draw_handler)
"""


@pytest.mark.parametrize("isolation", ["shared", "process"])
def test_plugins_use_what_the_application_offers(home, manager, isolation):
    class Scene:
        name = "room"

    class NodeType(enum.Enum):
        SPLAT = 1

    class DrawContext:
        lines = []

        def line(self, *ends):
            self.lines.append(ends)

    application = types.SimpleNamespace(scene=Scene())
    selection_module = types.ModuleType("selection")
    selection_module.count = lambda: 5
    renderer = types.SimpleNamespace(render=lambda time: time * 2)
    handlers, belonging = {}, {}

    lf.get_scene = lambda: application.scene
    lf.NodeType = NodeType                                   # an enum
    lf.plugins.share("selection", selection_module)          # import lichtfeld.selection
    lf.plugins.share("render_at", renderer.render, ui_thread=True)
    lf.plugins.share("DrawContext", DrawContext, recorded=True)

    def add_draw_handler(name, function):
        handlers[name] = function

        def forget():
            # After a reload the new version may have given its own already.
            if handlers.get(name) is function:
                del handlers[name]

        belonging[name] = lf.plugins.when_unloaded(function, forget)   # .plugin, .forget()

    names = ("get_scene", "NodeType", "selection", "render_at", "DrawContext", "add_draw_handler")
    lf.plugins.share("add_draw_handler", add_draw_handler)
    try:
        home.plugin("user", USES, tool=f'isolation = "{isolation}"')
        assert manager.load("user"), manager.get_error("user")
        import user

        assert user.use() == ["room", "SPLAT", 5, 4]
        until(lambda: DrawContext.lines == [(1, 2)])
        assert handlers["grid"]() == "drawn" and belonging["grid"].plugin == "user"
        assert manager.unload("user")
        until(lambda: not handlers)
    finally:
        manager.unload("user")
        for name in names:
            delattr(lf, name)
        sys.modules.pop("lichtfeld.selection", None)


TOOLS = """
import lichtfeld as lf
from lfs_plugins.props import IntProperty
from lfs_plugins.types import Menu, Operator, Panel

class Scale(Operator):
    id = "my_plugin.scale"
    times = IntProperty(default=2)
    def execute(self, context):
        return {"status": "FINISHED", "times": self.times}

class Tools(Menu):
    id = "my_plugin.tools"
    location = "MENU_BAR"
    def draw(self, layout):
        layout.operator_("my_plugin.scale")

class Size(Panel):
    def draw(self, layout):
        width, height = layout.get_content_region_avail()
        layout.label(f"{width:.0f} x {height:.0f}")

def on_load():
    for one in (Scale, Tools, Size):
        lf.register_class(one)
"""


def test_panels_menus_and_operators(home, manager):
    home.plugin("my_plugin", TOOLS)
    assert manager.load("my_plugin")
    shown = []
    show = shown.append

    for id in lf.ui.panels():                     # those to show now; asks poll
        lf.ui.set_surface(id, size=(400, 300), scale=2.0)
    for id in lf.ui.due():                        # input, request, interval; asks poll and on_update
        show(lf.ui.draw_panel(id))
    lf.ui.next_due()                              # in how many seconds there is one; None: never
    lf.ui.push_input(id, {"widget": "1d89e3a2dc839e73", "click": "primary"})
    lf.ui.last_frame(id)                          # the last drawing, or None; draws nothing
    lf.ui.scene_changed()                         # tells panels by on_scene_changed
    for menu in lf.ui.menus("MENU_BAR"):          # menus, drawn as panels are
        show(lf.ui.draw_menu(menu))
    lf.ui.ops.invoke("my_plugin.scale", times=3)  # operators
    lf.ui.stats()                                 # how long panels take, the slowest first

    size, tools = shown
    assert [widget["text"] for widget in size["widgets"]] == ["400 x 300"]
    assert [widget["label"] for widget in tools["widgets"]] == ["Scale"]
    [dropped] = lf.ui.draw_panel(id)["dropped"]
    assert dropped["input"]["widget"] == "1d89e3a2dc839e73"


BEFORE = """
import lichtfeld as lf
from lfs_plugins import PluginManager

lf.plugins.set_features([*lf.plugins.FEATURES, "scene.v1"])
assert PluginManager.instance().load("wants")
lf.plugins.shutdown()

lf.plugins.set_python("/opt/studio/python/bin/python3.12")   # checked in the same way
try:
    PluginManager.instance()
except Exception as error:
    print(error.code)
"""


def test_what_is_set_before_the_manager_is_made(home, host):
    tool = 'plugin_api = ">=1.0"\nlichtfeld_version = ">=1.0"\nhot_reload = true\n'
    tool += 'required_features = ["scene.v1"]\n'
    home.plugin("wants", project='description = "Needs a scene"', tool=tool)
    done = subprocess.run(
        [sys.executable, "-c", BEFORE], env=host.environment(), capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    there = os.path.exists("/opt/studio/python/bin/python3.12")
    assert there or done.stdout.strip() == "LR122", done.stdout


class Layout:
    """Stands for the layout of a panel of the application."""


def test_state_hooks_and_handlers_reach_the_plugins(home, manager):
    code = """
        import lichtfeld as lf
        from lfs_plugins.ui import RuntimeState

        seen = []

        def on_load():
            RuntimeState.iteration.subscribe(lambda value: seen.append(("iteration", value)))
            lf.add_draw_handler("follows.draw", lambda context: seen.append("drawn"), "POST_VIEW")
            lf.on_post_step(lambda trainer: seen.append("stepped"))
            lf.ui.add_hook("rendering", "groups", lambda layout: seen.append("hooked"), "append")
        """
    home.plugin("follows", code)
    assert manager.load("follows"), manager.get_error("follows")
    context, trainer, layout = object(), object(), Layout()

    from lfs_plugins.tools import ToolRegistry
    from lfs_plugins.ui import RuntimeState

    RuntimeState.update(iteration=100, loss=0.02)                 # plugins follow it: docs/signals.md
    lf.call_draw_handlers("POST_VIEW", context)                   # functions of lf.add_draw_handler
    lf.call_handlers("post_step", trainer)                        # lf.on_post_step, lf.ScopedHandler
    lf.ui.invoke_hooks("rendering", "groups", False, layout)      # in the draw of a panel of yours
    lf.ui.set_language("de")                                      # for lf.ui.tr
    ToolRegistry.get_all(), ToolRegistry.set_active("my_plugin.measure")

    assert module("follows").seen == [("iteration", 100), "drawn", "stepped", "hooked"]
    lf.ui.set_language("en")


def test_an_application_decides_how_older_plugins_are_treated():
    from lfs_plugins import compat

    compat.set_leniency(operator_keywords="older", operator_errors="older")    # the default
    assert compat.get_leniency() == {"operator_keywords": "older", "operator_errors": "older"}
