"""Several at once, and calls back into the manager from wherever a plugin's code can run.

Nothing here is measured in time: what must go on meanwhile is waited for, and what must not block is
run while the other is held. A deadlock is a test that runs into its limit.
"""

import os
import stat
import sys
import threading

import pytest
import wheels

import lichtfeld.plugins as native
from lfs_plugins import PluginError, PluginManager, PluginState
from waiting import PATIENCE, until


def run(*works):
    """Runs functions at once; returns their results in order, or raises the first error."""
    results, errors = [None] * len(works), []

    def call(index, work):
        try:
            results[index] = work()
        except BaseException as error:  # The test's own thread raises it.
            errors.append(error)

    threads = [threading.Thread(target=call, args=pair, daemon=True) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a deadlock"
    if errors:
        raise errors[0]
    return results


@pytest.fixture
def slow_uv(home, tmp_path, monkeypatch):
    """A uv that marks when it begins to sync, and goes on when the file ``go`` exists."""
    if os.name == "nt":
        pytest.skip("the slow uv is a shell script")
    uv = os.environ["LICHTFELD_UV"]
    gate = tmp_path / "gate"
    gate.mkdir()
    script = tmp_path / "slow-uv"
    script.write_text(
        "#!/bin/sh\n"
        "case \" $* \" in *' run '*) exit 1;; *' sync '*) : > "
        f"'{gate}'/began-$$; while [ ! -e '{gate}/go' ]; do sleep 0.02; done;; esac\n"
        f"exec '{uv}' \"$@\"\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("LICHTFELD_UV", str(script))
    native.shutdown()
    wheels.wheel(tmp_path / "wheels", "shapes", "1.0", {"shapes.py": "SIDES = 3\n"})
    return gate


def installing(gate, count):
    return len(list(gate.glob("began-*"))) >= count


def test_two_installations_run_at_once_and_an_unload_does_not_wait(home, slow_uv, tmp_path):
    manager = PluginManager.instance()
    project = wheels.project(tmp_path / "wheels", "shapes")
    for name in ("one", "two"):
        home.plugin(name, "import shapes\n", project=project)
    home.plugin("other")
    assert manager.load("other")

    def meanwhile():
        # Both are in uv, held there: one after another would never get so far.
        until(lambda: installing(slow_uv, 2))
        assert manager.get_state("one") == manager.get_state("two") == PluginState.INSTALLING
        assert manager.unload("other") and manager.get_state("other") == PluginState.UNLOADED
        assert manager.load("other") and manager.reload("other")
        assert "one" not in manager.list_loaded()
        (slow_uv / "go").touch()

    loaded = run(lambda: manager.load("one"), lambda: manager.load("two"), meanwhile)
    assert loaded[:2] == [True, True], (manager.get_error("one"), manager.get_error("two"))


def test_the_same_plugin_twice_at_once_is_loaded_once(home, slow_uv, tmp_path):
    manager = PluginManager.instance()
    home.plugin("one", "import shapes\n", project=wheels.project(tmp_path / "wheels", "shapes"))
    told = []
    manager.on_event(lambda change: told.append(change.event))

    def meanwhile():
        until(lambda: installing(slow_uv, 1))
        (slow_uv / "go").touch()

    assert run(*[lambda: manager.load("one")] * 4, meanwhile)[:4] == [True] * 4
    assert told.count("activated") == 1 and len(list(slow_uv.glob("began-*"))) == 1


CALLS_BACK = """
    import threading
    from lfs_plugins import PluginManager, PluginState
    manager = PluginManager.instance()
    seen = []

    def ask():
        seen.append(manager.get_state("busy").name)
        seen.append([info.name for info in manager.discover()])
        manager.list_loaded()
        manager.get_error("busy"), manager.get_traceback("busy")
        manager.settings("busy") if hasattr(manager, "settings") else None

    def {where}():
        ask()
        seen.append(manager.load("friend"))
        seen.append(manager.unload("friend"))
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        for forbidden in (manager.load, manager.reload, manager.unload):
            try:
                forbidden("busy")
            except Exception as error:
                seen.append(str(error))
"""


@pytest.mark.parametrize("where", ["on_load", "on_unload"])
def test_a_plugin_may_call_the_manager_from(home, manager, where):
    home.plugin("busy", CALLS_BACK.replace("{where}", where))
    home.plugin("friend")

    def work():
        assert manager.load("busy"), manager.get_traceback("busy")
        seen = sys.modules["lfs_plugins.busy"].seen
        manager.unload("busy")
        return seen

    (seen,) = run(work)
    assert seen.count(True) == 2
    refusals = [entry for entry in seen if isinstance(entry, str) and "busy" in entry]
    # A call that could never end is refused at once, with the reason.
    assert refusals and all("itself" in entry or "already" in entry or "own" in entry for entry in refusals), refusals


def test_a_thread_of_on_load_that_loads_the_same_plugin_is_refused(home, manager):
    code = """
        import threading
        from lfs_plugins import PluginManager
        said = []
        def again():
            try:
                said.append(PluginManager.instance().load("loop"))
            except Exception as error:
                said.append(str(error))
        def on_load():
            thread = threading.Thread(target=again)
            thread.start()
            thread.join(0.2)
            said.append(thread.is_alive())
            globals()["thread"] = thread
        """
    home.plugin("loop", code)
    (loaded,) = run(lambda: manager.load("loop"))
    module = sys.modules["lfs_plugins.loop"]
    module.thread.join(PATIENCE)
    # Either it was refused, or it waited until the load was over and found the plugin loaded.
    assert loaded and not module.thread.is_alive() and len(module.said) == 2


def test_two_plugins_that_load_each_other_end(home, manager):
    for name, other in (("a", "b"), ("b", "a")):
        home.plugin(name, f"""
            from lfs_plugins import PluginManager
            def on_load():
                try:
                    PluginManager.instance().load("{other}")
                except Exception as error:
                    globals()["said"] = str(error)
        """)
    run(lambda: manager.load("a"), lambda: manager.load("b"))
    assert sorted(manager.list_loaded()) == ["a", "b"]


def test_a_subscriber_may_call_back_and_one_that_raises_is_alone(home, manager, caplog):
    home.plugin("first")
    home.plugin("second")
    heard = []

    def chain(change):
        heard.append((change.plugin, change.to_state.name))
        if change.plugin == "first" and change.to_state == PluginState.ACTIVE:
            assert manager.load("second")
            with pytest.raises(PluginError, match="wait for itself"):
                manager.reload("first")

    def broken(change):
        raise RuntimeError("deaf")

    late = []
    manager.on_event(broken)
    manager.on_event(chain)
    stop = manager.on_event(lambda change: late.append((change.plugin, change.to_state.name)))
    run(lambda: manager.load("first"))
    assert sorted(manager.list_loaded()) == ["first", "second"]
    # All subscribers get the same events in the same order, even if one raises.
    assert heard == late and ("second", "ACTIVE") in heard
    assert caplog.text.count("RuntimeError: deaf") == len(heard)
    stop()
    manager.unload("second")
    assert len(late) < len(heard)


def test_the_end_while_others_load(home, manager):
    for number in range(8):
        home.plugin(f"p{number}")

    def load(number):
        try:
            manager.load(f"p{number}")
        except PluginError:
            pass  # The manager has ended.

    run(*[lambda number=number: load(number) for number in range(8)], native.shutdown)
    # A load that came after the end may have gone on; the end itself left nothing half-way.
    native.shutdown()
    again = PluginManager.instance()
    assert all(again.load(f"p{number}") for number in range(8))


@pytest.mark.skipif(os.name == "nt", reason="there are no workers on Windows")
def test_a_worker_that_hangs_in_its_import_keeps_no_other_from_loading(home, manager, tmp_path):
    began, go = tmp_path / "began", tmp_path / "go"
    home.plugin(
        "slow",
        f"""
        import os, time
        open({str(began)!r}, "w").close()
        while not os.path.exists({str(go)!r}):
            time.sleep(0.01)
        """,
        tool='isolation = "process"',
    )
    home.plugin("worker", "", tool='isolation = "process"')
    home.plugin("shared", "")
    slow = threading.Thread(target=manager.load, args=("slow",), daemon=True)
    slow.start()
    until(began.exists)
    try:
        for name in ("worker", "shared"):
            assert run(lambda: manager.load(name)) == [True]
            assert run(lambda: manager.reload(name)) == [True]
        assert manager.get_state("slow") is PluginState.LOADING
    finally:
        go.touch()
    slow.join(PATIENCE)
    assert manager.get_state("slow") is PluginState.ACTIVE


def test_a_reload_goes_on_while_other_threads_import(home, manager):
    """The list of modules changes at any time: a save was lost where it changed during a loop over it."""
    import sys
    import threading
    import types

    home.plugin("busy", "value = 1\n")
    assert manager.load("busy")
    ended = threading.Event()

    def import_things():
        number = 0
        while not ended.is_set():
            number += 1
            names = [f"lfs_plugins.made_{number}_{part}" for part in range(200)]
            sys.modules.update((name, types.ModuleType(name)) for name in names)
            for name in names:
                del sys.modules[name]

    thread = threading.Thread(target=import_things, daemon=True)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread.start()
    try:
        assert all(manager.reload("busy") for _ in range(200)), manager.get_error("busy")
    finally:
        ended.set()
        thread.join()
        sys.setswitchinterval(interval)
