"""What all properties of ``lfs_plugins.props`` have in common: the descriptor, and numbers."""

import enum
import math
import operator


class PropSubtype(str, enum.Enum):
    """What a value means, by which its widget is chosen. A member and its name mean the same."""

    NONE = ""
    FILE_PATH = "FILE_PATH"
    DIR_PATH = "DIR_PATH"
    FILE_NAME = "FILE_NAME"
    COLOR = "COLOR"
    COLOR_GAMMA = "COLOR_GAMMA"
    FACTOR = "FACTOR"
    PERCENTAGE = "PERCENTAGE"
    ANGLE = "ANGLE"
    TIME = "TIME"
    DISTANCE = "DISTANCE"
    POWER = "POWER"
    TEMPERATURE = "TEMPERATURE"
    PIXEL = "PIXEL"
    UNSIGNED = "UNSIGNED"
    TRANSLATION = "TRANSLATION"
    DIRECTION = "DIRECTION"
    VELOCITY = "VELOCITY"
    ACCELERATION = "ACCELERATION"
    XYZ = "XYZ"
    EULER = "EULER"
    QUATERNION = "QUATERNION"
    AXISANGLE = "AXISANGLE"
    LAYER = "LAYER"
    LAYER_MEMBER = "LAYER_MEMBER"

    def __str__(self):
        return self.value


class Property:
    """A typed attribute of a class: what all properties have in common.

    ``update(owner, context)`` is called after the value has changed; ``context`` is None.
    ``validate(value)`` is called before it is set, with a value of the right type: it returns the value to
    set, None or True for this one, or raises ValueError; False refuses it.
    """

    def __init__(self, default=None, name="", description="", subtype="", update=None, validate=None):
        for function, what in ((update, "update"), (validate, "validate")):
            if function is not None and not callable(function):
                raise TypeError(f"{what} must be a function, not {function!r}")
        self.attribute = ""
        self.name = name
        self.description = description
        self.subtype = str(subtype or "")
        self.update = update
        self._validate = validate
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
            checked = self.validate(value)
        except (TypeError, ValueError) as error:
            where = f"{type(owner).__name__}.{self.attribute}"
            raise type(error)(f"{where}: {error}") from None
        changed = self.differs(self.__get__(owner), checked)
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

    def validate(self, value):
        """The value as it would be stored, also by the function ``validate``; raises what assigning raises."""
        checked = self.check(value)
        if self._validate is None:
            return checked
        answer = self._validate(checked)
        if answer is None or answer is True:
            return checked
        if answer is False:
            raise ValueError(f"{value!r} was refused by validate")
        return self.check(answer)

    def differs(self, before, after):
        """Whether a new value is a change."""
        return before != after

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
