"""Settings of plugins: one JSON file each, written whole, safe between threads and processes."""

import json

from lichtfeld.plugins import _settings_all, _settings_change


class PluginSettings:
    """The settings of one plugin. Values are what JSON can hold.

    Raises PluginError where the file cannot be read or written, TypeError for a value that JSON
    cannot hold.
    """

    def __init__(self, name):
        self.name = name
        self.all()  # a name that cannot be a plugin's is an error at once

    def get(self, key, default=None):
        """The value of ``key``, or ``default``."""
        return self.all().get(key, default)

    def set(self, key, value):
        """Sets one key."""
        self.update({key: value})

    def update(self, values):
        """Sets several keys in one step."""
        _settings_change(self.name, json.dumps(values), [], False)

    def delete(self, key):
        """Removes a key; True if it was there."""
        return _settings_change(self.name, "{}", [key], False) > 0

    def clear(self):
        """Removes all keys."""
        _settings_change(self.name, "{}", [], True)

    def all(self):
        """All settings, as a dict of its own."""
        return json.loads(_settings_all(self.name))

    def __contains__(self, key):
        return key in self.all()

    def __repr__(self):
        return f"PluginSettings({self.name!r})"


class SettingsManager:
    """Gives the settings of each plugin: ``SettingsManager.instance().get(name)``."""

    _instance = None

    @classmethod
    def instance(cls):
        """The one there is."""
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    def get(self, name):
        """The settings of a plugin."""
        return PluginSettings(name)
