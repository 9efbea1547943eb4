"""Who is notified of a change, and when: the part that all signals share.

A change is delivered on the thread that makes it: at once, or at the end of the outermost ``batch()`` of
that thread. No lock is held while a callback runs.
"""

import os
import threading
import traceback
import weakref
from collections.abc import Callable, Iterable
from typing import Any, Optional

import lichtfeld.plugins as _native

from .subscription_registry import SubscriptionRegistry

#: Called after each delivery, without arguments; see ``_mirror.py``.
after_delivery: list[Callable[[], None]] = []

# An RLock: the garbage collector may run a plugin's code inside of it, which may unsubscribe.
_lock = threading.RLock()


def _renew_lock() -> None:
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    # Another thread may have held it at the fork, and does not exist in the child.
    os.register_at_fork(after_in_child=_renew_lock)


class _OfThread(threading.local):
    """What one thread has changed and not delivered yet."""

    def __init__(self) -> None:
        self.depth = 0
        self.sources: dict[Source, None] = {}
        self.redraw = False


_thread = _OfThread()


class Subscription:
    """A callback of one source, until it is cancelled or its plugin is unloaded."""

    def __init__(self, source: "Source", callback: Callable[[Any], object]) -> None:
        if not callable(callback):
            raise TypeError(f"callback must be a function of one value, not {callback!r}")
        self.is_active = True
        self._callback = callback
        self._source = source
        #: Called once, when it is cancelled.
        self.cancelled: Optional[Callable[[], None]] = None
        self._belonging = _owned(callback, self, f"subscription to {source.description()}")
        self._plugin = None if self._belonging is None else self._belonging.plugin

    def notify(self, value: Any) -> None:
        """Calls the callback. An error is the callback's: it is in the log of its plugin."""
        if not self.is_active:
            return
        try:
            self._callback(value)
        except (Exception, SystemExit) as error:
            self.report(error)

    def report(self, error: BaseException) -> None:
        """Writes an error of the callback into the log of its plugin, or of the host."""
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        text = "".join(traceback.format_exception(type(error), error, trace))
        _native._log_failure(self._plugin, f"a subscriber of {self._source.description()} failed\n{text}")

    def cancel(self) -> None:
        """Ends the subscription. Cancelling it again does nothing."""
        if not self.is_active:
            return
        self.is_active = False
        self._source.drop(self)
        cancelled, self.cancelled = self.cancelled, None
        if cancelled is not None:
            cancelled()
        self._forget()

    def _forget(self) -> None:
        belonging, self._belonging = self._belonging, None
        if belonging is not None:
            belonging.forget()

    def __del__(self) -> None:
        # Its signal is gone, without a cancel.
        if getattr(self, "_belonging", None) is not None:
            self._forget()


def _owned(callback: Callable[..., object], subscription: Subscription, what: str) -> Optional[_native.Belonging]:
    """Lets a subscription end with the plugin of its callback. The ledger keeps no signal alive."""
    known = weakref.ref(subscription)

    def release() -> None:
        subscription = known()
        if subscription is not None:
            subscription.cancel()

    return _native._belonging(callback, release, what, True)


class Source:
    """Something with a value that others are notified of."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.subscriptions: tuple[Subscription, ...] = ()
        self._dependents: weakref.WeakSet[Source] = weakref.WeakSet()
        #: Those of them that have subscribers; they last as long as this.
        self._kept: set[Source] = set()
        self._is_read = False

    def description(self) -> str:
        """Returns what messages call it."""
        kind = type(self).__name__
        return f"{kind} {self.name!r}" if self.name else f"a {kind}"

    def subscribe(self, callback: Callable[[Any], object]) -> Callable[[], None]:
        """Calls ``callback(value)`` after each change. Returns a function that ends this.

        It also ends when the plugin that the callback belongs to is unloaded or reloaded.
        """
        return self.add(callback).cancel

    def subscribe_as(self, owner: str, callback: Callable[[Any], object]) -> Callable[[], None]:
        """As ``subscribe``, and ``SubscriptionRegistry.unsubscribe_all(owner)`` ends it too."""
        subscription = self.add(callback)
        subscription.cancelled = SubscriptionRegistry.instance()._enter(owner, subscription.cancel)
        return subscription.cancel

    def add(self, callback: Callable[[Any], object]) -> Subscription:
        """Adds a subscription."""
        subscription = Subscription(self, callback)
        with _lock:
            self.subscriptions = (*self.subscriptions, subscription)
        return subscription

    def drop(self, subscription: Subscription) -> None:
        """Removes a subscription."""
        with _lock:
            self.subscriptions = tuple(one for one in self.subscriptions if one is not subscription)

    def read(self) -> None:
        """Notes that the value was read: what has read it may show it, and is drawn after a change."""
        self._is_read = True

    def invalidate(self) -> None:
        """Called when the value has changed, before anybody is notified."""
        _thread.sources[self] = None
        if self._is_read:
            self._is_read = False
            _thread.redraw = True
        for dependent in list(self._dependents):
            dependent.invalidate()

    def changed(self) -> None:
        """Notifies everybody of a new value: now, or at the end of the batch."""
        self.invalidate()
        if _thread.depth == 0:
            deliver()

    def deliver(self) -> None:
        """Calls the subscribers, if the value differs from the one that they know."""
        raise NotImplementedError


def depends(source: object, dependent: Source) -> None:
    """Invalidates ``dependent`` with ``source``, which keeps it weakly; see ``keep``."""
    if not isinstance(source, Source):
        raise TypeError(f"dependencies must be signals, not {source!r}")
    source._dependents.add(dependent)


def keep(sources: Iterable[Source], dependent: Source) -> None:
    """Lets ``sources`` keep a dependent alive while it has subscribers, and no longer."""
    with _lock:
        for source in sources:
            if dependent.subscriptions:
                source._kept.add(dependent)
            else:
                source._kept.discard(dependent)


def open_batch() -> None:
    """Begins a batch of this thread."""
    _thread.depth += 1


def close_batch() -> None:
    """Ends a batch of this thread, and delivers what has changed if it is the outermost one."""
    _thread.depth -= 1
    if _thread.depth == 0:
        deliver()


def deliver() -> None:
    """Notifies the subscribers of all that has changed on this thread."""
    while _thread.sources:
        sources, _thread.sources = _thread.sources, {}
        for source in sources:
            source.deliver()
    for function in after_delivery:
        function()
    if _thread.redraw:
        _thread.redraw = False
        _native._ui.request_redraw()


def differs(before: object, after: object) -> bool:
    """Returns whether two values differ. Arrays, which cannot say so in one word, do."""
    if before is after:
        return False
    try:
        return bool(before != after)
    except Exception:
        return True
