"""Packages whose parts lie in several directories, such as ``backports.a`` and ``backports.b``.

Python computes the path of a package without ``__init__.py`` again when ``sys.path`` grows. The path
of a package with ``pkgutil.extend_path`` or ``pkg_resources.declare_namespace`` is computed once, when
the package is imported; so it is extended here when the environment of another plugin is added.
"""

import os
import pkgutil
import sys

_MARKS = (b"extend_path", b"declare_namespace")


def _shares_name(directory):
    """Returns whether a directory is a part of a package with other parts, and of which kind:
    ``"implicit"`` without an ``__init__.py``, ``"explicit"`` with one that looks for others."""
    if not os.path.isdir(directory):
        return None
    try:
        with open(os.path.join(directory, "__init__.py"), "rb") as file:
            text = file.read(65536)
    except FileNotFoundError:
        return "implicit"
    except OSError:
        return None
    return "explicit" if any(mark in text for mark in _MARKS) else None


def _grows(module):
    """Returns whether the path of a loaded package is computed again by Python itself."""
    return getattr(module, "__file__", None) is None


def extend(directory):
    """Adds the parts below ``directory``, a new entry of ``sys.path``, to packages that are loaded."""
    try:
        parts = set(os.listdir(directory))
    except OSError:
        return
    # Parents come first: a path is extended by what is below the path of the parent.
    for name in sorted(name for name in list(sys.modules) if name.partition(".")[0] in parts):
        package = sys.modules.get(name)
        try:
            path = object.__getattribute__(package, "__dict__").get("__path__")
        except AttributeError:
            continue
        if path is None or name.startswith("lfs_plugins"):
            continue
        part = os.path.join(directory, *name.split("."))
        kind = _shares_name(part)
        if kind is None:
            continue
        if _grows(package):
            if kind == "explicit" and part not in list(path):
                # Python looks for parts without __init__.py alone.
                package.__path__ = [*path, part]
        elif isinstance(path, list) and any(_shares_name(known) == "explicit" for known in path):
            package.__path__ = pkgutil.extend_path(path, name)
            if part not in package.__path__:
                package.__path__.append(part)
