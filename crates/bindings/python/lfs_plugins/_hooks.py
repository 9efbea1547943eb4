"""Hooks: what plugins draw into the application's own panels, at the places that it calls.

An application draws the hooks of a place with ``lichtfeld.ui.invoke_hooks(panel, section, prepend,
layout)``, before and after its own content.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import lichtfeld.plugins as _native

from ._owned_list import OwnedList

__all__ = ["add_hook", "clear_all_hooks", "clear_hooks", "get_hook_points", "hook", "invoke_hooks", "remove_hook"]

_Function = TypeVar("_Function", bound=Callable[..., object])
_POSITIONS = ("prepend", "append")
_hooks = OwnedList()
#: The places that the application has drawn.
_drawn: set[tuple[str, str]] = set()


def add_hook(panel: str, section: str, callback: Callable[[Any], object], position: str = "append") -> None:
    """Lets ``callback(layout)`` draw at a place of a panel: after its content, or before it (``"prepend"``).

    It is removed with the plugin of the callback. Raises ValueError for another position.
    """
    if position not in _POSITIONS:
        raise ValueError(f"position must be one of {', '.join(map(repr, _POSITIONS))}, not {position!r}")
    _hooks.add((panel, section, position), callback, f"hook of {panel}.{section}")
    _native._ui.request_redraw()


def hook(panel: str, section: str, position: str = "append") -> Callable[[_Function], _Function]:
    """As ``add_hook``, for a function that it decorates."""

    def decorate(callback: _Function) -> _Function:
        add_hook(panel, section, callback, position)
        return callback

    return decorate


def remove_hook(panel: str, section: str, callback: Callable[[Any], object]) -> None:
    """Removes a hook; one that does not exist is no mistake."""
    _hooks.remove(_hooks.find(lambda kept: kept.key[:2] == (panel, section) and kept.callback == callback))
    _native._ui.request_redraw()


def clear_hooks(panel: str, section: str = "") -> None:
    """Removes the hooks of a place, or of all places of a panel."""
    _hooks.remove(_hooks.find(lambda kept: kept.key[0] == panel and section in ("", kept.key[1])))
    _native._ui.request_redraw()


def clear_all_hooks() -> None:
    """Removes all hooks."""
    _hooks.remove(_hooks.find(lambda kept: True))
    _native._ui.request_redraw()


def get_hook_points() -> list[str]:
    """Returns the places that the application has drawn, or that have hooks, as ``"panel.section"``."""
    hooked = {kept.key[:2] for kept in _hooks.find(lambda kept: True)}
    return sorted(f"{panel}.{section}" for panel, section in {*_drawn, *hooked})


def invoke_hooks(panel: str, section: str, prepend: bool = False, layout: Any = None) -> bool:
    """Draws the hooks of a place into a layout; for the application, while it draws. Returns whether there
    was one. A hook that raises is reported in its plugin's log, and the others are drawn."""
    _drawn.add((panel, section))
    key = (panel, section, "prepend" if prepend else "append")
    found = _hooks.find(lambda kept: kept.key == key)
    for kept in found:
        kept.call(layout)
    return bool(found)
