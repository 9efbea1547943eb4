"""References: what stands in one process for something that lives in the other.

A ``Reference`` asks its ``Peer`` (``remote.py``) for everything; a ``Method`` is a function of such a
thing, called without being fetched first.
"""

import collections
import operator

from _lichtfeld_read_together import batch_of_thread


class Method:
    """A function of something in the other process: called without being fetched first."""

    __slots__ = ("_name", "_of", "_peer", "_target")

    def __init__(self, peer, target, name, of):
        self._peer = peer
        self._target = target
        self._name = name
        #: The reference that it is a method of, which must not end before: `scene().node(1)`.
        self._of = of

    def resolve(self):
        return self._peer.ask("fetch", self._target, self._name)

    def __call__(self, *args, **kwargs):
        return self._peer.ask("invoke", self._target, self._name, args, kwargs)

    def __getattr__(self, name):
        return getattr(self.resolve(), name)

    def __repr__(self):
        return f"<function {self._name} of {self._peer.whose}>"

    def __eq__(self, other):
        if type(other) is not Method:
            return NotImplemented
        mine = self._peer, self._target, self._name
        return mine == (other._peer, other._target, other._name)

    def __hash__(self):
        return hash((id(self._peer), self._target, self._name))


class Reference:
    """Something that lives in the other process."""

    __slots__ = ("__weakref__", "_cuda", "_kind", "_number", "_peer", "_siblings", "_times")

    def __init__(self, peer, number, kind):
        object.__setattr__(self, "_peer", peer)
        object.__setattr__(self, "_number", number)
        #: The name of its type, or its own if it is a class.
        object.__setattr__(self, "_kind", kind)
        #: Weak references to what has come with the same message.
        object.__setattr__(self, "_siblings", ())
        object.__setattr__(self, "_times", 0)

    def __getattr__(self, name):
        batch = batch_of_thread()
        if batch is not None and not name.startswith("__"):
            return self._peer.batches.read(batch, self, name)
        return self._peer.fetch(self._number, name, self)

    def __setattr__(self, name, value):
        self._peer.ask("set", self._number, name, value)

    def __delattr__(self, name):
        self._peer.ask("delete", self._number, name)

    def __call__(self, *args, **kwargs):
        return self._peer.ask("call", self._number, args, kwargs)

    def __dir__(self):
        return self._peer.ask("dir", self._number)

    def __hash__(self):
        return hash((id(self._peer), self._number))

    def __eq__(self, other):
        if isinstance(other, Reference) and other._peer is self._peer:
            if other._number == self._number:
                return True
        try:
            return self._peer.ask("operate", self._number, "eq", (other,))
        except Exception as error:
            if type(error).__name__ != "PluginCrashedError":
                raise
            # Nobody can be asked any more: whoever removes it from a list finds it by itself.
            return False

    def __ne__(self, other):
        return not self == other

    def __repr__(self):
        try:
            return self._peer.ask("operate", self._number, "repr", ())
        except Exception as error:
            return f"<reference into {self._peer.whose}: {error}>"

    def __iter__(self):
        return _Iterator(self._peer, self._peer.ask("operate", self._number, "iter", ()))

    def __instancecheck__(self, value):
        return self._peer.ask("operate", self._number, "instance", (value,))

    def __subclasscheck__(self, kind):
        return self._peer.ask("operate", self._number, "subclass", (kind,))

    def __mro_entries__(self, bases):
        return (self._peer.base_for(self),)

    # As NumPy, torch and others ask for the numbers in a value.

    def __array__(self, dtype=None, copy=None):
        array = self._peer.ask("array", self._number)
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __dlpack__(self, **options):
        return self._peer.ask("array", self._number).__dlpack__(**options)

    def __dlpack_device__(self):
        return self._peer.ask("array", self._number).__dlpack_device__()

    @property
    def __cuda_array_interface__(self):
        # Asked for by whoever wants to know whether this is an array of a GPU: AttributeError if not.
        try:
            mapped = object.__getattribute__(self, "_cuda")
        except AttributeError:
            mapped = self._peer.cuda_array(self)
            object.__setattr__(self, "_cuda", mapped)
        return mapped.interface

    def __buffer__(self, flags):
        return memoryview(self._peer.ask("array", self._number))

    def __del__(self):
        # Reported with the next question: this can run anywhere, in the middle of anything.
        self._peer.dropped.append((self._number, self._times))


def _forward(name):
    def method(self, *args):
        return self._peer.ask("operate", self._number, name, args)

    method.__name__ = f"__{name}__"
    return method


OPERATIONS = {
    "str": str, "repr": repr, "len": len, "iter": iter, "next": next, "bool": bool, "int": int,
    "float": float, "index": operator.index, "getitem": operator.getitem,
    "setitem": operator.setitem, "delitem": operator.delitem, "contains": operator.contains,
    "eq": operator.eq, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv,
    "floordiv": operator.floordiv, "mod": operator.mod, "pow": operator.pow, "neg": operator.neg,
    "matmul": operator.matmul, "and": operator.and_, "or": operator.or_, "xor": operator.xor,
    "abs": abs, "pos": operator.pos, "invert": operator.invert, "round": round,
    "reversed": reversed, "format": format, "divmod": divmod,
    "lshift": operator.lshift, "rshift": operator.rshift,
    "enter": lambda value: type(value).__enter__(value),
    "exit": lambda value, *raised: type(value).__exit__(value, *raised),
    "instance": lambda kind, value: isinstance(value, kind),
    "subclass": lambda kind, value: issubclass(value, kind),
}  # fmt: skip
#: Operations whose other operand may be the reference, and that may change what they work on.
_OF_TWO = (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor",
    "lshift", "rshift",
)  # fmt: skip
for _name in _OF_TWO:
    OPERATIONS["r" + _name] = lambda value, other, does=OPERATIONS[_name]: does(other, value)
    OPERATIONS["i" + _name] = getattr(operator, f"__i{_name}__")
for _name in OPERATIONS:
    if _name not in ("repr", "eq", "exit", "iter", "instance", "subclass"):
        setattr(Reference, f"__{_name}__", _forward(_name))


def _exit(self, kind, value, trace):
    # A traceback cannot cross, and the other side can do nothing with it.
    return self._peer.ask("operate", self._number, "exit", (kind, value and str(value), None))


Reference.__exit__ = _exit


class _Iterator:
    """The items of something in the other process; those of lists and the like are read ahead, more
    at once each time."""

    def __init__(self, peer, reference):
        self._peer = peer
        self._reference = reference
        self._items = collections.deque()
        self._count = 1
        self._ended = False

    def __iter__(self):
        return self

    def __next__(self):
        if not self._items and not self._ended:
            self._count = min(self._count * 4, 256)
            items, self._ended = self._peer.ask("items", self._reference._number, self._count)
            self._items.extend(items)
        if not self._items:
            raise StopIteration
        return self._items.popleft()

    def __getattr__(self, name):
        # A generator has `send`, `throw` and `close`.
        return getattr(self._reference, name)
