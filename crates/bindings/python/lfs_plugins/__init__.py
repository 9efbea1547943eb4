"""Plugins for applications that embed Python: the manager, its states, its errors.

A loaded plugin is the module ``lfs_plugins.<module name>``.
"""

import importlib as _importlib
import sys as _sys

# `lichtfeld` first: its native module is what everything here stands on.
import lichtfeld.plugins as _native

TYPE_CHECKING = False
if TYPE_CHECKING:
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
        PluginForkedError,
        PluginLimitError,
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
    from .registry import RegistryClient, RegistryPluginInfo, RegistryVersionInfo
    from .scrub_fields import ScrubFieldController, ScrubFieldSpec
    from .settings import PluginSettings, SettingsManager
    from .templates import create_plugin
    from .types import Event, Menu, Operator, Panel

# Imported when they are first asked for: a plugin's own process starts a quarter sooner without
# `dataclasses` and what that needs, and most plugins ask for none of it.
_HOMES = {
    "capabilities": (
        "Capability CapabilityBroker CapabilityRegistry CapabilitySchema "
        "PluginContext SceneContext ViewContext"
    ),
    "errors": (
        "PluginCrashedError PluginDependencyError PluginError PluginForkedError "
        "PluginLimitError PluginLoadCancelled PluginLoadError PluginNotFoundError "
        "PluginTimeoutError PluginVersionError "
        "RegistryError RegistryOfflineError VersionNotFoundError"
    ),
    "manager": "PluginManager",
    "plugin": "PluginInfo PluginInstance PluginState StateChange",
    "registry": "RegistryClient RegistryPluginInfo RegistryVersionInfo",
    "settings": "PluginSettings SettingsManager",
    "scrub_fields": "ScrubFieldController ScrubFieldSpec",
    "templates": "create_plugin",
    "types": "Event Menu Operator Panel",
    "compat": "",
    "context": "",
    "event": "",
    "icon_manager": "",
    "op_context": "",
    "operators": "",
    "props": "",
    "tool_defs": "",
    "tools": "",
    "ui": "",
    "utils": "",
    "validator": "",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name):
    home = _HOME_OF.get(name)
    if home is not None:
        value = getattr(_importlib.import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value
    if name in _HOMES:
        return _importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=_sys.modules[__name__])


def __dir__():
    return sorted({*globals(), *__all__, *_HOMES})


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
    "PluginForkedError",
    "PluginInfo",
    "PluginInstance",
    "PluginLimitError",
    "PluginLoadCancelled",
    "PluginLoadError",
    "PluginManager",
    "PluginNotFoundError",
    "PluginSettings",
    "PluginState",
    "PluginTimeoutError",
    "PluginVersionError",
    "RegistryClient",
    "RegistryError",
    "RegistryOfflineError",
    "RegistryPluginInfo",
    "RegistryVersionInfo",
    "SceneContext",
    "ScrubFieldController",
    "ScrubFieldSpec",
    "SettingsManager",
    "StateChange",
    "VersionNotFoundError",
    "ViewContext",
    "create_plugin",
]

_process = _sys.modules.get("multiprocessing.process")
if _process is not None and (
    _process.parent_process() is not None
    # The function of a `Process` is imported before its parent is known.
    or getattr(_process.current_process(), "_inheriting", False)
):
    # A plugin's function is to run here, in a process that the plugin has started: it is imported
    # by its name, as any other function is.
    _native._import_on_demand()
