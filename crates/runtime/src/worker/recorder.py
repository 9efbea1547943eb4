"""Objects of the application whose calls a worker records and sends in one message.

A draw context gets a thousand small calls in each frame. Where the application has shared its class
as recorded, a worker keeps them, and sends them before it answers or asks anything else.
"""

import collections
import functools
import sys

from _lichtfeld_reference import Method, Reference

#: So many calls are kept at most before they are sent.
_MOST_CALLS = 100_000
#: Values that cannot change after the call.
_FIXED = {bool, int, float, complex, str, bytes, type(None), range, slice}


class Recorder(Reference):
    """Something in the other process whose method calls are recorded. They return None."""

    __slots__ = ()

    def __getattr__(self, name):
        recording = self._peer.recording
        if (self._kind, name) in recording.methods:
            return functools.partial(recording.record, self, name)
        value = super().__getattr__(name)
        if type(value) is Method:
            recording.methods.add((self._kind, name))
            return functools.partial(recording.record, self, name)
        return value


class Recording:
    """The calls that were recorded for one other process."""

    def __init__(self, peer):
        self._peer = peer
        self.methods = set()
        self.calls = collections.deque()

    def record(self, target, name, /, *args, **kwargs):
        for value in args:
            if type(value) not in _FIXED:
                args = tuple([_as_it_is(value) for value in args])
                break
        if kwargs:
            kwargs = {key: _as_it_is(value) for key, value in kwargs.items()}
        self.calls.append((target, name, args, kwargs))
        if len(self.calls) >= _MOST_CALLS:
            self.replay()

    def replay(self):
        """Sends what was recorded, and waits until it is done."""
        calls = []
        try:
            while True:
                calls.append(self.calls.popleft())
        except IndexError:
            pass
        if calls:
            self._peer.ask("replay", calls)


def _as_it_is(value):
    """Returns a value as it is now: the plugin may change it before it is sent."""
    kind = type(value)
    if kind in _FIXED:
        return value
    if kind is tuple:
        for item in value:
            if type(item) not in _FIXED:
                return tuple([_as_it_is(item) for item in value])
        return value
    if kind is list:
        return [_as_it_is(item) for item in value]
    if kind is dict:
        return {key: _as_it_is(item) for key, item in value.items()}
    if kind in (set, bytearray):
        return kind(value)
    numpy = sys.modules.get("numpy")
    if numpy is not None and kind is numpy.ndarray:
        return value.copy()
    return value
