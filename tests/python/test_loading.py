"""Loads that go on by themselves: what a window starts, shows, and never waits for."""

import threading

import pytest

import lichtfeld as lf
from lfs_plugins import PluginError, PluginLoadCancelled, PluginManager, PluginState
from waiting import PATIENCE

GATED = """
import lichtfeld as lf

def on_load():
    lf.entered.set()
    assert lf.gate.wait(600)
"""


@pytest.fixture
def gate(monkeypatch):
    """A plugin's `on_load` sets `lf.entered`, and waits until this is set."""
    monkeypatch.setattr(lf, "entered", threading.Event(), raising=False)
    monkeypatch.setattr(lf, "gate", threading.Event(), raising=False)
    yield lf.gate
    lf.gate.set()


def test_the_caller_does_not_wait(home, manager, gate):
    home.plugin("slow", GATED)
    loading = manager.load_async("slow")
    assert lf.entered.wait(PATIENCE)
    assert (loading.name, loading.state, loading.stage) == ("slow", PluginState.LOADING, "activation")
    assert not loading.done() and 0.5 < loading.progress < 1.0
    assert loading.wait(0.01) is False
    with pytest.raises(TimeoutError, match="'slow' is still being loaded"):
        loading.result(0.01)
    gate.set()
    assert loading.wait(PATIENCE) and loading.result() is True
    assert (loading.done(), loading.cancelled(), loading.stage) == (True, False, "complete")
    assert loading.progress == 1.0 and loading.state == PluginState.ACTIVE
    assert loading.cancel() is False and manager.get_state("slow") == PluginState.ACTIVE


def test_a_cancelled_load_leaves_nothing(home, manager, gate):
    code = GATED.replace("def on_load():\n    lf", "lf").replace("\n    assert", "\nassert")
    home.plugin("slow", code)
    loading = lf.plugins.load_async("slow")
    assert lf.entered.wait(PATIENCE) and loading.stage == "import"
    assert loading.cancel() is True
    gate.set()
    assert loading.wait(PATIENCE) and loading.cancelled()
    with pytest.raises(PluginLoadCancelled):
        loading.result()
    assert manager.get_state("slow") == PluginState.UNLOADED and loading.progress < 1.0


def test_a_failure_is_false_and_kept(home, manager):
    home.plugin("bad", "1 / 0\n")
    loading = manager.load_async("bad")
    assert loading.result(PATIENCE) is False
    assert loading.state == PluginState.ERROR and "ZeroDivisionError" in manager.get_error("bad")


def test_an_unknown_name_is_an_error_of_the_result(manager):
    loading = manager.load_async("nobody")
    assert loading.wait(PATIENCE) and loading.state is None
    with pytest.raises(PluginError, match="nobody"):
        loading.result()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_callbacks_come_once_before_and_after(home, manager, gate):
    home.plugin("slow", GATED)
    loading = manager.load_async("slow")
    told, both = [], threading.Event()

    def early(one):
        told.append(("early", one.result(0), threading.current_thread().name))
        both.set()

    loading.add_done_callback(lambda one: 1 / 0)
    loading.add_done_callback(early)
    gate.set()
    assert both.wait(PATIENCE)
    loading.add_done_callback(lambda one: told.append(("late", one.result(0), None)))
    assert told == [("early", True, "load slow"), ("late", True, None)]
    with pytest.raises(TypeError):
        loading.add_done_callback(3)


def test_python_knows_the_thread(home, manager):
    code = """
        import threading

        local = threading.local()
        local.value = "from the import"
        thread = threading.current_thread()

        def on_load():
            assert threading.current_thread() is thread
            assert local.value == "from the import"
    """
    home.plugin("one", code)
    assert manager.load_async("one").result(PATIENCE) is True, manager.get_error("one")
    import lfs_plugins.one

    assert lfs_plugins.one.thread.name == "load one" and lfs_plugins.one.thread.daemon


def test_a_load_does_not_belong_to_the_plugin_that_asked(home, manager, gate):
    home.plugin("slow", GATED)
    home.plugin("asks", "import lichtfeld as lf\ndef on_load():\n    lf.plugins.load_async('slow')\n")
    assert manager.load("asks")
    assert lf.entered.wait(PATIENCE)
    assert manager.unload("asks")
    assert manager.unload_report("asks")["threads"] == []
    gate.set()
    loading = manager.load_async("slow")
    assert loading.result(PATIENCE) is True


def test_many_at_once(home, manager):
    names = [f"p{number}" for number in range(12)]
    for name in names:
        home.plugin(name, "import lichtfeld as lf\ndef on_load():\n    lf.log.info('in')\n")
    loadings = [manager.load_async(name) for name in names for _ in range(2)]
    assert all(loading.result(PATIENCE) for loading in loadings)
    assert sorted(manager.list_loaded()) == sorted(names)


def test_the_end_of_the_manager_ends_them(home, manager, gate):
    # Nobody opens the gate: the end itself has to stop this import.
    code = "import time\nimport lichtfeld as lf\nlf.entered.set()\nwhile True:\n    time.sleep(0.001)\n"
    home.plugin("slow", code)
    loading = manager.load_async("slow")
    assert lf.entered.wait(PATIENCE)
    lf.plugins.shutdown()
    assert loading.done() and loading.cancelled()


def test_how_far_the_start_is(home, gate):
    home.plugin("a_good", "", tool="auto_start = true")
    home.plugin("b_bad", "1 / 0\n", tool="auto_start = true")
    home.plugin("c_slow", GATED, tool="auto_start = true")
    manager = PluginManager.instance()
    status = lf.plugins.startup_load_status()
    assert (status["state"], status["active"], status["total"]) == ("not_started", False, 0)
    assert status["phase"] == "idle"
    thread = threading.Thread(target=manager.load_all)
    thread.start()
    assert lf.entered.wait(PATIENCE)
    status = lf.plugins.startup_load_status()
    assert status["progress"] == pytest.approx(2 / 3)
    del status["progress"]
    assert status == {
        "state": "loading",
        "phase": "activation",
        "plugin": "c_slow",
        "detail": "",
        "attempted": 2,
        "total": 3,
        "failed": 1,
        "active": True,
    }
    gate.set()
    thread.join(PATIENCE)
    status = lf.plugins.startup_load_status()
    assert (status["state"], status["attempted"], status["failed"]) == ("completed", 3, 1)
    assert status["progress"] == 1.0 and not status["active"]


def test_waiting_lets_others_run(home, manager, gate):
    home.plugin("slow", GATED)
    loading = manager.load_async("slow")
    waited = threading.Thread(target=loading.wait)
    waited.start()
    assert lf.entered.wait(PATIENCE)
    # Would wait for ever if the other thread held what this one needs.
    assert manager.get_state("slow") == PluginState.LOADING
    gate.set()
    waited.join(PATIENCE)
    assert not waited.is_alive()
