"""A native module that was rebuilt is never reported as reloaded while its old code runs."""

import sys

import pytest
from compiled import SUFFIX, compiled

import lfs_plugins

WORKERS = sys.platform != "win32"
OWN = "from ._core import version\n"
ADDED = (
    "import os, sys\n"
    "sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'libs'))\n"
    "from _core import version\n"
)
PLACES = [("_core", OWN), ("libs/_core", ADDED)]


def build(path, file, version):
    """Writes the module as a compiler does: a new file in place of the old one."""
    target = path / f"{file}{SUFFIX}"
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    target.write_bytes(compiled(path.parent.parent / "build", version))


@pytest.fixture(autouse=True)
def unloaded():
    yield
    sys.modules.pop("_core", None)


@pytest.mark.skipif(not WORKERS, reason="workers need Unix")
@pytest.mark.parametrize(("file", "code"), PLACES, ids=["own", "added"])
def test_it_moves_to_a_process_of_its_own(home, manager, file, code):
    path = home.plugin("tool", code)
    build(path, file, "1")
    assert manager.load("tool"), manager.get_traceback("tool")
    assert manager.reload("tool"), manager.get_traceback("tool")
    assert manager.load_report("tool")["place"] == "shared", "nothing was rebuilt"
    assert lfs_plugins.tool.version() == "1"
    build(path, file, "2")
    assert manager.reload("tool"), manager.get_error("tool")
    report = manager.load_report("tool")
    assert report["place"] == "worker"
    assert any(f"{file}{SUFFIX} was rebuilt" in note for note in report["notes"]), report["notes"]
    assert lfs_plugins.tool.version() == "2"


@pytest.mark.parametrize(("file", "code"), PLACES, ids=["own", "added"])
def test_where_it_must_be_shared_it_says_so(home, manager, file, code):
    path = home.plugin("tool", code, tool='isolation = "shared"\n')
    build(path, file, "1")
    assert manager.load("tool"), manager.get_traceback("tool")
    build(path, file, "2")
    assert not manager.reload("tool")
    assert f"{file}{SUFFIX} was rebuilt" in manager.get_error("tool")
    assert lfs_plugins.tool.version() == "1"
    manager.unload("tool")
    assert not manager.load("tool")
    assert "was rebuilt" in manager.get_error("tool")
    assert manager.plan(["tool"])[0]["place"] is None
