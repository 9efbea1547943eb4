"""Attributes of objects in the other process that are read together, for the price of one question.

Inside ``with lichtfeld.plugins.batch():`` the first read of an attribute also reads those that were
read from objects of the same kind in a batch before; and where the second of several objects that
arrived together is read, those of all of them. What was read counts until the batch ends or the
plugin asks anything else, such as a call.
"""

import contextlib
import threading
import types

from _lichtfeld_marks import ABSENT, MOST_READ

_THREAD = threading.local()
#: Questions that change nothing.
_READING = {"read", "get", "dir", "items", "members", "enum"}
#: Attributes that are longer than this in bytes are not read before they are asked for.
_LARGE = 1 << 12
#: So many names are remembered of objects of one kind.
_MOST_NAMES = 64


class Batch:
    """What was read in one ``with`` statement."""

    def __init__(self):
        self.values = {}


def batch_of_thread():
    return getattr(_THREAD, "batch", None)


@contextlib.contextmanager
def batch():
    """Reads attributes of objects of the other process together."""
    outer = batch_of_thread()
    _THREAD.batch = outer or Batch()
    try:
        yield
    finally:
        _THREAD.batch = outer


class Batches:
    """The batches of one other process: what was read together before."""

    def __init__(self, peer):
        self._peer = peer
        #: By the kind of an object, the names that were read from it in batches.
        self._names = {}

    def asked(self, question):
        """Forgets what was read: anything may have changed."""
        batch = batch_of_thread()
        if batch is not None and batch.values and question[0] not in _READING:
            batch.values.clear()

    def read(self, batch, reference, name):
        key = reference._peer, reference._number, name
        value = batch.values.get(key, ABSENT)
        if type(value) is str and value == ABSENT:
            self._read(batch, reference, name)
            value = batch.values.get(key, ABSENT)
        if type(value) is str and value == ABSENT:
            # It raises why.
            return self._peer.fetch(reference._number, name, reference)
        return self._peer.fetched(reference._number, name, value, reference)

    def _read(self, batch, reference, name):
        names = self._names.setdefault(reference._kind, {})
        together = [name, *(known for known in names if known != name)]
        objects = [reference, *self._siblings(batch, reference, name)]
        objects = objects[: max(1, MOST_READ // len(together))]
        numbers = [each._number for each in objects]
        rows = self._peer.ask("read", numbers, together)
        for number, row in zip(numbers, rows, strict=True):
            for known, value in zip(together, row, strict=True):
                batch.values[self._peer, number, known] = value
        first = rows[0][0]
        if _is_small(first) and len(names) < _MOST_NAMES:
            names[name] = None

    def _siblings(self, batch, reference, name):
        """Returns the objects that arrived with this one, if another of them was read before."""
        found = [known for weak in reference._siblings if (known := weak()) is not None]
        alike = [each for each in found if each._kind == reference._kind and each is not reference]
        for each in alike:
            value = batch.values.get((self._peer, each._number, name), ABSENT)
            if (type(value) is not str or value != ABSENT) and _is_small(value):
                return [
                    each for each in alike
                    if (self._peer, each._number, name) not in batch.values
                ]  # fmt: skip
        return []


def _is_small(value):
    if type(value) in (str, bytes, bytearray, list, tuple, dict, set, frozenset):
        return len(value) <= _LARGE
    return getattr(value, "nbytes", 0) <= _LARGE


def snapshot(value, names):
    """Returns attributes of an object, or of each of a list of objects, as they are now."""
    names = names.replace(",", " ").split() if isinstance(names, str) else list(names)
    many = isinstance(value, (list, tuple))
    objects = list(value) if many else [value]
    rows = [None] * len(objects)
    by_peer = {}
    for index, each in enumerate(objects):
        if hasattr(type(each), "_siblings"):
            by_peer.setdefault(each._peer, []).append(index)
        else:
            rows[index] = [getattr(each, name) for name in names]
    at_once = max(1, MOST_READ // max(1, len(names)))
    for peer, indexes in by_peer.items():
        for start in range(0, len(indexes), at_once):
            part = indexes[start : start + at_once]
            numbers = [objects[index]._number for index in part]
            for index, row in zip(part, peer.ask("read", numbers, names), strict=True):
                pairs = zip(names, row, strict=True)
                rows[index] = [_or_raise(objects[index], name, value) for name, value in pairs]
    made = [types.SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows]
    return made if many else made[0]


def _or_raise(reference, name, value):
    peer, number = reference._peer, reference._number
    if type(value) is str and value == ABSENT:
        return peer.fetch(number, name, reference)
    return peer.fetched(number, name, value, reference)
