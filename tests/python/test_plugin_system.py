"""The documented use of the plugin system, as its documentation shows it."""

import sys

import pytest

import lichtfeld as lf
from lfs_plugins import PluginError, PluginInfo, PluginManager, PluginState

DOCUMENTED_PANEL = '''
import lichtfeld as lf
from lfs_plugins.types import Panel

class MyPanel(Panel):
    label = "My Panel"
    space = "SIDE_PANEL"
    order = 10

    def __init__(self):
        self.value = 0

    def draw(self, layout):
        layout.label("Hello from plugin!")
        if layout.button("Click me"):
            self.value += 1
        layout.label(f"Clicked: {self.value}")

_classes = [MyPanel]

def on_load():
    for cls in _classes:
        lf.register_class(cls)

def on_unload():
    for cls in reversed(_classes):
        lf.unregister_class(cls)
'''


def test_there_is_one_manager(home):
    assert PluginManager.instance().plugins_dir == home.plugins
    assert repr(PluginManager.instance()) == repr(PluginManager.instance())


def test_discover_returns_the_facts_and_runs_no_code(home, manager):
    home.plugin(
        "my_plugin",
        "raise SystemExit('discovery must not run this')",
        project="""
        description = "Plugin description"
        authors = [{name = "Author Name"}]
        dependencies = ["some-package>=1.0.0"]
        """,
        tool="""
        auto_start = true
        hot_reload = true
        min_lichtfeld_version = "1.0.0"
        """,
    )
    (info,) = manager.discover()
    assert isinstance(info, PluginInfo)
    assert (info.name, info.version) == ("my_plugin", "1.0.0")
    assert info.path == home.plugins / "my_plugin"
    assert info.description == "Plugin description"
    assert info.author == "Author Name"
    assert [dependency.replace(" ", "") for dependency in info.dependencies] == ["some-package>=1.0.0"]
    assert info.auto_start and info.hot_reload
    assert manager.get_state("my_plugin") == PluginState.UNLOADED


def test_load_state_reload_unload(home, manager):
    home.plugin("counter", "value = 1\ndef on_load():\n    global loaded\n    loaded = True\n")
    assert manager.load("counter") is True
    assert manager.get_state("counter") == PluginState.ACTIVE
    assert manager.list_loaded() == ["counter"]
    import counter

    assert counter.loaded and counter is sys.modules["lfs_plugins.counter"]
    home.plugin("counter", "value = 2\n")
    assert manager.reload("counter") is True
    assert sys.modules["lfs_plugins.counter"].value == 2
    assert manager.unload("counter") is True
    assert manager.get_state("counter") == PluginState.UNLOADED
    assert [name for name in sys.modules if "counter" in name.split(".")] == []
    assert manager.unload("counter") is False


def test_the_functions_of_the_module_speak_to_the_same_manager(home, manager):
    home.plugin("one", tool="auto_start = true")
    home.plugin("two")
    assert [plugin.name for plugin in lf.plugins.discover()] == ["one", "two"]
    assert lf.plugins.load_all() == {"one": True}
    assert lf.plugins.list_loaded() == ["one"] == manager.list_loaded()
    assert lf.plugins.load("two") and lf.plugins.reload("two") and lf.plugins.unload("two")
    assert lf.plugins.get_state("two") == PluginState.UNLOADED
    assert lf.plugins.get_error("two") is None and lf.plugins.get_traceback("two") is None
    lf.plugins.start_watcher()
    lf.plugins.stop_watcher()


def test_the_documented_panel_counts_its_clicks(home, manager):
    home.plugin("my_plugin", DOCUMENTED_PANEL)
    assert manager.load("my_plugin")
    (panel,) = lf.ui.panels()
    assert "Clicked: 0" in lf.ui.render_text(lf.ui.draw_panel(panel))
    for _ in range(2):
        lf.ui.send_input(panel, "Click me", "click")
        lf.ui.draw_panel(panel)
    text = lf.ui.render_text(lf.ui.draw_panel(panel))
    assert "Hello from plugin!" in text and "Clicked: 2" in text
    manager.unload("my_plugin")
    assert lf.ui.panels() == []


def test_an_unknown_name_is_an_error_that_names_the_nearest(home, manager):
    home.plugin("colmap")
    with pytest.raises(PluginError, match="did you mean 'colmap'"):
        manager.load("colmapp")
    assert manager.get_state("colmapp") is None
    assert manager.get_error("colmapp") is None
    assert manager.get_info("colmapp") is None


def test_a_plugin_that_raises_ends_in_error_with_its_place(home, manager):
    path = home.plugin("broken", "def on_load():\n    raise ValueError('no camera')\n")
    assert manager.load("broken") is False
    assert manager.get_state("broken") == PluginState.ERROR
    error = manager.get_error("broken")
    assert "ValueError: no camera" in error and f"{path / '__init__.py'}:2" in error
    traceback = manager.get_traceback("broken")
    assert "raise ValueError('no camera')" in traceback
    assert "<lichtfeld>" not in traceback and "importlib" not in traceback
    home.plugin("broken", "fixed = True\n")
    assert manager.load("broken") is True
    assert manager.get_error("broken") is None


def test_a_syntax_error_names_file_line_and_column(home, manager):
    path = home.plugin("broken", "x = 1\nif x\n    pass\n")
    assert manager.load("broken") is False
    assert f"{path / '__init__.py'}:2:5" in manager.get_error("broken")


def test_a_missing_module_says_where_to_declare_it(home, manager):
    home.plugin("needy", "import surely_not_there\n")
    assert manager.load("needy") is False
    assert "surely_not_there" in manager.get_error("needy")
    assert "[project].dependencies" in manager.load_report("needy")["hint"]


def test_stages_and_events_come_in_order(home, manager):
    home.plugin("staged")
    stages, events = [], []
    stop = manager.on_event(events.append)
    loaded = []
    manager.on_plugin_loaded(lambda info: loaded.append(info.name))
    manager.load("staged", on_stage=lambda phase, detail: stages.append(phase))
    manager.unload("staged")
    stop()
    manager.load("staged")
    assert stages == ["environment", "import", "activation", "complete"]
    assert [(event.from_state.name, event.to_state.name) for event in events] == [
        ("UNLOADED", "LOADING"),
        ("LOADING", "ACTIVE"),
        ("ACTIVE", "UNLOADED"),
    ]
    assert loaded == ["staged", "staged"]


def test_a_snapshot_has_the_module(home, manager):
    home.plugin("snap", "value = 3\n")
    manager.load("snap")
    ((name, instance),) = manager.get_active_plugins_snapshot()
    assert name == "snap"
    assert instance.state == PluginState.ACTIVE and instance.module.value == 3


def test_the_host_version_is_seen(home, manager):
    assert lf.__version__ == "1.0.0"
    with pytest.raises(AttributeError, match="get_scene"):
        lf.get_scene()


def test_at_the_end_on_unload_still_finds_the_manager(home, manager, caplog):
    home.plugin("my_plugin", DOCUMENTED_PANEL)
    assert manager.load("my_plugin")
    lf.plugins.shutdown()
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


def test_an_incompatible_plugin_is_refused_with_every_rule_and_stops_no_other(home, manager):
    from lfs_plugins import PluginVersionError

    home.plugin(
        "future",
        project='requires-python = ">=3.99"',
        tool='auto_start = true\nmin_lichtfeld_version = "99.0.0"',
    )
    home.plugin("good", tool="auto_start = true")
    with pytest.raises(PluginVersionError) as raised:
        manager.load("future")
    assert len(raised.value.incompatibilities) == 2
    assert "99.0.0" in str(raised.value) and raised.value.code and raised.value.hint
    assert manager.get_state("future") == PluginState.ERROR
    assert manager.load_all() == {"future": False, "good": True}
