"""Enums of the application, in its workers.

A member crosses as the number of its class and its name. The worker makes the class anew from its
members, so that reading ``lf.Mode.FAST`` asks nothing, and ``is``, ``match`` and dicts work.
"""

import enum
import types

#: The values that members may have; another one is replaced by the member's position.
_PLAIN = (bool, int, float, str, bytes, type(None))
_MOST_MEMBERS = 10_000
#: The nearest kind first.
_KINDS = {
    name: getattr(enum, name)
    for name in ("IntFlag", "Flag", "IntEnum", "StrEnum", "Enum")
    if hasattr(enum, name)  # Python 3.10 has no StrEnum.
}
_MIXED = {"str": str, "int": int, "float": float}
_LIBRARY = {base for kind in (*_KINDS.values(), *_MIXED.values()) for base in kind.__mro__}


def _probes():
    """Classes without anything of an author."""
    for name, kind in _KINDS.items():
        yield kind("Made", {"A": "1" if name == "StrEnum" else 1})
    for value in ("1", 1, 1.0):
        yield enum.Enum("Made", {"A": value}, type=type(value))


#: The names in a class of enums that its author has not written.
_STANDARD = {name for made in _probes() for name in vars(made)} | {
    "__doc__", "__qualname__", "__firstlineno__", "__static_attributes__",
}  # fmt: skip


def crosses_by_value(kind):
    """Returns whether a class is an enum whose members are all there is to it: one with methods of its
    own stays where it is."""
    if not isinstance(kind, enum.EnumMeta) or not 0 < len(kind.__members__) <= _MOST_MEMBERS:
        return False
    own = (pair for base in kind.__mro__ if base not in _LIBRARY for pair in vars(base).items())
    return all(name in kind.__members__ or _is_standard(name, value) for name, value in own)


def _is_standard(name, value):
    if isinstance(value, types.FunctionType):  # `Enum` copies its own `__str__` and the like.
        return value.__module__ == "enum"
    # nanobind keeps its own things in a class under such names.
    return name in _STANDARD or name.startswith(("__nb", "@"))


def crossing(member):
    """Returns what a member is found by in its class: its name, or of flags the value."""
    return member.value if isinstance(member, enum.Flag) else member.name


def member(kind, key):
    """Returns the member that ``crossing`` has named."""
    return kind(key) if issubclass(kind, enum.Flag) else kind[key]


def definition(kind):
    """Returns an enum as plain data: names, kind, type of the values, members with their values."""
    base = next(name for name, known in _KINDS.items() if issubclass(kind, known))
    mixed = None
    if base in ("Flag", "Enum"):
        mixed = next((known for known in _MIXED.values() if issubclass(kind, known)), None)
    members = [
        (name, member.value if type(member.value) in _PLAIN else index)
        for index, (name, member) in enumerate(kind.__members__.items())
    ]
    return kind.__module__, kind.__qualname__, base, mixed.__name__ if mixed else "", members


def rebuilt(described):
    """Returns the class that ``definition`` has described."""
    module, name, base, mixed, members = described
    options = {"type": _MIXED[mixed]} if mixed else {}
    kind = _KINDS.get(base)
    if kind is None:  # a StrEnum, for Python 3.10
        kind, options = enum.Enum, {"type": str}
    return kind(name.rpartition(".")[2], members, module=module, qualname=name, **options)
