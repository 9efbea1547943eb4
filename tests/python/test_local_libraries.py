"""A library from a local path or an editable one that changes at the same version: the plugin gets
what is there now, in the application's process and in a worker alike."""

import os
import sys

import pytest

from compiled import SUFFIX, compiled
from homes import module
from lfs_plugins import PluginCrashedError, PluginState
from libraries import library, sources
from waiting import until

PLACES = ("shared", "process")
EDITABLE = (False, True)
USER = """
import mate
from mate.part import VALUE as part
def look():
    import mate as again
    return mate.VALUE, part, again.VALUE
"""


@pytest.fixture
def mate(tmp_path):
    """Writes the library `mate` with a value in each of its modules."""

    def write(value, init=None):
        text = f"VALUE = {value!r}\n"
        files = {"mate/__init__.py": text if init is None else init, "mate/part.py": text}
        return library(tmp_path / "libs" / "mate", "mate", files)

    write(1)
    yield write
    for name in [name for name in sys.modules if name.partition(".")[0] == "mate"]:
        del sys.modules[name]


@pytest.fixture
def plugin(home, manager, mate):
    """Writes a plugin that uses `mate`, and loads it."""

    def write(name="one", place="shared", *, editable=False, code=USER):
        path = mate(1)
        tool = f'hot_reload = true\nisolation = "{place}"\n'
        home.plugin(name, code, project=sources(path, editable=editable), tool=tool)
        assert manager.load(name), manager.get_error(name)

    return write


def look(name="one"):
    """What a plugin has, or None in the middle of a reload."""
    asked = getattr(sys.modules.get(f"lfs_plugins.{name}"), "look", None)
    try:
        return asked and tuple(asked())
    except PluginCrashedError:
        return None


@pytest.mark.parametrize("editable", EDITABLE)
@pytest.mark.parametrize("place", PLACES)
def test_a_reload_gives_the_library_as_it_is(plugin, manager, mate, place, editable):
    plugin(place=place, editable=editable)
    assert look() == (1, 1, 1)
    for value in (2, 3):
        mate(value)
        assert manager.reload("one"), manager.get_error("one")
        assert look() == (value, value, value)
    expected = "worker" if place == "process" else "shared"
    assert manager.load_report("one")["place"] == expected
    assert manager.unload("one")
    mate(4)
    assert manager.load("one"), manager.get_error("one")
    assert look() == (4, 4, 4)


@pytest.mark.parametrize("editable", EDITABLE)
@pytest.mark.parametrize("place", PLACES)
def test_a_save_in_the_library_reloads_its_plugin(plugin, manager, mate, place, editable):
    plugin(place=place, editable=editable)
    manager.start_watcher()
    told = []
    manager.on_event(told.append)
    path = mate(2)
    until(lambda: look() == (2, 2, 2), look)
    until(lambda: [change for change in told if change.event == "reloaded"], lambda: told)
    assert str(path) in next(change.cause for change in told if change.event == "reloaded")
    mate(3)
    until(lambda: look() == (3, 3, 3), look)


@pytest.mark.parametrize("editable", EDITABLE)
def test_the_module_stays_if_only_the_plugin_was_saved(plugin, manager, home, editable):
    plugin(editable=editable)
    before = sys.modules["mate"]
    (home.plugins / "one" / "__init__.py").write_text(USER + "saved = True\n", encoding="utf-8")
    assert manager.reload("one"), manager.get_error("one")
    assert module("one").saved and sys.modules["mate"] is before


def test_the_application_starts_with_the_library_as_it_is(host, home, mate):
    home.plugin("one", USER, project=sources(mate(1)))
    code = """
        from lfs_plugins import PluginManager
        manager = PluginManager.instance()
        assert manager.load("one"), manager.get_error("one")
        import lfs_plugins.one
        print(lfs_plugins.one.look(), manager.load_report("one")["environment"])
    """
    for value, how in ((1, "built"), (1, "reused"), (2, "built"), (2, "reused")):
        mate(value)
        status, out, err = host.run(code)
        assert status == 0, err
        assert out.strip() == f"({value}, {value}, {value}) {how}"


@pytest.mark.parametrize("place", PLACES)
def test_a_library_that_does_not_build_keeps_what_worked(plugin, manager, mate, place):
    plugin(place=place)
    manager.start_watcher()
    path = mate(2, init="# DOES NOT BUILD\n")
    until(lambda: manager.get_error("one") is not None)
    assert str(path) in manager.get_error("one"), "the library is named"
    assert look() == (1, 1, 1) and manager.get_state("one") is PluginState.ACTIVE
    mate(3)
    until(lambda: look() == (3, 3, 3), look)
    until(lambda: manager.get_error("one") is None)


@pytest.mark.parametrize("editable", EDITABLE)
def test_a_library_that_raises_keeps_what_worked(plugin, manager, mate, editable):
    plugin(editable=editable)
    before = sys.modules["mate"]
    mate(2, init="raise RuntimeError('broken library')\n")
    assert not manager.reload("one")
    assert "broken library" in manager.get_error("one")
    assert look() == (1, 1, 1) and sys.modules["mate"] is before, "as it was before"
    mate(3)
    assert manager.reload("one"), manager.get_error("one")
    assert look() == (3, 3, 3)


def test_saving_the_fix_of_a_first_build_loads_the_plugin(home, manager, mate):
    path = mate(1, init="# DOES NOT BUILD\n")
    home.plugin("one", USER, project=sources(path), tool="hot_reload = true\n")
    assert not manager.load("one")
    assert str(path) in manager.get_error("one")
    manager.start_watcher()
    mate(2)
    until(lambda: manager.get_state("one") is PluginState.ACTIVE, lambda: manager.get_error("one"))
    assert look() == (2, 2, 2)


@pytest.mark.parametrize("editable", EDITABLE)
def test_what_another_plugin_uses_is_not_exchanged_under_it(plugin, manager, mate, editable):
    plugin("one", "auto", editable=editable)
    plugin("two", "auto", editable=editable)
    shared = sys.modules["mate"]
    mate(2)
    assert manager.reload("one"), manager.get_error("one")
    assert look("one") == (2, 2, 2) and manager.load_report("one")["place"] == "worker"
    assert any("has changed" in note for note in manager.load_report("one")["notes"])
    assert look("two") == (1, 1, 1) and sys.modules["mate"] is shared
    assert manager.load_report("two")["place"] == "shared"


@pytest.mark.parametrize("editable", EDITABLE)
def test_a_restart_is_needed_where_there_is_no_other_place(plugin, manager, mate, editable):
    plugin("one", editable=editable)
    plugin("two", editable=editable)
    mate(2)
    assert not manager.reload("one")
    assert "restart needed" in manager.get_error("one") and "'two'" in manager.get_error("one")
    assert look("one") == look("two") == (1, 1, 1)


def test_native_code_is_exchanged_in_another_process(home, manager, tmp_path):
    path = library(tmp_path / "libs" / "fast", "fast", {"fast/__init__.py": "from fast._core import version\n"})
    native = path / "src" / "fast" / f"_core{SUFFIX}"

    def build(version):
        built = tmp_path / "built.so"
        built.write_bytes(compiled(tmp_path / "build", version))
        os.replace(built, native)

    build("1")
    code = "import fast\ndef look():\n    return fast.version()\n"
    project = sources(path, "fast", editable=True)
    for isolation in ("shared", "auto"):
        home.plugin("one", code, project=project, tool=f'isolation = "{isolation}"\n')
        if isolation == "shared":
            assert manager.load("one"), manager.get_error("one")
            assert module("one").look() == "1"
            build("2")
            assert not manager.reload("one")
            assert "restart needed for fast 1.0" in manager.get_error("one")
            assert module("one").look() == "1"
    assert manager.reload("one"), manager.get_error("one")
    assert module("one").look() == "2" and manager.load_report("one")["place"] == "worker"
    for name in [name for name in sys.modules if name.partition(".")[0] == "fast"]:
        del sys.modules[name]
