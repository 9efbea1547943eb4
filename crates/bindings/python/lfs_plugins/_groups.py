"""Groups of properties, and properties that are groups."""

from ._property import Property


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


def _group_type(kind):
    if not (isinstance(kind, type) and issubclass(kind, PropertyGroup)):
        raise TypeError(f"type must be a PropertyGroup class, not {kind!r}")
    return kind
