"""Functions of plugins that an application calls: while it draws its view, and while it trains.

An application that has no names of its own for this calls ``lichtfeld.call_draw_handlers(timing, context)``
and ``lichtfeld.call_handlers(event, *arguments)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import lichtfeld.plugins as _native

from ._owned_list import Kept, OwnedList

__all__ = [
    "ScopedHandler",
    "add_draw_handler",
    "call_draw_handlers",
    "call_handlers",
    "on_iteration_start",
    "on_post_step",
    "on_pre_optimizer_step",
    "on_training_end",
    "on_training_start",
    "remove_draw_handler",
]

_Function = TypeVar("_Function", bound=Callable[..., object])
EVENTS = ("training_start", "iteration_start", "pre_optimizer_step", "post_step", "training_end")
TIMINGS = ("PRE_VIEW", "POST_VIEW", "POST_UI")

_draw_handlers = OwnedList()
_handlers = OwnedList()


def add_draw_handler(name: str, callback: Callable[[Any], object], timing: str = "POST_VIEW") -> None:
    """Lets the application call ``callback(context)`` each time that it draws its view; ``context`` is its own.

    ``timing`` is ``PRE_VIEW``, ``POST_VIEW`` or ``POST_UI``. A handler of the same name is replaced. It is
    removed with the plugin of the callback.
    """
    if timing not in TIMINGS:
        raise ValueError(f"timing must be one of {', '.join(TIMINGS)}, not {timing!r}")
    before = _draw_handlers.find(lambda kept: kept.key[0] == name)
    _draw_handlers.add((name, timing), callback, f"draw handler {name!r}")
    _draw_handlers.remove(before)
    _native._ui.request_redraw()


def remove_draw_handler(name: str) -> None:
    """Removes a draw handler; one that does not exist is no mistake."""
    _draw_handlers.remove(_draw_handlers.find(lambda kept: kept.key[0] == name))
    _native._ui.request_redraw()


def call_draw_handlers(timing: str, context: Any = None) -> int:
    """Calls the draw handlers of one timing; for the application. Returns how many there are."""
    found = _draw_handlers.find(lambda kept: kept.key[1] == timing)
    for kept in found:
        kept.call(context)
    return len(found)


def call_handlers(event: str, *arguments: Any) -> int:
    """Calls the functions of an event, one of ``training_start``, ``iteration_start``, ``pre_optimizer_step``,
    ``post_step`` and ``training_end``; for the application. Returns how many there are."""
    if event not in EVENTS:
        raise ValueError(f"event must be one of {', '.join(EVENTS)}, not {event!r}")
    found = _handlers.find(lambda kept: kept.key == event)
    for kept in found:
        kept.call(*arguments)
    return len(found)


def _on(event: str, callback: _Function) -> Kept:
    return _handlers.add(event, callback, f"on_{event}", expected=True)


def on_training_start(callback: _Function) -> _Function:
    """Calls a function when a training starts, until its plugin is unloaded. Returns it, as a decorator."""
    _on("training_start", callback)
    return callback


def on_iteration_start(callback: _Function) -> _Function:
    """As ``on_training_start``, when an iteration starts."""
    _on("iteration_start", callback)
    return callback


def on_pre_optimizer_step(callback: _Function) -> _Function:
    """As ``on_training_start``, before each step of the optimizer."""
    _on("pre_optimizer_step", callback)
    return callback


def on_post_step(callback: _Function) -> _Function:
    """As ``on_training_start``, after each step."""
    _on("post_step", callback)
    return callback


def on_training_end(callback: _Function) -> _Function:
    """As ``on_training_start``, when a training has ended."""
    _on("training_end", callback)
    return callback


class ScopedHandler:
    """Functions of events, which are called as long as this object exists and until ``clear()``."""

    def __init__(self) -> None:
        self._kept: list[Kept] = []

    def on_training_start(self, callback: Callable[..., object]) -> None:
        """Calls a function when a training starts."""
        self._kept.append(_on("training_start", callback))

    def on_iteration_start(self, callback: Callable[..., object]) -> None:
        """Calls a function when an iteration starts."""
        self._kept.append(_on("iteration_start", callback))

    def on_pre_optimizer_step(self, callback: Callable[..., object]) -> None:
        """Calls a function before each step of the optimizer."""
        self._kept.append(_on("pre_optimizer_step", callback))

    def on_post_step(self, callback: Callable[..., object]) -> None:
        """Calls a function after each step."""
        self._kept.append(_on("post_step", callback))

    def on_training_end(self, callback: Callable[..., object]) -> None:
        """Calls a function when a training has ended."""
        self._kept.append(_on("training_end", callback))

    def clear(self) -> None:
        """Calls none of them any more."""
        kept, self._kept = self._kept, []
        _handlers.remove(kept)

    def __del__(self) -> None:
        self.clear()
