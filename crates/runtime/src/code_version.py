"""One version of a plugin's code, and the modules made from it.

``import helpers`` in them means the plugin's own file first: ``import_hook.rs`` asks `resolve` for
each import that the plugin's code does. The rest of the process does not ask, so a plugin's
``helpers.py`` or ``colorsys.py`` is seen by that plugin alone.
"""

import gc
import importlib
import importlib.machinery as machinery
import importlib.util
import linecache
import os
import sys
import types
import weakref

import _lichtfeld_bare_names as bare_names
from _lichtfeld_bare_names import outside
from _lichtfeld_library_caches import forget_cached
from _lichtfeld_native_files import NativeLoader, is_native, record
from _lichtfeld_plugin_loader import PluginLoader
from _lichtfeld_plugin_paths import PluginPaths
from _lichtfeld_process_changes import ProcessChanges

PACKAGE = "lfs_plugins"
#: The version of each plugin whose modules are in ``sys.modules``, by the name of its package.
ACTIVE = {}


def starts_something(top):
    """Called after a plugin has imported a package that starts threads or processes; replaced by
    ``started_by_plugins.py``."""


def canonical(fullname):
    """Returns the name of a module below ``lfs_plugins`` with the module name of the plugin: the
    project's name may be written with hyphens."""
    package, head, *rest = fullname.split(".", 2)
    return ".".join([package, head.replace("-", "_"), *rest])


class CodeVersion:
    """One version of one plugin's code, and the modules made from it."""

    def __init__(self, name, key, module, root, entry, revision, bytecode, sites=()):
        self.name = name
        self.key = key
        self.module = module
        self.root = root
        self.entry = entry
        self.revision = revision
        self.bytecode = bytecode
        self.package = f"{PACKAGE}.{module}"
        self.environment = None  # its packages in this process
        self.python = None  # the interpreter of the environment, if the plugin has one
        self.sites = frozenset(sites)
        self.aliased = False  # whether sys.modules[module] is this plugin
        self.displaced = False  # whether a package of another plugin has that name
        self.had_by_host = False  # whether the application got this plugin by it before
        self.inside = False  # whether sys.modules has these modules, or another version's
        self.modules = {}
        self._finders = {}
        self._own = {}
        self.paths = PluginPaths(root)
        self.changes = ProcessChanges(name, self.package, module)

    # -- finding -----------------------------------------------------------------------------

    def bytecode_path(self, path):
        if not self.bytecode:
            return None
        prefix = self.root + os.sep
        if path.startswith(prefix) and os.pardir not in path:
            relative = path[len(prefix) :]  # nearly always, and much faster
        else:
            relative = os.path.relpath(path, self.root)
            if relative.startswith(os.pardir):
                return None
        # As in `__pycache__`: code compiled by `python -O` has no assertions.
        level = f".opt-{sys.flags.optimize}" if sys.flags.optimize else ""
        stem = os.path.splitext(relative)[0]
        return os.path.join(self.bytecode, f"{stem}.{sys.implementation.cache_tag}{level}.pyc")

    def _finder(self, directory):
        finder = self._finders.get(directory)
        if finder is None:
            code_version = self

            def source_loader(fullname, path):
                return PluginLoader(fullname, path, code_version)

            finder = self._finders[directory] = machinery.FileFinder(
                directory,
                (NativeLoader, machinery.EXTENSION_SUFFIXES),
                (source_loader, machinery.SOURCE_SUFFIXES),
                (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES),
            )
        return finder

    def find_spec(self, fullname, path):
        if fullname == self.package:
            return importlib.util.spec_from_file_location(
                fullname,
                self.entry,
                loader=PluginLoader(fullname, self.entry, self),
                submodule_search_locations=[self.root],
            )
        for directory in path or ():
            spec = self._finder(directory).find_spec(fullname)
            if spec is not None and (spec.loader is not None or spec.submodule_search_locations):
                return spec
        return None

    def owns(self, top):
        """Returns whether ``import top`` inside the plugin means a file of its own."""
        known = self._own.get(top)
        if known is None:
            spec = self._finder(self.root).find_spec(f"{self.package}.{top}")
            if spec is None:
                known = False
            elif spec.loader is not None:
                known = True
            else:
                # A directory without __init__.py is a package only if nothing else has its name.
                known = top not in sys.modules and outside(top) is None
            self._own[top] = known
        return known

    def resolve(self, name):
        """Returns what ``import name`` in the plugin's code means.

        A pair for a module of its own: the full names of ``name``'s first part and of all of it.
        ``name`` itself if it must be looked up with `import_from_own_path`; None for every other module.
        """
        top, _, rest = name.partition(".")
        is_contested = top in bare_names.displaced
        if not is_contested and self.paths.agrees(top):
            return None  # asked before, and no other plugin's: this is the usual case
        if self.owns(top):
            first = f"{self.package}.{top}"
        elif top == self.module and not self.aliased and bare_names.seen_by(top, self.sites) is None:
            # `import <itself>` works while the alias is not there, or another plugin's package is.
            first = self.package
        elif is_contested and (package := bare_names.package_for(top, self.sites)) is not None:
            first = package
        else:
            return name if self.paths.differ(top) else None
        return first, f"{first}.{rest}" if rest else first

    def import_from_own_path(self, name, original, arguments, named):
        """Imports a module that another plugin's entries on ``sys.path`` would give to this one."""
        with self.paths.alone(name.partition(".")[0]):
            return original(*arguments, **(named or {}))

    # -- what the manager calls ----------------------------------------------------------------

    def load(self):
        """Imports the package and returns it; on failure nothing of it is left."""
        ACTIVE[self.package] = self
        self.inside = True
        for name in (self.package, self.module):
            # A version in a process of its own; its stand-in comes back with it.
            if hasattr(sys.modules.get(name), "__lichtfeld_peer__"):
                del sys.modules[name]
        self.paths.begin()
        self.changes.begin()
        try:
            package = importlib.import_module(self.package)
        except BaseException:
            self.paths.end()
            self.leave()
            self.modules.clear()
            self.paths.clear()
            raise
        self.paths.end()
        for module in self.paths.modules_of_entries().values():
            if is_native(origin := getattr(module.__spec__, "origin", None)):
                record(origin)
        return package

    def make_alias(self):
        """Makes ``import <module>`` import this plugin. Returns False if another package has that name."""
        return bare_names.claim(self)

    def other_of_name(self):
        """Returns the file or directory of the package that has the plugin's bare name, or None."""
        known = outside(self.module)
        if known is None:
            return None
        return known.origin if known.has_location else next(iter(known.submodule_search_locations or ()), None)

    def _mine(self):
        # A list first: other threads import meanwhile, and the loop may let them run. The first test
        # rules out nearly all of the many modules of a process.
        below = PACKAGE + "."
        likely = (below, self.module) if self.aliased else below
        return [name for name in list(sys.modules) if name.startswith(likely) and self._is_own(name)]

    def _is_own(self, name):
        if name.startswith(PACKAGE + "."):
            return f"{canonical(name)}.".startswith(self.package + ".")
        return f"{name}.".startswith(self.module + ".")

    def leave(self):
        """Removes the modules from ``sys.modules`` and keeps them for `enter`."""
        if not self.inside:
            return
        for name in self._mine():
            self.modules[name] = sys.modules.pop(name)
        if ACTIVE.get(self.package) is self:
            del ACTIVE[self.package]
        bare_names.leave(self)
        parent = sys.modules.get(PACKAGE)
        if parent is not None:
            for name in [name for name in vars(parent) if name.replace("-", "_") == self.module]:
                del vars(parent)[name]
        self.paths.leave()
        self.changes.leave()
        # Last: where Ctrl-C comes in between, what is left is taken out the next time.
        self.inside = False

    def enter(self):
        """Puts the modules back."""
        self.inside = True
        if self.environment is not None:
            self.environment.enter()
        ACTIVE[self.package] = self
        bare_names.enter(self, self.modules)
        sys.modules.update(self.modules)
        package = self.modules.get(self.package)
        if package is not None and PACKAGE in sys.modules:
            setattr(sys.modules[PACKAGE], self.module, package)
        self.modules = {}
        self.paths.enter()
        self.changes.enter()

    def module_object(self):
        """Returns the entry module."""
        return sys.modules.get(self.package) or self.modules.get(self.package)

    def call(self, function, *arguments):
        """Calls a function of the entry module. Returns ``NotImplemented`` if it does not exist."""
        target = getattr(self.module_object(), function, None)
        if target is None:
            self.changes.end()
            return NotImplemented
        self.paths.begin()
        if function in ("on_load", "on_after_reload"):
            self.changes.begin()
        try:
            result = target(*arguments)
        finally:
            self.changes.end()
            self.paths.end(self.inside)
        if type(result) is types.CoroutineType:
            result.close()  # an `async def`, which a note is about
            return None
        return result

    def remove(self):
        """Removes the modules, and remembers them weakly (see `still_referenced`). Returns the settings
        of the process that were restored."""
        self.leave()
        bare_names.forget(self)
        loader = getattr(sys.modules.get(self.package), "__loader__", None)
        successor = getattr(loader, "code_version", None)
        restored = self.changes.restore(None if successor is None else successor.changes)
        modules, self.modules = self.modules, {}
        # A loader lives as long as its module's globals: one referenced function is enough.
        left = _left[self.key] = [
            (name, weakref.ref(loader))
            for name, module in modules.items()
            if name.startswith(self.package)  # once each, not by its alias
            and type(loader := getattr(module, "__loader__", None)) is PluginLoader
        ]
        if not left:
            del _left[self.key]
        files = {getattr(module, "__file__", None) for module in modules.values()}
        for file in files:
            if file:
                linecache.cache.pop(file, None)
        self.paths.clear()
        return restored


_left = {}


def still_referenced(key):
    """Returns the modules of a plugin's last unloaded version that are still referenced.

    Collects garbage first if necessary, so this is not called during an unload.
    """
    left = _left.get(key, ())
    if any(loader() is not None for _, loader in left):
        forget_cached(f"{PACKAGE}.")
        gc.collect()
    left = [(name, loader) for name, loader in left if loader() is not None]
    if left:
        _left[key] = left
    else:
        _left.pop(key, None)
    return sorted(name for name, _ in left)
