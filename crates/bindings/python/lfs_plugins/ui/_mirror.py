"""The fields of ``RuntimeState`` in processes of plugins: they have the application's values.

A worker asks for the values when it imports ``store.py``. From then on the application sends what has
changed: all changes of a batch in one message, and all that have come together while the worker was busy.
Each change has a number, by which the newest counts. What a plugin assigns goes the other way.

A worker's subscribers are called on a thread of their own, not on the one that draws.
"""

from __future__ import annotations

import _thread
import itertools
import os
import sys
import threading
import weakref
from collections.abc import Mapping
from typing import Any

import lichtfeld.plugins as _native

from ._notify import after_delivery, close_batch, differs, open_batch

#: The number and the value of a changed field.
_Changes = dict[str, tuple[int, Any]]

_numbers = itertools.count(1)
#: The ``StateSignal`` of each field, which ``store.py`` makes.
_fields: Mapping[str, Any] = {}
_followers: weakref.WeakKeyDictionary[Any, _Follower] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def _forked() -> None:
    # The connections to workers belong to the parent.
    global _lock
    _lock = threading.Lock()
    _followers.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


class _OfThread(threading.local):
    """The fields that one thread has changed and not sent yet."""

    def __init__(self) -> None:
        self.changed: list[Any] = []


_of_thread = _OfThread()


class _Follower:
    """A process of a plugin that has the fields of this one."""

    def __init__(self, peer: Any) -> None:
        self._peer = weakref.ref(peer)
        self._pending: _Changes = {}
        self._is_sending = False

    def put(self, changes: _Changes) -> None:
        """Sends changes soon; nobody waits for it."""
        with _lock:
            self._pending.update(changes)
            if self._is_sending:
                return
            self._is_sending = True
        try:
            # No Thread, which would belong to the plugin that has assigned a field.
            _thread.start_new_thread(self._send_all, ())
        except RuntimeError:  # no more threads; with the next change
            self._is_sending = False

    def _send_all(self) -> None:
        while changes := self._take():
            if not self._send(changes):
                return

    def _take(self) -> _Changes:
        with _lock:
            changes, self._pending = self._pending, {}
            self._is_sending = bool(changes)
            return changes

    def _send(self, changes: _Changes) -> bool:
        peer = self._peer()
        if peer is None:
            return False
        try:
            peer.ask("invoke", __name__, "receive", (changes,), {})
        except Exception as error:
            if type(error).__name__ != "PluginTimeoutError":
                _followers.pop(peer, None)
                return False
            with _lock:
                # It is busy: with the next change.
                self._pending = {**changes, **self._pending}
                self._is_sending = False
            return False
        return True


def start(fields: Mapping[str, Any]) -> None:
    """Begins to mirror these fields; once."""
    global _fields
    _fields = fields
    after_delivery.append(_send_changed)
    if _native._is_worker():
        follow()


def note(signal: Any) -> None:
    """Notes a change of a field, which is sent when all of its batch have been delivered."""
    _of_thread.changed.append(signal)


def _send_changed() -> None:
    changed = _of_thread.changed
    if not changed:
        return
    _of_thread.changed = []
    if _native._is_worker():
        _publish({signal.field: signal.peek() for signal in changed})
        return
    changes: _Changes = {}
    for signal in changed:
        signal.number = next(_numbers)
        changes[signal.field] = (signal.number, signal.peek())
    for follower in list(_followers.values()):
        follower.put(changes)


# In a worker.


def _ask(what: str, *values: Any) -> Any:
    modules: Any = sys.modules.get("_lichtfeld_host_modules")
    return None if modules is None else modules.ask_service("state", what, *values)


def follow() -> None:
    """Gets the values of the application, and all changes from now on."""
    try:
        changes = _ask("follow")
    except Exception as error:
        _native._log_failure(None, f"RuntimeState has no values of the application: {error}")
        return
    if changes is not None:
        receive(changes)


def unfollow() -> None:
    """Keeps the values as they are from now on."""
    try:
        _ask("unfollow")
    except Exception as error:
        _native._log_failure(None, f"RuntimeState still has values of the application: {error}")


def _publish(values: dict[str, Any]) -> None:
    try:
        numbers = _ask("publish", values) or {}
    except Exception as error:
        _native._log_failure(None, f"RuntimeState: the application did not take {', '.join(values)}: {error}")
        return
    for field, number in numbers.items():
        _fields[field].number = max(_fields[field].number, number)


def receive(changes: _Changes) -> None:
    """Sets fields to values of the application, where they are newer."""
    incoming = []
    open_batch()
    try:
        for field, (number, value) in changes.items():
            signal = _fields.get(field)
            if signal is None or number < signal.number:
                continue
            signal.number = number
            if differs(signal.peek(), value):
                signal.is_incoming = True
                incoming.append(signal)
                signal.value = value
    finally:
        close_batch()
        for signal in incoming:
            signal.is_incoming = False


# In the application.


def answer(peer: Any, what: str, values: Any = None) -> Any:
    """Answers a worker. Raises TypeError or ValueError for what it may not set."""
    if what == "follow":
        _followers[peer] = _Follower(peer)
        return {field: (signal.number, signal.peek()) for field, signal in _fields.items() if signal.number}
    if what == "unfollow":
        _followers.pop(peer, None)
        return None
    if what != "publish" or type(values) is not dict:
        raise ValueError(f"{what!r:.99} is nothing to do with RuntimeState")
    for field, value in values.items():
        if type(field) is not str or field not in _fields:
            raise ValueError(f"RuntimeState has no field {field!r:.99}")
        _fields[field].check(value)
    open_batch()
    try:
        for field, value in values.items():
            _fields[field].value = value
    finally:
        close_batch()
    return {field: _fields[field].number for field in values}
