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
property; ``update(owner, None)`` is called after a value has changed, ``validate(value)`` before.
"""

from ._groups import CollectionProperty, PointerProperty, PropertyGroup
from ._numbers import FloatProperty, FloatVectorProperty, IntProperty, IntVectorProperty
from ._property import Property, PropSubtype, as_int

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
    "TensorProperty",
]


class BoolProperty(Property):
    """True or False."""

    def __init__(self, default=False, name="", description="", update=None, subtype="", validate=None):
        super().__init__(default, name, description, subtype, update, validate)

    def check(self, value):
        # A number is a truth value of old; a string or a list would always be true.
        if isinstance(value, (bool, int)) or type(value).__name__ in ("bool_", "bool"):
            return bool(value)
        raise TypeError(f"must be True or False, not {value!r}")


class StringProperty(Property):
    """Text of at most ``maxlen`` characters (0: any number). DIR_PATH and FILE_PATH are paths."""

    def __init__(
        self, default="", maxlen=0, subtype="", name="", description="", update=None, validate=None
    ):
        self.maxlen = maxlen
        super().__init__(default, name, description, subtype, update, validate)

    def check(self, value):
        if hasattr(value, "__fspath__"):
            value = value.__fspath__()
        if not isinstance(value, str):
            raise TypeError(f"must be text, not {value!r}")
        return value[: self.maxlen] if self.maxlen > 0 else value


class EnumProperty(Property):
    """One of several names. ``items`` are ``(name, label, description)``, or plain names; or a
    function ``(owner, context)`` that gives them. Without a default the first is the value; without
    items it is any text.
    """

    def __init__(
        self, items=(), default=None, name="", description="", update=None, subtype="", validate=None
    ):
        self._source = items
        self.items = () if callable(items) else _items(items)
        first = self.items[0][0] if self.items else ""
        default = first if default is None else default
        super().__init__(default, name, description, subtype, update, validate)

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


class TensorProperty(Property):
    """An array or a tensor, or None. ``shape`` has -1 for any length; empty, it is any shape.

    ``dtype`` is the name of the type of its numbers. An array of NumPy is converted to it; any other
    value of another type is refused. ``device`` is ``"cuda"``, ``"cuda:1"`` or ``"cpu"``: a tensor that is
    elsewhere is moved there, by its ``to(device)``, ``cpu()`` or ``cuda()``. One that cannot be moved, as
    on a machine without a GPU, stays where it is, and so does an array of NumPy.
    """

    def __init__(
        self, shape=(), dtype="float32", device="cuda", name="", description="", update=None, validate=None
    ):
        self.shape = tuple(as_int(length) for length in shape)
        self.dtype = str(dtype)
        self.device = str(device)
        super().__init__(None, name, description, "", update, validate)

    def check(self, value):
        if value is None:
            return None
        shape = getattr(value, "shape", None)
        if shape is None:
            raise TypeError(f"must be an array or a tensor, not {type(value).__name__}")
        shape = tuple(shape)
        fits = len(shape) == len(self.shape) and all(
            wanted in (-1, length) for wanted, length in zip(self.shape, shape)
        )
        if self.shape and not fits:
            raise ValueError(f"must have the shape {self.shape}, not {shape}")
        dtype = str(getattr(value, "dtype", self.dtype)).rpartition(".")[2]
        if dtype == self.dtype:
            return _moved(value, self.device)
        if type(value).__module__ == "numpy":
            return value.astype(self.dtype)
        raise TypeError(f"must have the type {self.dtype}, not {dtype}")

    def differs(self, before, after):
        return before is not after


def _moved(value, device):
    """Returns a tensor on a device; itself if it is there, or has none."""
    now = getattr(value, "device", None)
    if now is None or type(value).__module__ == "numpy" or not device or str(now) == device:
        return value
    kind, _, number = device.partition(":")
    if str(now).partition(":")[0] == kind and not number:
        return value
    # PyTorch moves by `to`, the application's tensors by a method of the name of the kind.
    move = getattr(value, kind, None) if not number else None
    try:
        return move() if callable(move) else value.to(device)
    except Exception:
        return value


# Their documented home, wherever they are written.
for _class in (
    CollectionProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    IntVectorProperty,
    PointerProperty,
):
    _class.__module__ = __name__
