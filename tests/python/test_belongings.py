"""What a plugin has started and forgot is freed at unload, and reported where it cannot be freed."""

import subprocess
import threading

import pytest

import lfs_plugins
import lichtfeld.plugins as native
from waiting import PATIENCE, until


def load(home, manager, code, name="starter"):
    home.plugin(name, code)
    assert manager.load(name), manager.get_traceback(name)
    return getattr(lfs_plugins, name)


def test_a_forgotten_thread_is_named_with_its_line(home, manager):
    load(home, manager, """
        import threading

        go_on = threading.Event()

        def wait():
            go_on.wait()

        def on_load():
            threading.Thread(target=wait, name="waiter", daemon=True).start()
    """)
    go_on = lfs_plugins.starter.go_on
    assert manager.unload("starter")
    report = manager.unload_report("starter")
    assert len(report["threads"]) == 1
    assert report["threads"][0].startswith("waiter: wait at ")
    assert report["threads"][0].endswith("__init__.py:7")
    go_on.set()


def test_a_thread_that_ends_with_its_plugin_is_not_reported(home, manager):
    load(home, manager, """
        import threading

        done = threading.Event()

        def on_load():
            threading.Thread(target=done.wait).start()

        def on_unload():
            done.set()
    """)
    manager.unload("starter")
    assert manager.unload_report("starter") == {
        "freed": [], "threads": [], "processes": [], "modules": [], "restored": [], "error": None,
    }


def test_a_forgotten_child_process_is_ended(home, manager):
    module = load(home, manager, """
        import subprocess, sys

        def on_load():
            global pid
            pid = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid
    """)
    pid = module.pid
    manager.unload("starter")
    (line,) = manager.unload_report("starter")["freed"]
    assert line.startswith(f"process {pid}: ") and "time.sleep(600)" in line
    assert manager.unload_report("starter")["processes"] == []


def test_a_child_of_a_child_thread_belongs_to_the_plugin(home, manager):
    module = load(home, manager, """
        import subprocess, sys, threading

        process = None

        def on_load():
            # The standard library starts it: no code of the plugin is on that thread's stack.
            import concurrent.futures
            global pool, process
            pool = concurrent.futures.ThreadPoolExecutor()
            process = pool.submit(subprocess.Popen, [sys.executable, "-c", "input()"],
                                  stdin=subprocess.PIPE).result()
    """)
    process = module.process
    manager.unload("starter")
    freed = manager.unload_report("starter")["freed"]
    assert "executor ThreadPoolExecutor" in freed
    assert any(line.startswith(f"process {process.pid}: ") for line in freed)
    assert process.wait(PATIENCE) != 0
    process.stdin.close()


def test_a_child_that_is_started_after_the_unload_is_ended(home, manager):
    module = load(home, manager, """
        import subprocess, sys, threading

        unloaded, started = threading.Event(), threading.Event()
        process = None

        def work():
            global process
            unloaded.wait()
            process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
            started.set()

        def on_load():
            threading.Thread(target=work, daemon=True).start()
    """)
    names = vars(module)
    manager.unload("starter")
    names["unloaded"].set()
    assert names["started"].wait(PATIENCE)
    assert names["process"].wait(PATIENCE) != 0
    names["process"].stdin.close()


def test_no_child_is_forgotten_where_several_threads_start_some(home, manager):
    load(home, manager, """
        import subprocess, sys
        from concurrent.futures import ThreadPoolExecutor

        def start(_):
            return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

        def on_load():
            global children
            with ThreadPoolExecutor(8) as pool:
                children = list(pool.map(start, range(32)))
    """)
    children = lfs_plugins.starter.children
    manager.unload("starter")
    assert all(child.wait(PATIENCE) != 0 for child in children)
    for child in children:
        child.stdin.close()


def test_the_exit_status_of_a_child_is_left_to_the_plugin(home, manager):
    """A thread that joins a child finds no exit status if it is reaped under its hands."""
    module = load(home, manager, """
        import multiprocessing, multiprocessing.connection, os, subprocess, sys

        def start(patience):
            child = multiprocessing.get_context("fork").Process(target=os._exit, args=(3,))
            child.start()
            assert multiprocessing.connection.wait([child.sentinel], patience)
            subprocess.run([sys.executable, "-c", ""], check=True)
            return child._popen.returncode, child.exitcode
    """)
    assert module.start(PATIENCE) == (None, 3)


def test_a_function_that_is_still_referenced_keeps_its_module(home, manager):
    module = load(home, manager, "def answer():\n    return 42\n")
    kept = module.answer
    del module
    manager.unload("starter")
    assert manager.unload_report("starter")["modules"] == ["lfs_plugins.starter"]
    del kept
    assert manager.unload_report("starter")["modules"] == []


def test_caches_of_the_standard_library_are_no_leak(home, manager):
    load(home, manager, """
        import ctypes
        import sys
        from typing import Callable, Dict, List, Optional, Union

        class Thing:
            def method(self):
                pass

        class Point(ctypes.Structure):
            _fields_ = [("x", ctypes.c_int)]

            def method(self):
                pass

        Names = Union[List[Thing], Optional[Thing], Dict[str, Thing], Callable[[Thing], None]]
        Pointer = ctypes.POINTER(Point)
        if sys.version_info >= (3, 13):  # before, Python itself never frees such a type
            Function = ctypes.CFUNCTYPE(None, Pointer)
    """)
    manager.reload("starter")
    manager.unload("starter")
    assert manager.unload_report("starter")["modules"] == []


def test_the_hosts_own_threads_and_children_are_its_own(home, manager):
    load(home, manager, "")
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    child = subprocess.Popen(["sleep", "600"])
    manager.unload("starter")
    report = manager.unload_report("starter")
    assert report["threads"] == report["freed"] == report["processes"] == []
    assert child.poll() is None
    child.kill()
    child.wait()
    done.set()
    thread.join()


def test_everything_wrapped_is_given_back_at_shutdown(home, manager):
    native.shutdown()
    before = threading.Thread.start, subprocess.Popen.__init__
    home.plugin("starter", "")
    assert native.load("starter")
    assert threading.Thread.start is not before[0]
    native.shutdown()
    assert (threading.Thread.start, subprocess.Popen.__init__) == before


CARRIED = """
    import subprocess, sys, threading
    import lichtfeld as lf

    class Work:
        def __init__(self):
            self.stop, self.next = threading.Event(), threading.Event()
            self.children = []
            self.thread = threading.Thread(target=self.run, name="work", daemon=True)
            self.thread.start()

        def run(self):
            while not self.stop.is_set():
                self.children.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
                self.next.wait()
                self.next.clear()

        def end(self):
            self.stop.set()
            self.next.set()
            self.thread.join()

    work, carried = None, False

    def on_before_reload():
        global carried
        carried = lf.plugins.carry_over()
        return {"work": work}

    def on_after_reload(state):
        global work, carried
        work, carried = state["work"], False
        VERSION

    def start():
        global work
        work = Work()
"""


def test_what_is_carried_over_goes_on_and_is_the_next_versions(home, manager):
    module = load(home, manager, CARRIED.replace("VERSION", "pass"))
    module.start()
    work = module.work
    until(lambda: len(work.children) == 1)
    for _ in range(2):
        assert manager.reload("starter")
        report = manager.unload_report("starter")
        assert not (report["threads"] or report["processes"] or report["freed"]), report
    assert lfs_plugins.starter.work is work and work.thread.is_alive()
    # What the old code starts now is the new version's as well.
    work.next.set()
    until(lambda: len(work.children) == 2)
    manager.unload("starter")
    report = manager.unload_report("starter")
    assert len([line for line in report["freed"] if line.startswith("process ")]) == 2, report
    assert report["threads"][0].startswith("work: ")
    assert all(child.poll() is not None for child in work.children)
    work.end()


def test_a_refused_version_inherits_nothing(home, manager):
    module = load(home, manager, CARRIED.replace("VERSION", "pass"))
    module.start()
    work = module.work
    until(lambda: len(work.children) == 1)
    home.plugin("starter", CARRIED.replace("VERSION", "1 / 0"))
    assert not manager.reload("starter")
    assert work.children[0].poll() is None and work.thread.is_alive()
    assert not module.carried
    work.end()
    manager.unload("starter")
    assert len(manager.unload_report("starter")["freed"]) >= 1
    assert all(child.wait(PATIENCE) is not None for child in work.children)


def test_carry_over_is_for_plugins(manager):
    with pytest.raises(RuntimeError, match="on_before_reload"):
        native.carry_over()
