"""What crosses between a host and its workers, as bytes.

Plain data crosses by value, pickled: numbers, texts, lists, tuples, dicts, sets, dates, paths,
NumPy arrays. Everything else stays where it is, and a number crosses that stands for it. What is
read is limited to the names of ``_PLAIN`` and to the functions of this file, and ``pickle_check.rs``
has checked what is done with them: a worker that has gone mad can send wrong values, and no code.
"""

import collections
import enum
import functools
import importlib
import io
import pickle
import re
import sys
import types

import _lichtfeld_derived as derived
import _lichtfeld_enums as enums
import _lichtfeld_shared_memory as shared_memory
from _lichtfeld_reference import Method, Reference

# What is pickled as it is. All of it is in the standard library of both sides.
_PLAIN = {
    "builtins": {
        "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list",
        "range", "set", "slice", "str", "tuple",
    },
    "collections": {"Counter", "OrderedDict", "deque"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "ipaddress": {"IPv4Address", "IPv6Address"},
    "pathlib": {"Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath", "WindowsPath"},
    "pathlib._local": {"Path", "PosixPath", "PurePath", "PurePosixPath"},
    "uuid": {"UUID"},
    "zoneinfo": {"ZoneInfo"},
}  # fmt: skip
_PLAIN_TYPES = {
    collections.Counter, collections.OrderedDict, collections.deque, complex, range, slice,
}  # fmt: skip
_PLAIN_NAMES = {(module, name) for module, names in _PLAIN.items() for name in names}


def is_plain(value):
    kind = value if isinstance(value, type) else type(value)
    return kind in _PLAIN_TYPES or (kind.__module__, kind.__qualname__) in _PLAIN_NAMES


# -- what is written instead of a value -----------------------------------------------------------
# The pickler writes calls of these; the unpickler puts the peer's own methods in their places.


#: As NumPy writes a type: byte order, kind, size; for times their unit. No objects, no structures.
_DTYPE = re.compile(r"[<>|=]?[?bBiufcSUVmM]\d{0,9}(\[\d{0,9}[A-Za-z]{1,2}\])?")


def _theirs(number, traits, name):
    raise pickle.UnpicklingError("read by a Peer alone")


def _enum(number):
    raise pickle.UnpicklingError("read by a Peer alone")


def _member(number, key):
    raise pickle.UnpicklingError("read by a Peer alone")


def _yours_member(number, key):
    raise pickle.UnpicklingError("read by a Peer alone")


def _yours(number):
    raise pickle.UnpicklingError("read by a Peer alone")


def _exception_class(module, name, bases):
    raise pickle.UnpicklingError("read by a Peer alone")


#: The types of NumPy, and how a memoryview names them, for a process without NumPy.
_FORMATS = {
    "b1": "?", "i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B", "u2": "H", "u4": "I", "u8": "Q",
    "f4": "f", "f8": "d",
}  # fmt: skip


def _array(dtype, shape, buffer):
    if type(dtype) is not str or not _DTYPE.fullmatch(dtype):
        raise pickle.UnpicklingError(f"{dtype!r:.99} is no type of plain numbers")
    numpy = sys.modules.get("numpy")
    if numpy is None:
        try:
            import numpy
        except ImportError:
            view = memoryview(buffer)
            try:
                return view.cast("B").cast(_FORMATS[dtype.lstrip("<=|")], shape)
            except (KeyError, TypeError, ValueError):
                return view
    return numpy.frombuffer(buffer, dtype=numpy.dtype(dtype)).reshape(shape)


def _memory(form, shape, buffer):
    view = memoryview(buffer)
    if type(view.obj) is not shared_memory.Block:
        # A copy: what is written into it would be seen by nobody.
        view = view.toreadonly()
    return view if form == "B" and len(shape) == 1 else view.cast(form, shape)


def _part(index, offset, size):
    raise pickle.UnpicklingError("read by a Peer alone")


def _plain(value):
    return value


def _uuid(number, is_safe):
    import uuid

    return uuid.UUID(int=number, is_safe=uuid.SafeUUID(is_safe))


def _fraction(numerator, denominator):
    # From a text like "1e999999999" it would compute for hours; and so it would from huge numbers.
    if type(numerator) is not int or type(denominator) is not int:
        raise pickle.UnpicklingError("a fraction of other than whole numbers")
    if numerator.bit_length() + denominator.bit_length() > _LONGEST_FRACTION:
        raise pickle.UnpicklingError("a fraction of numbers that are too long")
    import fractions

    return fractions.Fraction(numerator, denominator)


def _zone(key):
    import zoneinfo

    return zoneinfo.ZoneInfo(key)


#: In bits, of both numbers.
_LONGEST_FRACTION = 1 << 17
_CONSTRUCTORS = {
    _theirs, _yours, _enum, _member, _yours_member, _exception_class, _array, _memory, _part, _plain, _uuid, _fraction, _zone,
}  # fmt: skip
#: Those that the unpickler takes as they are.
_MADE_HERE = {
    function.__name__: function
    for function in (_array, _memory, _plain, _uuid, _fraction, _zone)
}


#: Those that are methods of the peer.
_BY_PEER = {"_yours", "_exception_class", "_enum", "_member", "_yours_member"}


class _Part:
    """Bytes in shared memory, as the pickler meets them."""

    def __init__(self, position):
        self.position = position


#: As many buffers come beside a pickle (``MAX_BUFFERS`` of ``pickle_check.rs``); further ones are
#: written into it.
MOST_BUFFERS = 4096


class PeerPickler(pickle.Pickler):
    def __init__(self, file, peer, buffers):
        def beside(buffer):
            if len(buffers) >= MOST_BUFFERS:
                return True
            buffers.append(buffer)
            return False

        super().__init__(file, 5, buffer_callback=beside)
        self.peer = peer
        self.sender = shared_memory.Sender()

    def reducer_override(self, value):
        kind = type(value)
        if issubclass(kind, Reference) and value._peer is self.peer:
            return _yours, (value._number,)
        if kind is Method:
            return self.reducer_override(value.resolve())
        if isinstance(value, type):
            if issubclass(value, BaseException):
                return _exception_class, named(value)
            if is_plain(value):
                return NotImplemented
            if isinstance(value, enum.EnumMeta):
                if self.peer.gives_enums and enums.crosses_by_value(value):
                    return _enum, (self.peer.enum(value),)
                if value in self.peer.enums_of_other:
                    return _yours_member, (self.peer.enums_of_other[value], None)
        elif is_plain(value):
            made = _REDUCED.get(f"{kind.__module__}.{kind.__qualname__}")
            return NotImplemented if made is None else made(value)
        elif kind is types.FunctionType and value in _CONSTRUCTORS:
            return NotImplemented
        elif kind is _Part:
            return _part, value.position
        elif kind is memoryview:
            return self._memory(value)
        else:
            array = self._numpy(value, kind)
            if array is not None:
                return array
            other = self._other(value, kind)
            if other is not None:
                return other
        return _theirs, self.peer.export(value)

    def _other(self, value, kind):
        """Returns how a value crosses that is known at the other side under another name."""
        if isinstance(kind, enum.EnumMeta):
            if self.peer.gives_enums and enums.crosses_by_value(kind):
                return _member, (self.peer.enum(kind), enums.crossing(value))
            owner = self.peer.enums_of_other.get(kind)
            return owner and (_yours_member, (owner, enums.crossing(value)))
        if isinstance(value, derived.Derived):
            real = derived.crosses_as(value)
        else:
            real = derived.behind(value)
        if type(real) is Reference and real._peer is self.peer:
            return _yours, (real._number,)
        return None

    def _memory(self, view):
        if not view.c_contiguous:
            return _plain, (view.tobytes(),)
        numpy = sys.modules.get("numpy")
        if view.nbytes >= shared_memory.LARGE:
            if numpy is not None:
                position = self.sender.locate(numpy, numpy.frombuffer(view, "u1"))
            else:
                position = self.sender.locate_whole(view)
            if position is not None:
                return _memory, (view.format, view.shape, _Part(position))
        return _memory, (view.format, view.shape, pickle.PickleBuffer(view.cast("B")))

    def _numpy(self, value, kind):
        if not kind.__module__.startswith("numpy"):
            return None
        numpy = sys.modules.get("numpy")
        if kind is numpy.ndarray and not value.dtype.hasobject and value.dtype.names is None:
            position = self.sender.locate(numpy, value)
            if position is not None:
                return _array, (value.dtype.str, value.shape, _Part(position))
            array = numpy.ascontiguousarray(value)
            return _array, (array.dtype.str, array.shape, pickle.PickleBuffer(array.reshape(-1)))
        if isinstance(value, numpy.generic) and not value.dtype.hasobject:
            item = value.item()
            if type(item) in (bool, int, float, complex, str, bytes):
                return _plain, (item,)
        return None


#: Values that Python itself pickles in a way that is not read here.
_REDUCED = {
    "uuid.UUID": lambda value: (_uuid, (value.int, value.is_safe.value)),
    "fractions.Fraction": lambda value: (_fraction, (value.numerator, value.denominator)),
    "zoneinfo.ZoneInfo": lambda value: _zone_or_reference(value),
    "collections.OrderedDict": lambda value: (
        collections.OrderedDict, (), None, None, iter(value.items())
    ),
    "collections.Counter": lambda value: (collections.Counter, (), None, None, iter(value.items())),
    "collections.deque": lambda value: (collections.deque, ((), value.maxlen), None, iter(value)),
}  # fmt: skip


def _zone_or_reference(value):
    if value.key is None:
        raise pickle.PicklingError("a ZoneInfo without a key cannot cross between processes")
    return _zone, (value.key,)


#: From this length on a pickle is read where it lies, not copied first.
_LONG = 1 << 20


class _Source(io.RawIOBase):
    """Bytes as a file, without a copy: a long value is read from them into its own memory."""

    def __init__(self, view):
        self._rest = view

    def readable(self):
        return True

    def readinto(self, buffer):
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _file(view):
    return io.BytesIO(view) if len(view) < _LONG else io.BufferedReader(_Source(view))


class PeerUnpickler(pickle.Unpickler):
    def __init__(self, view, peer, buffers, blocks):
        super().__init__(_file(view), buffers=buffers)
        self.peer = peer
        self.blocks = blocks
        #: The references in what is read.
        self.arrived = []

    def find_class(self, module, name):
        if module == __name__:
            if name == "_theirs":
                return functools.partial(self.peer.made_theirs, self.arrived)
            if name in _BY_PEER:
                return getattr(self.peer, "made" + name)
            if name == "_part":
                # Not a method: the unpickler keeps what it has read, and so would keep itself.
                return functools.partial(shared_memory.part, self.blocks)
            if name in _MADE_HERE:
                return _MADE_HERE[name]
        if (module, name) in _PLAIN_NAMES:
            # Of Python 3.13; all versions have them in `pathlib`.
            module = "pathlib" if module == "pathlib._local" else module
            return getattr(importlib.import_module(module), name)
        raise pickle.UnpicklingError(f"{module}.{name} may not cross between processes")


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) in _PLAIN_NAMES:
            return getattr(importlib.import_module(module), name)
        raise pickle.UnpicklingError(f"{module}.{name} is not plain data")


def plain(data):
    """Returns the value that ``data`` is the pickle of; raises UnpicklingError if it is not plain
    data."""
    return _PlainUnpickler(io.BytesIO(data)).load()


def named(kind):
    """A class by its names: its own, and those of its bases, the nearest first."""
    bases = [(base.__module__, base.__qualname__) for base in kind.__mro__[1:]]
    return kind.__module__, kind.__qualname__, bases
