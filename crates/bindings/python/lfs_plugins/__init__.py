"""Plugins for applications that embed Python: the manager, its states, its errors.

A loaded plugin is the module ``lfs_plugins.<module name>``.
"""

# `lichtfeld` first: its native module is what everything here stands on.
import lichtfeld.plugins as _native  # noqa: F401

from .errors import (
    PluginCrashedError,
    PluginDependencyError,
    PluginError,
    PluginLoadCancelled,
    PluginLoadError,
    PluginTimeoutError,
    PluginVersionError,
)
from .manager import PluginManager
from .plugin import PluginInfo, PluginInstance, PluginState, StateChange
from .settings import PluginSettings, SettingsManager
from .types import Event, Menu, Operator, Panel

__all__ = [
    "Event",
    "Menu",
    "Operator",
    "Panel",
    "PluginCrashedError",
    "PluginDependencyError",
    "PluginError",
    "PluginInfo",
    "PluginInstance",
    "PluginLoadCancelled",
    "PluginLoadError",
    "PluginManager",
    "PluginSettings",
    "PluginState",
    "PluginTimeoutError",
    "PluginVersionError",
    "SettingsManager",
    "StateChange",
]
