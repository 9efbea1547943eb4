"""Where this plugin system is stricter than the one that older plugins were written for: the switches.

``lfs_plugins.compat.set_leniency`` sets them. A plugin in a process of its own asks the application.
"""

from __future__ import annotations

import sys
from typing import Any, Optional

import lichtfeld.plugins as _native

#: What each switch is for; the default is ``"older"``.
SWITCHES = {
    "operator_keywords": "keywords that an operator does not have are ignored",
    "operator_errors": "an operator that raises, or cannot run now, is cancelled for its caller",
}
CHOICES = ("older", "all", "none")

_chosen: dict[str, str] = {}


def choose(switches: dict[str, str]) -> None:
    """Sets switches. Raises TypeError for an unknown one, ValueError for an unknown choice; then none is set."""
    for name, choice in switches.items():
        if name not in SWITCHES:
            raise TypeError(f"{name!r} is not a switch; there are {', '.join(SWITCHES)}")
        if choice not in CHOICES:
            raise ValueError(f"{name} must be one of {', '.join(map(repr, CHOICES))}, not {choice!r}")
    _chosen.update(switches)


def chosen() -> dict[str, str]:
    """Returns all switches."""
    return {name: _chosen.get(name, "older") for name in SWITCHES}


def applies(plugin: Optional[str], switch: str) -> bool:
    """Returns whether a plugin is treated leniently. Classes of the application, without a plugin, never are."""
    if plugin is None:
        return False
    if _native._is_worker():
        modules: Any = sys.modules["_lichtfeld_host_modules"]
        return bool(modules.ask_service("leniency", "applies", plugin, switch))
    choice = _chosen.get(switch, "older")
    if choice != "older":
        return choice == "all"
    info = _native.PluginManager.instance().get_info(plugin)
    # The key that every manifest of version 1 has, and no older one.
    return info is not None and not info.plugin_api


def answer(peer: Any, what: str, plugin: Any, switch: Any) -> bool:
    """Answers a plugin in a process of its own."""
    if what != "applies" or type(plugin) is not str or switch not in SWITCHES:
        raise ValueError(f"{what!r:.99} is nothing to do with leniency")
    return applies(plugin, switch)
