"""One version of a plugin's code, and the modules made from it.

Its modules run with a ``__builtins__`` whose ``__import__`` looks for ``import helpers`` in the
plugin's own directory first. The rest of the process keeps its own, so a plugin's ``helpers.py`` or
``colorsys.py`` is seen by that plugin alone.
"""

import builtins
import gc
import importlib
import importlib.machinery as machinery
import importlib.util
import linecache
import os
import sys
import types
import weakref

from _lichtfeld_plugin_loader import PluginLoader

PACKAGE = "lfs_plugins"
#: The version of each plugin whose modules are in ``sys.modules``, by the name of its package.
ACTIVE = {}
#: Packages of the standard library that start threads and processes.
_STARTERS = {"concurrent", "multiprocessing"}


def starts_something(top):
    """Called after a plugin has imported one of ``_STARTERS``; replaced by
    ``started_by_plugins.py``."""


def outside(name):
    """Returns the spec of a top-level module that is not a plugin's, or None."""
    if name in sys.builtin_module_names:
        return machinery.BuiltinImporter.find_spec(name)
    return machinery.FrozenImporter.find_spec(name) or machinery.PathFinder.find_spec(name)


def canonical(fullname):
    """Returns the name of a module below ``lfs_plugins`` with the module name of the plugin: the
    project's name may be written with hyphens."""
    package, head, *rest = fullname.split(".", 2)
    return ".".join([package, head.replace("-", "_"), *rest])


def _is_below(entry, root, prefix):
    return isinstance(entry, str) and (entry == root or entry.startswith(prefix))


class CodeVersion:
    """One version of one plugin's code, and the modules made from it."""

    def __init__(self, name, key, module, root, entry, revision, bytecode):
        self.name = name
        self.key = key
        self.module = module
        self.root = root
        self.entry = entry
        self.revision = revision
        self.bytecode = bytecode
        self.package = f"{PACKAGE}.{module}"
        self.aliased = False
        self.inside = False  # whether sys.modules has these modules, or another version's
        self.modules = {}
        self._finders = {}
        self._own = {}
        self.builtins = dict(vars(builtins))
        self.builtins["__import__"] = self._import

    # -- finding -----------------------------------------------------------------------------

    def bytecode_path(self, path):
        if not self.bytecode:
            return None
        relative = os.path.relpath(path, self.root)
        if relative.startswith(os.pardir):
            return None
        stem = os.path.splitext(relative)[0]
        return os.path.join(self.bytecode, f"{stem}.{sys.implementation.cache_tag}.pyc")

    def _finder(self, directory):
        finder = self._finders.get(directory)
        if finder is None:
            code_version = self

            def source_loader(fullname, path):
                return PluginLoader(fullname, path, code_version)

            finder = self._finders[directory] = machinery.FileFinder(
                directory,
                (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
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

    def _import(self, name, globals=None, locals=None, fromlist=(), level=0):
        if level == 0:
            top, _, rest = name.partition(".")
            if self.owns(top):
                return self._import_own(f"{self.package}.{top}", rest, fromlist)
            if top == self.module and not self.aliased and outside(top) is None:
                # `import <itself>` works while the alias is not there yet.
                return self._import_own(self.package, rest, fromlist)
            if top in _STARTERS:
                module = builtins.__import__(name, globals, locals, fromlist, level)
                starts_something(top)
                return module
        return builtins.__import__(name, globals, locals, fromlist, level)

    def _import_own(self, top, rest, fromlist):
        full = f"{top}.{rest}" if rest else top
        module = importlib.import_module(full)
        if not fromlist:
            return sys.modules[top]
        for item in fromlist:
            if item == "*":
                for public in getattr(module, "__all__", ()):
                    self._import_item(module, full, public)
            else:
                self._import_item(module, full, item)
        return module

    @staticmethod
    def _import_item(module, full, item):
        if not hasattr(module, item) and hasattr(module, "__path__"):
            try:
                importlib.import_module(f"{full}.{item}")
            except ModuleNotFoundError as error:
                if error.name != f"{full}.{item}":
                    raise

    # -- what the manager calls ----------------------------------------------------------------

    def load(self):
        """Imports the package and returns it; on failure nothing of it is left."""
        ACTIVE[self.package] = self
        self.inside = True
        for name in (self.package, self.module):
            # A version in a process of its own; its stand-in comes back with it.
            if hasattr(sys.modules.get(name), "__lichtfeld_peer__"):
                del sys.modules[name]
        try:
            return importlib.import_module(self.package)
        except BaseException:
            self.leave()
            self.modules.clear()
            raise

    def make_alias(self):
        """Makes ``import <module>`` import this plugin. Returns False if another package has that name."""
        known = sys.modules.get(self.module)
        package = sys.modules[self.package]
        if known is package:
            self.aliased = True
        elif known is None and outside(self.module) is None:
            sys.modules[self.module] = package
            self.aliased = True
        return self.aliased

    def _mine(self):
        own = self.package + "."
        below = [name for name in sys.modules if name.startswith(PACKAGE + ".")]
        names = [name for name in below if (canonical(name) + ".").startswith(own)]
        if self.aliased:
            own = self.module + "."
            names += [name for name in sys.modules if name == self.module or name.startswith(own)]
        return names

    def leave(self):
        """Removes the modules from ``sys.modules`` and keeps them for `enter`."""
        if not self.inside:
            return
        for name in self._mine():
            self.modules[name] = sys.modules.pop(name)
        if ACTIVE.get(self.package) is self:
            del ACTIVE[self.package]
        parent = sys.modules.get(PACKAGE)
        if parent is not None:
            for name in [name for name in vars(parent) if name.replace("-", "_") == self.module]:
                del vars(parent)[name]
        # Last: where Ctrl-C comes in between, what is left is taken out the next time.
        self.inside = False

    def enter(self):
        """Puts the modules back."""
        self.inside = True
        ACTIVE[self.package] = self
        sys.modules.update(self.modules)
        package = self.modules.get(self.package)
        if package is not None and PACKAGE in sys.modules:
            setattr(sys.modules[PACKAGE], self.module, package)
        self.modules = {}

    def module_object(self):
        """Returns the entry module."""
        return sys.modules.get(self.package) or self.modules.get(self.package)

    def call(self, function, *arguments):
        """Calls a function of the entry module. Returns ``NotImplemented`` if it does not exist."""
        target = getattr(self.module_object(), function, None)
        if target is None:
            return NotImplemented
        result = target(*arguments)
        if type(result) is types.CoroutineType:
            result.close()  # an `async def`, which a note is about
            return None
        return result

    def remove(self):
        """Removes the modules, and remembers them weakly (see `still_referenced`)."""
        self.leave()
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
        prefix = self.root + os.sep
        sys.path[:] = [entry for entry in sys.path if not _is_below(entry, self.root, prefix)]
        for entry in list(sys.path_importer_cache):
            if _is_below(entry, self.root, prefix):
                del sys.path_importer_cache[entry]


_left = {}


def still_referenced(key):
    """Returns the modules of a plugin's last unloaded version that are still referenced.

    Collects garbage first if necessary, so this is not called during an unload.
    """
    left = _left.get(key, ())
    if any(loader() is not None for _, loader in left):
        gc.collect()
    left = [(name, loader) for name, loader in left if loader() is not None]
    if left:
        _left[key] = left
    else:
        _left.pop(key, None)
    return sorted(name for name, _ in left)
