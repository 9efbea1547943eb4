"""Calls between a host and its workers: what crosses, and what stands for the rest.

Plain data crosses by value, pickled: numbers, texts, lists, tuples, dicts, sets, dates, paths,
NumPy arrays. Everything else stays where it is; the other side gets a ``Reference`` whose
attributes and methods work by asking. An exception crosses with its type where the other side has
it; else a class of the same name, derived from the nearest base that the other side has.

Both processes run this file. Each has one ``Peer`` for each other process it talks to. What is read
is limited to the names of ``_PLAIN`` and to the functions of this file: a worker that has gone mad
can send wrong values, and no code.
"""

import builtins
import collections
import functools
import importlib
import io
import pickle
import sys
import threading
import traceback
import types
import weakref

import _lichtfeld_shared_memory as shared_memory
from _lichtfeld_reference import OPERATIONS, Method, Reference
from _lichtfeld_standin import FINDER, STAND_INS, StandIn, outside

_OURS = ("<lichtfeld", "<frozen importlib")

# What is pickled as it is. All of it is in the standard library of both sides.
_PLAIN = {
    "builtins": {
        "bool", "bytearray", "bytes", "complex", "dict", "Ellipsis", "float", "frozenset", "int",
        "list", "NotImplemented", "range", "set", "slice", "str", "tuple", "type",
    },
    "collections": {"Counter", "OrderedDict", "deque"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "ipaddress": {"IPv4Address", "IPv6Address"},
    "pathlib": {"Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath", "WindowsPath"},
    "pathlib._local": {"Path", "PosixPath", "PurePath", "PurePosixPath"},
    "uuid": {"SafeUUID", "UUID"},
    "zoneinfo": {"ZoneInfo"},
}  # fmt: skip
_PLAIN_TYPES = {
    collections.Counter, collections.OrderedDict, collections.deque, complex, range, slice,
}  # fmt: skip
_PLAIN_NAMES = {(module, name) for module, names in _PLAIN.items() for name in names}


def _is_plain(value):
    kind = value if isinstance(value, type) else type(value)
    return kind in _PLAIN_TYPES or (kind.__module__, kind.__qualname__) in _PLAIN_NAMES


# -- what is written in place of a value ---------------------------------------------------------
# The pickler writes calls of these; the unpickler puts the peer's own methods in their places.


def _theirs(number, is_callable, name):
    raise pickle.UnpicklingError("read by a Peer alone")


def _yours(number):
    raise pickle.UnpicklingError("read by a Peer alone")


def _exception_class(module, name, bases):
    raise pickle.UnpicklingError("read by a Peer alone")


def _array(dtype, shape, buffer):
    numpy = sys.modules.get("numpy")
    if numpy is None:
        try:
            import numpy
        except ImportError:
            view = memoryview(buffer)
            try:
                return view.cast("B").cast(dtype.lstrip("<=|"), shape)
            except (TypeError, ValueError):
                return view
    return numpy.frombuffer(buffer, dtype=numpy.dtype(dtype)).reshape(shape)


def _memory(form, shape, buffer):
    view = memoryview(buffer).toreadonly()
    return view if form == "B" and len(shape) == 1 else view.cast(form, shape)


def _part(index, offset, size):
    raise pickle.UnpicklingError("read by a Peer alone")


_CONSTRUCTORS = {_theirs, _yours, _exception_class, _array, _memory, _part}


class _Part:
    """Bytes in shared memory, as the pickler meets them."""

    def __init__(self, place):
        self.place = place


class _Pickler(pickle.Pickler):
    def __init__(self, file, peer, buffers):
        super().__init__(file, 5, buffer_callback=buffers.append)
        self.peer = peer
        self.sender = shared_memory.Sender()

    def reducer_override(self, value):
        kind = type(value)
        if kind is Reference and value._peer is self.peer:
            return _yours, (value._number,)
        if kind is Method:
            return self.reducer_override(value.resolve())
        if isinstance(value, type):
            if issubclass(value, BaseException):
                return _exception_class, _named(value)
            if _is_plain(value):
                return NotImplemented
        elif _is_plain(value):
            return NotImplemented
        elif kind is types.FunctionType and value in _CONSTRUCTORS:
            return NotImplemented
        elif kind is _Part:
            return _part, value.place
        elif kind is memoryview:
            return self._memory(value)
        else:
            array = self._numpy(value, kind)
            if array is not None:
                return array
        return _theirs, self.peer.export(value)

    def _memory(self, view):
        if not view.c_contiguous:
            return bytes, (view.tobytes(),)
        numpy = sys.modules.get("numpy")
        if numpy is not None and view.nbytes >= shared_memory.LARGE:
            place = self.sender.place(numpy, numpy.frombuffer(view, "u1"))
            if place is not None:
                return _memory, (view.format, view.shape, _Part(place))
        return _memory, (view.format, view.shape, pickle.PickleBuffer(view.cast("B")))

    def _numpy(self, value, kind):
        if not kind.__module__.startswith("numpy"):
            return None
        numpy = sys.modules.get("numpy")
        if kind is numpy.ndarray and not value.dtype.hasobject and value.dtype.names is None:
            place = self.sender.place(numpy, value)
            if place is not None:
                return _array, (value.dtype.str, value.shape, _Part(place))
            array = numpy.ascontiguousarray(value)
            return _array, (array.dtype.str, array.shape, pickle.PickleBuffer(array.reshape(-1)))
        if isinstance(value, numpy.generic) and not value.dtype.hasobject:
            item = value.item()
            if type(item) in (bool, int, float, complex, str, bytes):
                return type(item), (item,)
        return None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file, peer, buffers, blocks):
        super().__init__(file, buffers=buffers)
        self.peer = peer
        self.blocks = blocks


    def find_class(self, module, name):
        if module == __name__:
            if name == "_theirs":
                return self.peer.theirs
            if name == "_yours":
                return self.peer.yours
            if name == "_exception_class":
                return self.peer.exception_class
            if name == "_array":
                return _array
            if name == "_memory":
                return _memory
            if name == "_part":
                # Not a method: the unpickler keeps what it has read, and so would keep itself.
                return functools.partial(shared_memory.part, self.blocks)
        if (module, name) in _PLAIN_NAMES:
            return getattr(importlib.import_module(module), name)
        raise pickle.UnpicklingError(f"{module}.{name} may not cross between processes")


def _named(kind):
    """A class by its names: its own, and those of its bases, the nearest first."""
    bases = [(base.__module__, base.__qualname__) for base in kind.__mro__[1:]]
    return kind.__module__, kind.__qualname__, bases


# -- references ----------------------------------------------------------------------------------


class RemoteTraceback(Exception):
    """The traceback of an exception in the other process; the cause of that exception here."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text

    def __str__(self):
        return "\n" + self.text


# -- the two ends --------------------------------------------------------------------------------


class Peer:
    """The other process: asks it, and answers it."""

    def __init__(self, link, plugin, package):
        self.link = link
        self.plugin = plugin
        self.package = package
        self.dropped = collections.deque()
        self.references = weakref.WeakValueDictionary()
        self.classes = {}
        self.functions = set()
        self._lock = threading.Lock()
        self._exported = {}
        self._numbers = {}
        self._last = 0

    # asking

    def ask(self, *question):
        if self.dropped:
            self.forget_dropped()
        succeeded, body, files = self.link.call(*self.write(question))
        if succeeded:
            return self.read(body, files)
        raise self.exception(body, files)

    def fetch(self, target, name):
        """An attribute; a function of it is not fetched but called by its name."""
        if (target, name) in self.functions:
            return Method(self, target, name)
        value = self.ask("get", target, name)
        if type(value) is str and value == _Function:
            self.functions.add((target, name))
            return Method(self, target, name)
        return value

    def forget_dropped(self):
        dropped = []
        while True:
            try:
                dropped.append(self.dropped.popleft())
            except IndexError:
                break
        for number, _ in dropped:
            self.functions = {known for known in self.functions if known[0] != number}
        self.link.notify(self.write(dropped)[0])

    # crossing

    def write(self, value):
        file = io.BytesIO()
        buffers = []
        pickler = _Pickler(file, self, buffers)
        pickler.dump(value)
        parts = [file.getbuffer(), *[buffer.raw() for buffer in buffers]]
        head = [len(parts), *[part.nbytes for part in parts]]
        body = b"".join([*[number.to_bytes(8, "little") for number in head], *parts])
        return body, pickler.sender.files()

    def read(self, body, files=()):
        # First of all: they are ours to close now.
        blocks = shared_memory.receive(files)
        view = memoryview(body)
        count = int.from_bytes(view[:8], "little")
        at = 8 + 8 * count
        parts = []
        for index in range(count):
            size = int.from_bytes(view[8 + 8 * index : 16 + 8 * index], "little")
            parts.append(view[at : at + size])
            at += size
        return _Unpickler(io.BytesIO(parts[0]), self, parts[1:], blocks).load()

    def export(self, value):
        with self._lock:
            number = self._numbers.get(id(value))
            if number is None:
                self._last += 1
                number = self._last
                self._numbers[id(value)] = number
                self._exported[number] = [value, 0]
            self._exported[number][1] += 1
        return number, callable(value), type(value).__name__

    def theirs(self, number, is_callable, name):
        with self._lock:
            reference = self.references.get(number)
            if reference is None:
                reference = Reference(self, number, is_callable)
                self.references[number] = reference
            object.__setattr__(reference, "_times", reference._times + 1)
        return reference

    def yours(self, number):
        return self._exported[number][0]

    def notice(self, body):
        kept = []
        with self._lock:
            for number, times in self.read(body):
                entry = self._exported.get(number)
                if entry is None:
                    continue
                entry[1] -= times
                if entry[1] <= 0:
                    kept.append(self._exported.pop(number))
                    self._numbers.pop(id(entry[0]), None)
        # What goes here may run code of its own, which may ask: not under the lock.
        del kept

    # exceptions

    def exception_class(self, module, name, bases):
        known = self.classes.get((module, name))
        if known is not None:
            return known
        kind = _here(module, name)
        if kind is None:
            base = next(found for found in (_here(*base) for base in bases) if found is not None)
            try:
                kind = type(name.rpartition(".")[2], (base,), {"__module__": module})
            except TypeError:
                kind = type(name.rpartition(".")[2], (Exception,), {"__module__": module})
        self.classes[module, name] = kind
        return kind

    def failure(self, error):
        """An exception as it crosses."""
        described = traceback.TracebackException.from_exception(error)
        _trim(described)
        text = "".join(described.format())
        kind = type(error)
        if not isinstance(error, Exception) and kind is not KeyboardInterrupt:
            # A plugin that exits ends its call, not the host.
            kind = RuntimeError
            error = RuntimeError(f"the plugin raised {type(error).__name__}: {error}")
        args = [argument if _crosses(argument) else repr(argument) for argument in error.args]
        state = {
            name: value
            for name, value in vars(error).items()
            if isinstance(name, str) and not name.startswith("__") and _crosses(value)
        }
        return self.write((_named(kind), args, state, str(error), text))

    def exception(self, body, files=()):
        if not body or body[:1] == b"!":
            return RuntimeError(bytes(body[1:]).decode("utf-8", "replace") or "no answer")
        named, args, state, text, trace = self.read(body, files)
        kind = self.exception_class(*named)
        try:
            error = kind.__new__(kind, *args)
            error.args = tuple(args)
            error.__dict__.update(state)
            str(error)
        except Exception:
            error = RuntimeError(f"{named[1]}: {text}")
        error.__cause__ = RemoteTraceback(trace)
        return error

    # answering

    def answer(self, body, files):
        try:
            what, *rest = self.read(body, files)
            return True, *self.write(getattr(self, "do_" + what)(*rest))
        except BaseException as error:
            return False, *self.failure(error)

    def target(self, target):
        if isinstance(target, int):
            return self._exported[target][0]
        # A module of the plugin, by its name.
        return sys.modules.get(target) or importlib.import_module(target)

    def do_get(self, target, name):
        owner = self.target(target)
        if name.startswith("__") and name.endswith("__") and name not in ("__doc__", "__name__"):
            raise AttributeError(f"{name} does not cross between processes", name=name)
        value = getattr(owner, name)
        if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
            return _Function
        return value

    def do_fetch(self, target, name):
        return getattr(self.target(target), name)

    def do_invoke(self, target, name, args, kwargs):
        return getattr(self.target(target), name)(*args, **kwargs)

    def do_call(self, target, args, kwargs):
        return self.target(target)(*args, **kwargs)

    def do_set(self, target, name, value):
        setattr(self.target(target), name, value)

    def do_delete(self, target, name):
        delattr(self.target(target), name)

    def do_dir(self, target):
        return dir(self.target(target))

    def do_operate(self, target, name, args):
        return OPERATIONS[name](self.target(target), *args)

    def do_module(self, name):
        importlib.import_module(name)
        return True

    # the module that stands for the plugin

    def enter(self, module):
        """Makes ``import <module>`` and ``lfs_plugins.<module>`` give the plugin as it is here."""
        stand_in = STAND_INS.get(self.package)
        if stand_in is None:
            stand_in = STAND_INS[self.package] = StandIn(self.package, self.plugin)
        stand_in.__lichtfeld_peer__ = self
        if FINDER not in sys.meta_path:
            sys.meta_path.insert(0, FINDER)
        known = sys.modules.get(module)
        if known is None or isinstance(known, StandIn):
            if isinstance(known, StandIn) or outside(module) is None:
                sys.modules[module] = stand_in
        sys.modules[self.package] = stand_in
        parent = sys.modules.get(self.package.rpartition(".")[0])
        if parent is not None:
            setattr(parent, module, stand_in)

    def leave(self, module):
        """Takes the stand-in away, unless it stands for a newer version already."""
        stand_in = STAND_INS.get(self.package)
        if stand_in is None or vars(stand_in).get("__lichtfeld_peer__") is not self:
            return
        names = [
            name for name, known in sys.modules.items()
            if isinstance(known, StandIn) and vars(known)["__lichtfeld_root__"] is stand_in
        ]  # fmt: skip
        for name in names:
            del sys.modules[name]
        parent = sys.modules.get(self.package.rpartition(".")[0])
        if parent is not None and vars(parent).get(module) is stand_in:
            delattr(parent, module)


# The answer for an attribute that is a function: it is called by its name.
_Function = "\0function"


def _here(module, name):
    """An exception class of this process, by names; none that would have to be imported."""
    owner = builtins if module == "builtins" else sys.modules.get(module)
    for part in name.split("."):
        owner = getattr(owner, part, None) if not isinstance(owner, StandIn) else None
    return owner if isinstance(owner, type) and issubclass(owner, BaseException) else None


def _crosses(value, depth=4):
    kind = type(value)
    if kind in (bool, int, float, complex, str, bytes, type(None)):
        return True
    if depth and kind in (list, tuple, set, frozenset):
        return all(_crosses(item, depth - 1) for item in value)
    if depth and kind is dict:
        return all(_crosses(item, depth - 1) for pair in value.items() for item in pair)
    return kind not in (types.FunctionType, type) and _is_plain(value) and kind is not dict


def _trim(described):
    todo, seen = [described], set()
    while todo:
        item = todo.pop()
        if item is None or id(item) in seen:
            continue
        seen.add(id(item))
        kept = [frame for frame in item.stack if not frame.filename.startswith(_OURS)]
        item.stack = traceback.StackSummary.from_list(kept)
        todo += [item.__cause__, item.__context__, *(getattr(item, "exceptions", None) or ())]
