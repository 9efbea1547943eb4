"""What a version of a plugin adds to `sys.path` belongs to that version, and so do its modules."""

import os
import sys
import time

import pytest

from homes import module

CODE = """
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "libs"))
import common
from pkg import part
seen = common.who, part.number
def late():
    import lazily
    return lazily.who
"""


def files(who, number):
    return {
        "libs/common.py": f"who = {who!r}",
        "libs/lazily.py": f"who = {who!r}",
        "libs/pkg/__init__.py": "",
        "libs/pkg/part.py": f"number = {number}",
    }


def test_each_version_has_its_entry_and_fresh_modules(home, manager):
    path = home.plugin("tool", CODE, files=files("one", 1))
    libs = str(path / "libs")
    assert manager.load("tool"), manager.get_traceback("tool")
    assert module("tool").seen == ("one", 1)
    for number in (2, 3):
        home.plugin("tool", CODE, files=files(f"version {number}", number))
        assert manager.reload("tool"), manager.get_traceback("tool")
        assert module("tool").seen == (f"version {number}", number)
        assert sys.path[0] == libs and sys.path.count(libs) == 1
        assert module("tool").late() == f"version {number}"
    assert sys.modules["common"].who == "version 3"
    manager.unload("tool")
    assert libs not in sys.path
    assert not {"common", "pkg", "pkg.part", "lazily"} & set(sys.modules)
    with pytest.raises(ModuleNotFoundError):
        import common  # noqa: F401


@pytest.mark.parametrize("place", ["shared", "process"])
def test_a_save_in_the_same_second_is_seen(home, manager, monkeypatch, place):
    """Python's own compiled code is that of the source before: as old in seconds, as long."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    second = int(time.time()) - 60
    for number in (1, 2, 3):
        path = home.plugin("tool", CODE, files=files(f"version {number}", number), tool=f'isolation = "{place}"')
        for file in (path / "libs").rglob("*.py"):
            os.utime(file, (second + number / 100, second + number / 100))
        assert manager.reload("tool"), manager.get_traceback("tool")
        assert module("tool").seen == (f"version {number}", number)
        assert module("tool").late() == f"version {number}"


def test_a_refused_version_takes_nothing_from_the_old_one(home, manager):
    path = home.plugin("tool", CODE, files=files("one", 1))
    assert manager.load("tool"), manager.get_traceback("tool")
    common = sys.modules["common"]
    for broken in ("1 / 0", "def on_load():\n    1 / 0"):
        home.plugin("tool", CODE + broken + "\n", files=files("two", 2))
        assert not manager.reload("tool")
        assert sys.modules["common"] is common and sys.path[0] == str(path / "libs")
        assert module("tool").seen == ("one", 1)
    home.plugin("tool", "", files=files("three", 3))
    assert manager.reload("tool")
    assert "common" not in sys.modules and str(path / "libs") not in sys.path


def test_a_failed_load_leaves_no_module(home, manager):
    home.plugin("tool", CODE + "1 / 0\n", files=files("one", 1))
    assert not manager.load("tool")
    assert "common" not in sys.modules and not any(entry.endswith("libs") for entry in sys.path)


def test_two_plugins_with_modules_of_one_name(home, manager):
    for name in ("first", "second"):
        home.plugin(name, CODE, files=files(name, len(name)))
        assert manager.load(name), manager.get_traceback(name)
    for name in ("first", "second"):
        assert module(name).seen == (name, len(name))
    for _ in range(2):
        for name in ("first", "second"):
            assert module(name).late() == name
    home.plugin("first", CODE, files=files("again", 5))
    assert manager.reload("first")
    assert module("first").seen == ("again", 5) and module("first").late() == "again"
    assert module("second").late() == "second"
    manager.unload("second")
    assert module("first").late() == "again"


def test_an_entry_elsewhere_and_one_that_is_removed_again(home, manager, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    code = f"""
    import os, sys
    sys.path.append({str(elsewhere)!r})
    here = os.path.join(os.path.dirname(__file__), "libs")
    sys.path.insert(0, here)
    import common
    sys.path.remove(here)
    def on_load():
        import far
        global value
        value = common.who, far.value
    """
    for value in (1, 2):
        (elsewhere / "far.py").write_text(f"value = {value * 1000}")
        home.plugin("tool", code, files=files(value, value))
        assert manager.reload("tool"), manager.get_traceback("tool")
        assert module("tool").value == (value, value * 1000)
        assert sys.path[-1] == str(elsewhere)
    manager.unload("tool")
    assert str(elsewhere) not in sys.path and not {"far", "common"} & set(sys.modules)


def test_modules_of_the_application_stay(home, manager, tmp_path):
    """The plugin adds a directory that contains the application's own."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "of_the_app.py").write_text("")
    sys.path.insert(0, str(tmp_path / "app"))
    import of_the_app

    home.plugin("tool", f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport of_the_app\n")
    assert manager.load("tool"), manager.get_traceback("tool")
    manager.reload("tool")
    manager.unload("tool")
    assert sys.modules.pop("of_the_app") is of_the_app
    assert str(tmp_path / "app") in sys.path
