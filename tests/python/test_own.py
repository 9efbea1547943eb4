"""Settings and directories by `lichtfeld.plugins`: of a named plugin, or of the one that calls."""

import pathlib

import pytest

import lichtfeld as lf
from lfs_plugins import PluginError, PluginState, SettingsManager


def test_a_plugin_needs_no_name(home, manager):
    code = """
        import lichtfeld as lf

        def on_load():
            lf.plugins.settings().set("a", 1)
            (lf.plugins.data_dir() / "model.bin").write_bytes(b"x")
            (lf.plugins.cache_dir() / "thumb.png").write_bytes(b"y")
    """
    home.plugin("My_Plugin", code)
    assert manager.load("My_Plugin"), manager.get_error("My_Plugin")
    assert SettingsManager.instance().get("my-plugin").get("a") == 1
    assert lf.plugins.settings("my_plugin").all() == {"a": 1}
    assert lf.plugins.data_dir("my_plugin") == home.root / "data" / "my-plugin"
    assert (lf.plugins.data_dir("my_plugin") / "model.bin").read_bytes() == b"x"
    assert (lf.plugins.cache_dir("my_plugin") / "thumb.png").read_bytes() == b"y"
    assert isinstance(lf.plugins.cache_dir("my_plugin"), pathlib.Path)


@pytest.mark.parametrize("function", [lf.plugins.settings, lf.plugins.data_dir, lf.plugins.cache_dir])
def test_the_host_has_to_name_the_plugin(manager, function):
    with pytest.raises(PluginError, match="code that is not a plugin's") as told:
        function()
    assert told.value.code == "LR021" and f"{function.__name__}('my_plugin')" in told.value.hint
    for name in ("../x", "", "a/b"):
        with pytest.raises(PluginError):
            function(name)


def test_plugins_are_known_before_they_are_loaded(home, manager):
    home.plugin("one", "raise RuntimeError('never run')\n")
    manager.pre_register(["one"])
    assert manager.get_state("one") == PluginState.UNLOADED
    manager.pre_register(manager.discover())
    with pytest.raises(PluginError, match="two"):
        manager.pre_register(["two"])
