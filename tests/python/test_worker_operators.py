"""Operators of a plugin in a process of its own are the application's as those of one in this process."""

import os

import pytest

import lichtfeld as lf
from lfs_plugins import PluginCrashedError, PluginState, PluginTimeoutError, compat
from waiting import until

CODE = '''
import os, threading, time
import lichtfeld as lf
from lfs_plugins.types import Operator, Panel
from lfs_plugins.props import IntProperty, StringProperty

calls = []
hang = None

class Scale(Operator):
    label = "Scale"
    description = "Makes it larger"
    times: IntProperty(default=2, min=1, max=10)
    name = StringProperty(default="it")
    possible = True
    @classmethod
    def poll(cls, context):
        while hang == "poll":
            time.sleep(0.01)
        return Scale.possible
    def execute(self, context):
        calls.append((self.times, self.name))
        return {"FINISHED"}

class Where(Operator):
    id = "my.where"
    def execute(self, context):
        return {"status": "FINISHED", "pid": os.getpid(),
                "main": threading.current_thread() is threading.main_thread(), "job": Job()}

class Job:
    progress = 0.5

class Broken(Operator):
    id = "my.broken"
    def execute(self, context):
        return 1 / 0

class Wrong(Operator):
    id = "my.wrong"
    def execute(self, context):
        return "done"

class Dies(Operator):
    id = "my.dies"
    def execute(self, context):
        os._exit(3)

class Drag(Operator):
    id = "my.drag"
    def invoke(self, context, event):
        self.moves = 0
        return {"RUNNING_MODAL"}
    def modal(self, context, event):
        calls.append((event.type, event.value, getattr(event, "x", None)))
        if event.type == "ESC":
            return {"CANCELLED"}
        if event.type == "OTHER":
            return {"PASS_THROUGH"}
        self.moves += 1
        return {"status": "FINISHED", "moves": self.moves} if self.moves == 2 else {"RUNNING_MODAL"}
    def cancel(self, context):
        calls.append("cancelled")

class Asks(Operator):
    """Asks the application in return."""
    id = "my.asks"
    def execute(self, context):
        return {"status": "FINISHED", "answer": lf.plugins.invoke("host.here", {})["where"]}

def on_load():
    for cls in (Scale, Where, Broken, Wrong, Dies, Drag, Asks):
        lf.register_class(cls)

def forget_scale(): lf.unregister_class(Scale)
def set_possible(value): Scale.possible = value
def set_hang(value):
    global hang
    hang = value
def start(id): return lf.ui.ops.invoke(id).status
def pid(): return os.getpid()
def done(): return list(calls)
'''
SCALE = "lfs_plugins.my_tools.Scale"
ALL = sorted([SCALE, "my.where", "my.broken", "my.wrong", "my.dies", "my.drag", "my.asks"])
IN_WORKER = 'isolation = "process"'


@pytest.fixture(autouse=True)
def strict():
    """The mistakes of these plugins are told, though their manifests are older."""
    compat.set_leniency(operator_keywords="none", operator_errors="none")
    yield
    compat.set_leniency(operator_keywords="older", operator_errors="older")


@pytest.fixture
def tools(home, manager):
    """The plugin, loaded; the module that stands for it."""
    home.plugin("my-tools", CODE, tool=IN_WORKER)
    assert manager.load("my-tools"), manager.get_traceback("my-tools") or manager.get_error("my-tools")
    import lfs_plugins.my_tools as module

    return module


def test_one_is_invoked_with_properties(tools):
    assert lf.ui.ops.list() == ALL
    assert lf.ui.ops.info(SCALE) == {
        "id": SCALE,
        "label": "Scale",
        "description": "Makes it larger",
        "properties": ["name", "times"],
        "plugin": "my-tools",
    }
    assert lf.ui.ops.invoke(SCALE) == {"FINISHED"}
    result = lf.ui.ops.invoke("lfs_plugins.my-tools.Scale", times=99, name="all")
    assert "FINISHED" in result and result.finished and isinstance(result, lf.ui.OperatorResult)
    assert tools.done() == [(2, "it"), (10, "all")], "99 is above the maximum"


def test_it_runs_in_the_worker_on_the_thread_that_draws(tools):
    result = lf.ui.ops.invoke("my.where")
    assert (result.status, result["pid"], result.main) == ("FINISHED", tools.pid(), True)
    assert result.pid != os.getpid()
    assert result.job.progress == 0.5, "an object stays there, and is asked"
    with pytest.raises(AttributeError, match="no 'cuont'; it has status, pid"):
        result.cuont


def test_it_may_ask_the_application_in_return(tools):
    from lichtfeld import plugins

    plugins.register_capability("host.here", lambda args: {"where": os.getpid()})
    try:
        assert lf.ui.ops.invoke("my.asks").answer == os.getpid()
    finally:
        plugins.unregister_capability("host.here")


def test_poll_is_asked(tools):
    # An answer that is late is that of before, for as long as it is late.
    until(lambda: lf.ui.ops.poll(SCALE) is True)
    tools.set_possible(False)
    until(lambda: lf.ui.ops.poll(SCALE) is False)
    with pytest.raises(RuntimeError, match="not possible now"):
        lf.ui.ops.invoke(SCALE)
    assert tools.done() == []


def test_mistakes_are_named_as_in_one_process(tools, home, manager):
    with pytest.raises(KeyError, match="did you mean 'my.drag'"):
        lf.ui.ops.invoke("my.drga")
    with pytest.raises(TypeError, match="Scale has no property 'time'; it has name, times"):
        lf.ui.ops.invoke(SCALE, time=3)
    with pytest.raises(TypeError, match="my.wrong: invoke returned 'done'; return {'FINISHED'}"):
        lf.ui.ops.invoke("my.wrong")
    with pytest.raises(ZeroDivisionError) as raised:
        lf.ui.ops.invoke("my.broken")
    assert "return 1 / 0" in str(raised.value.__cause__), "the worker's traceback"
    log = home.log("my-tools")
    assert log.count("operator 'my.broken' failed") == 1 and "return 1 / 0" in log
    assert manager.get_state("my-tools") is PluginState.ACTIVE


def test_one_goes_on_until_it_ends(tools):
    assert lf.ui.ops.modal("my.drag", "MOVE") is None
    assert lf.ui.ops.invoke("my.drag").running_modal
    assert lf.ui.ops.is_running("my.drag")
    assert lf.ui.ops.modal("my.drag", "MOVE", "PRESS", x=3) == {"RUNNING_MODAL"}
    assert lf.ui.ops.modal("my.drag", lf.ui.Event("OTHER")) == {"PASS_THROUGH"}

    class Own:
        type, value, x = "MOVE", "HOLD", 4

    result = lf.ui.ops.modal("my.drag", Own())
    assert result.moves == 2
    assert not lf.ui.ops.is_running("my.drag")
    assert tools.done() == [("MOVE", "PRESS", 3), ("OTHER", "NOTHING", None), ("MOVE", "HOLD", 4)]


def test_one_is_cancelled_once_and_what_it_does_by_itself_is_known(tools):
    assert lf.ui.ops.cancel("my.drag") is False
    lf.ui.ops.invoke("my.drag")
    assert lf.ui.ops.cancel("my.drag") is True
    assert lf.ui.ops.cancel("my.drag") is False
    assert tools.start("my.drag") == "RUNNING_MODAL"
    assert lf.ui.ops.is_running("my.drag"), "the plugin has started it"
    lf.ui.ops.modal("my.drag", "ESC")
    assert not lf.ui.ops.is_running("my.drag")
    assert tools.done() == ["cancelled", ("ESC", "NOTHING", None)]


def test_what_the_plugin_forgot_is_cancelled_and_freed(tools, home, manager):
    tools.forget_scale()
    assert lf.ui.ops.list() == [id for id in ALL if id != SCALE]
    lf.ui.ops.invoke("my.drag")
    manager.unload("my-tools")
    assert lf.ui.ops.list() == []
    freed = manager.unload_report("my-tools")["freed"]
    assert "operator 'my.drag'" in freed and f"operator '{SCALE}'" not in freed
    assert len(freed) == len(set(freed)), "each is named once"


def test_a_reload_has_the_new_ones_and_one_that_fails_keeps_the_old(tools, home, manager):
    home.plugin("my-tools", CODE + "\n\nraise ValueError('no')\n", tool=IN_WORKER)
    assert manager.reload("my-tools") is False
    assert lf.ui.ops.invoke("my.where").pid == tools.pid()
    assert lf.ui.ops.list() == ALL
    before = tools.pid()
    home.plugin("my-tools", CODE.replace('"my.wrong"', '"my.other"'), tool=IN_WORKER)
    assert manager.reload("my-tools") is True
    assert lf.ui.ops.list() == sorted({*ALL, "my.other"} - {"my.wrong"})
    assert lf.ui.ops.invoke("my.where").pid == tools.pid() != before


def test_a_hanging_poll_does_not_hang_the_host(tools, manager):
    class Buttons(lf.ui.Panel):
        id = "host.buttons"

        def draw(self, layout):
            layout.operator_(SCALE)

    until(lambda: lf.ui.ops.poll(SCALE) is True)
    tools.set_hang("poll")
    lf.register_class(Buttons)
    try:
        assert lf.ui.ops.poll(SCALE) is True, "the answer before"
        until(lambda: "has not answered" in str(lf.ui.draw_panel("host.buttons")))
        with pytest.raises(PluginTimeoutError, match="poll.. of operator 'lfs_plugins.my_tools.Scale'|its process"):
            lf.ui.ops.invoke(SCALE)
        with pytest.raises(PluginTimeoutError):
            lf.ui.ops.poll(SCALE)
        tools.set_hang(None)  # calls have threads of their own
        until(lambda: "has not answered" not in str(lf.ui.draw_panel("host.buttons")))
        until(lambda: manager.get_state("my-tools") is PluginState.ACTIVE)
        assert lf.ui.ops.invoke(SCALE).finished
    finally:
        lf.unregister_class(Buttons)


def test_the_death_of_the_worker_is_a_named_error(tools, manager):
    class Buttons(lf.ui.Panel):
        id = "host.buttons"

        def draw(self, layout):
            layout.operator_("my.where")

    with pytest.raises(PluginCrashedError, match="exit status 3"):
        lf.ui.ops.invoke("my.dies")
    until(lambda: manager.get_state("my-tools") is PluginState.ERROR)
    for ask in (lf.ui.ops.invoke, lf.ui.ops.poll, lf.ui.ops.cancel):
        with pytest.raises(PluginCrashedError, match="exit status 3"):
            ask("my.drag")
    assert not lf.ui.ops.is_running("my.drag")
    lf.register_class(Buttons)
    try:
        assert "exit status 3" in str(lf.ui.draw_panel("host.buttons"))
    finally:
        lf.unregister_class(Buttons)
    assert manager.load("my-tools"), "again"
    assert lf.ui.ops.list() == ALL
    assert lf.ui.ops.invoke("my.where").finished
    manager.unload("my-tools")
    assert lf.ui.ops.list() == []


def test_an_operator_that_is_started_again_replaces_the_running_one(tools):
    lf.ui.ops.invoke("my.drag")
    assert lf.ui.ops.invoke("my.drag").running_modal
    assert lf.ui.ops.is_running("my.drag")
    assert tools.done() == ["cancelled"]
    assert lf.ui.ops.cancel_modal() is True
    assert not lf.ui.ops.is_running("my.drag")
    assert not lf.ui.ops.invoke("my.drag").cancelled
    assert not lf.ui.ops.modal("my.drag", "ESC"), "CANCELLED is false"
