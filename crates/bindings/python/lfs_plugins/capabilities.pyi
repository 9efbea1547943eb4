from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Capability",
    "CapabilityBroker",
    "CapabilityRegistry",
    "CapabilitySchema",
    "PluginContext",
    "SceneContext",
    "ViewContext",
]

@dataclass
class CapabilitySchema:
    properties: dict[str, Any] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    def to_dict(self) -> dict[str, Any]: ...

@dataclass(frozen=True)
class Capability:
    name: str
    description: str = ""
    schema: dict[str, Any] | None = None
    plugin_name: str | None = None
    requires_gui: bool = True
    handler: Callable[..., Any] | None = None

class SceneContext:
    def __init__(self, target: Any) -> None: ...
    @property
    def scene(self) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...

class ViewContext:
    def __init__(self, target: Any) -> None: ...
    @property
    def view(self) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...

class CapabilityBroker:
    def __init__(self, registry: Any = None, chain: tuple[str, ...] = ()) -> None: ...
    def has(self, name: str) -> bool: ...
    def invoke(self, name: str, args: Mapping[str, Any] | None = None) -> dict[str, Any]: ...
    def list_all(self) -> list[str]: ...

@dataclass
class PluginContext:
    scene: SceneContext | None = None
    view: ViewContext | None = None
    capabilities: CapabilityBroker = field(default_factory=CapabilityBroker)
    @classmethod
    def build(cls, registry: Any = None, include_view: bool = True) -> PluginContext: ...

class CapabilityRegistry:
    @classmethod
    def instance(cls) -> CapabilityRegistry: ...
    def register(
        self,
        name: str,
        handler: Callable[..., Any],
        description: str = "",
        schema: CapabilitySchema | Mapping[str, Any] | None = None,
        plugin_name: str | None = None,
        requires_gui: bool = True,
    ) -> None: ...
    def unregister(self, name: str) -> bool: ...
    def unregister_all_for_plugin(self, plugin_name: str) -> int: ...
    def invoke(self, name: str, args: Mapping[str, Any] | None = None) -> dict[str, Any]: ...
    def get(self, name: str) -> Capability | None: ...
    def list_all(self) -> list[Capability]: ...
    def has(self, name: str) -> bool: ...
