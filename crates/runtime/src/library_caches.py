"""Caches of the standard library that keep classes of plugins alive.

``typing`` keeps the generic types that were made last, ``ctypes`` all types of pointers and functions.
They are no leak of a plugin, so they are emptied before modules are reported as still referenced.
"""

import sys


def _is_gone(value, prefix):
    """Returns whether a class was made by a plugin's module that is not loaded now."""
    name = getattr(value, "__module__", None)
    return isinstance(name, str) and name.startswith(prefix) and name not in sys.modules


def forget_cached(prefix):
    """Empties what is cached about classes of modules that begin with ``prefix`` and are unloaded."""
    # All of it: the keys do not say whose they are. They are filled again as needed.
    for clear in getattr(sys.modules.get("typing"), "_cleanups", ()):
        clear()
    ctypes = sys.modules.get("ctypes")
    pointers = getattr(ctypes, "_pointer_type_cache", None)
    functions = getattr(ctypes, "_c_functype_cache", None)
    if isinstance(pointers, dict):
        for key in list(pointers):
            if _is_gone(key, prefix):
                pointers.pop(key, None)
    if isinstance(functions, dict):
        for key in list(functions):
            result, arguments = key[:2]
            if any(_is_gone(value, prefix) for value in (result, *arguments)):
                functions.pop(key, None)
