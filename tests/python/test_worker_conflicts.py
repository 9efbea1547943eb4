"""Two plugins that want different versions of a package both work."""

import sys

import pytest
from compiled import compiled_wheel
from wheels import project, wheel

from lfs_plugins import PluginState

USER = """
import thing
def version(): return thing.VERSION
def file(): return thing.__file__
"""


@pytest.fixture
def things(tmp_path):
    directory = tmp_path / "wheels"
    for version in ("1.0", "2.0"):
        wheel(directory, "thing", version, {"thing.py": f"VERSION = {version!r}\n"})
    yield directory
    sys.modules.pop("thing", None)


def test_the_second_gets_a_process_of_its_own(home, manager, things):
    for name, version in (("one", "1.0"), ("two", "2.0")):
        home.plugin(name, USER, project=project(things, f"thing=={version}"))
        assert manager.load(name), manager.get_error(name)
    assert manager.get_state("one") is manager.get_state("two") is PluginState.ACTIVE
    assert manager.load_report("one")["place"] == "shared"
    assert manager.load_report("two")["place"] == "worker"
    import one
    import two

    assert (one.version(), two.version()) == ("1.0", "2.0")
    assert one.file() != two.file()


def test_one_that_must_share_says_what_conflicts(home, manager, things):
    home.plugin("one", USER, project=project(things, "thing==1.0"))
    home.plugin("two", USER, project=project(things, "thing==2.0"), tool='isolation = "shared"')
    assert manager.load("one")
    assert manager.load("two") is False
    assert "thing 2.0 is needed, plugin 'one' has 1.0" in manager.get_error("two")
    assert manager.get_state("one") is PluginState.ACTIVE


def test_the_plan_puts_those_that_must_share_first(home, manager, things):
    home.plugin("one", USER, project=project(things, "thing==1.0"))
    home.plugin("two", USER, project=project(things, "thing==2.0"), tool='isolation = "shared"')
    home.plugin("three", "", tool='isolation = "process"')
    for name in ("one", "two"):
        manager.load(name)
        manager.unload(name)
    plan = {found["name"]: found["place"] for found in manager.plan(["one", "two", "three"])}
    assert plan["three"] == "worker"


def test_two_versions_of_a_compiled_package_work(home, manager, tmp_path, monkeypatch):
    # uv keeps wheels by their path, and another Python's run may have had this very path.
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    directory = tmp_path / "wheels"
    code = "import compiled_thing as core\nversion, called, file = core.version, core.called, core._core.__file__\n"
    for name, version in (("one", "1.0"), ("two", "2.0"), ("three", "3.0")):
        compiled_wheel(directory, "compiled_thing", version)
        home.plugin(name, code, project=project(directory, f"compiled-thing=={version}"))
        assert manager.load(name), manager.get_error(name)
    import one
    import three
    import two

    assert [plugin.version() for plugin in (one, two, three)] == ["1.0", "2.0", "3.0"]
    assert two.called() == three.called() == 1, "each has its own native state"
    assert len({plugin.file for plugin in (one, two, three)}) == 3
    for name in [name for name in sys.modules if name.startswith("compiled_thing")]:
        del sys.modules[name]
