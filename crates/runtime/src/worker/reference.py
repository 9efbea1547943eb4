"""References: what stands in one process for something that lives in the other.

A ``Reference`` asks its ``Peer`` (``remote.py``) for everything; a ``Method`` is a function of such a
thing, called without being fetched first.
"""

import operator


class Method:
    """A function of something in the other process: called without being fetched first."""

    __slots__ = ("_name", "_peer", "_target")

    def __init__(self, peer, target, name):
        self._peer = peer
        self._target = target
        self._name = name

    def resolve(self):
        return self._peer.ask("fetch", self._target, self._name)

    def __call__(self, *args, **kwargs):
        return self._peer.ask("invoke", self._target, self._name, args, kwargs)

    def __getattr__(self, name):
        return getattr(self.resolve(), name)

    def __repr__(self):
        return f"<function {self._name} of plugin {self._peer.plugin!r}, in its own process>"


class Reference:
    """Something that lives in the other process."""

    __slots__ = ("__weakref__", "_callable", "_number", "_peer", "_times")

    def __init__(self, peer, number, is_callable):
        object.__setattr__(self, "_peer", peer)
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_callable", is_callable)
        object.__setattr__(self, "_times", 0)

    def __getattr__(self, name):
        return self._peer.fetch(self._number, name)

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
        return self._peer.ask("operate", self._number, "eq", (other,))

    def __ne__(self, other):
        return not self == other

    def __repr__(self):
        try:
            return self._peer.ask("operate", self._number, "repr", ())
        except Exception as error:
            return f"<reference into plugin {self._peer.plugin!r}: {error}>"

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
    "enter": lambda value: type(value).__enter__(value),
    "exit": lambda value, *raised: type(value).__exit__(value, *raised),
}  # fmt: skip
for _name in OPERATIONS:
    if _name not in ("repr", "eq", "exit"):
        setattr(Reference, f"__{_name}__", _forward(_name))


def _exit(self, kind, value, trace):
    # A traceback cannot cross, and the other side can do nothing with it.
    return self._peer.ask("operate", self._number, "exit", (kind, value and str(value), None))


Reference.__exit__ = _exit
