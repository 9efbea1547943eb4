"""How the application ends: every ``on_unload`` in its turn, within its time, and nothing left."""

import os
import signal
import sys

import pytest

from children import is_gone
from waiting import PATIENCE, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks at processes as Unix has them")


def said(out):
    """What plugins and the program printed, without the plugin's name."""
    return [line.rpartition("] ")[2] for line in out.splitlines()]


def unloads(home, name, body="pass", before=""):
    home.plugin(name, f"{before}\ndef on_unload():\n    print('bye {name}', flush=True)\n    {body}\n")


def test_plugins_are_unloaded_in_reverse_order_of_loading(host, home):
    for name in ("a", "b", "c"):
        unloads(home, name)
    status, out, err = host.run("for name in 'bca': assert manager.load(name)\nprint('end', flush=True)")
    assert status == 0, err
    assert said(out) == ["end", "bye a", "bye c", "bye b"]


@pytest.mark.parametrize(("how", "status"), [("sys.exit(3)", 3), ("raise ValueError", 1)])
def test_however_python_ends(host, home, how, status):
    unloads(home, "a")
    ended, out, err = host.run(f"manager.load('a')\n{how}")
    assert (ended, said(out)) == (status, ["bye a"]), err


def test_an_on_unload_that_raises_is_logged_and_stops_no_other(host, home):
    unloads(home, "a")
    unloads(home, "b", "raise ValueError('no')")
    unloads(home, "c", "import sys; sys.exit(9)")
    status, out, err = host.run("for name in 'abc': assert manager.load(name)")
    assert (status, said(out)) == (0, ["bye c", "bye b", "bye a"]), err
    assert "ValueError: no" in home.log("b")


@pytest.mark.parametrize("body", ["\n    while True: pass", "import time; time.sleep(3600)"])
def test_one_that_hangs_is_ended_and_the_others_follow(host, home, body):
    unloads(home, "a")
    unloads(home, "b", body)
    status, out, err = host.run(
        "lf.plugins.shutdown(); lf.plugins.set_limits(unload=2)\n"
        "manager = PluginManager.instance()\n"
        "for name in 'ab': assert manager.load(name)"
    )
    assert (status, said(out)) == (0, ["bye b", "bye a"]), err
    assert "on_unload took longer than 2 s and was ended" in home.log("b")


def test_one_that_cannot_be_ended_does_not_keep_the_process(host, home):
    unloads(home, "hangs", "all(itertools.repeat(1))  # a loop in C, with the lock of Python", before="import itertools")
    status, out, err = host.run(
        "lf.plugins.shutdown(); lf.plugins.set_limits(unload=0.5)\n"
        "manager = PluginManager.instance()\nassert manager.load('hangs')"
    )
    assert status == -signal.SIGKILL
    assert "ended by force" in err and "on_unload has not returned within 0.5 s" in err
    assert "ended by force" in home.log("hangs")
    assert host.states() == {"hangs": ["UNLOADED", None]}, "it did not crash while loading"


def test_a_thread_that_waits_for_on_unload_does_not_keep_the_process(host, home):
    home.plugin(
        "t",
        """
        import threading
        stop = threading.Event()
        def on_load():
            threading.Thread(target=stop.wait).start()
        def on_unload():
            stop.set()
        """,
    )
    status, out, err = host.run("assert manager.load('t')")
    assert status == 0, err


def test_an_executor_that_waits_for_on_unload_does_not_keep_the_process(host, home):
    home.plugin(
        "t",
        """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        stop = threading.Event()
        def on_load():
            ThreadPoolExecutor(1).submit(stop.wait)
        def on_unload():
            stop.set()
        """,
    )
    status, out, err = host.run("assert manager.load('t')")
    assert status == 0, err


def test_a_thread_that_on_unload_forgets_does_not_keep_the_process(host, home):
    home.plugin(
        "t",
        """
        import threading, time
        def work():
            while True:
                time.sleep(0.01)
        def on_load():
            threading.Thread(target=work, name="forgotten").start()
        """,
    )
    status, out, err = host.run("assert manager.load('t')")
    assert status == 0, err
    assert "thread still running: forgotten" in home.log("t")


def test_a_forked_child_does_not_unload_its_parents_plugins(host, home):
    unloads(home, "a")
    status, out, err = host.run(
        """
        import multiprocessing
        manager.load("a")
        if __name__ == "__main__":
            child = multiprocessing.get_context("fork").Process(target=print, args=("child",))
            child.start(); child.join()
            print("end", flush=True)
        """
    )
    assert status == 0, err
    assert said(out) == ["child", "end", "bye a"]


LIVES = '''
import os, subprocess
def pids(): return os.getpid(), subprocess.Popen(["sleep", "3600"]).pid
'''
HOST = '''
assert manager.load("w") and manager.load("s")
import s, w
print(*w.pids(), s.pids()[1], flush=True)
{end}
'''


@pytest.fixture
def crowd(home):
    home.plugin("w", LIVES, tool='isolation = "process"')
    home.plugin("s", LIVES)


def started(process):
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return [int(word) for word in line.split()]


def test_nothing_is_left_after_a_normal_end(host, crowd):
    process = host.start(HOST.format(end=""))
    pids = started(process)
    assert process.wait(PATIENCE) == 0
    assert all(is_gone(pid) for pid in pids), "at once, not a moment later"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_after_a_kill(host, crowd, number):
    process = host.start(HOST.format(end="sys.stdin.read()"))
    pids = started(process)
    process.send_signal(number)
    assert process.wait(PATIENCE) == -number
    until(lambda: all(is_gone(pid) for pid in pids))


def children_of(pid):
    own = set()
    # Threads have children of their own; one that has ended meanwhile has none.
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/children") as children:
                own |= set(children.read().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return own


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_watches_over_children_that_are_gone(host, home):
    home.plugin("s", LIVES + "import multiprocessing\n")
    process = host.start(
        """
        assert manager.load("s")
        import s
        for line in sys.stdin:
            print(*eval(line), flush=True)
        """
    )

    def ask(expression):
        process.stdin.write(expression + "\n")
        process.stdin.flush()
        return process.stdout.readline().split()

    assert ask("s.pids()")
    assert len(children_of(process.pid)) == 2, "the child and what watches over it"
    # A child that has ended and was waited for is not watched.
    assert ask("[s.subprocess.run(['true']).returncode]") == ["0"]
    assert ask("[manager.unload('s')]") == ["True"]
    assert not children_of(process.pid)
    process.communicate(timeout=PATIENCE)


LATE = """
import subprocess, sys, threading

unloaded, process = threading.Event(), None

def work():
    global process
    unloaded.wait()
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

thread = threading.Thread(target=work, daemon=True)

def on_load():
    thread.start()

def ended():
    unloaded.set()
    thread.join()
    return process.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_watches_over_a_child_that_was_started_after_the_unload(host, home):
    home.plugin("s", LATE)
    process = host.start(
        """
        assert manager.load("s")
        import s
        ended = s.ended
        assert manager.unload("s")
        print(ended(), flush=True)
        sys.stdin.read()
        """
    )
    assert process.stdout.readline().strip() not in ("", "0")
    until(lambda: not children_of(process.pid))
    process.communicate(timeout=PATIENCE)


@pytest.mark.parametrize("tool", ["", 'isolation = "process"'])
def test_a_load_on_another_thread_ends_with_the_process(host, home, tool):
    home.plugin("slow", "import time\ntime.sleep(0.1)\nwhile True: time.sleep(0.01)\n", tool=tool)
    process = host.start(
        """
        import threading, time
        lf.plugins.shutdown(); lf.plugins.set_limits(unload=1)
        manager = PluginManager.instance()
        daemon = sys.stdin.readline() == "daemon\\n"
        threading.Thread(target=manager.load, args=("slow",), daemon=daemon).start()
        while manager.get_state("slow") != PluginState.LOADING: time.sleep(0.01)
        time.sleep(0.5)
        """
    )
    # Python waits for a thread that is no daemon, and code in this process cannot be taken away.
    out, err = process.communicate("other\n" if tool else "daemon\n", timeout=PATIENCE)
    assert process.returncode == 0, err
    running = home.root / "running"
    assert not running.exists() or not list(running.iterdir())
    assert host.states() == {"slow": ["UNLOADED", None]}
