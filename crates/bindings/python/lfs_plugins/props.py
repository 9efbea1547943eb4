"""Typed properties: values with limits, a name and a description, that draw themselves.

::

    class Settings(PropertyGroup):
        strength = FloatProperty(name="Strength", default=0.5, min=0.0, max=1.0)
        mode = EnumProperty(items=[("fast", "Fast", ""), ("exact", "Exact", "")])

    settings = Settings.get_instance()
    settings.strength = 7          # 1.0: limited
    layout.prop(settings, "mode")  # a list to choose from

A property may also be written as an annotation (``strength: FloatProperty(...)``). Operators have
properties in the same way. Assigning a value of the wrong type raises a TypeError that names the
property; ``update(owner, None)`` is called after a value has changed.
"""

import math

from ._property import Property, PropSubtype, as_float, as_int

__all__ = [
    "BoolProperty",
    "CollectionProperty",
    "EnumProperty",
    "FloatProperty",
    "FloatVectorProperty",
    "IntProperty",
    "IntVectorProperty",
    "PointerProperty",
    "PropSubtype",
    "Property",
    "PropertyGroup",
    "StringProperty",
]


class BoolProperty(Property):
    """True or False."""

    def __init__(self, *, default=False, name="", description="", subtype="", update=None):
        super().__init__(
            default=default, name=name, description=description, subtype=subtype, update=update
        )

    def check(self, value):
        # A number is a truth value of old; a string or a list would always be true.
        if isinstance(value, (bool, int)) or type(value).__name__ in ("bool_", "bool"):
            return bool(value)
        raise TypeError(f"must be True or False, not {value!r}")


class _Number(Property):
    def __init__(self, *, default, min, max, step, name, description, subtype, update):
        self.min, self.max = self._limit(min), self._limit(max)
        self.step = step
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min ({min}) is above max ({max})")
        super().__init__(
            default=default, name=name, description=description, subtype=subtype, update=update
        )

    @staticmethod
    def _limit(limit):
        return None if limit is None or math.isinf(limit) else limit

    def _clamp(self, number):
        if self.min is not None and number < self.min:
            return type(number)(self.min)
        if self.max is not None and number > self.max:
            return type(number)(self.max)
        return number


class FloatProperty(_Number):
    """A number. FACTOR is limited to 0 to 1, PERCENTAGE to 0 to 100, where no limits are given."""

    def __init__(
        self,
        *,
        default=0.0,
        min=None,
        max=None,
        step=None,
        precision=None,
        name="",
        description="",
        subtype="",
        update=None,
    ):
        top = {"FACTOR": 1.0, "PERCENTAGE": 100.0}.get(str(subtype))
        if top is not None:
            min = 0.0 if min is None else min
            max = top if max is None else max
        self.precision = precision
        super().__init__(
            default=default,
            min=min,
            max=max,
            step=step,
            name=name,
            description=description,
            subtype=subtype,
            update=update,
        )

    def check(self, value):
        return self._clamp(as_float(value))


class IntProperty(_Number):
    """A whole number."""

    def __init__(
        self,
        *,
        default=0,
        min=None,
        max=None,
        step=None,
        name="",
        description="",
        subtype="",
        update=None,
    ):
        super().__init__(
            default=default,
            min=min,
            max=max,
            step=step,
            name=name,
            description=description,
            subtype=subtype,
            update=update,
        )

    def check(self, value):
        return self._clamp(as_int(value))


class StringProperty(Property):
    """Text of at most ``maxlen`` characters (0: any number). DIR_PATH and FILE_PATH are paths."""

    def __init__(
        self, *, default="", maxlen=0, name="", description="", subtype="", update=None
    ):
        self.maxlen = maxlen
        super().__init__(
            default=default, name=name, description=description, subtype=subtype, update=update
        )

    def check(self, value):
        if hasattr(value, "__fspath__"):
            value = value.__fspath__()
        if not isinstance(value, str):
            raise TypeError(f"must be text, not {value!r}")
        return value[: self.maxlen] if self.maxlen > 0 else value


class EnumProperty(Property):
    """One of several names. ``items`` are ``(name, label, description)``, or plain names; or a
    function ``(owner, context)`` that gives them. Without a default the first is the value.
    """

    def __init__(self, *, items, default=None, name="", description="", subtype="", update=None):
        self._source = items
        self.items = () if callable(items) else _items(items)
        if not callable(items) and not self.items:
            raise ValueError("items must not be empty")
        first = self.items[0][0] if self.items else ""
        super().__init__(
            default=first if default is None else default,
            name=name,
            description=description,
            subtype=subtype,
            update=update,
        )

    def initial(self, owner):
        self._refresh(owner)
        names = [item[0] for item in self.items]
        return self.default if self.default in names or not names else names[0]

    def __get__(self, owner, kind=None):
        if owner is not None:
            self._refresh(owner)
        return super().__get__(owner, kind)

    def check(self, value):
        names = [item[0] for item in self.items]
        if not isinstance(value, str):
            raise TypeError(f"must be one of {names}, not {value!r}")
        if names and value not in names:
            raise ValueError(f"must be one of {names}, not {value!r}")
        return value

    def _refresh(self, owner):
        if callable(self._source):
            self.items = _items(self._source(owner, None))

    def _lichtfeld_widget(self):
        return {
            **super()._lichtfeld_widget(),
            "items": [(name, label) for name, label, _ in self.items],
        }


class _Vector(_Number):
    def __init__(self, *, default, size, **others):
        if size < 1:
            raise ValueError(f"size must be 1 or more, not {size}")
        self.size = size
        super().__init__(default=default, **others)

    def check(self, value):
        try:
            parts = tuple(value) if not isinstance(value, (str, bytes)) else None
        except TypeError:
            parts = None
        if parts is None:
            raise TypeError(f"must be {self.size} numbers, not {value!r}")
        if len(parts) != self.size:
            raise ValueError(f"must be {self.size} numbers, not {len(parts)}")
        return tuple(self._clamp(self._one(part)) for part in parts)


class FloatVectorProperty(_Vector):
    """``size`` numbers. COLOR is shown as a colour and limited to 0 to 1."""

    _one = staticmethod(lambda part: as_float(part))

    def __init__(
        self,
        *,
        default=None,
        size=3,
        min=None,
        max=None,
        step=None,
        precision=None,
        name="",
        description="",
        subtype="",
        update=None,
    ):
        if str(subtype).startswith("COLOR"):
            min = 0.0 if min is None else min
            max = 1.0 if max is None else max
        self.precision = precision
        super().__init__(
            default=(0.0,) * size if default is None else default,
            size=size,
            min=min,
            max=max,
            step=step,
            name=name,
            description=description,
            subtype=subtype,
            update=update,
        )


class IntVectorProperty(_Vector):
    """``size`` whole numbers."""

    _one = staticmethod(lambda part: as_int(part))

    def __init__(
        self,
        *,
        default=None,
        size=3,
        min=None,
        max=None,
        step=None,
        name="",
        description="",
        subtype="",
        update=None,
    ):
        super().__init__(
            default=(0,) * size if default is None else default,
            size=size,
            min=min,
            max=max,
            step=step,
            name=name,
            description=description,
            subtype=subtype,
            update=update,
        )


class PointerProperty(Property):
    """Another group; each owner has one of its own."""

    def __init__(self, *, type, name="", description="", subtype="", update=None):
        self.type = _group_type(type)
        super().__init__(
            default=None, name=name, description=description, subtype=subtype, update=update
        )

    def initial(self, owner):
        return self.type()

    def check(self, value):
        if value is not None and not isinstance(value, self.type):
            raise TypeError(f"must be a {self.type.__name__}, not {value!r}")
        return value


class CollectionProperty(Property):
    """A list of groups: ``add()`` appends one and returns it, ``remove(index)``, ``clear()``."""

    def __init__(self, *, type, name="", description="", subtype="", update=None):
        self.type = _group_type(type)
        super().__init__(
            default=None, name=name, description=description, subtype=subtype, update=update
        )

    def initial(self, owner):
        return _Collection(self.type)

    def check(self, value):
        if value is None:
            return None
        collection = _Collection(self.type)
        for item in value:
            if not isinstance(item, self.type):
                raise TypeError(f"must be a list of {self.type.__name__}, but has {item!r}")
            collection.append(item)
        return collection


class _Collection(list):
    """The value of a CollectionProperty."""

    def __init__(self, type):
        super().__init__()
        self._type = type

    def add(self):
        """Appends a new group and returns it."""
        item = self._type()
        self.append(item)
        return item

    def remove(self, index):
        """Removes the group at this position."""
        del self[index]


class PropertyGroup:
    """Properties that belong together. ``Group(strength=0.3)`` sets some at once."""

    def __init_subclass__(cls, **others):
        super().__init_subclass__(**others)
        adopt_annotations(cls)

    def __init__(self, **values):
        known = properties_of(type(self))
        for name, value in values.items():
            if name not in known:
                names = ", ".join(known) or "none"
                raise TypeError(f"{type(self).__name__} has no property {name!r}; it has {names}")
            setattr(self, name, value)

    @classmethod
    def get_instance(cls):
        """The one group of this class that all share; made when first asked for."""
        instance = cls.__dict__.get("_lichtfeld_instance")
        if instance is None:
            instance = cls()
            cls._lichtfeld_instance = instance
        return instance

    def __repr__(self):
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in properties_of(type(self)))
        return f"{type(self).__name__}({values})"


def properties_of(kind):
    """The properties of a class and of those it derives from: names to properties, in order."""
    found = {}
    for base in reversed(kind.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Property):
                found[name] = value
    return found


def adopt_annotations(kind):
    """Makes ``strength: FloatProperty(...)`` the same as ``strength = FloatProperty(...)``."""
    for name, value in list(getattr(kind, "__annotations__", {}).items()):
        if isinstance(value, Property) and name not in vars(kind):
            setattr(kind, name, value)
            value.__set_name__(kind, name)
        elif isinstance(value, str) and name not in vars(kind) and "Property(" in value:
            raise TypeError(
                f"{kind.__name__}.{name} is an annotation that Python has kept as text because of "
                f"`from __future__ import annotations`; write `{name} = ...` instead of `{name}: ...`"
            )
    return kind


def _items(items):
    checked = []
    for item in items:
        item = (item,) if isinstance(item, str) else tuple(item)
        if not item or not all(isinstance(part, str) for part in item[:3]):
            raise TypeError(f"items must be (name, label, description), but one is {item!r}")
        name = item[0]
        label = item[1] if len(item) > 1 else name
        checked.append((name, label, item[2] if len(item) > 2 else ""))
    return tuple(checked)


def _group_type(kind):
    if not (isinstance(kind, type) and issubclass(kind, PropertyGroup)):
        raise TypeError(f"type must be a PropertyGroup class, not {kind!r}")
    return kind
