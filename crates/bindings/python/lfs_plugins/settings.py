"""Settings of plugins: one JSON file each, written whole, safe between threads and processes."""

from typing import Any, Optional

from lichtfeld.plugins import _settings_all, _settings_change


class PluginSettings:
    """The settings of one plugin. Values are what JSON can hold.

    Raises PluginError if the file cannot be read or written, and TypeError or ValueError for a value
    that JSON cannot hold: a number that is not finite, an integer of more than 64 bits.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.all()  # a name that cannot be a plugin's is an error at once

    def get(self, key: str, default: Any = None) -> Any:
        """Returns the value of ``key``, or ``default``."""
        return self.all().get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Sets one key."""
        self.update({key: value})

    def update(self, values: dict[str, Any]) -> None:
        """Sets several keys in one step."""
        _settings_change(self.name, values, [], False)

    def delete(self, key: str) -> bool:
        """Removes a key. Returns True if it existed."""
        return _settings_change(self.name, {}, [key], False) > 0

    def clear(self) -> None:
        """Removes all keys."""
        _settings_change(self.name, {}, [], True)

    def all(self) -> dict[str, Any]:
        """Returns all settings, as a new dict."""
        values: dict[str, Any] = _settings_all(self.name)
        return values

    def __contains__(self, key: object) -> bool:
        return key in self.all()

    def __repr__(self) -> str:
        return f"PluginSettings({self.name!r})"


class SettingsManager:
    """The settings of all plugins: ``SettingsManager.instance().get(name)``."""

    _instance: Optional["SettingsManager"] = None

    @classmethod
    def instance(cls) -> "SettingsManager":
        """Returns the only instance."""
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    def get(self, name: str) -> PluginSettings:
        """Returns the settings of a plugin."""
        return PluginSettings(name)
