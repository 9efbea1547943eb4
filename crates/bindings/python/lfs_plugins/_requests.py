"""What a plugin asks of the front end, and the answer: waiting for it, by ``await``, or by a callback.

The requests themselves are in the plugin system's native part. A plugin in a process of its own asks the
application for them; an ``answer`` then crosses back on a thread of its own.
"""

from __future__ import annotations

import _thread
import concurrent.futures
import contextlib
import inspect
import sys
import threading
import weakref
from collections.abc import Callable, Generator
from typing import Any, Optional

import lichtfeld.plugins as _native

__all__ = ["Answer", "answer", "ask", "ask_async", "tell"]

#: In a test of a plugin without the application: what answers instead of it, the last one first.
probes: list[Any] = []

#: In the application, the open requests of each process of a plugin.
_of_peers: weakref.WeakKeyDictionary[Any, set[int]] = weakref.WeakKeyDictionary()

_Fields = dict[str, Any]
#: Makes the result of an answer: None is a dialog that the user has cancelled.
_Read = Callable[[Any], Any]


class Answer(concurrent.futures.Future):  # type: ignore[type-arg]
    """The answer to a request, which comes later: ``await`` it, or ask for ``done()`` and ``result()``.

    ``cancel()`` takes the request back. If the plugin is unloaded before the answer, it is cancelled.
    """

    def __init__(self) -> None:
        super().__init__()
        self._request = 0

    def __await__(self) -> Generator[Any, None, Any]:
        import asyncio

        return asyncio.wrap_future(self).__await__()

    def cancel(self) -> bool:
        """Takes the request back. Returns False if it has been answered."""
        cancelled = super().cancel()
        if cancelled and self._request:
            with contextlib.suppress(Exception):
                _withdraw(self._request)
        return cancelled


def ask(fields: _Fields, read: _Read) -> Any:
    """Asks, and waits for the answer. Without a front end that answers, as if the user had cancelled.

    On the thread that draws only an application answers that has a dialog of its own loop; see
    docs/dialogs.md.
    """
    if probes:
        return read(probes[-1].ask(fields))
    if _native._is_worker():
        outcome, value = _ask_application(fields)
    else:
        outcome, value = _native._request_and_wait(fields)
    return read(value if outcome == "answered" else None)


def ask_async(
    fields: _Fields, read: _Read, callback: Optional[Callable[..., object]] = None, arguments: Optional[_Read] = None
) -> Answer:
    """Asks, and returns the answer that comes later. ``callback(result)`` is called on the UI thread.

    ``arguments`` makes the arguments of the callback of the result.
    """
    if callback is not None and not callable(callback):
        raise TypeError(f"callback must be a function, not {callback!r:.99}")
    made = Answer()

    def done(outcome: str, value: Any) -> None:
        if outcome == "withdrawn":
            made.cancel()
            return
        if not made.set_running_or_notify_cancel():
            return
        result = read(value if outcome == "answered" else None)
        made.set_result(result)
        if callback is not None:
            given = (result,) if arguments is None else arguments(result)
            if probes:
                callback(*given)
            else:
                _native._ui.schedule_on_ui_thread(callback, *given)

    if probes:
        done("answered", probes[-1].ask(fields))
    elif _native._is_worker():
        number = _application("open", fields, False, done)
        if number is None:
            done("no_front_end", None)
        made._request = number or 0
    else:
        made._request = _native._request(fields, callback, False, done)
    return made


def tell(fields: _Fields) -> None:
    """Asks for something without waiting for the answer."""
    ask_async(fields, lambda value: value)


def takes_nothing(callback: Callable[..., object]) -> bool:
    """Returns whether a function cannot be called with one argument, but without one."""
    try:
        signature = inspect.signature(callback)
    except (TypeError, ValueError):
        return False
    try:
        signature.bind("OK")
    except TypeError:
        return True
    return False


# In a process of a plugin.


def _application(what: str, *values: Any) -> Any:
    modules: Any = sys.modules.get("_lichtfeld_host_modules")
    return None if modules is None else modules.ask_service("requests", what, *values)


def _ask_application(fields: _Fields) -> tuple[str, Any]:
    told: list[tuple[str, Any]] = []
    is_told = threading.Event()

    def done(outcome: str, value: Any) -> None:
        told.append((outcome, value))
        is_told.set()

    number = _application("open", fields, True, done)
    if number is None:
        return "no_front_end", None
    if not is_told.wait(_native._request_limit()):
        _withdraw(number)
        return "withdrawn", None
    return told[0]


def _withdraw(number: int) -> None:
    if _native._is_worker():
        _application("withdraw", number)
    else:
        _native._withdraw_request(number)


# In the application.


def answer(peer: Any, what: str, *values: Any) -> Any:
    """Answers a plugin in a process of its own. Raises TypeError or ValueError for what it may not ask."""
    own = _of_peers.setdefault(peer, set())
    if what == "withdraw":
        (number,) = values
        if type(number) is int and number in own:
            _native._withdraw_request(number)
        return None
    if what != "open":
        raise ValueError(f"{what!r:.99} is nothing to do with requests")
    fields, waits, done = values
    numbers: list[int] = []
    # Also if the process ends by itself.
    belonging = _native._belonging(done, lambda: list(map(_native._withdraw_request, numbers)), "request", True)
    if type(fields) is not dict or type(waits) is not bool or belonging is None:
        raise TypeError("a request is a dict, and its answer goes to a function of the plugin")

    def finished(outcome: str, value: Any) -> None:
        belonging.forget()
        own.difference_update(numbers)
        try:
            # The front end does not wait for the process of a plugin.
            _thread.start_new_thread(_send, (done, outcome, value))
        except RuntimeError:  # no more threads
            _send(done, outcome, value)

    try:
        numbers.append(_native._request(fields, done, waits, finished))
    except BaseException:
        belonging.forget()
        raise
    own.update(numbers)
    return numbers[0]


def _send(done: Callable[..., object], outcome: str, value: Any) -> None:
    # A plugin that is gone, or does not answer, has no use for it.
    with contextlib.suppress(Exception):
        done(outcome, value)
