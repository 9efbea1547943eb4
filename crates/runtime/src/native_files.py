"""The native modules below the directories of plugins that this process has loaded.

A process cannot load a native module a second time from the same path: the system returns the code
that is there already. A file that was rebuilt since is found by comparing it with what was loaded.
"""

import importlib.machinery as machinery
import os
import sys

_SUFFIXES = tuple(machinery.EXTENSION_SUFFIXES)
#: What each file was when it was loaded, by its path; for the life of the process.
_loaded = {}


def _state(path):
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class NativeLoader(machinery.ExtensionFileLoader):
    """Loads a native module of a plugin, and records its file."""

    def create_module(self, spec):
        # Before it is loaded: a build that ends meanwhile counts as a change.
        state = _state(self.path)
        module = super().create_module(spec)
        _loaded.setdefault(self.path, state)
        return module


def is_native(path):
    """Returns whether a module's file is native code."""
    return isinstance(path, str) and path.endswith(_SUFFIXES)


def record(path):
    """Records a native file that Python's own loader has just loaded."""
    if path not in _loaded:
        _loaded[path] = _state(path)


def rebuilt(root):
    """Returns the loaded native files below ``root`` that are there with another content now."""
    prefix = root + os.sep
    below = [path for path in _loaded if path.startswith(prefix)]
    return sorted(path for path in below if _state(path) not in (None, _loaded[path]))


def is_loaded_from(root):
    """Returns whether a native module below ``root`` is loaded."""
    prefix = root + os.sep
    for module in list(sys.modules.values()):
        try:
            file = object.__getattribute__(module, "__dict__").get("__file__")
        except AttributeError:
            continue  # something else that was put into sys.modules
        if is_native(file) and file.startswith(prefix):
            return True
    return False
