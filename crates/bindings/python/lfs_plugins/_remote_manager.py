"""The application's plugin manager, for a plugin in a process of its own.

What the plugin asks and does is done by the application's ``PluginManager``. Facts cross as plain data, so
that they are here what they are there; a module of another plugin does not cross.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re
import sys
import threading
from collections.abc import Callable
from typing import Any, Optional

import lichtfeld.plugins as _native

from .errors import PluginError
from .plugin import PluginInfo, PluginInstance, PluginState
from .registry import RegistryPluginInfo, RegistryVersionInfo

__all__ = ["PluginManager"]

#: What a plugin may ask the application's manager to do.
METHODS = (
    "check_updates disable discover enable get_active_plugins_snapshot get_error get_info get_state "
    "get_traceback install install_from_registry list_loaded load load_all load_report log_tail plan "
    "rejected reload search start_watcher startup_load_status stop_watcher uninstall unload unload_report update"
).split()
#: These end the process of the plugin that they name, which therefore cannot wait for them.
_ENDS = ("disable", "reload", "uninstall", "unload", "update")


def ask(owner: str, method: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Does what a method of ``"PluginManager"``, or a function of ``"plugins"``, does in the application."""
    modules: Any = sys.modules["_lichtfeld_host_modules"]
    return _made(modules.ask_service("manager", method, owner, list(arguments), named))


class PluginManager:
    """The manager of the application. Methods are those of the native ``PluginManager``."""

    _one: Optional[PluginManager] = None

    @classmethod
    def instance(cls) -> PluginManager:
        """Returns the manager."""
        if cls._one is None:
            cls._one = cls()
        return cls._one

    @property
    def plugins_dir(self) -> pathlib.Path:
        """The directory of the plugins."""
        return pathlib.Path(_native.PluginManager.instance().plugins_dir)

    @property
    def registry(self) -> Any:
        """The registry of plugins."""
        return _native.PluginManager.instance().registry

    def __getattr__(self, name: str) -> Any:
        if name not in METHODS:
            raise AttributeError(
                f"PluginManager.{name} does not work in a plugin's own process; it has {', '.join(METHODS)}", name=name
            )
        return _method(name)

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *METHODS})

    def __repr__(self) -> str:
        return f"<PluginManager of the application, {self.plugins_dir}>"


def _method(name: str) -> Callable[..., Any]:
    def method(*arguments: Any, **named: Any) -> Any:
        return ask("PluginManager", name, arguments, named)

    method.__name__ = name
    return method


# Facts as plain data. -----------------------------------------------------------------------------

_FACTS = {kind.__name__: kind for kind in (PluginInfo, PluginInstance, RegistryPluginInfo, RegistryVersionInfo)}


def _plain(value: Any) -> Any:
    """Returns facts of the manager as plain data, which ``_made`` reads."""
    if isinstance(value, PluginState):
        return {"": "state", "value": value.value}
    if isinstance(value, pathlib.Path):
        return {"": "path", "value": str(value)}
    if type(value).__name__ in _FACTS and dataclasses.is_dataclass(value):
        fields = [field.name for field in dataclasses.fields(value) if field.name != "module"]
        return {"": type(value).__name__, "value": {name: _plain(getattr(value, name)) for name in fields}}
    if isinstance(value, dict):
        return {"": "dict", "value": [(_plain(key), _plain(one)) for key, one in value.items()]}
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(one) for one in value)
    return value


def _made(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_made(one) for one in value)
    if not isinstance(value, dict):
        return value
    kind, held = value[""], value["value"]
    if kind == "state":
        return PluginState(held)
    if kind == "path":
        return pathlib.Path(held)
    if kind == "dict":
        return {_made(key): _made(one) for key, one in held}
    return _FACTS[kind](**{name: _made(one) for name, one in held.items()})


def answer(peer: Any, method: str, owner: Any, arguments: Any, named: Any) -> Any:
    """Answers a plugin in a process of its own. Raises ValueError for what it may not do."""
    if method not in METHODS or owner not in ("PluginManager", "plugins"):
        raise ValueError(f"{method!r:.99} is nothing to do with the manager")
    if type(arguments) is not list or type(named) is not dict:
        raise TypeError("arguments are a list and a dict")
    function = getattr(_native if owner == "plugins" else _native.PluginManager.instance(), method)
    # The caller waits for the answer, while its process is to end.
    name = arguments[0] if arguments else named.get("name")
    if method in _ENDS and type(name) is str and _key(name) == _key(peer.plugin):
        threading.Thread(target=_end, args=(function, method, name), name=f"{method} {name}", daemon=True).start()
        return True
    return _plain(function(*arguments, **named))


def _key(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def _end(function: Callable[[str], object], method: str, name: str) -> None:
    try:
        function(name)
    except PluginError as error:
        _native._log.error(f"{method} of {name}: {error}")
