"""An application in C: Python initialized again, and sub-interpreters that come and go."""

import os

import pytest

from embedding import Embedder
from panels import SHOWS_A_PANEL

pytestmark = pytest.mark.skipif(os.name == "nt", reason="compiles with the options of Unix")

LOAD = """
import lichtfeld as lf
from lfs_plugins import PluginManager
manager = PluginManager.instance()
manager.start_watcher()
assert manager.load("here") and manager.load("aside"), manager.get_error("aside")
print(sorted(manager.list_loaded()), flush=True)
"""

REFUSED = """
try:
    import lichtfeld
except ImportError as error:
    print(error, flush=True)
else:
    print("imported", flush=True)
"""


@pytest.fixture
def embedder(tmp_path, home):
    home.plugin("here", SHOWS_A_PANEL)
    home.plugin("aside", SHOWS_A_PANEL.replace("w.panel", "aside.panel"), tool='isolation = "process"')
    directory = tmp_path / "application"
    directory.mkdir()
    return Embedder(directory, home)


def test_plugins_run_and_are_unloaded_when_python_is_finalized(embedder, home):
    status, out, err = embedder.run("init", LOAD, "finalize")
    assert (status, out) == (0, "['aside', 'here']\n"), err


def test_python_initialized_again_says_why_it_does_not_work(embedder):
    status, out, err = embedder.run("init", LOAD, "finalize", "init", REFUSED, REFUSED, "finalize")
    assert status == 0, err
    loaded, *refused = out.splitlines()
    assert loaded == "['aside', 'here']"
    assert len(refused) == 2 and len(set(refused)) == 1
    assert "Python was finalized and initialized again in this process" in refused[0]
    assert "start a new process" in refused[0]


def test_python_initialized_again_works_if_plugins_were_not_used_before(embedder):
    status, out, err = embedder.run("init", "import json", "finalize", "init", LOAD, "finalize")
    assert (status, out) == (0, "['aside', 'here']\n"), err


def test_the_end_of_a_sub_interpreter_does_not_end_the_manager(embedder):
    after = """
assert sorted(manager.list_loaded()) == ["aside", "here"] and PluginManager.instance() is manager
assert lf.ui.panels() == ["aside.panel", "w.panel"] and not manager.get_error("here")
assert "here" in lf.ui.render_text(lf.ui.draw_panel("w.panel"))
assert manager.reload("here") and manager.reload("aside")
print("as before", flush=True)
"""
    other = "import threading, json; thread = threading.Thread(target=print); thread.start(); thread.join()"
    status, out, err = embedder.run(
        "init", LOAD, "begin sub", other, REFUSED, "end sub", after, "begin sub", "end sub", after, "finalize"
    )
    assert status == 0, err
    lines = [line for line in out.splitlines() if line]
    assert lines[0] == "['aside', 'here']" and lines[2:] == ["as before"] * 2
    assert "cannot be used in a sub-interpreter" in lines[1]


def test_a_sub_interpreter_that_is_first_leaves_the_main_one_usable(embedder):
    status, out, err = embedder.run("init", "begin sub", REFUSED, "end sub", LOAD, "finalize")
    assert status == 0, err
    refused, loaded = out.splitlines()
    assert "sub-interpreter" in refused and loaded == "['aside', 'here']"
