"""Callbacks that plugins give to the application: each is forgotten with its plugin, and its errors are its own."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable
from typing import Any, Optional

import lichtfeld.plugins as _native

__all__ = ["Kept", "OwnedList"]


class Kept:
    """A callback under a key."""

    def __init__(self, key: Any, callback: Callable[..., object], what: str) -> None:
        self.key, self.callback, self.what = key, callback, what
        self.belonging: Optional[_native.Belonging] = None
        self._told = ""

    def call(self, *arguments: Any) -> Any:
        """Calls it. An error is written into the log of its plugin, the same one once; returns None then."""
        try:
            return self.callback(*arguments)
        except (Exception, SystemExit) as error:
            trace = error.__traceback__
            text = "".join(traceback.format_exception(type(error), error, trace and trace.tb_next))
            if text != self._told:
                self._told = text
                plugin = None if self.belonging is None else self.belonging.plugin
                _native._log_failure(plugin, f"{self.what} failed\n{text}")
            return None


class OwnedList:
    """Callbacks in the order in which they were added."""

    def __init__(self) -> None:
        self._kept: tuple[Kept, ...] = ()
        # An RLock: the garbage collector may run a plugin's code inside of it.
        self._lock = threading.RLock()

    def add(self, key: Any, callback: Callable[..., object], what: str, expected: bool = False) -> Kept:
        """Adds a callback. ``what`` names it; with ``expected`` its plugin need not remove it."""
        if not callable(callback):
            raise TypeError(f"{what}: callback must be a function, not {callback!r:.99}")
        kept = Kept(key, callback, what)
        kept.belonging = _native._belonging(callback, lambda: self.remove([kept]), what, expected)
        with self._lock:
            self._kept = (*self._kept, kept)
        return kept

    def remove(self, gone: Iterable[Kept]) -> None:
        """Removes callbacks; those that are gone already are no mistake."""
        gone = list(gone)
        with self._lock:
            self._kept = tuple(kept for kept in self._kept if kept not in gone)
        for kept in gone:
            belonging, kept.belonging = kept.belonging, None
            if belonging is not None:
                belonging.forget()

    def find(self, wanted: Callable[[Kept], bool]) -> list[Kept]:
        """Returns the callbacks that are wanted."""
        return [kept for kept in self._kept if wanted(kept)]
