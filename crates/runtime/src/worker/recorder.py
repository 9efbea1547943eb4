"""Objects of the application whose calls a worker records and sends in one message.

A draw context gets a thousand small calls in each frame. Where the application has shared its class
as recorded, a worker keeps them (``recorded_calls.rs``), and sends them before it answers or asks
anything else.
"""

import functools
import sys

from _lichtfeld_reference import Method, Reference

#: Values that cannot change after the call.
_FIXED = {bool, int, float, complex, str, bytes, type(None), range, slice}


class Recorder(Reference):
    """Something in the other process whose method calls are recorded. They return None.

    Each class of the other process has a class of its own here, which gets a function for each of its
    methods when it is first used: Python then calls it like any other method.
    """

    __slots__ = ()

    def __getattr__(self, name):
        value = super().__getattr__(name)
        if type(value) is not Method:
            return value
        record = self._peer.recording.function(name)
        if name.startswith("__"):
            return functools.partial(record, self)
        setattr(type(self), name, record)
        return getattr(self, name)


class Recording:
    """The calls that were recorded for one other process."""

    def __init__(self, peer):
        self._peer = peer
        self._classes = {}
        self.calls = peer.link.recorded_calls()

    def class_of(self, kind):
        """Returns the class for what the other process says is of this class of its own."""
        known = self._classes.get(kind)
        if known is None:
            known = self._classes.setdefault(kind, type("Recorder", (Recorder,), {"__slots__": ()}))
        return known

    def function(self, name):
        """Returns the function that records calls of a method."""
        record, replay = self.calls.record, self.replay

        def recorded(self, /, *args, **kwargs):
            if record(self, name, args, kwargs, _as_it_is):
                replay(False)

        recorded.__name__ = name
        return recorded

    def replay(self, all_threads):
        """Sends what this thread has recorded, or all, and waits until it is done."""
        for calls in self.calls.take(all_threads):
            self._peer.ask("replay", *calls)


def _as_it_is(value):
    """Returns a value as it is now: the plugin may change it before it is sent."""
    kind = type(value)
    if kind in _FIXED:
        return value
    if kind is tuple:
        return tuple([_as_it_is(item) for item in value])
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
