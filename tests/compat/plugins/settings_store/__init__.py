"""Keeps what the user chose, and asks the manager about itself."""

import lichtfeld as lf
from lfs_plugins import PluginManager, PluginState, SettingsManager
from lfs_plugins.errors import PluginError
from lfs_plugins.settings import PluginSettings
from lfs_plugins.types import Panel

DEFAULTS = {"theme": "dark", "size": 3, "recent": []}


class SettingsPanel(Panel):
    label = "Settings"
    space = "FLOATING"

    def __init__(self):
        self.settings = lf.plugins.settings("settings_store")
        for key, value in DEFAULTS.items():
            if key not in self.settings:
                self.settings.set(key, value)

    def draw(self, layout):
        changed, size = layout.slider_int("Size", self.settings.get("size", 3), 1, 9)
        if changed:
            self.settings.set("size", size)
        if layout.button("Remember"):
            recent = self.settings.get("recent", [])
            self.settings.update({"recent": [*recent, f"entry {len(recent)}"], "theme": "light"})
        if layout.button("Forget"):
            self.settings.delete("theme")
        layout.label(str(self.settings.get("theme")))


def on_load():
    lf.register_class(SettingsPanel)


def on_unload():
    lf.unregister_class(SettingsPanel)


def report():
    same = SettingsManager.instance().get("settings_store")
    manager = PluginManager.instance()
    return {
        "all": same.all(),
        "kind": isinstance(same, PluginSettings),
        "error": issubclass(PluginError, Exception),
        "loaded": manager.list_loaded(),
        "active": lf.plugins.get_state("settings_store") is PluginState.ACTIVE,
        "version": manager.get_info("settings_store").version,
        "api": (lf.plugins.API_VERSION, lf.PLUGIN_API_VERSION, "settings.v1" in lf.plugins.FEATURES),
    }
