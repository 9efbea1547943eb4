"""Groups of properties: ``PropertyGroup``, which ``Operator`` is too.

A property is a descriptor that says by ``_lichtfeld_widget()`` how it is drawn; the kinds of them are in
``lfs_plugins.props``.
"""

import difflib


def is_property(value):
    """Returns whether an attribute of a class is a property."""
    return hasattr(type(value), "_lichtfeld_widget")


def properties_of(kind):
    """The properties of a class and of those it derives from: names to properties, in order."""
    found = {}
    for base in reversed(kind.__mro__):
        for name, value in vars(base).items():
            if is_property(value):
                found[name] = value
            elif name in found:
                # Overridden by something else, or removed.
                del found[name]
    return found


def adopt_annotations(kind):
    """Makes ``strength: FloatProperty(...)`` the same as ``strength = FloatProperty(...)``."""
    # Not those of a base, which has adopted them itself.
    for name, value in list(vars(kind).get("__annotations__", {}).items()):
        if is_property(value) and name not in vars(kind):
            setattr(kind, name, value)
            value.__set_name__(kind, name)
        elif isinstance(value, str) and name not in vars(kind) and "Property(" in value:
            raise TypeError(
                f"{kind.__name__}.{name} is an annotation that Python has kept as text because of "
                f"`from __future__ import annotations`; write `{name} = ...` instead of `{name}: ...`"
            )
    return kind


class _OfClassOrObject:
    """A method of a class, and of an object: for an object it changes that one alone."""

    def __init__(self, function):
        self._function = function
        self.__doc__ = function.__doc__

    def __get__(self, owner, kind=None):
        def method(*arguments, **named):
            of = kind if owner is None else _own_class(owner)
            return self._function(of, owner, *arguments, **named)

        method.__name__, method.__doc__ = self._function.__name__, self.__doc__
        return method


def _own_class(owner):
    """Returns a class that no other object has."""
    kind = type(owner)
    if "_lichtfeld_of_one" not in vars(kind):
        names = {"_lichtfeld_of_one": True, "__module__": kind.__module__, "__qualname__": kind.__qualname__}
        owner.__class__ = kind = type(kind.__name__, (kind,), names)
    return kind


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
        """Returns the one group of this class that all share; it is made when it is first asked for."""
        instance = cls.__dict__.get("_lichtfeld_instance")
        if instance is None:
            instance = cls()
            cls._lichtfeld_instance = instance
        return instance

    @classmethod
    def _class_id(cls):
        """Returns the id under which the class is registered."""
        return str(getattr(cls, "id", "") or f"{cls.__module__}.{cls.__qualname__}")

    def get(self, prop_id):
        """Returns the value of a property. Raises AttributeError for an unknown one."""
        return getattr(self, self._known(prop_id))

    def set(self, prop_id, value):
        """Sets a property. Raises AttributeError for an unknown one, and what assigning it raises."""
        setattr(self, self._known(prop_id), value)

    def _known(self, prop_id):
        known = properties_of(type(self))
        if prop_id not in known:
            near = difflib.get_close_matches(str(prop_id), known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(known) or 'none'}"
            raise AttributeError(f"{type(self).__name__} has no property {prop_id!r}; {hint}", name=str(prop_id))
        return prop_id

    @_OfClassOrObject
    def add_property(kind, owner, name, prop):
        """Adds a property: to this object alone, or to all of the class. Raises ValueError for a name that
        the class has, TypeError for no property."""
        if not is_property(prop):
            raise TypeError(f"{name!r} must be a property such as FloatProperty(), not {prop!r}")
        if not (isinstance(name, str) and name.isidentifier()):
            raise ValueError(f"{name!r} cannot be the name of a property")
        if hasattr(kind, name) and name not in properties_of(kind):
            raise ValueError(f"{kind.__name__} has something else that is called {name!r}")
        setattr(kind, name, prop)
        prop.__set_name__(kind, name)
        if "_lichtfeld_added" not in vars(kind):
            kind._lichtfeld_added = {}
        kind._lichtfeld_added[name] = prop

    @_OfClassOrObject
    def remove_property(kind, owner, name):
        """Removes a property that was added. Raises KeyError if there is none, or if it is the class's own."""
        added = vars(kind).get("_lichtfeld_added", {})
        # KeyError if it was not added.
        del added[name]
        delattr(kind, name)
        if owner is not None:
            vars(owner).pop(name, None)

    @_OfClassOrObject
    def get_all_properties(kind, owner):
        """Returns all properties by their names: those of the class, and those that were added."""
        return properties_of(kind)

    def __repr__(self):
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in properties_of(type(self)))
        return f"{type(self).__name__}({values})"


PropertyGroup.__module__ = "lfs_plugins.props"
