"""Types of ``lfs_plugins.props``, for editors and type checkers."""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any, Generic, TypeVar, overload

from typing_extensions import Self

from lichtfeld.plugins import PropertyGroup

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

_Got = TypeVar("_Got")
_Set = TypeVar("_Set")
_Group = TypeVar("_Group", bound=PropertyGroup)
_Update = Callable[[Any, None], object] | None
_Validate = Callable[[Any], Any] | None
_Items = Iterable[str | tuple[str, ...]]

class PropSubtype(str, Enum):
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

class Property(Generic[_Got, _Set]):
    attribute: str
    name: str
    description: str
    subtype: str
    default: _Got
    update: _Update
    def __init__(
        self,
        default: Any = None,
        name: str = "",
        description: str = "",
        subtype: str = "",
        update: _Update = None,
        validate: _Validate = None,
    ) -> None: ...
    def __set_name__(self, owner: type, name: str) -> None: ...
    @overload
    def __get__(self, owner: None, kind: type | None = None) -> Self: ...
    @overload
    def __get__(self, owner: object, kind: type | None = None) -> _Got: ...
    def __set__(self, owner: object, value: _Set) -> None: ...
    def initial(self, owner: Any) -> _Got: ...
    def check(self, value: Any) -> Any: ...
    def validate(self, value: Any) -> Any: ...
    def differs(self, before: Any, after: Any) -> bool: ...

class BoolProperty(Property[bool, bool]):
    def __init__(
        self,
        default: bool = False,
        name: str = "",
        description: str = "",
        update: _Update = None,
        subtype: str = "",
        validate: _Validate = None,
    ) -> None: ...

class StringProperty(Property[str, str]):
    maxlen: int
    def __init__(
        self,
        default: str = "",
        maxlen: int = 0,
        subtype: str = "",
        name: str = "",
        description: str = "",
        update: _Update = None,
        validate: _Validate = None,
    ) -> None: ...

class EnumProperty(Property[str, str]):
    items: tuple[tuple[str, str, str], ...]
    def __init__(
        self,
        items: _Items | Callable[[Any, None], _Items] = (),
        default: str | None = None,
        name: str = "",
        description: str = "",
        update: _Update = None,
        subtype: str = "",
        validate: _Validate = None,
    ) -> None: ...

class FloatProperty(Property[float, float]):
    min: float | None
    max: float | None
    step: float | None
    precision: int | None
    def __init__(
        self,
        default: float = 0.0,
        min: float | None = None,
        max: float | None = None,
        step: float | None = None,
        precision: int | None = None,
        subtype: str = "",
        name: str = "",
        description: str = "",
        update: _Update = None,
        validate: _Validate = None,
    ) -> None: ...

class IntProperty(Property[int, int]):
    min: int | None
    max: int | None
    step: int | None
    def __init__(
        self,
        default: int = 0,
        min: int | None = None,
        max: int | None = None,
        step: int | None = None,
        name: str = "",
        description: str = "",
        update: _Update = None,
        subtype: str = "",
        validate: _Validate = None,
    ) -> None: ...

class FloatVectorProperty(Property[tuple[float, ...], Sequence[float]]):
    size: int
    def __init__(
        self,
        default: Sequence[float] | None = None,
        size: int = 3,
        min: float | None = None,
        max: float | None = None,
        subtype: str = "",
        name: str = "",
        description: str = "",
        update: _Update = None,
        *,
        step: float | None = None,
        precision: int | None = None,
        validate: _Validate = None,
    ) -> None: ...

class IntVectorProperty(Property[tuple[int, ...], Sequence[int]]):
    size: int
    def __init__(
        self,
        default: Sequence[int] | None = None,
        size: int = 3,
        min: int | None = None,
        max: int | None = None,
        name: str = "",
        description: str = "",
        update: _Update = None,
        *,
        step: int | None = None,
        subtype: str = "",
        validate: _Validate = None,
    ) -> None: ...

class TensorProperty(Property[Any, Any]):
    shape: tuple[int, ...]
    dtype: str
    device: str
    def __init__(
        self,
        shape: Sequence[int] = (),
        dtype: str = "float32",
        device: str = "cuda",
        name: str = "",
        description: str = "",
        update: _Update = None,
        validate: _Validate = None,
    ) -> None: ...

class PointerProperty(Property[_Group, _Group]):
    type: type[_Group]
    def __init__(
        self,
        type: type[_Group],
        name: str = "",
        description: str = "",
        *,
        subtype: str = "",
        update: _Update = None,
        validate: _Validate = None,
    ) -> None: ...
    def get_instance(self) -> _Group: ...

class _Collection(list[_Group]):
    def add(self) -> _Group: ...
    def remove(self, index: int) -> None: ...  # type: ignore[override]
    def move(self, from_index: int, to_index: int) -> None: ...

class CollectionProperty(Property[_Collection[_Group], Iterable[_Group]]):
    type: type[_Group]
    def __init__(
        self,
        type: type[_Group],
        name: str = "",
        description: str = "",
        *,
        subtype: str = "",
        update: _Update = None,
        validate: _Validate = None,
    ) -> None: ...
