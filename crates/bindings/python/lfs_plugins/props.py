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

# `adopt_annotations` and `properties_of` are for `lfs_plugins.types`, which does not import this.
from ._groups import (
    CollectionProperty,
    PointerProperty,
    PropertyGroup,
    adopt_annotations,
    properties_of,
)
from ._numbers import FloatProperty, FloatVectorProperty, IntProperty, IntVectorProperty
from ._property import Property, PropSubtype

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


# Their documented home, wherever they are written.
for _class in (
    CollectionProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    IntVectorProperty,
    PointerProperty,
    PropertyGroup,
):
    _class.__module__ = __name__
