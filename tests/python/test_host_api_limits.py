"""A plugin in a process of its own waits for the application, and not for ever; and the other way round."""

import sys
import threading

import pytest

import lichtfeld as lf
from lichtfeld import plugins

from homes import module
from lfs_plugins import PluginManager
from loops import Loop
from offers import offered  # noqa: F401 - a fixture
from waiting import PATIENCE, until

CODE = '''
import threading
import lichtfeld as lf
from lfs_plugins.types import Operator, Panel

def hang(): return lf.hang()
def count(): return lf.count()
raised = []
def ask(what):
    try:
        raised.append(lf.plugins.invoke("application.hang", {}) if what == "capability" else lf.hang())
    except Exception as error:
        raised.append((type(error).__name__, str(error), error.hint))
def start(what): threading.Thread(target=ask, args=(what,), daemon=True).start()
def seen(): return raised

def by_a_thread():
    found = []
    thread = threading.Thread(target=lambda: found.extend(lf.where() for _ in range(3)))
    thread.start()
    thread.join()
    return found

began, go_on = threading.Event(), threading.Event()
def release(): go_on.set()
def has_begun(): return began.is_set()

class Hangs(Panel):
    id = "w.hangs"
    def draw(self, layout):
        began.set()
        go_on.wait()

class Joins(Operator):
    id = "w.joins"
    label = "Joins"
    def execute(self, context):
        by_a_thread()
        return {"FINISHED"}

def on_load():
    lf.register_class(Hangs)
    lf.register_class(Joins)
    lf.plugins.register_capability("w.gui", lambda args: {"answer": 1}, requires_gui=True)
'''

#: Stops in ``on_load`` as at a breakpoint, until the application lets it go on.
STOPS = '''
import queue, sys, threading
import lichtfeld as lf

looks, go_on = queue.SimpleQueue(), threading.Event()
def count():
    while True:
        looks.get()
        lf.looked()
def wait():
    lf.wait()
    go_on.set()
def on_load():
    sys.addaudithook(lambda event, _: event == "sys._current_frames" and looks.put(1))
    for work in (count, wait):
        threading.Thread(target=work, daemon=True).start()
    if HELD:
        sys._getframe().f_trace = lambda *event: None
    go_on.wait()
'''


@pytest.fixture
def limits(home):
    """Starts a manager with these limits."""

    def start(**given):
        plugins.shutdown()
        plugins.set_limits(**given)
        home.plugin("w", CODE, tool='isolation = "process"')
        manager = PluginManager.instance()
        assert manager.load("w"), manager.get_traceback("w")
        return module("w")

    yield start
    plugins.shutdown()
    plugins.set_limits()


@pytest.fixture
def hang(offered):  # noqa: F811
    """A function of the application that waits, and what it has returned."""
    go_on, returned = threading.Event(), []

    def hang():
        assert go_on.wait(PATIENCE)
        returned.append(1)
        return "late"

    offered(hang=hang, count=lambda: 7)
    yield go_on, returned
    go_on.set()


#: How often this process was asked whether a debugger holds one of its threads, while this is a list.
LOOKS = None


def looked(event, _):
    if event == "sys._current_frames" and LOOKS is not None:
        LOOKS.append(1)


@pytest.fixture
def looks(monkeypatch):
    """Counts how often this process looks for a debugger."""
    counted = []
    monkeypatch.setattr(sys.modules[__name__], "LOOKS", counted)
    # It cannot be removed, and does nothing after the test.
    sys.addaudithook(looked)
    return counted


def test_a_plugin_waits_for_a_function_of_the_application_as_long_as_it_allows(limits, hang):
    go_on, returned = hang
    plugin = limits(callback=0.3)
    # On a thread of its own: the thread that has called the plugin would run the function itself.
    plugin.start("function")
    until(plugin.seen)
    ((kind, text, hint),) = plugin.seen()
    assert kind == "PluginTimeoutError" and "set_limits(callback=...)" in hint
    assert "the application has not answered lichtfeld.hang within 0.3 s" in text
    assert not returned, "it goes on"
    go_on.set()
    until(lambda: returned)
    assert plugin.count() == 7, "the late answer is dropped"


def test_the_limit_counts_for_a_capability_of_the_application(limits, hang):
    go_on, _ = hang
    plugin = limits(callback=0.3)
    plugins.register_capability("application.hang", lambda args: go_on.wait(PATIENCE), requires_gui=False)
    plugin.start("capability")
    until(plugin.seen)
    (answer,) = plugin.seen()
    assert answer["error_type"] == "PluginTimeoutError", answer
    assert "has not answered application.hang within 0.3 s" in answer["error"]


def test_a_limit_that_is_no_time_is_refused():
    for wrong in (-1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="callback"):
            plugins.set_limits(callback=wrong)


def test_the_limit_does_not_count_while_a_debugger_holds_the_application(limits, offered, looks):  # noqa: F811
    go_on = threading.Event()

    def stops_at_a_breakpoint():
        sys._getframe().f_trace = lambda *event: None
        assert go_on.wait(PATIENCE)
        return "stepped"

    offered(hang=stops_at_a_breakpoint)
    plugin = limits(callback=0.1)
    ended = []
    thread = threading.Thread(target=lambda: ended.append(plugin.hang()), daemon=True)
    thread.start()
    until(lambda: len(looks) >= 2)
    assert not ended
    go_on.set()
    thread.join(PATIENCE)
    assert ended == ["stepped"]


@pytest.mark.parametrize("is_held", [True, False], ids=["held", "free"])
def test_a_load_is_not_ended_while_a_debugger_holds_the_plugin(home, offered, is_held):  # noqa: F811
    go_on, looks = threading.Event(), []
    offered(wait=lambda: go_on.wait(PATIENCE), looked=lambda: looks.append(1))
    plugins.set_limits(load=0.5)
    home.plugin("w", STOPS.replace("HELD", str(is_held)), tool='isolation = "process"')
    manager, ended = PluginManager.instance(), []
    thread = threading.Thread(target=lambda: ended.append(manager.load("w")), daemon=True)
    thread.start()
    try:
        if is_held:
            until(lambda: len(looks) >= 2 or ended)
            assert not ended
            go_on.set()
        thread.join(PATIENCE)
        assert ended == [is_held], manager.get_error("w")
        if not is_held:
            assert "did not answer within" in manager.get_error("w")
    finally:
        go_on.set()
        plugins.shutdown()
        plugins.set_limits()


@pytest.fixture
def where(offered):  # noqa: F811
    """A function of the application that needs the UI thread, and the threads that have run it."""
    threads = []
    plugins.share("where", lambda: threads.append(threading.get_ident()) or len(threads), ui_thread=True)
    return threads


def test_the_ui_thread_works_for_the_process_whose_function_it_waits_for(limits, where):
    plugin = limits(ui_thread=PATIENCE)
    Loop()  # nobody runs it
    try:
        assert plugin.by_a_thread() == [1, 2, 3]
    finally:
        plugins.set_ui_thread(None)
    assert set(where) == {threading.get_ident()}


def test_the_ui_thread_works_for_the_process_whose_operator_it_waits_for(limits, where):
    limits(ui_thread=PATIENCE)
    Loop()  # nobody runs it
    try:
        assert lf.ui.ops.invoke("w.joins").finished
    finally:
        plugins.set_ui_thread(None)
    assert where == [threading.get_ident()] * 3


def test_a_worker_has_the_limit_of_its_application_for_its_main_thread(limits):
    plugin = limits(ui_thread=0.2)
    drawing = threading.Thread(target=lambda: lf.ui.draw_panel("w.hangs"), daemon=True)
    drawing.start()
    try:
        until(plugin.has_begun)
        answer = plugins.invoke("w.gui", {})
        assert answer["success"] is False and "did not begin it within 0.2 s" in answer["error"], answer
    finally:
        plugin.release()
        drawing.join(PATIENCE)
    assert plugins.invoke("w.gui", {})["answer"] == 1
