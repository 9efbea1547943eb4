"""What all properties of ``lfs_plugins.props`` have in common: the descriptor, and numbers."""

import enum
import math
import operator


class PropSubtype(str, enum.Enum):
    """What a value means, by which its widget is chosen. A member and its name mean the same."""

    NONE = ""
    COLOR = "COLOR"
    COLOR_GAMMA = "COLOR_GAMMA"
    FILE_PATH = "FILE_PATH"
    DIR_PATH = "DIR_PATH"
    FACTOR = "FACTOR"
    PERCENTAGE = "PERCENTAGE"
    ANGLE = "ANGLE"
    TRANSLATION = "TRANSLATION"
    EULER = "EULER"
    QUATERNION = "QUATERNION"
    XYZ = "XYZ"

    def __str__(self):
        return self.value


class Property:
    """A typed attribute of a class: what all properties have in common."""

    def __init__(self, *, default, name="", description="", subtype="", update=None):
        self.attribute = ""
        self.name = name
        self.description = description
        self.subtype = str(subtype or "")
        if update is not None and not callable(update):
            raise TypeError(f"update must be a function (owner, context), not {update!r}")
        self.update = update
        self.default = self.check(default)

    def __set_name__(self, owner, name):
        self.attribute = name

    def __get__(self, owner, kind=None):
        if owner is None:
            return self
        try:
            return owner.__dict__[self.attribute]
        except KeyError:
            return owner.__dict__.setdefault(self.attribute, self.initial(owner))

    def __set__(self, owner, value):
        try:
            checked = self.check(value)
        except (TypeError, ValueError) as error:
            where = f"{type(owner).__name__}.{self.attribute}"
            raise type(error)(f"{where}: {error}") from None
        changed = checked != self.__get__(owner)
        owner.__dict__[self.attribute] = checked
        if changed and self.update is not None:
            self.update(owner, None)

    def initial(self, owner):
        """The value of an owner that has none yet."""
        return self.default

    def check(self, value):
        """The value as it is stored: of the right type, within the limits.

        Raises TypeError for a value of another type, ValueError for one that is not possible.
        """
        return value

    def _lichtfeld_widget(self):
        """How ``layout.prop`` draws it."""
        return {
            "name": self.name,
            "description": self.description,
            "subtype": self.subtype,
            "min": getattr(self, "min", None),
            "max": getattr(self, "max", None),
            "step": getattr(self, "step", None),
            "precision": getattr(self, "precision", None),
        }

    def __repr__(self):
        return f"<{type(self).__name__} {self.attribute or '?'} default={self.default!r}>"


def as_float(value):
    """A finite float; TypeError or ValueError otherwise."""
    if isinstance(value, (str, bytes)) or not hasattr(value, "__float__"):
        raise TypeError(f"must be a number, not {value!r}")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"must be finite, not {number}")
    return number


def as_int(value):
    """An int, also from a float without a fraction; TypeError otherwise."""
    try:
        return operator.index(value)
    except TypeError:
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise TypeError(f"must be a whole number, not {value!r}") from None
