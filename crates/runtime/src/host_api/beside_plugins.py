"""Modules of the application below ``lfs_plugins``, for plugins in a process of their own.

An application appends a directory to ``lfs_plugins.__path__``, or enters a module in ``sys.modules``.
The other modules there belong to the plugin system, which a worker has itself, or to plugins.
"""

import importlib
import os
import sys
import types
from importlib.machinery import PathFinder

TOP = "lfs_plugins"


def find(name):
    """Returns ``lfs_plugins.<part>`` of the application, which is imported if it was not; raises
    PermissionError if it is not a module of the application."""
    top, _, part = name.partition(".")
    package = sys.modules.get(TOP)
    if top != TOP or package is None or not part.isidentifier() or part.startswith("_"):
        raise _refused(name)
    module = sys.modules.get(name)
    if module is None and _lies_beside(package, name):
        module = importlib.import_module(name)
    if not isinstance(module, types.ModuleType) or not _is_of_application(package, part, module):
        raise _refused(name)
    return module


def _refused(name):
    return PermissionError(f"module {name!r:.99} is not one of the application")


def _lies_beside(package, name):
    own = os.path.dirname(package.__file__)
    path = [directory for directory in package.__path__ if directory != own]
    return bool(path) and PathFinder.find_spec(name, path) is not None


def _is_of_application(package, part, module):
    names = vars(module)
    if part in package._HOMES or "__lichtfeld_root__" in names:
        return False  # the plugin system's, or the stand-in of a plugin in another process
    if type(names.get("__loader__")).__module__ == "_lichtfeld_plugin_loader":
        return False
    file = names.get("__file__")
    return file is None or os.path.dirname(file) != os.path.dirname(package.__file__)
