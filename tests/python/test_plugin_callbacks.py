"""What an application is told of its plugins, and what it may do then."""

import logging

import lichtfeld as lf
from lichtfeld import plugins

from lfs_plugins import PluginState
from waiting import until

CODE = """
import lichtfeld as lf
class Shown(lf.ui.Panel):
    id = "shown"
    def draw(self, layout):
        layout.label("here")
def on_load():
    lf.register_class(Shown)
"""


def test_a_new_version_is_announced_after_a_reload_and_after_a_save(home, manager):
    home.plugin("new", CODE, tool="hot_reload = true")
    loaded = []
    manager.on_plugin_loaded(lambda info: loaded.append((info.name, info.version)))
    assert manager.load("new")
    assert loaded == [("new", "1.0.0")]
    home.plugin("new", CODE, tool="hot_reload = true", version="1.1.0")
    assert manager.reload("new")
    assert loaded == [("new", "1.0.0"), ("new", "1.1.0")]
    manager.start_watcher()
    home.plugin("new", CODE + "# saved\n", tool="hot_reload = true", version="1.1.0")
    until(lambda: len(loaded) == 3)
    manager.stop_watcher()
    home.plugin("new", CODE + "broken(\n", tool="hot_reload = true")
    assert manager.reload("new") is False
    assert len(loaded) == 3, "the last version goes on"


def test_the_plugin_may_be_unloaded_reloaded_and_loaded_inside_the_callbacks(home, manager):
    home.plugin("busy", CODE)
    seen = []

    def loaded(info):
        seen.append("loaded")
        if len(seen) == 1:
            assert manager.reload("busy") is True
        elif len(seen) == 2:
            assert manager.unload("busy") is True
            assert manager.get_state("busy") is PluginState.UNLOADED

    def unloaded(info):
        seen.append("unloaded")
        assert manager.load("busy") is True

    manager.on_plugin_loaded(loaded)
    manager.on_plugin_unloaded(unloaded)
    assert manager.load("busy")
    assert seen == ["loaded", "loaded", "unloaded", "loaded"], "one after the other"
    assert manager.get_state("busy") is PluginState.ACTIVE


def test_an_unknown_plugin_is_not_unloaded(home, manager):
    assert manager.unload("nobody") is False
    assert plugins.unload("nobody") is False
    assert manager.unload("../bad name") is False


def test_the_functions_of_plugins_make_a_manager(home):
    class Own(lf.ui.Panel):
        id = "own"

    plugins.shutdown()
    lf.unregister_class(Own)
    assert plugins.unregister_capability("own.run") is False
    lf.register_class(Own)
    assert lf.ui.panels() == ["own"]
    plugins.shutdown()
    plugins.register_capability("own.run", lambda args: {"ran": True})
    assert plugins.invoke("own.run", {})["ran"] is True
    plugins.shutdown()
    assert not plugins.has_capability("own.run")
    plugins.shutdown()
    assert plugins.list_capabilities() == []


def test_a_plugin_s_name_is_spelled_as_its_author_writes_it(home, manager, caplog):
    for place in ("shared", "process"):
        name = f"My_{place}.Tool"
        code = CODE.replace('"shown"', f'"{place}"') + '    lf.log.warning("hello")\n'
        home.plugin(name, code, tool=f'isolation = "{place}"\nhot_reload = true')
        events, handled = [], []
        manager.on_event(events.append)
        with caplog.at_level(logging.WARNING):
            assert manager.load(name.lower().replace("_", "-")), manager.get_error(name)
        assert {event.plugin for event in events} == {name}
        assert name in manager.list_loaded()
        assert lf.ui.panel_info(place)["plugin"] == name
        lf.ui.draw_panel(place)
        until(lambda: lf.ui.draw_panel(place) and lf.ui.stats())
        assert {stats["plugin"] for stats in lf.ui.stats() if stats["id"] == place} == {name}
        logger = f"lichtfeld.plugins.{name}"
        until(lambda: any(line.name == logger and "hello" in line.message for line in caplog.records))
        plugins.set_change_handler(lambda plugin, paths: handled.append(plugin))
        manager.start_watcher()
        home.plugin(name, code + "# saved\n", tool=f'isolation = "{place}"\nhot_reload = true')
        until(lambda: handled == [name])
        manager.stop_watcher()
        manager.unload(name)
