"""What is known of a plugin: its facts, its state, its running instance."""

import dataclasses
import enum
import pathlib
import types
from typing import Optional


class PluginState(enum.Enum):
    """The state of a plugin."""

    UNLOADED = "unloaded"
    INSTALLING = "installing"
    LOADING = "loading"
    ACTIVE = "active"
    ERROR = "error"
    DISABLED = "disabled"


@dataclasses.dataclass
class PluginInfo:
    """A plugin's facts, known without running it."""

    name: str
    version: str
    path: pathlib.Path
    description: str = ""
    author: str = ""
    entry_point: str = "__init__"
    dependencies: list[str] = dataclasses.field(default_factory=list)
    auto_start: bool = False
    hot_reload: bool = True
    plugin_api: str = ""
    lichtfeld_version: str = ""
    required_features: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class PluginInstance:
    """A plugin at a moment."""

    info: PluginInfo
    state: PluginState = PluginState.UNLOADED
    module: Optional[types.ModuleType] = None
    error: Optional[str] = None
    error_traceback: Optional[str] = None
    venv_path: Optional[pathlib.Path] = None


@dataclasses.dataclass(frozen=True)
class StateChange:
    """One change of a plugin's state; ``time`` is in seconds since 1970."""

    plugin: str
    from_state: PluginState
    to_state: PluginState
    event: str
    cause: str
    time: float
    sequence: int = 0
