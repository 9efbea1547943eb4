"""A plugin whose manifest is broken exists, in ERROR, with file, line and column."""

from lichtfeld import plugins

from lfs_plugins import PluginState
from waiting import until

GOOD = '[project]\nname = "tool"\nversion = "1.0.0"\n[tool.lichtfeld]\nauto_start = true\nhot_reload = true\n'
BROKEN = GOOD.replace('"1.0.0"', "")


def write(home, manifest, code=""):
    path = home.plugins / "tool"
    path.mkdir(exist_ok=True)
    (path / "__init__.py").write_text(code)
    (path / "pyproject.toml").write_text(manifest)
    return path / "pyproject.toml"


def test_it_is_named_everywhere(home, manager):
    file = write(home, BROKEN)
    home.plugin("good", tool="auto_start = true")
    assert [info.name for info in manager.discover()] == ["good"]
    [rejected] = manager.rejected()
    assert (rejected["name"], rejected["path"], rejected["file"]) == ("tool", file.parent, str(file))
    assert rejected["line"] == 3 and rejected["column"] > 1 and rejected["code"] == "LR100"
    assert rejected["hint"]
    assert plugins.rejected() == [rejected]
    assert manager.load("tool") is False
    assert manager.get_state("tool") is PluginState.ERROR
    assert manager.get_error("tool") == rejected["error"]
    assert f"{file}:3:" in rejected["error"]
    assert manager.get_info("tool").path == file.parent
    assert plugins.load_all() == {"good": True, "tool": False}
    assert f"{file}:3:" in home.log("tool"), "logged"
    assert manager.unload("tool") is False and manager.reload("tool") is False
    assert manager.load_async("tool").result(60) is False


def test_saving_the_fix_loads_it(home, manager):
    write(home, BROKEN)
    assert manager.load_all() == {"tool": False}
    manager.start_watcher()
    write(home, GOOD)
    until(lambda: manager.get_state("tool") is PluginState.ACTIVE)
    assert manager.rejected() == [] and manager.get_error("tool") is None
    write(home, GOOD, "saved = True")
    import sys

    until(lambda: hasattr(sys.modules.get("lfs_plugins.tool"), "saved"))
    manager.stop_watcher()
