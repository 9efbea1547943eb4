"""Classes of a plugin in a worker that derive from a class of the application.

``class Mine(lf.Callback)`` in a worker makes a local class. Each of its objects has one of the
application beside it: an object of a class that is derived there from the real one, whose methods
call those of ``Mine``. Where one of the two crosses, the other one arrives.
"""

import weakref

#: Methods with two underscores that a derived class may replace.
_SPECIAL = {"__call__", "__enter__", "__exit__", "__iter__", "__len__", "__getitem__", "__next__"}
#: So many methods of a derived class are known at the other side, at most.
_MOST_METHODS = 1000
#: What belongs to an object of the application that a plugin's object stands behind.
_BEHIND = "_lichtfeld_behind"

_MADE = weakref.WeakKeyDictionary()
_MAKING = object()


# -- where the real class is ----------------------------------------------------------------------


def members(base):
    """Returns the names of the methods and of the properties of a class."""
    if not isinstance(base, type):
        raise TypeError(f"a {type(base).__name__} is not a class to derive from")
    methods, properties = [], []
    for name in dir(base):
        if name.startswith("__") and name not in _SPECIAL:
            continue
        value = next((vars(kind)[name] for kind in base.__mro__ if name in vars(kind)), None)
        if callable(value) or isinstance(value, (classmethod, staticmethod)):
            methods.append(name)
        elif hasattr(type(value), "__set__") or hasattr(type(value), "__get__"):
            properties.append(name)
    return methods, properties


def make(base, name, overridden, behind, args, kwargs, check_name):
    """Makes an object of a class derived from ``base``, whose ``overridden`` methods are those of
    ``behind``, an object of the other process."""
    if not isinstance(base, type):
        raise TypeError(f"a {type(base).__name__} is not a class to derive from")
    if type(name) is not str or type(overridden) is not tuple or len(overridden) > _MOST_METHODS:
        raise TypeError("a class that is not understood")
    if type(args) is not tuple or type(kwargs) is not dict:
        raise TypeError("arguments are a tuple and a dict")
    known = _MADE.setdefault(base, {})
    kind = known.get((name, overridden))
    if kind is None:
        for method in overridden:
            if method not in _SPECIAL:
                check_name(method)
        body = {method: _forwarder(method) for method in overridden}
        kind = type(base)(name, (base,), {**body, "__module__": "lfs_plugins", _BEHIND: None})
        if len(known) < _MOST_METHODS:
            known[name, overridden] = kind
    made = kind.__new__(kind, *args, **kwargs)
    # Before the constructor, which may call a method.
    object.__setattr__(made, _BEHIND, behind)
    made.__init__(*args, **kwargs)
    return made


def _forwarder(name):
    if name == "__call__":

        def method(self, *args, **kwargs):
            return getattr(self, _BEHIND)(*args, **kwargs)

    elif name in _SPECIAL:

        def method(self, *args):
            other = getattr(self, _BEHIND)
            return getattr(type(other), name)(other, *args)

    else:

        def method(self, *args, **kwargs):
            return getattr(getattr(self, _BEHIND), name)(*args, **kwargs)

    method.__name__ = method.__qualname__ = name
    return method


def behind(value):
    """Returns the object of the other process that stands behind one of this, or None."""
    return getattr(value, _BEHIND, None) if hasattr(type(value), _BEHIND) else None


def inherited(value, name):
    """Returns a method of the real class, for an object that ``make`` has made."""
    if not hasattr(type(value), _BEHIND) or type(name) is not str:
        raise TypeError(f"a {type(value).__name__} is not derived from a class of the application")
    if name not in members(type(value).__mro__[1])[0]:
        raise AttributeError(f"{name} is not a method of {type(value).__mro__[1].__name__}", name=name)
    return getattr(super(type(value), value), name)


# -- where the plugin is --------------------------------------------------------------------------


class Derived:
    """The base of a plugin's classes that derive from a class of the application."""

    _lichtfeld_base = None
    _lichtfeld_real = None

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        bases = {id(vars(base)["_lichtfeld_base"]) for base in cls.__mro__ if vars(base).get("_lichtfeld_base") is not None}
        if len(bases) > 1:
            raise TypeError(
                f"{cls.__name__} derives from two classes of the application, which a plugin in a process "
                "of its own cannot; keep an object of the second one in an attribute"
            )

    def __init__(self, *args, **kwargs):
        self._lichtfeld_make(args, kwargs)

    def _lichtfeld_make(self, args=(), kwargs=None):
        kind = type(self)
        base = kind._lichtfeld_base
        state = vars(self)
        state["_lichtfeld_real"] = _MAKING
        names = {
            name
            for known in kind.__mro__[: kind.__mro__.index(Derived)]
            if "_lichtfeld_base" not in vars(known)
            for name, value in vars(known).items()
            if callable(value) and (name in _SPECIAL or not name.startswith("__"))
        }
        made = None
        try:
            made = base._peer.made_theirs([], *base._peer.ask(
                "derive", base._number, kind.__name__, tuple(sorted(names)), self, args, kwargs or {}
            ))  # fmt: skip
        finally:
            state["_lichtfeld_real"] = made
        return made

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name)
        return getattr(real(self), name)


def real(value):
    """Returns the application's object of a plugin's object; makes it if its class does not call
    ``super().__init__``."""
    made = vars(value).get("_lichtfeld_real")
    if made is _MAKING:
        raise AttributeError("the application's part of this object is being made")
    return value._lichtfeld_make() if made is None else made


def crosses_as(value):
    """Returns the application's object that crosses in the place of a plugin's object, or None while
    it is being made."""
    return None if vars(value).get("_lichtfeld_real") is _MAKING else real(value)


class _Method:
    def __init__(self, name):
        self.name = name

    def __get__(self, owner, kind=None):
        if owner is None:
            return self
        name, made = self.name, real(owner)

        def inherited(*args, **kwargs):
            return made._peer.ask("inherited", made._number, name, args, kwargs)

        inherited.__name__ = inherited.__qualname__ = name
        return inherited


class _Property:
    def __init__(self, name):
        self.name = name

    def __get__(self, owner, kind=None):
        return self if owner is None else getattr(real(owner), self.name)

    def __set__(self, owner, value):
        setattr(real(owner), self.name, value)


def base_for(reference):
    """Returns the class that stands for a class of the application where a plugin derives from it."""
    peer = reference._peer
    known = peer.bases.get(reference._number)
    if known is None:
        methods, properties = peer.ask("members", reference._number)
        body = {name: _Method(name) for name in methods}
        body.update((name, _Property(name)) for name in properties)
        known = type(reference._kind, (Derived,), {**body, "_lichtfeld_base": reference, "__module__": "lichtfeld"})
        peer.bases[reference._number] = known
    return known
