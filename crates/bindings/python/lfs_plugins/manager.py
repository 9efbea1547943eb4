"""The plugin manager: ``PluginManager.instance()``."""

import lichtfeld.plugins as _native

TYPE_CHECKING = False
if TYPE_CHECKING or not _native._is_worker():
    from lichtfeld.plugins import PluginManager
else:
    from ._remote_manager import PluginManager

__all__ = ["PluginManager"]
