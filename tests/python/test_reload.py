"""Reload is a transaction: what worked goes on wherever a step fails."""

import sys

import pytest

import wheels
from homes import module

import lichtfeld as lf
from lfs_plugins import PluginState

GOOD = """
import lichtfeld as lf
from lfs_plugins.types import Panel

class P(Panel):
    id = "one.panel"
    label = "first"
    def draw(self, layout):
        layout.label("old")

def on_load():
    lf.register_class(P)

def answer():
    return "old"
"""


@pytest.fixture
def one(home, manager):
    home.plugin("one", GOOD)
    assert manager.load("one")
    return manager


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def broken(:\n", "SyntaxError"),
        ("import surely_not_there\n", "ModuleNotFoundError"),
        ("raise RuntimeError('at import')\n", "at import"),
        ("def on_load():\n    raise RuntimeError('at load')\n", "at load"),
        (GOOD.replace('"old"', '"new"') + "raise RuntimeError('after registering')\n", "after registering"),
        (
            GOOD.replace('"old"', '"new"') + "_inner = on_load\ndef on_load():\n    _inner()\n    1 / 0\n",
            "ZeroDivisionError",
        ),
    ],
    ids=["syntax", "missing", "import", "on_load", "registered at import", "registered in on_load"],
)
def test_a_failed_reload_leaves_the_old_version(home, one, code, told):
    path = home.plugin("one", code)
    assert one.reload("one") is False
    assert one.get_state("one") == PluginState.ACTIVE
    assert module("one").answer() == "old"
    assert told in one.get_error("one") and str(path / "__init__.py") in one.get_error("one")
    assert lf.ui.panels() == ["one.panel"]
    assert "old" in lf.ui.render_text(lf.ui.draw_panel("one.panel"))
    home.plugin("one", GOOD.replace('"old"', '"fixed"'))
    assert one.reload("one") is True
    assert module("one").answer() == "fixed" and one.get_error("one") is None
    assert "fixed" in lf.ui.render_text(lf.ui.draw_panel("one.panel"))


def test_a_raising_on_unload_does_not_keep_the_fix_out(home, manager):
    home.plugin("one", "def on_unload():\n    raise RuntimeError('cannot go')\n")
    manager.load("one")
    home.plugin("one", "value = 2\n")
    assert manager.reload("one") is True
    assert module("one").value == 2


def test_neither_version_works_any_more(home, manager):
    home.plugin("one", "n = []\ndef on_load():\n    n.append(1)\n    assert len(n) == 1\n")
    manager.load("one")
    home.plugin("one", "def on_load():\n    raise RuntimeError('new')\n")
    assert manager.reload("one") is False
    assert manager.get_state("one") == PluginState.ERROR
    assert "new" in manager.get_error("one") and "previous version" in manager.get_error("one")
    assert [name for name in sys.modules if name.startswith("lfs_plugins.one")] == []


def test_state_is_handed_over(home, manager):
    home.plugin("one", "count = 41\ndef on_before_reload():\n    return {'count': count}\n")
    manager.load("one")
    home.plugin(
        "one",
        "count = 0\ndef on_after_reload(state):\n    global count\n    count = state['count'] + 1\n",
    )
    assert manager.reload("one")
    assert module("one").count == 42


def test_a_state_that_is_not_accepted_keeps_the_old_version(home, manager):
    home.plugin("one", "def on_before_reload():\n    return 1\n")
    manager.load("one")
    home.plugin("one", "def on_after_reload(state):\n    raise TypeError('not mine')\n")
    assert manager.reload("one") is False
    assert manager.get_state("one") == PluginState.ACTIVE
    assert "not mine" in manager.get_error("one")


def test_a_broken_manifest_keeps_the_old_version(home, one):
    (home.plugins / "one" / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    assert one.reload("one") is False
    assert one.get_state("one") == PluginState.ACTIVE
    assert "pyproject.toml" in one.get_error("one")


def test_code_is_never_stale(home, manager):
    """Same second, same size, older time, deleted module, a file that becomes a package."""
    import os

    path = home.plugin("one", "from .part import value\n", files={"part.py": "value = 1\n"})
    manager.load("one")
    times = (path / "part.py").stat()
    for value in range(2, 6):
        (path / "part.py").write_text(f"value = {value}\n", encoding="utf-8")
        os.utime(path / "part.py", ns=(times.st_atime_ns, times.st_mtime_ns - value * 10**9))
        assert manager.reload("one") and module("one").value == value
    (path / "part.py").unlink()
    assert manager.reload("one") is False
    assert module("one").value == 5
    (path / "part").mkdir()
    (path / "part" / "__init__.py").write_text("value = 'package'\n", encoding="utf-8")
    assert manager.reload("one") and module("one").value == "package"


def test_nothing_grows_with_reloads(home, one):
    before = (len(sys.path), len(sys.meta_path), len(sys.modules))
    for _ in range(50):
        assert one.reload("one")
    assert (len(sys.path), len(sys.meta_path), len(sys.modules)) == before
    assert one.unload("one")
    assert not [entry for entry in sys.path if str(home.root) in str(entry)]


@pytest.fixture
def shapes(tmp_path):
    """A directory with two versions of a package."""
    for version, sides in (("1.0", 3), ("2.0", 4)):
        wheels.wheel(tmp_path / "wheels", "shapes", version, {"shapes.py": f"SIDES = {sides}\n"})
    return tmp_path / "wheels"


USES = "import shapes\ndef sides():\n    return shapes.SIDES\n"


@pytest.mark.parametrize("isolation", ["shared", "auto"])
def test_a_changed_dependency_is_never_mixed_with_the_loaded_one(home, manager, shapes, isolation):
    tool = f'isolation = "{isolation}"'
    home.plugin("drawer", USES, project=wheels.project(shapes, "shapes==1.0"), tool=tool)
    assert manager.load("drawer"), manager.get_error("drawer")
    import drawer

    assert drawer.sides() == 3
    home.plugin("drawer", USES, project=wheels.project(shapes, "shapes==2.0"), tool=tool)
    reloaded = manager.reload("drawer")
    assert manager.get_state("drawer") == PluginState.ACTIVE
    import drawer

    if isolation == "auto":
        # What cannot be replaced in this process can be used in one of its own.
        assert reloaded and drawer.sides() == 4
    else:
        assert not reloaded and drawer.sides() == 3
        assert "restart needed for shapes 1.0 -> 2.0" in manager.get_error("drawer")
    assert sys.modules["shapes"].SIDES == 3
    # Taking the change back is a reload like any other.
    home.plugin("drawer", USES, project=wheels.project(shapes, "shapes==1.0"), tool=tool)
    assert manager.reload("drawer"), manager.get_error("drawer")
    import drawer

    assert drawer.sides() == 3
    manager.unload("drawer")
    del sys.modules["shapes"]
