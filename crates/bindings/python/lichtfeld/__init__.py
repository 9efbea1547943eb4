"""The application as plugins see it, for a program without the application.

``register_class`` and ``unregister_class`` show panels, ``log`` writes to the plugin's log, ``ui``
has panels and the UI thread, ``plugins`` manages plugins. A host with more to offer (a scene, a
renderer) sets it as attributes of this module, or by ``plugins.share``; a plugin that touches one that
is missing gets an AttributeError that names it.
"""

import os as _os
import sys as _sys

from . import plugins
from .plugins import register_class, unregister_class

# `plugins` is a native module; what it has in Python lies here (`lichtfeld.plugins.testing`).
plugins.__path__ = [_os.path.join(_os.path.dirname(__file__), "_plugins")]

log = plugins._log
ui = plugins._ui
_sys.modules[__name__ + ".log"] = log
_sys.modules[__name__ + ".ui"] = ui

__version__ = plugins.host_version()

__all__ = ["log", "plugins", "register_class", "ui", "unregister_class"]


def __getattr__(name):
    return plugins._late(__name__, name)


def __dir__():
    from lfs_plugins import _host_names

    return _host_names.names(__name__, globals())


# What the application sets from now on it offers to plugins, also to those in a process of their own.
plugins._own(_sys.modules[__name__])
