"""Subscriptions by the name of their owner, so that all of an owner can be ended together.

A plugin's subscriptions end with the plugin in any case. Owners are for what ends before it, such as a
dialog.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Optional

import lichtfeld.plugins as _native

__all__ = ["SubscriptionRegistry"]


class _Entry:
    """A function that ends something, called once."""

    def __init__(self, registry: SubscriptionRegistry, owner: str, unsubscribe: Callable[[], object]) -> None:
        self._registry, self._owner = registry, owner
        self._unsubscribe: Optional[Callable[[], object]] = unsubscribe
        self.belonging: Optional[_native.Belonging] = None

    def __call__(self) -> None:
        unsubscribe, self._unsubscribe = self._unsubscribe, None
        self._registry._discard(self._owner, self)
        belonging, self.belonging = self.belonging, None
        if belonging is not None:
            belonging.forget()
        if unsubscribe is not None:
            unsubscribe()


class SubscriptionRegistry:
    """The subscriptions of all owners: ``SubscriptionRegistry.instance()``."""

    _instance: Optional[SubscriptionRegistry] = None

    def __init__(self) -> None:
        self._entries: dict[str, dict[_Entry, None]] = {}
        # An RLock: the garbage collector may run a plugin's code inside of it.
        self._lock = threading.RLock()

    @classmethod
    def instance(cls) -> SubscriptionRegistry:
        """Returns the registry that ``subscribe_as`` uses."""
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    def register(
        self,
        owner: str,
        unsubscribe: Optional[Callable[[], object]] = None,
        *,
        unsubscribe_fn: Optional[Callable[[], object]] = None,
    ) -> Callable[[], None]:
        """Lets ``unsubscribe_all(owner)`` call ``unsubscribe()``; so does the unload of the calling plugin.

        Returns a function that calls it before. It is called once. ``unsubscribe_fn`` is another name
        of the argument.
        """
        function = unsubscribe if unsubscribe is not None else unsubscribe_fn
        if not callable(function):
            raise TypeError(f"unsubscribe must be a function without arguments, not {function!r}")
        entry = self._enter(owner, function)
        entry.belonging = _native._belonging(function, entry, f"subscription of {owner!r}", True)
        return entry

    def unsubscribe_all(self, owner: str) -> None:
        """Ends all subscriptions of an owner. One that raises does not keep the others."""
        with self._lock:
            entries = list(self._entries.pop(owner, ()))
        failed: Optional[Exception] = None
        for entry in reversed(entries):
            try:
                entry()
            except Exception as error:
                failed = failed or error
        if failed is not None:
            raise failed

    unregister_all = unsubscribe_all

    def _enter(self, owner: str, function: Callable[[], object]) -> _Entry:
        """Enters a function, and returns what calls it and removes it."""
        entry = _Entry(self, owner, function)
        with self._lock:
            self._entries.setdefault(owner, {})[entry] = None
        return entry

    def _discard(self, owner: str, entry: _Entry) -> None:
        with self._lock:
            entries = self._entries.get(owner, {})
            entries.pop(entry, None)
            if not entries:
                self._entries.pop(owner, None)
