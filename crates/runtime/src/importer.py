"""Finds the modules of plugins for Python's import system.

A plugin's package is ``lfs_plugins.<module>``; ``import <module>`` gives the very same object, and so
does ``lfs_plugins.<project name>``, which ``importlib.import_module`` reaches with its hyphens. All
of its modules are ordinary modules with ordinary names in ``sys.modules``; nothing is mangled and
no second module table exists. ``PluginFinder`` on ``sys.meta_path`` serves the names below a
plugin's package; ``code_version.py`` and ``plugin_loader.py`` do the rest.

The Rust side calls the functions here and the methods of ``CodeVersion``; it holds no lock while
they run.
"""

import importlib
import importlib.machinery as machinery
import importlib.util
import sys
import types

import _lichtfeld_fresh_sources as fresh_sources
from _lichtfeld_code_version import ACTIVE, PACKAGE, CodeVersion, canonical
from _lichtfeld_plugin_paths import find_top


class _Alias:
    """Loads ``<module>.x`` as the module that ``lfs_plugins.<module>.x`` already is."""

    def __init__(self, target):
        self.target = target

    def create_module(self, spec):
        module = importlib.import_module(self.target)
        self.spec = module.__spec__
        return module

    def exec_module(self, module):
        # The import system has put the alias's spec on the module; the module keeps its own.
        module.__spec__ = self.spec


class PluginFinder:
    """Finds the modules of plugins; the first entry of this system on ``sys.meta_path``."""

    def __init__(self):
        self.on_demand = None

    def find_spec(self, fullname, path=None, target=None):
        if fullname.startswith(PACKAGE + "."):
            real = canonical(fullname)
            if real != fullname:
                if real not in sys.modules and importlib.util.find_spec(real) is None:
                    return None
                return machinery.ModuleSpec(fullname, _Alias(real), is_package=True)
            head = fullname.split(".", 2)[:2]
            code_version = ACTIVE.get(f"{head[0]}.{head[1]}")
            if code_version is None and self.on_demand is not None and len(head) == fullname.count(".") + 1:
                code_version = self._demanded(head[1])
            return None if code_version is None else code_version.find_spec(fullname, path)
        top, _, rest = fullname.partition(".")
        code_version = ACTIVE.get(f"{PACKAGE}.{top}")
        if code_version is not None and code_version.aliased and rest:
            real = f"{code_version.package}.{rest}"
            module = sys.modules.get(real)
            if module is None and importlib.util.find_spec(real) is None:
                return None
            return machinery.ModuleSpec(fullname, _Alias(real), is_package=True)
        return None if rest else find_top(fullname)

    def _demanded(self, module):
        found = self.on_demand(module)
        if found is None:
            return None
        code_version = CodeVersion(*found)
        code_version.inside = True
        ACTIVE[code_version.package] = code_version
        return code_version

    def invalidate_caches(self):
        for code_version in ACTIVE.values():
            for finder in list(code_version._finders.values()):
                finder.invalidate_caches()
            code_version._own.clear()
            code_version.paths.forget_agreed()


_finder = PluginFinder()


def install():
    """Installs the finder; once."""
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    fresh_sources.install()


def import_on_demand(find):
    """Serves plugins that are not loaded: ``find(module)`` returns the arguments of `CodeVersion`, or
    None."""
    _finder.on_demand = find
    install()


def uninstall():
    """Removes the finder, if no plugin is left."""
    if not ACTIVE and _finder.on_demand is None and _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
        fresh_sources.uninstall()


def ensure_package():
    """Makes ``lfs_plugins`` importable if the host ships no such package."""
    try:
        return importlib.import_module(PACKAGE)
    except ModuleNotFoundError as error:
        if error.name != PACKAGE:
            raise
    package = types.ModuleType(PACKAGE, "Plugins of this application.")
    package.__path__ = []
    package.__spec__ = machinery.ModuleSpec(PACKAGE, None, is_package=True)
    sys.modules[PACKAGE] = package
    return package
