"""Properties that are groups of properties, one or a list of them.

``PropertyGroup`` itself comes from the native module: ``Operator`` derives from it.
"""

from lichtfeld.plugins import PropertyGroup

from ._property import Property


class PointerProperty(Property):
    """Another group; each owner has one of its own."""

    def __init__(self, type, name="", description="", *, subtype="", update=None, validate=None):
        self.type = _group_type(type)
        super().__init__(None, name, description, subtype, update, validate)

    def initial(self, owner):
        return self.type()

    def get_instance(self):
        """Returns the one group of the type that all share."""
        return self.type.get_instance()

    def check(self, value):
        if value is not None and not isinstance(value, self.type):
            raise TypeError(f"must be a {self.type.__name__}, not {value!r}")
        return value


class CollectionProperty(Property):
    """A list of groups: ``add()`` appends one and returns it, ``remove(index)``, ``clear()``,
    ``move(from_index, to_index)``."""

    def __init__(self, type, name="", description="", *, subtype="", update=None, validate=None):
        self.type = _group_type(type)
        super().__init__(None, name, description, subtype, update, validate)

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
        """Removes the group at this position. Raises IndexError if there is none."""
        self._check(index)
        del self[index]

    def move(self, from_index, to_index):
        """Moves the group at one position to another. Raises IndexError if there is none."""
        self._check(from_index)
        self._check(to_index)
        to_index %= len(self)
        self.insert(to_index, self.pop(from_index))

    def _check(self, index):
        if not -len(self) <= index < len(self):
            raise IndexError(f"there is no group {index}; there are {len(self)}")


def _group_type(kind):
    if not (isinstance(kind, type) and issubclass(kind, PropertyGroup)):
        raise TypeError(f"type must be a PropertyGroup class, not {kind!r}")
    return kind
