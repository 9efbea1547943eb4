"""A dependency that left the manifest cannot be imported any more, also in a process that has
imported it, unless somebody else has it."""

import sys

import pytest

from homes import module
from wheels import project, wheel

PLACES = ("shared", "process")
USER = """
import bar
def look():
    from bar import part
    return bar.VALUE, part.VALUE
"""


@pytest.fixture
def packages(tmp_path):
    directory = tmp_path / "wheels"
    for name in ("bar", "other"):
        files = {f"{name}/__init__.py": "VALUE = 1\n", f"{name}/part.py": "VALUE = 1\n"}
        wheel(directory, name, "1.0", files)
    yield directory
    for name in [name for name in sys.modules if name.partition(".")[0] in ("bar", "other")]:
        del sys.modules[name]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("left", [("other",), ()])
def test_it_is_not_importable_any_more(home, manager, packages, place, left):
    tool = f'isolation = "{place}"\n'
    home.plugin("one", USER, project=project(packages, "bar", "other"), tool=tool)
    assert manager.load("one"), manager.get_error("one")
    assert tuple(module("one").look()) == (1, 1)
    home.plugin("one", USER, project=project(packages, *left), tool=tool)
    assert not manager.reload("one")
    assert "No module named 'bar'" in manager.get_error("one")
    assert "[project].dependencies" in manager.load_report("one")["hint"]
    assert tuple(module("one").look()) == (1, 1), "the version that worked goes on"
    # So it is without the line, and what stays in the manifest is the same.
    kept = sys.modules.get("other")
    code = "try:\n    import bar\nexcept ImportError as error:\n    found = str(error)\n" + "".join(
        f"import {name}\n" for name in left
    )
    home.plugin("one", code, project=project(packages, *left), tool=tool)
    assert manager.reload("one"), manager.get_error("one")
    if place == "shared":
        assert module("one").found == "No module named 'bar'"
        assert "bar" not in sys.modules and "bar.part" not in sys.modules
        assert sys.modules.get("other") is kept or kept is None
        assert manager.unload("one") and manager.load("one"), manager.get_error("one")
        assert module("one").found == "No module named 'bar'"
    # Back in the manifest it is there again.
    home.plugin("one", USER, project=project(packages, "bar"), tool=tool)
    assert manager.reload("one"), manager.get_error("one")
    assert tuple(module("one").look()) == (1, 1)


def test_what_another_plugin_has_stays(home, manager, packages):
    for name in ("one", "two"):
        home.plugin(name, USER, project=project(packages, "bar"))
        assert manager.load(name), manager.get_error(name)
    before = sys.modules["bar"]
    home.plugin("one", "", project=project(packages, "other"))
    assert manager.reload("one"), manager.get_error("one")
    assert sys.modules["bar"] is before
    assert module("two").look() == (1, 1), "also what it imports now for the first time"
    assert manager.reload("two"), manager.get_error("two")
    assert sys.modules["bar"] is before
