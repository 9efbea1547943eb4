"""What is importable decides about sharing, whatever the distributions are called; and what this
process has imported decides about every load, as it does about a reload."""

import sys

import pytest
import wheels

from lfs_plugins import PluginManager, PluginState

SAYS = "import lidar\n\n\ndef kind():\n    return lidar.KIND\n"


@pytest.fixture
def lidars(tmp_path):
    """Two distributions that are imported as ``lidar``, and two versions of one."""
    directory = tmp_path / "lidars"
    for name, version, kind in [
        ("lidar", "1.0", "plain"),
        ("lidar", "2.0", "newer"),
        ("lidar-cuda", "1.0", "cuda"),
    ]:
        files = {"lidar/__init__.py": f"KIND = {kind!r}\n"}
        wheels.wheel(directory, name.replace("-", "_"), version, files)
    yield directory
    sys.modules.pop("lidar", None)


def kind(name):
    return sys.modules[f"lfs_plugins.{name}"].kind()


def test_two_distributions_of_one_import_name_do_not_share(home, manager, lidars):
    home.plugin("plain", SAYS, project=wheels.project(lidars, "lidar==1.0"))
    home.plugin("cuda", SAYS, project=wheels.project(lidars, "lidar-cuda"))
    for name in ("plain", "cuda"):
        assert manager.load(name), manager.get_error(name)
    assert (kind("plain"), kind("cuda")) == ("plain", "cuda")
    notes = manager.load_report("cuda")["notes"]
    assert any("the module lidar of lidar-cuda 1.0" in note for note in notes), notes


def test_a_module_of_the_application_is_no_distribution_and_counts(
    home, lidars, tmp_path, monkeypatch
):
    own = tmp_path / "application"
    own.mkdir()
    (own / "lidar.py").write_text("KIND = 'the application'\n")
    monkeypatch.syspath_prepend(str(own))
    # The manager looks at the path when it starts.
    manager = PluginManager.instance()
    home.plugin("plain", SAYS, project=wheels.project(lidars, "lidar==1.0"))
    assert manager.load("plain"), manager.get_error("plain")
    assert kind("plain") == "plain"


@pytest.mark.parametrize("isolation", ["shared", "auto"])
@pytest.mark.parametrize("between", ["unload", "uninstall"])
def test_a_load_never_runs_what_an_earlier_version_imported(
    home, manager, lidars, isolation, between
):
    tool = f'isolation = "{isolation}"'
    home.plugin("drawer", SAYS, project=wheels.project(lidars, "lidar==1.0"), tool=tool)
    assert manager.load("drawer"), manager.get_error("drawer")
    assert kind("drawer") == "plain"
    assert getattr(manager, between)("drawer")
    home.plugin("drawer", SAYS, project=wheels.project(lidars, "lidar==2.0"), tool=tool)
    loaded = manager.load("drawer")
    if isolation == "auto":
        assert loaded and kind("drawer") == "newer"
        notes = manager.load_report("drawer")["notes"]
        assert any("lidar 1.0 -> 2.0 cannot be replaced" in note for note in notes), notes
    else:
        assert not loaded
        assert manager.get_state("drawer") == PluginState.ERROR
        assert "restart needed for lidar 1.0 -> 2.0" in manager.get_error("drawer")
        # What is in the process can be loaded again.
        home.plugin("drawer", SAYS, project=wheels.project(lidars, "lidar==1.0"), tool=tool)
        assert manager.load("drawer"), manager.get_error("drawer")
        assert kind("drawer") == "plain"
