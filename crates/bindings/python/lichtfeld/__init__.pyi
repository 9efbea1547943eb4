"""Types of the package ``lichtfeld``: what it has in every application.

An application may have more (a scene, a renderer): names that are not here have the type Any.
"""

from types import ModuleType
from typing import Any

from lfs_plugins._handlers import (
    ScopedHandler as ScopedHandler,
    add_draw_handler as add_draw_handler,
    call_draw_handlers as call_draw_handlers,
    call_handlers as call_handlers,
    on_iteration_start as on_iteration_start,
    on_post_step as on_post_step,
    on_pre_optimizer_step as on_pre_optimizer_step,
    on_training_end as on_training_end,
    on_training_start as on_training_start,
    remove_draw_handler as remove_draw_handler,
)
from lfs_plugins import _packages as packages
from lfs_plugins.compat import PLUGIN_API_VERSION as PLUGIN_API_VERSION

from . import plugins as plugins, ui as ui
from .plugins import register_class as register_class, unregister_class as unregister_class

__all__ = ["log", "plugins", "register_class", "ui", "unregister_class"]
__version__: str

#: ``debug``, ``info``, ``warn``, ``error``: lines of the plugin's log.
log: ModuleType
#: As ``ui.ops``.
ops: ModuleType

def __getattr__(name: str) -> Any: ...
def __dir__() -> list[str]: ...
