"""Properties that are numbers, with limits: one of them, or several."""

import math

from ._property import Property, as_float, as_int


class _Number(Property):
    def __init__(self, default, min, max, step, name, description, subtype, update, validate):
        self.min, self.max = self._limit(min), self._limit(max)
        self.step = step
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min ({min}) is above max ({max})")
        super().__init__(default, name, description, subtype, update, validate)

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
    """A number. FACTOR is limited to 0 to 1, PERCENTAGE to 0 to 100, without other limits."""

    def __init__(
        self,
        default=0.0,
        min=None,
        max=None,
        step=None,
        precision=None,
        subtype="",
        name="",
        description="",
        update=None,
        validate=None,
    ):
        top = {"FACTOR": 1.0, "PERCENTAGE": 100.0}.get(str(subtype))
        if top is not None:
            min = 0.0 if min is None else min
            max = top if max is None else max
        self.precision = precision
        super().__init__(default, min, max, step, name, description, subtype, update, validate)

    def check(self, value):
        return self._clamp(as_float(value))


class IntProperty(_Number):
    """A whole number."""

    def __init__(
        self,
        default=0,
        min=None,
        max=None,
        step=None,
        name="",
        description="",
        update=None,
        subtype="",
        validate=None,
    ):
        super().__init__(default, min, max, step, name, description, subtype, update, validate)

    def check(self, value):
        return self._clamp(as_int(value))


class _Vector(_Number):
    def __init__(self, default, size, *others):
        if size < 1:
            raise ValueError(f"size must be 1 or more, not {size}")
        self.size = size
        super().__init__(default, *others)

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
        default=None,
        size=3,
        min=None,
        max=None,
        subtype="",
        name="",
        description="",
        update=None,
        *,
        step=None,
        precision=None,
        validate=None,
    ):
        if str(subtype).startswith("COLOR"):
            min = 0.0 if min is None else min
            max = 1.0 if max is None else max
        self.precision = precision
        default = (0.0,) * size if default is None else default
        super().__init__(default, size, min, max, step, name, description, subtype, update, validate)


class IntVectorProperty(_Vector):
    """``size`` whole numbers."""

    _one = staticmethod(lambda part: as_int(part))

    def __init__(
        self,
        default=None,
        size=3,
        min=None,
        max=None,
        name="",
        description="",
        update=None,
        *,
        step=None,
        subtype="",
        validate=None,
    ):
        default = (0,) * size if default is None else default
        super().__init__(default, size, min, max, step, name, description, subtype, update, validate)
