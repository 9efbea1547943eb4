"""What a worker does when it dies, hangs or floods stays with that worker."""

import gc
import os
import signal
import sys
import threading
import time

import pytest

import lichtfeld
from children import is_gone
from lfs_plugins import PluginCrashedError, PluginError, PluginManager, PluginState
from panels import error_shown, shown
from waiting import PATIENCE, scaled, until

PRINTED = scaled(5, 100)
"""Megabytes that a plugin prints at once."""
RELOADS = scaled(15, 200)
"""Reloads of a plugin whose functions are called all the time."""

CODE = '''
import ctypes, os, sys, threading, time
import lichtfeld as lf
from lfs_plugins.types import Panel

class Hang(Panel):
    id = "w.panel"
    label = "Worker"
    def draw(self, layout):
        if hang:
            time.sleep(3600)
        layout.label("here")

hang = False
def on_load(): lf.register_class(Hang)
def pid(): return os.getpid()
def null(): ctypes.string_at(0)
def abort(): os.abort()
def leave(): os._exit(7)
def close_all(): os.closerange(0, 256); time.sleep(60)
def set_hang():
    global hang
    hang = True
def flood(megabytes):
    line = "x" * 99 + "\\n"
    for _ in range(10_000 * megabytes):
        sys.stdout.write(line)
    return True
def eat():
    kept = []
    while True:
        kept.append(bytearray(64 << 20))
def child():
    import subprocess
    return subprocess.Popen(["sleep", "3600"]).pid
class Thing: pass
def thing(): return Thing()
def wait_for_ever(on_begin): on_begin(); threading.Event().wait()
'''


@pytest.fixture
def worker(home, manager):
    home.plugin("w", CODE, tool='isolation = "process"')
    home.plugin("other", "def answer(): return 42\n", tool='isolation = "process"')
    assert manager.load("w") and manager.load("other"), manager.get_traceback("w")
    import w

    return w


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are read from /proc")
def test_an_unloaded_plugin_keeps_no_connection_open(home, manager):
    def sockets():
        manager.get_state("w")  # what a thread of ours has let go is freed at the next call
        gc.collect()
        return sum("socket:" in os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")
                   if os.path.lexists(f"/proc/self/fd/{name}"))  # fmt: skip

    home.plugin("w", CODE, tool='isolation = "process"')
    before = sockets()
    for _ in range(2):
        assert manager.load("w"), manager.get_traceback("w")
        manager.unload("w")
    until(lambda: sockets() <= before, sockets)


@pytest.mark.parametrize(("how", "words"), [
    ("null", "SIGSEGV"), ("abort", "SIGABRT"), ("leave", "exit status 7"), ("close_all", "process"),
])
def test_a_death_is_an_error_of_that_plugin_alone(worker, manager, how, words):
    thing = worker.thing()
    with pytest.raises(PluginCrashedError, match=words):
        getattr(worker, how)()
    until(lambda: manager.get_state("w") is PluginState.ERROR)
    assert words in manager.get_error("w")
    if how in ("null", "abort"):
        assert f"in {how}" in manager.get_traceback("w"), "faulthandler's stacks"
        assert "__init__.py:" in manager.get_error("w")
    error_shown("w.panel", words)
    with pytest.raises(PluginCrashedError):
        thing.name  # noqa: B018
    with pytest.raises(PluginCrashedError):
        worker.pid()
    import other

    assert other.answer() == 42
    assert manager.load("w"), "started again on demand"
    assert worker.pid() > 0


def test_a_death_is_noticed_by_everyone_who_waits(worker, manager):
    pid = worker.pid()
    begun, failed = [], []

    def wait():
        try:
            worker.wait_for_ever(lambda: begun.append(True))
        except PluginCrashedError as error:
            failed.append(error)

    waiting = [threading.Thread(target=wait) for _ in range(3)]
    for thread in waiting:
        thread.start()
    until(lambda: len(begun) == 3)
    os.kill(pid, signal.SIGKILL)
    until(lambda: manager.get_state("w") is PluginState.ERROR)
    for thread in waiting:
        thread.join(PATIENCE)
    assert len(failed) == 3


def test_one_that_crashes_again_and_again_is_put_into_quarantine(worker, manager):
    for _ in range(4):
        with pytest.raises(PluginCrashedError):
            worker.abort()
        until(lambda: manager.get_state("w") is not PluginState.ACTIVE)
        if manager.get_state("w") is PluginState.ERROR:
            until(lambda: manager.get_state("w") is not PluginState.ACTIVE)
            try:
                manager.load("w")
            except Exception as error:
                assert "ended too often" in str(error)
    until(lambda: manager.get_state("w") is PluginState.DISABLED)
    manager.enable("w")
    assert manager.load("w") and worker.pid() > 0


def test_a_listener_cannot_load_it_again_after_the_last_crash(worker, manager):
    told = []

    def load(change):
        if change.event == "failed":
            try:
                told.append(manager.load("w"))
            except PluginError as error:
                told.append(str(error))

    manager.on_event(load)
    for count in (1, 2, 3):
        with pytest.raises(PluginCrashedError):
            worker.abort()
        until(lambda: len(told) == count)
    assert told[:2] == [True, True]
    assert "ended too often" in told[2]
    until(lambda: manager.get_state("w") is PluginState.DISABLED)


@pytest.mark.parametrize("code", ["os.abort()", "def on_load(): os.abort()"])
def test_one_that_crashes_at_every_start_is_put_into_quarantine(home, manager, code):
    home.plugin("w", f"import os\n{code}\n", tool='isolation = "process"')
    states = []
    for _ in range(3):
        assert not manager.load("w")
        states.append(manager.get_state("w"))
    assert states == [PluginState.ERROR, PluginState.ERROR, PluginState.DISABLED]
    assert "SIGABRT" in manager.get_error("w")
    home.plugin("w", "def on_load(): pass\n", tool='isolation = "process"')
    manager.enable("w")
    assert manager.load("w")


def test_one_that_hangs_while_drawing_does_not_stop_the_host(worker, manager):
    events = []
    manager.on_event(lambda change: events.append(change.event))
    worker.set_hang()
    # Each of these drawings returns, though the plugin's own never does.
    error_shown("w.panel", "not answered")
    until(lambda: "unresponsive" in events)
    assert worker.pid() > 0, "calls have threads of their own"
    pid = worker.pid()
    os.kill(pid, signal.SIGKILL)
    until(lambda: manager.get_state("w") is PluginState.ERROR)


def test_a_flood_of_prints_harms_no_other(worker, home, manager):
    assert worker.flood(PRINTED)
    import other

    assert other.answer() == 42
    size = sum(file.stat().st_size for file in (home.root / "logs").glob("w.log*"))
    assert size < 4 << 20


def test_unloading_ends_the_process_and_its_children(worker, manager):
    pid, child = worker.pid(), worker.child()
    manager.unload("w")
    assert is_gone(pid)
    until(lambda: is_gone(child))


def test_reloads_under_calls_lose_no_call(worker, home, manager):
    stop = threading.Event()
    answers, errors, pids = [0], [], set()

    def call():
        while not stop.is_set():
            try:
                pids.add(worker.pid())
                answers[0] += 1
                # Leaves some of the interpreter to the reloads.
                time.sleep(0.0005)
            except PluginCrashedError as error:
                errors.append(error)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(RELOADS):
        assert manager.reload("w"), manager.get_error("w")
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
    print(f"{RELOADS} reloads: {answers[0]} answers, {len(errors)} named errors, {len(pids)} processes seen")
    assert not any(thread.is_alive() for thread in threads)
    last = worker.pid()
    for pid in pids - {last}:
        until(lambda pid=pid: is_gone(pid))


def test_state_goes_over_to_the_new_process(home, manager):
    code = '''
        value = 0
        def on_before_reload(): return {"value": value + 1}
        def on_after_reload(state):
            global value
            value = state["value"]
        def get(): return value
    '''
    home.plugin("keeps", code, tool='isolation = "process"')
    assert manager.load("keeps")
    import keeps

    for _ in range(3):
        assert manager.reload("keeps"), manager.get_error("keeps")
    assert keeps.get() == 3


def test_a_reload_that_fails_leaves_the_old_process(worker, home, manager):
    pid = worker.pid()
    (home.plugins / "w" / "__init__.py").write_text("def broken(:\n")
    assert manager.reload("w") is False
    assert worker.pid() == pid
    assert manager.get_state("w") is PluginState.ACTIVE and manager.get_error("w")


def test_twenty_workers_at_once(home):
    manager = PluginManager.instance()
    for number in range(20):
        home.plugin(f"n{number}", f"import os\ndef number(): return {number}\ndef pid(): return os.getpid()\n",
                    tool='isolation = "process"\n')
    assert all(manager.load(f"n{number}") for number in range(20))
    own = []
    for number in range(20):
        module = __import__(f"n{number}")
        assert module.number() == number
        with open(f"/proc/{module.pid()}/smaps_rollup") as file:
            sizes = dict(line.split(":") for line in file.read().splitlines()[1:])
        own.append(sum(int(sizes[key].split()[0]) for key in ("Private_Clean", "Private_Dirty")))
    print(f"own memory of each worker {max(own) / 1024:.1f} MB at most")
    assert max(own) < 30 * 1024


def test_one_that_hangs_can_be_unloaded(worker, manager):
    pid = worker.pid()
    worker.set_hang()
    lichtfeld.ui.draw_panel("w.panel")
    manager.unload("w")
    assert is_gone(pid)
    assert manager.get_state("w") is PluginState.UNLOADED


def test_one_that_hangs_can_be_reloaded(worker, manager):
    pid = worker.pid()
    worker.set_hang()
    lichtfeld.ui.draw_panel("w.panel")
    assert manager.reload("w"), manager.get_error("w")
    assert is_gone(pid) and worker.pid() != pid
    shown("w.panel", "here")
