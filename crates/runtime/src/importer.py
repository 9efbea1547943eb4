"""Imports plugins: the one place that knows how Python's import system sees them.

A plugin's package is ``lfs_plugins.<module>``; ``import <module>`` gives the very same object. All
of its modules are ordinary modules with ordinary names in ``sys.modules``; nothing is mangled and
no second module table exists. Two things are ours:

* ``PluginFinder`` on ``sys.meta_path`` serves the names below a plugin's package, from the files as
  they are now: compiled code is taken from the cache only where a hash of path and source agrees
  (PEP 552), never by modification time.
* the plugin's modules run with a ``__builtins__`` whose ``__import__`` looks for ``import helpers``
  in the plugin's own directory first. The rest of the process keeps its own, so a plugin's
  ``helpers.py`` or ``colorsys.py`` is seen by that plugin alone.

The Rust side calls the functions of ``CodeVersion`` and ``install``; it holds no lock while they run.
"""

import builtins
import gc
import importlib
import importlib.machinery as machinery
import importlib.util
import linecache
import marshal
import os
import sys
import types
import weakref

PACKAGE = "lfs_plugins"
_HASHED_AND_CHECKED = (0b11).to_bytes(4, "little")
#: Packages of the standard library that start threads and processes.
_STARTERS = {"concurrent", "multiprocessing"}


def starts_something(top):
    """Called after a plugin has imported one of ``_STARTERS``; replaced by whoever keeps count."""


def thread_unit():
    """The code_version whose code has started this thread, or None; replaced by whoever keeps count."""


class PluginLoader(machinery.SourceFileLoader):
    """Runs a plugin's source file as it is now, in its code_version's import environment."""

    def __init__(self, fullname, path, code_version):
        super().__init__(fullname, path)
        self.code_version = code_version

    def get_code(self, fullname):
        path = self.get_filename(fullname)
        source = self.get_data(path)
        cached = self.code_version.bytecode_path(path)
        # The path is part of the hash: code objects carry it, and a plugin can be moved.
        key = importlib.util.source_hash(path.encode("utf-8", "surrogatepass") + b"\0" + source)
        header = importlib.util.MAGIC_NUMBER + _HASHED_AND_CHECKED + key
        if cached is not None:
            try:
                with open(cached, "rb") as file:
                    data = file.read()
                if data.startswith(header):
                    return marshal.loads(memoryview(data)[len(header) :])
            except (OSError, EOFError, ValueError, TypeError):
                pass  # a missing or torn cache file costs a compilation, no more
        code = compile(source, path, "exec", dont_inherit=True)
        if cached is not None and not sys.dont_write_bytecode:
            # Atomic, and silent where the cache cannot be written.
            self.set_data(cached, header + marshal.dumps(code))
        return code

    def exec_module(self, module):
        code = self.get_code(module.__name__)
        module.__dict__["__builtins__"] = self.code_version.builtins
        exec(code, module.__dict__)


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
        self.inside = False  # whether sys.modules has our modules, or another version's
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
        """Whether ``import top`` inside the plugin means a file of its own."""
        known = self._own.get(top)
        if known is None:
            spec = self._finder(self.root).find_spec(f"{self.package}.{top}")
            if spec is None:
                known = False
            elif spec.loader is not None:
                known = True
            else:
                # A directory without __init__.py is a package only where nothing else bears its name.
                known = top not in sys.modules and _outside(top) is None
            self._own[top] = known
        return known

    def _import(self, name, globals=None, locals=None, fromlist=(), level=0):
        if level == 0:
            top, _, rest = name.partition(".")
            if self.owns(top):
                return self._import_own(f"{self.package}.{top}", rest, fromlist)
            if top == self.module and not self.aliased and _outside(top) is None:
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
        """Imports the package; on failure nothing of it is left. Returns the module."""
        _finder.code_versions[self.package] = self
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
        """Makes ``import <module>`` give this plugin. False where that name is somebody else's."""
        known = sys.modules.get(self.module)
        package = sys.modules[self.package]
        if known is package:
            self.aliased = True
        elif known is None and _outside(self.module) is None:
            sys.modules[self.module] = package
            self.aliased = True
        return self.aliased

    def _mine(self):
        own = self.package + "."
        names = [name for name in sys.modules if name == self.package or name.startswith(own)]
        if self.aliased:
            own = self.module + "."
            names += [name for name in sys.modules if name == self.module or name.startswith(own)]
        return names

    def leave(self):
        """Takes the modules out of ``sys.modules`` and keeps them."""
        if not self.inside:
            return
        for name in self._mine():
            self.modules[name] = sys.modules.pop(name)
        if _finder.code_versions.get(self.package) is self:
            del _finder.code_versions[self.package]
        parent = sys.modules.get(PACKAGE)
        if parent is not None:
            vars(parent).pop(self.module, None)
        # Last: where Ctrl-C comes in between, what is left is taken out the next time.
        self.inside = False

    def enter(self):
        """Puts the modules back."""
        self.inside = True
        _finder.code_versions[self.package] = self
        sys.modules.update(self.modules)
        package = self.modules.get(self.package)
        if package is not None and PACKAGE in sys.modules:
            setattr(sys.modules[PACKAGE], self.module, package)
        self.modules = {}

    def call(self, function, *arguments):
        """Calls a function of the entry module if it is there; ``NotImplemented`` if not."""
        package = sys.modules.get(self.package) or self.modules.get(self.package)
        target = getattr(package, function, None)
        return NotImplemented if target is None else target(*arguments)

    def remove(self):
        """Removes what is left, and remembers the modules weakly (see `still_referenced`)."""
        self.leave()
        modules, self.modules = self.modules, {}
        # A loader lives as long as its module's globals: a function that somebody kept is enough.
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
    """The modules of a plugin's last unloaded version that something still refers to.

    Collects garbage first where need be, which is why nobody asks during an unload.
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


def _is_below(entry, root, prefix):
    return isinstance(entry, str) and (entry == root or entry.startswith(prefix))


def _outside(name):
    """The spec of a top-level module that is not a plugin's, or None."""
    if name in sys.builtin_module_names:
        return machinery.BuiltinImporter.find_spec(name)
    return machinery.FrozenImporter.find_spec(name) or machinery.PathFinder.find_spec(name)


class PluginFinder:
    """The one entry of ours on ``sys.meta_path``."""

    def __init__(self):
        self.code_versions = {}
        self.on_demand = None

    def find_spec(self, fullname, path=None, target=None):
        if fullname.startswith(PACKAGE + "."):
            head = fullname.split(".", 2)[:2]
            code_version = self.code_versions.get(f"{head[0]}.{head[1]}")
            if code_version is None and self.on_demand is not None and len(head) == fullname.count(".") + 1:
                code_version = self._demanded(head[1])
            return None if code_version is None else code_version.find_spec(fullname, path)
        top, _, rest = fullname.partition(".")
        code_version = self.code_versions.get(f"{PACKAGE}.{top}")
        if code_version is not None and code_version.aliased and rest:
            real = f"{code_version.package}.{rest}"
            module = sys.modules.get(real)
            if module is None and importlib.util.find_spec(real) is None:
                return None
            return machinery.ModuleSpec(fullname, _Alias(real), is_package=True)
        return None

    def _demanded(self, module):
        found = self.on_demand(module)
        if found is None:
            return None
        code_version = CodeVersion(*found)
        code_version.inside = True
        self.code_versions[code_version.package] = code_version
        return code_version

    def invalidate_caches(self):
        for code_version in self.code_versions.values():
            for finder in list(code_version._finders.values()):
                finder.invalidate_caches()
            code_version._own.clear()


_finder = PluginFinder()


def install():
    """Puts the finder in place; once."""
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def import_on_demand(find):
    """Serves plugins that nobody has loaded: ``find(module)`` gives the arguments of `CodeVersion`, or None."""
    _finder.on_demand = find
    install()


def uninstall():
    """Takes the finder away, once no plugin is left."""
    if not _finder.code_versions and _finder.on_demand is None and _finder in sys.meta_path:
        sys.meta_path.remove(_finder)


def owner_of(frame):
    """The code_version whose code is running in ``frame`` or nearest below it, or None."""
    while frame is not None:
        loader = frame.f_globals.get("__loader__")
        if type(loader) is PluginLoader:
            return loader.code_version
        frame = frame.f_back
    return thread_unit()


def owner_of_object(value):
    """The code_version that a class or a function was defined in, or None."""
    name = getattr(value, "__module__", None)
    module = sys.modules.get(name) if isinstance(name, str) else None
    loader = getattr(module, "__loader__", None)
    return loader.code_version if type(loader) is PluginLoader else None


def add_site(directory):
    """Appends a site-packages directory, ``.pth`` files handled as ``site`` does. Never before
    anything that is there already."""
    import site

    if directory in sys.path:
        return
    before = list(sys.path)
    site.addsitedir(directory)
    # A .pth file may insert at the front; the standard library and the host stay first.
    known = set(before)
    sys.path[:] = before + [entry for entry in sys.path if entry not in known]
    importlib.invalidate_caches()


def ensure_package():
    """Makes ``lfs_plugins`` importable where the host ships no such package."""
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
