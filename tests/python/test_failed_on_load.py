"""A plugin whose ``on_load`` raises is ended as one that was loaded: by its ``on_unload``."""

import pytest

import lichtfeld as lf
from lfs_plugins import PluginState

PLACES = ["shared", "process"]
CODE = """
import pathlib, threading
import lichtfeld as lf
from lfs_plugins.types import Panel

steps = pathlib.Path(__file__).parent.parent.parent / "steps.txt"
stop = threading.Event()
thread = None

def note(line):
    with open(steps, "a") as file:
        file.write(line + "\\n")

class Half(Panel):
    id = "half.panel"
    def draw(self, layout):
        layout.label("here")

def work():
    stop.wait(300)
    note("thread ended" if stop.is_set() else "thread was left")

def on_load():
    global thread
    thread = threading.Thread(target=work)
    thread.start()
    lf.register_class(Half)
    raise ValueError("half way")

def on_unload():
    note("on_unload, registered" if "half.panel" in lf.ui.panels() else "on_unload")
    stop.set()
    thread.join()
    END
"""


def steps(home):
    path = home.root / "steps.txt"
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.parametrize("place", PLACES)
def test_on_unload_is_called_before_anything_is_freed(home, manager, place):
    home.plugin("half", CODE.replace("END", "pass"), tool=f'isolation = "{place}"')
    assert manager.load("half") is False
    assert manager.get_state("half") is PluginState.ERROR
    assert "half way" in manager.get_error("half")
    assert steps(home) == ["on_unload, registered", "thread ended"]
    assert lf.ui.panels() == []
    assert manager.unload("half") is False
    assert len(steps(home)) == 2, "once"


@pytest.mark.parametrize("place", PLACES)
def test_an_on_unload_that_raises_too_is_logged_and_hides_nothing(home, manager, place):
    code = CODE.replace("END", "raise KeyError('never made')")
    home.plugin("half", code, tool=f'isolation = "{place}"')
    assert manager.load("half") is False
    assert "ValueError: half way" in manager.get_error("half")
    assert "LR108 on_unload failed" in home.log("half") and "never made" in home.log("half")


@pytest.mark.parametrize("place", PLACES)
def test_a_new_version_that_fails_half_way_is_ended_before_the_old_one_goes_on(home, manager, place):
    tool = f'isolation = "{place}"'
    home.plugin("half", "def on_load(): pass", tool=tool)
    assert manager.load("half")
    home.plugin("half", CODE.replace("END", "pass"), tool=tool)
    assert manager.reload("half") is False
    assert manager.get_state("half") is PluginState.ACTIVE
    assert steps(home)[-1] == "thread ended"
