"""Plugins for applications that embed Python: the manager, its states, its errors.

A loaded plugin is the module ``lfs_plugins.<module name>``.
"""

import sys as _sys

# `lichtfeld` first: its native module is what everything here stands on.
import lichtfeld.plugins as _native

from .capabilities import (
    Capability,
    CapabilityBroker,
    CapabilityRegistry,
    CapabilitySchema,
    PluginContext,
    SceneContext,
    ViewContext,
)
from .errors import (
    PluginCrashedError,
    PluginDependencyError,
    PluginError,
    PluginLoadCancelled,
    PluginLoadError,
    PluginNotFoundError,
    PluginTimeoutError,
    PluginVersionError,
    RegistryError,
    RegistryOfflineError,
    VersionNotFoundError,
)
from .manager import PluginManager
from .plugin import PluginInfo, PluginInstance, PluginState, StateChange
from .settings import PluginSettings, SettingsManager
from .templates import create_plugin
from .types import Event, Menu, Operator, Panel

__all__ = [
    "Capability",
    "CapabilityBroker",
    "CapabilityRegistry",
    "CapabilitySchema",
    "Event",
    "Menu",
    "Operator",
    "Panel",
    "PluginContext",
    "PluginCrashedError",
    "PluginDependencyError",
    "PluginError",
    "PluginInfo",
    "PluginInstance",
    "PluginLoadCancelled",
    "PluginLoadError",
    "PluginManager",
    "PluginNotFoundError",
    "PluginSettings",
    "PluginState",
    "PluginTimeoutError",
    "PluginVersionError",
    "RegistryError",
    "RegistryOfflineError",
    "SceneContext",
    "SettingsManager",
    "StateChange",
    "VersionNotFoundError",
    "ViewContext",
    "create_plugin",
]

_process = _sys.modules.get("multiprocessing.process")
if _process is not None and _process.parent_process() is not None:
    # A plugin's function is to run here, in a process that the plugin has started: it is imported
    # by its name, as any other function is.
    _native._import_on_demand()
