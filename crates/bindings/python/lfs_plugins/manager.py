"""The plugin manager: ``PluginManager.instance()``."""

from lichtfeld.plugins import PluginManager

__all__ = ["PluginManager"]
