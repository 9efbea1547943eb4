"""Calls at a later time, on the UI thread: one thread waits for all of them, and ends when none is left."""

from __future__ import annotations

import _thread
import heapq
import itertools
import os
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from typing import Any

import lichtfeld.plugins as _native

#: How long the thread stays if there is nothing to wait for, in seconds.
IDLE = 5.0

_calls: list[tuple[float, int, weakref.WeakMethod[Any]]] = []
_numbers = itertools.count()
_changed = threading.Condition()
_is_running = False


def _forked() -> None:
    # The thread is the parent's.
    global _changed, _is_running
    _changed = threading.Condition()
    _is_running = False
    _calls.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def at(when: float, method: Callable[[], object]) -> None:
    """Calls a method of an object at a time of ``time.monotonic()``, unless the object is gone by then."""
    global _is_running
    with _changed:
        heapq.heappush(_calls, (when, next(_numbers), weakref.WeakMethod(method)))
        if _is_running:
            _changed.notify()
            return
        _is_running = True
    try:
        # No Thread, which would belong to the plugin that has changed a value.
        _thread.start_new_thread(_run, ())
    except RuntimeError:  # no more threads; with the next change
        _is_running = False


def _run() -> None:
    while True:
        method = _next()
        if method is None:
            return
        try:
            _native._ui.schedule_on_ui_thread(method)
        except Exception as error:
            _native._log_failure(None, "".join(traceback.format_exception_only(type(error), error)))


def _next() -> Any:
    """Waits for the next call; returns None if there has been none for a while."""
    global _is_running
    with _changed:
        while True:
            if not _calls:
                if not _changed.wait(IDLE) and not _calls:
                    _is_running = False
                    return None
                continue
            left = _calls[0][0] - time.monotonic()
            if left > 0:
                _changed.wait(min(left, threading.TIMEOUT_MAX))
                continue
            method = heapq.heappop(_calls)[2]()
            if method is not None and not sys.is_finalizing():
                return method
