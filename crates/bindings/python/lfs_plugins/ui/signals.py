"""Values that notify their subscribers when they change.

::

    count = Signal(0, name="count")
    stop = count.subscribe(lambda value: print(value))
    count.value = 5        # prints 5
    stop()

A subscription ends with the plugin of its callback. A callback that raises is reported in that plugin's
log, and the assignment succeeds. A panel that has read ``value`` is drawn again after a change.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar, cast

from ._later import at
from ._notify import Source, Subscription, close_batch, depends, differs, keep, open_batch

__all__ = ["Batch", "ComputedSignal", "Signal", "ThrottledSignal", "batch"]

T = TypeVar("T")
_UNKNOWN: Any = object()


class Signal(Source, Generic[T]):
    """A value. ``name`` is for messages."""

    def __init__(self, initial_value: T, name: str = "") -> None:
        super().__init__(name)
        self._value = initial_value
        self._told: Any = initial_value
        self._number = 0

    @property
    def value(self) -> T:
        """The value. Assigning another one notifies the subscribers; an equal one does nothing."""
        self.read()
        return self._value

    @value.setter
    def value(self, value: T) -> None:
        if differs(self._value, value):
            self._value = value
            self.changed()

    def peek(self) -> T:
        """Returns the value without being drawn again for its changes."""
        return self._value

    def deliver(self) -> None:
        value = self._value
        if not differs(self._told, value):
            return
        self._told = value
        self._number += 1
        self.tell(value)

    def tell(self, value: T) -> None:
        """Calls the subscribers, until one of them has set a newer value, which all know then."""
        number = self._number
        for subscription in self.subscriptions:
            if self._number != number:
                return
            subscription.notify(value)

    def __repr__(self) -> str:
        return f"<{self.description()} value={self._value!r}>"


class ComputedSignal(Source, Generic[T]):
    """A value that is computed from other signals, when it is read and one of them has changed.

    ``dependencies`` are those signals. What ``compute`` raises is raised to the reader.
    """

    def __init__(self, compute: Callable[[], T], dependencies: Iterable[Source]) -> None:
        if not callable(compute):
            raise TypeError(f"compute must be a function without arguments, not {compute!r}")
        super().__init__(getattr(compute, "__name__", "").replace("<lambda>", ""))
        self._compute = compute
        self._dependencies = tuple(dependencies)
        self._value: Any = _UNKNOWN
        self._told: Any = _UNKNOWN
        self._number = 0
        for dependency in self._dependencies:
            depends(dependency, self)

    @property
    def value(self) -> T:
        """The value. It cannot be assigned."""
        self.read()
        return self.peek()

    def peek(self) -> T:
        """Returns the value without being drawn again for its changes."""
        value = self._value
        while value is _UNKNOWN:
            number = self._number
            value = self._compute()
            # A dependency may change meanwhile, on another thread.
            if number == self._number:
                self._value = value
        return cast(T, value)

    def invalidate(self) -> None:
        self._number += 1
        self._value = _UNKNOWN
        super().invalidate()

    def add(self, callback: Callable[[Any], object]) -> Subscription:
        subscription = super().add(callback)
        keep(self._dependencies, self)
        if self._told is _UNKNOWN:
            try:
                self._told = self.peek()
            except Exception as error:
                subscription.report(error)
        return subscription

    def drop(self, subscription: Subscription) -> None:
        super().drop(subscription)
        keep(self._dependencies, self)

    def deliver(self) -> None:
        subscriptions = self.subscriptions
        if not subscriptions:
            self._told = _UNKNOWN
            return
        number = self._number
        try:
            value = self.peek()
        except Exception as error:
            subscriptions[0].report(error)
            return
        if not differs(self._told, value):
            return
        self._told = value
        for subscription in subscriptions:
            if self._number != number:
                return
            subscription.notify(value)


class ThrottledSignal(Signal[T]):
    """A value whose subscribers are notified at most ``max_rate_hz`` times a second.

    ``value`` is always the newest. A change that comes too early is notified when the time is over, on the UI
    thread; or before, by ``flush()`` or together with the next change.
    """

    def __init__(self, initial_value: T, max_rate_hz: float = 60.0, name: str = "") -> None:
        if not max_rate_hz > 0:
            raise ValueError(f"max_rate_hz must be above 0, not {max_rate_hz!r}")
        super().__init__(initial_value, name)
        self._interval = 1.0 / max_rate_hz
        self._next = 0.0
        self._is_late = False

    def deliver(self) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self._interval
            super().deliver()
        elif not self._is_late and self.subscriptions:
            self._is_late = True
            at(self._next, self._deliver_late)

    def _deliver_late(self) -> None:
        self._is_late = False
        self.flush()

    def flush(self) -> None:
        """Notifies the subscribers now, if they do not know the value yet."""
        self._next = time.monotonic() + self._interval
        super().deliver()


class Batch:
    """``with Batch():`` notifies the subscribers at the end of the statement, of each signal once.

    Counts for what this thread changes. Batches may be nested; the outermost one notifies.
    """

    def __enter__(self) -> Batch:
        open_batch()
        return self

    def __exit__(self, *_exception: object) -> None:
        close_batch()


def batch() -> Batch:
    """Returns a new ``Batch``, for ``with batch():``."""
    return Batch()
