"""A forked child of the application, or of a worker, is refused what needs the connection of its
parent, and goes on with the rest."""

import os
import sys

import pytest

from panels import SHOWS_A_PANEL
from waiting import until

pytestmark = pytest.mark.skipif(
    not hasattr(__import__("os"), "fork"), reason="this system has no fork"
)

CODE = SHOWS_A_PANEL + '''
import multiprocessing, sys
def call(function): return function()
class Thing: pass
def thing(): return Thing()

def in_child(queue, callback):
    answers = {}
    def note(name, what):
        try:
            answers[name] = repr(what())
        except BaseException as error:
            answers[name] = f"{type(error).__name__}: {error}"
    note("callback", callback)
    note("invoke", lambda: lf.plugins.invoke("host.answer", {}))
    note("has", lambda: lf.plugins.has_capability("host.answer"))
    note("part", lambda: __import__("part").double(21))
    note("stdlib", lambda: __import__("colorsys").rgb_to_hsv(1, 0, 0))
    note("log", lambda: lf.log.info("a line of the child"))
    note("logging", lambda: __import__("logging").getLogger("x").warning("a warning of the child"))
    note("print", lambda: print("a print of the child", flush=True))
    note("settings", lambda: lf.plugins.settings("w").get("key", 5))
    queue.put(answers)

def fork(callback):
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=in_child, args=(queue, callback))
    child.start()
    try:
        return queue.get(timeout=120)
    finally:
        child.kill()
        child.join()
'''


@pytest.fixture
def worker(home, manager):
    import lichtfeld.plugins as plugins

    home.plugin("w", CODE, files={"part.py": "def double(x): return 2 * x\n"}, tool='isolation = "process"')
    plugins.register_capability("host.answer", lambda args, context: {"answer": 42})
    assert manager.load("w"), manager.get_traceback("w")
    import w

    yield w
    plugins.unregister_capability("host.answer")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_of_a_worker_is_refused_and_keeps_the_rest(worker, home, manager):
    for _ in range(5):
        answers = worker.fork(lambda: "called")
        for name in ("callback", "invoke", "has"):
            assert "spawn" in answers[name], answers
        assert answers["callback"].startswith("PluginForkedError: ")
        assert "PluginForkedError" in answers["invoke"]
        assert answers["part"] == "42" and answers["stdlib"] == "(0.0, 1.0, 1)"
        assert answers["settings"] == "5"
        assert answers["log"] == answers["logging"] == answers["print"] == "None"
        # The parent has lost no answer, and got none too many.
        assert worker.call(lambda: 7) == 7
    assert worker.pid() > 0
    manager.unload("w")
    log = home.log("w")
    for line in ("a line of the child", "a warning of the child", "a print of the child"):
        assert log.count(line) == 5, log


PRINTS = """
import os, threading, time

ended = threading.Event()

def write():
    while not ended.is_set():
        print("a line of the parent")

def fork(count):
    threads = [threading.Thread(target=write, daemon=True) for _ in range(4)]
    for thread in threads: thread.start()
    try:
        return [child(number) for number in range(count)]
    finally:
        ended.set()

def child(number):
    pid = os.fork()
    if not pid:
        print(f"child {number} prints", flush=True)
        os._exit(0)
    return pid
"""


def test_a_child_that_was_forked_while_others_print_prints_too(home, manager):
    home.plugin("prints", PRINTS)
    assert manager.load("prints"), manager.get_error("prints")
    import prints

    for pid in prints.fork(40):
        until(lambda: os.waitpid(pid, os.WNOHANG)[0], "a child waits for a lock for ever")
    log = "".join(path.read_text() for path in (home.root / "logs").glob("prints.log*"))
    assert log.count(" prints\n") > 0


def test_a_child_of_the_application_is_refused_at_every_door(home, host):
    home.plugin("w", CODE, files={"part.py": ""}, tool='isolation = "process"')
    status, out, err = host.run(
        """
        import warnings
        warnings.simplefilter("ignore")
        assert manager.load("w"), manager.get_traceback("w")
        import w
        thing = w.thing()
        w.pid()

        def said(what):
            try:
                return f"done: {what()}"
            except BaseException as error:
                return f"{type(error).__name__}: {getattr(error, 'code', None)} {error}"

        def panel():
            return lf.ui.draw_panel("w.panel")["error"]["message"]

        for _ in range(5):
            read, write = os.pipe()
            child = os.fork()
            if not child:
                for door in (w.pid, lambda: w.call(print), lambda: thing.name, lambda: w.VERSION, panel):
                    os.write(write, (said(door) + "\\n").encode())
                print("from the child", flush=True)
                os._exit(0)
            os.close(write)
            with os.fdopen(read) as lines:
                print(lines.read(), end="")
            os.waitpid(child, 0)
            assert w.call(lambda: 7) == 7
        print("the parent works", w.pid() > 0, lf.ui.draw_panel("w.panel").get("error"))
        """
    )
    assert status == 0, err
    lines = out.splitlines()
    refused = [line for line in lines if line.startswith("PluginForkedError: LR121 plugin 'w'")]
    assert len(refused) == 20 and all("spawn" in line for line in refused), out
    assert sum(line.startswith("done: this process was forked") for line in lines) == 5, out
    assert lines.count("from the child") == 5
    assert lines[-1] == "the parent works True None"
    assert sys.platform != "win32"
