"""A `draw` that takes too long: in the application's process it is ended, in a worker it is told of."""

import json
import os
import threading

import pytest

import lichtfeld as lf
from lfs_plugins import PluginManager, PluginTimeoutError
from panels import error_shown, shown
from waiting import PATIENCE, until

CODE = '''
import threading, time
import lichtfeld as lf
from lfs_plugins.types import Panel
from . import slow

class Shown(Panel):
    id = "w.panel"
    label = "Waits"
    def draw(self, layout):
        layout.label("begins")
        slow.wait()
        layout.label("ends")

def on_load(): lf.register_class(Shown)
'''
HOW = {
    "loop": "def wait():\n    x = 1\n    while True:\n        x += 1\n",
    "catches": (
        "import time\n"
        "def wait():\n"
        "    for _ in range(3):\n"
        "        try:\n"
        "            while True:\n"
        "                time.sleep(0.01)\n"
        "        except BaseException:\n"
        "            pass\n"
    ),
}


@pytest.fixture
def limited(home):
    """A manager that gives each drawing half a second."""
    lf.plugins.set_limits(draw=0.5)
    yield PluginManager.instance()
    lf.plugins.shutdown()
    lf.plugins.set_limits()


def on_thread(thread, work):
    if thread == "main":
        return work()
    results = []
    other = threading.Thread(target=lambda: results.append(work()))
    other.start()
    other.join(PATIENCE)
    return results[0]


@pytest.mark.parametrize("thread", ["main", "other"])
@pytest.mark.parametrize("how", HOW)
def test_a_drawing_that_does_not_end_is_ended_and_the_panel_says_where(limited, home, how, thread):
    path = home.plugin("w", CODE, files={"slow.py": HOW[how]})
    assert limited.load("w"), limited.get_traceback("w")
    frame = on_thread(thread, lambda: lf.ui.draw_panel("w.panel"))
    if how == "catches":
        # It has caught three exceptions, and then it ends.
        assert frame.get("error") is None
    else:
        error = frame["error"]
        assert error["exception"] == "PluginTimeoutError"
        assert error["message"].startswith("draw() took longer than 0.5 s and was ended; it was in wait (")
        assert error["location"]["file"] == str(path / "slow.py") and error["location"]["line"] in (3, 4)
        assert "slow.py" in lf.ui.render_text(frame) and "in draw" in error["traceback"]
        until(lambda: "was ended" in home.log("w"))
    (path / "slow.py").write_text("def wait(): pass\n")
    assert limited.reload("w")
    shown("w.panel", "ends")


def test_a_wait_on_the_main_thread_is_ended(home, host):
    home.plugin("w", CODE, files={"slow.py": "import time\ndef wait(): time.sleep(3600)\n"})
    status, out, err = host.run(
        """
        import signal
        lf.plugins.shutdown(); lf.plugins.set_limits(draw=0.5)
        manager = PluginManager.instance()
        assert manager.load("w"), manager.get_traceback("w")
        error = lf.ui.draw_panel("w.panel")["error"]
        print(error["message"], error["location"]["line"], error["traceback"])
        print("left", signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL))
        """
    )
    assert status == 0, err
    assert "draw() took longer than 0.5 s and was ended; it was in wait (" in out
    assert "time_limit" not in out, "where it was, not how it was ended"
    assert "left 0 (0.0, 0.0)" in out.replace("Handlers.SIG_DFL", "0"), out


def test_a_handler_for_the_alarm_of_native_code_is_left_alone(home, host):
    home.plugin("w", CODE, files={"slow.py": HOW["loop"]})
    status, out, err = host.run(
        """
        import ctypes, signal, time
        libc = ctypes.CDLL(None)
        rung = []
        handler = ctypes.CFUNCTYPE(None, ctypes.c_int)(lambda number: rung.append(number))
        libc.signal(signal.SIGALRM, handler)
        lf.plugins.shutdown(); lf.plugins.set_limits(draw=0.5)
        manager = PluginManager.instance()
        assert manager.load("w"), manager.get_traceback("w")
        print(lf.ui.draw_panel("w.panel")["error"]["message"])
        libc.raise_(signal.SIGALRM) if hasattr(libc, "raise_") else os.kill(os.getpid(), signal.SIGALRM)
        print("rung", rung)
        """
    )
    assert status == 0, (out, err)
    assert "draw() took longer than 0.5 s and was ended" in out and "rung [14]" in out


def test_what_else_the_drawing_thread_calls_is_ended_too(limited, home):
    code = CODE.replace("        slow.wait()\n", "").replace(
        "    def draw", "    update_interval_ms = 1\n    def on_update(self, context): slow.wait()\n    def draw"
    )
    home.plugin("w", code, files={"slow.py": HOW["loop"]})
    assert limited.load("w"), limited.get_traceback("w")
    lf.ui.draw_panel("w.panel")

    def told():
        lf.ui.due()
        return "on_update() took longer than 0.5 s and was ended; it was in wait (" in home.log("w")

    until(told)


POLLS = '''
import lichtfeld as lf
from lfs_plugins.types import Menu, Operator, Panel
from . import slow

class Shown(Panel):
    id = "w.panel"
    label = "Polls"
    @classmethod
    def poll(cls, context):
        slow.wait("panel")
        return True
    def draw(self, layout):
        layout.label("drawn")

class Other(Panel):
    id = "w.other"
    label = "Asks"
    def draw(self, layout):
        layout.operator_("w.do", "Do")
        layout.label("drawn")

class Listed(Menu):
    id = "w.menu"
    label = "Polls"
    location = "FILE"
    @classmethod
    def poll(cls, context):
        slow.wait("menu")
        return True
    def draw(self, layout):
        layout.label("drawn")

class Do(Operator):
    id = "w.do"
    label = "Do"
    @classmethod
    def poll(cls, context):
        slow.wait("operator")
        return True
    def execute(self, context):
        return {"FINISHED"}

def on_load():
    for known in (Shown, Other, Listed, Do):
        lf.register_class(known)
def set_slow(kind): slow.kind = kind
'''
POLLS_FOR_EVER = """
import time
kind = None
def wait(asked):
    while kind == asked:
        time.sleep(0.001)
"""


@pytest.fixture
def polls(home):
    """Returns a function that loads the plugin in a place."""

    def load(manager, isolation):
        home.plugin("w", POLLS, files={"slow.py": POLLS_FOR_EVER}, tool=f'isolation = "{isolation}"')
        assert manager.load("w"), manager.get_traceback("w")
        import w

        return w

    return load


def ended(home, who):
    """Waits for the line in the log about a `poll` that was ended."""
    what = "poll() took longer than 0.5 s and was ended; it was in wait ("
    until(lambda: what in home.log("w") and who in home.log("w"), lambda: home.log("w"))


@pytest.mark.parametrize("thread", ["main", "other"])
@pytest.mark.parametrize("kind", ["panel", "menu"])
def test_a_poll_that_does_not_end_is_ended_and_hides_what_it_is_of(limited, home, polls, kind, thread):
    w = polls(limited, "shared")
    ask = {"panel": lf.ui.poll_panel, "menu": lf.ui.poll_menu}[kind]
    assert ask(f"w.{kind}") is True
    w.set_slow(kind)
    assert on_thread(thread, lambda: ask(f"w.{kind}")) is False
    ended(home, f"'w.{kind}' is hidden: poll failed")
    w.set_slow(None)
    assert ask(f"w.{kind}") is True


@pytest.mark.parametrize("thread", ["main", "other"])
def test_a_poll_of_an_operator_that_does_not_end_is_ended_and_says_no(limited, home, polls, thread):
    w = polls(limited, "shared")
    assert lf.ui.ops.poll("w.do") is True
    w.set_slow("operator")
    assert on_thread(thread, lambda: lf.ui.ops.poll("w.do")) is False
    ended(home, "operator 'w.do' failed")
    w.set_slow(None)
    assert lf.ui.ops.poll("w.do") is True


@pytest.mark.parametrize("thread", ["main", "other"])
def test_a_button_whose_operator_polls_for_ever_is_drawn_switched_off(limited, home, polls, thread):
    w = polls(limited, "shared")
    w.set_slow("operator")
    frame = on_thread(thread, lambda: lf.ui.draw_panel("w.other"))
    assert frame.get("error") is None and "drawn" in lf.ui.render_text(frame), frame
    assert "it is not possible now" in json.dumps(frame), frame
    line = "poll() was ended, because the drawing that asked took longer than 0.5 s; it was in wait ("
    until(lambda: line in home.log("w"), lambda: home.log("w"))
    w.set_slow(None)
    assert "it is not possible now" not in json.dumps(lf.ui.draw_panel("w.other"))


def test_a_poll_in_a_worker_that_does_not_end_holds_nobody(home, manager, polls):
    """The application shows what it knew, and says that the process does not answer."""
    w = polls(manager, "process")
    shown("w.panel", "drawn")
    until(lambda: lf.ui.ops.poll("w.do") is True)
    until(lambda: lf.ui.poll_panel("w.panel") is True)
    w.set_slow("panel")
    assert lf.ui.poll_panel("w.panel") is True, "the answer before"
    # Asked on the same thread of the worker, so a drawing waits behind it, and an operator's `poll`.
    error_shown("w.panel", "has not answered for")
    assert lf.ui.poll_panel("w.panel") is True

    def asked():
        try:
            return lf.ui.ops.poll("w.do")
        except PluginTimeoutError as error:
            return str(error)

    until(lambda: "has not answered for" in str(asked()))
    # Calls of functions have threads of their own.
    w.set_slow(None)
    shown("w.panel", "drawn")
    # It counts as silent until something of it has come.
    until(lambda: asked() is True)
    assert lf.ui.poll_panel("w.panel") is True
    until(lambda: manager.get_state("w").name == "ACTIVE")


@pytest.mark.parametrize("what", ["draw", "poll"])
def test_what_waits_in_native_code_is_said_to_be_stuck(limited, home, what):
    """No exception ends it there; on a thread that is not the main one there is no signal either."""
    read, write = os.pipe()
    code = (
        "import os\nimport lichtfeld as lf\nfrom lfs_plugins.types import Panel\n"
        "class Shown(Panel):\n    id = 'w.panel'\n    label = 'Waits'\n    waits = True\n"
        "    def native(self):\n        if Shown.waits:\n            os.read(FILE, 1)\n"
        "    def WHAT(self, given):\n        self.native()\n        return True\n"
        "def on_load(): lf.register_class(Shown)\n"
        "def go_on(): Shown.waits = False\n"
    )
    home.plugin("w", code.replace("FILE", str(read)).replace("WHAT", what))
    assert limited.load("w"), limited.get_traceback("w")
    results = []
    ask = lf.ui.draw_panel if what == "draw" else lf.ui.poll_panel
    drawing = threading.Thread(target=lambda: results.append(ask("w.panel")))
    drawing.start()
    try:
        line = f"panel 'w.panel': {what}() has not returned within 0.5 s and cannot be ended"
        until(lambda: line in home.log("w"), lambda: home.log("w"))
        assert 'it waits in native code' in home.log("w") and 'isolation = "process"' in home.log("w")
        assert drawing.is_alive()
    finally:
        os.write(write, b"x")
        drawing.join(PATIENCE)
        os.close(read)
        os.close(write)
    assert home.log("w").count("cannot be ended") == 1, "once"
    # What it was too late for is said when the native code has returned.
    if what == "draw":
        assert results[0]["error"]["exception"] == "PluginTimeoutError"
    else:
        assert results == [False]
    import w

    w.go_on()
    assert lf.ui.poll_panel("w.panel") and lf.ui.draw_panel("w.panel").get("error") is None


def test_a_debugger_ends_the_limit(limited, home):
    code = CODE.replace("slow.wait()", "import sys; sys.settrace(lambda *_: None); "
                        "sys._getframe().f_trace = lambda *_: None; slow.wait(); sys.settrace(None)")
    slow = "import time\nfrom threading import Event\ngo = Event()\ndef wait():\n    go.wait(1.5)\n"
    home.plugin("w", code, files={"slow.py": slow})
    assert limited.load("w"), limited.get_traceback("w")
    frame = on_thread("other", lambda: lf.ui.draw_panel("w.panel"))
    assert frame.get("error") is None, frame["error"]


def test_a_slow_drawing_is_in_the_log_once_a_minute_with_its_line(home, manager):
    slow = "import time\ndef wait():\n    time.sleep(0.5)\n"
    path = home.plugin("w", CODE, files={"slow.py": slow})
    assert manager.load("w"), manager.get_traceback("w")
    for _ in range(3):
        lf.ui.draw_panel("w.panel")
    until(lambda: "took" in home.log("w"))
    lines = [line for line in home.log("w").splitlines() if "stood still" in line]
    assert len(lines) == 1, lines
    assert "panel 'w.panel': draw() took " in lines[0]
    assert f"; it waited in wait ({path / 'slow.py'}:3); do long work on a thread" in lines[0]


def test_a_quick_drawing_is_not_told_of_and_leaves_nothing(home, manager):
    home.plugin("w", CODE, files={"slow.py": "def wait(): pass\n"})
    assert manager.load("w")
    for _ in range(200):
        lf.ui.draw_panel("w.panel")
    assert "was ended" not in home.log("w")


def test_a_worker_that_hangs_says_since_when_and_how_to_end_it(home, manager):
    home.plugin("w", CODE, files={"slow.py": "import time\ndef wait(): time.sleep(3600)\n"},
                tool='isolation = "process"')
    assert manager.load("w"), manager.get_traceback("w")
    error_shown("w.panel", "has not answered for")
    text = " ".join(lf.ui.render_text(lf.ui.draw_panel("w.panel"), 200).split())
    assert "could not be drawn:" in text
    assert ", since " in text and "end it by unloading or reloading the plugin" in text


MANY = '''
import json, os
import lichtfeld as lf
from lfs_plugins.types import Panel

class Shown(Panel):
    id = "w.panel"
    label = "Many"
    def draw(self, layout):
        if raw:
            # As the answer to whatever is asked: the first one counts.
            for number in range(1, 1000):
                head = bytes([2, 1, 0, 0, 0, 0, 0, 0]) + number.to_bytes(8, "little") + bytes(8)
                os.write(3, head + len(raw).to_bytes(8, "little") + raw)
        for _ in range(many or 1):
            layout.label("fine")

many, raw = 0, b""
def on_load(): lf.register_class(Shown)
def set_many(count):
    global many
    many = count
def set_raw(frame):
    global raw
    raw = frame
'''


@pytest.fixture
def many(home, manager):
    home.plugin("w", MANY, tool='isolation = "process"')
    assert manager.load("w"), manager.get_traceback("w")
    import w

    return w


def test_too_many_widgets_are_a_named_error_in_the_panel(many):
    shown("w.panel", "fine")
    many.set_many(100_001)
    error_shown("w.panel", "more than 100000 widgets in one drawing")
    many.set_many(0)
    shown("w.panel", "fine")


def test_a_frame_that_no_layout_has_made_is_refused_by_name(many):
    frame = shown("w.panel", "fine")
    frame["widgets"][0]["depth"] = 101
    many.set_raw(json.dumps(frame).encode())
    error = error_shown("w.panel", "nested more than 100 deep")
    assert error["exception"] == "PluginLimitError" and "is refused" in error["message"]
