"""A plugin that is called like a package of another plugin: each import gets the importer's own, in
whatever order the plugins are loaded, reloaded and unloaded."""

import itertools
import sys

import pytest
import wheels

#: Imports by the bare name in all the ways that code does, at import and later.
USER = """
import inireader
import inireader as named
from inireader import KIND
import uses_inireader

at_import = inireader.KIND, named.KIND, KIND


def kind():
    import inireader
    import inireader.part
    from inireader.part import PART
    return inireader.KIND, inireader.part.PART, PART


def library():
    return uses_inireader.kind()
"""
#: A plugin called like the package, with a part called like the package's.
NAMESAKE = """
import inireader as itself
from inireader.part import PART

KIND = "plugin"


def kind():
    import inireader
    import inireader.part
    from inireader.part import PART
    return inireader.KIND, inireader.part.PART, PART


def is_itself():
    import lfs_plugins.inireader as full
    return itself is full
"""
#: One that imports the plugin by its bare name.
FRIEND = """
def kind():
    import inireader
    from inireader.part import PART
    return inireader.KIND, inireader.part.PART, PART
"""
PACKAGE = ("package", "package's", "package's")
PLUGIN = ("plugin", "plugin's", "plugin's")


@pytest.fixture
def packages(tmp_path):
    directory = tmp_path / "wheels"
    files = {
        "inireader/__init__.py": "from inireader import _core\nKIND = _core.KIND\n",
        "inireader/_core.py": "KIND = 'package'\n",
        "inireader/part.py": 'PART = "package\'s"\n',
    }
    wheels.wheel(directory, "inireader", "2.0", files)
    library = (
        "def kind():\n"
        "    import inireader\n"
        "    import inireader.part\n"
        "    from inireader.part import PART\n"
        "    return inireader.KIND, inireader.part.PART, PART\n"
    )
    wheels.wheel(directory, "inireader_under_another_name", "2.0", files)
    wheels.wheel(directory, "uses_inireader", "1.0", {"uses_inireader.py": library})
    yield directory
    for name in list(sys.modules):
        if name.partition(".")[0] in ("inireader", "uses_inireader"):
            del sys.modules[name]


def write(home, packages, *, namesake="auto", user="auto"):
    home.plugin(
        "inireader",
        NAMESAKE,
        files={"part.py": 'PART = "plugin\'s"\n'},
        tool=f'isolation = "{namesake}"',
    )
    home.plugin(
        "user",
        USER,
        project=wheels.project(packages, "inireader==2.0", "uses-inireader"),
        tool=f'isolation = "{user}"',
    )
    home.plugin("friend", FRIEND, tool='isolation = "shared"')


def of(name):
    return sys.modules[f"lfs_plugins.{name}"]


def each_gets_its_own(loaded):
    """Asserts what each loaded plugin gets."""
    if "user" in loaded:
        assert tuple(of("user").at_import) == ("package",) * 3
        assert tuple(of("user").kind()) == PACKAGE
        assert tuple(of("user").library()) == PACKAGE
    if "inireader" in loaded:
        assert tuple(of("inireader").kind()) == PLUGIN
        assert of("inireader").is_itself()
        if "friend" in loaded:
            assert tuple(of("friend").kind()) == PLUGIN


@pytest.mark.parametrize("order", list(itertools.permutations(["inireader", "user", "friend"])))
def test_each_gets_its_own_in_any_order(home, manager, packages, order):
    write(home, packages)
    loaded = set()
    for name in order:
        assert manager.load(name), manager.get_error(name)
        loaded.add(name)
        each_gets_its_own(loaded)
    assert {name: manager.load_report(name)["place"] for name in order} == dict.fromkeys(order, "shared")
    for name in order:
        assert manager.reload(name), manager.get_error(name)
        each_gets_its_own(loaded)
    for name in order:
        assert manager.unload(name)
        each_gets_its_own(loaded - {name})
        assert manager.load(name), manager.get_error(name)
        each_gets_its_own(loaded)


@pytest.mark.parametrize("namesake, user", [("process", "auto"), ("auto", "process"), ("process", "process")])
@pytest.mark.parametrize("order", [("inireader", "user"), ("user", "inireader")])
def test_each_gets_its_own_in_both_places(home, manager, packages, namesake, user, order):
    write(home, packages, namesake=namesake, user=user)
    for name in (*order, "friend"):
        assert manager.load(name), manager.get_error(name)
    for name in ("inireader", "user"):
        each_gets_its_own_across(manager)
        assert manager.reload(name), manager.get_error(name)
    each_gets_its_own_across(manager)
    assert manager.unload("inireader")
    assert tuple(of("user").kind()) == PACKAGE
    assert manager.load("inireader"), manager.get_error("inireader")
    each_gets_its_own_across(manager)


def each_gets_its_own_across(manager):
    assert tuple(of("user").kind()) == tuple(of("user").library()) == PACKAGE
    assert tuple(of("inireader").kind()) == PLUGIN
    # By a stand-in if the plugin runs elsewhere.
    assert tuple(of("friend").kind()) == PLUGIN


def test_the_application_keeps_what_it_got_first(home, manager, packages):
    write(home, packages)
    assert manager.load("inireader")
    import inireader

    assert inireader.KIND == "plugin"
    assert manager.load("user"), manager.get_error("user")
    import inireader as again
    import inireader.part as part

    assert again is of("inireader") and part is of("inireader").part
    assert manager.reload("inireader")
    import inireader as reloaded

    assert reloaded is of("inireader")
    assert "gives the package of that name in" in home.log("inireader")


def test_the_application_keeps_a_package_that_it_got_first(home, manager, packages):
    write(home, packages)
    assert manager.load("user"), manager.get_error("user")
    import inireader

    assert inireader.KIND == "package"
    assert manager.load("inireader")
    import inireader as again

    assert again is inireader
    assert "`import inireader` gives another package of that name" in home.log("inireader")


def test_a_failed_reload_changes_nothing(home, manager, packages):
    write(home, packages)
    for name in ("inireader", "user", "friend"):
        assert manager.load(name), manager.get_error(name)
    home.plugin("inireader", NAMESAKE + "\n1 / 0\n", files={"part.py": 'PART = "plugin\'s"\n'})
    assert not manager.reload("inireader")
    each_gets_its_own({"inireader", "user", "friend"})
    broken = NAMESAKE + "\ndef on_load():\n    1 / 0\n"
    home.plugin("inireader", broken, files={"part.py": 'PART = "plugin\'s"\n'})
    assert not manager.reload("inireader")
    each_gets_its_own({"inireader", "user", "friend"})


def test_the_package_of_its_own_environment_comes_first(home, manager, packages):
    """A plugin that wraps the module it is called like."""
    code = "import inireader\nINNER = inireader.KIND\nKIND = 'plugin'\n"
    home.plugin("inireader", code, project=wheels.project(packages, "inireader-under-another-name"))
    assert manager.load("inireader"), manager.get_error("inireader")
    assert of("inireader").INNER == "package"


@pytest.mark.parametrize("is_imported", [True, False])
def test_a_package_of_the_application_is_nobodys_else(
    home, manager, tmp_path, monkeypatch, is_imported
):
    own = tmp_path / "application"
    own.mkdir()
    (own / "of_the_host.py").write_text("KIND = 'host'\n")
    monkeypatch.syspath_prepend(str(own))
    if is_imported:
        import of_the_host  # noqa: F401
    home.plugin("of_the_host", "import of_the_host\nseen = of_the_host.KIND\nKIND = 'plugin'\n")
    home.plugin("other", "import of_the_host\nseen = of_the_host.KIND\n")
    assert manager.load("of_the_host") and manager.load("other")
    import of_the_host as host

    assert host.KIND == of("of_the_host").seen == of("other").seen == "host"
    assert manager.unload("of_the_host")
    assert sys.modules.pop("of_the_host") is host


@pytest.mark.parametrize("name", ["json", "logging", "Logging"])
def test_a_module_of_the_standard_library_is_no_name(home, manager, name):
    home.plugin(name, "KIND = 'plugin'\n")
    home.plugin("other", "import json, logging\nseen = json.dumps, logging.info\n")
    assert not manager.load(name)
    assert manager.load("other")
    import json
    import logging

    assert of("other").seen == (json.dumps, logging.info)
