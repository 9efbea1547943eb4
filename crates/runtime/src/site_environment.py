"""The environments of plugins on ``sys.path``, and which of their modules are exchanged.

An environment stays when its plugin is unloaded: other plugins may use the same copies, and a library
may import a part of itself at any time. It is replaced when the plugin comes with another one: then
modules whose files are no longer the same, or that are not in the new one, leave ``sys.modules``, and
its directories leave ``sys.path``. The manager has made sure that no other plugin uses them, and that
no native code is exchanged.

During a reload the old version runs until the switch, and continues if the new one fails. So each
version of the code has its environment, and entering the version puts that in place.
"""

import importlib
import os
import sys

from _lichtfeld_bare_names import site_added
from _lichtfeld_namespaces import extend
from _lichtfeld_native_files import is_native

#: The environment of each plugin that is in place, by key.
_current = {}
#: Native modules that were set aside, by name: a process cannot load them again.
_native = {}

#: What tools for editable installs name the modules that they put into an environment.
_EDITABLE = "__editable__"


def _file(module):
    """Returns the file of a module, or the directory of a namespace package. Runs no code of it."""
    try:
        names = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return None  # something else that was put into sys.modules
    file = names.get("__file__")
    if isinstance(file, str):
        return file
    try:
        places = [place for place in names.get("__path__") or () if isinstance(place, str)]
    except Exception:  # a path computed from a parent that is gone
        return None
    return places[0] if places else None


def _below(file, directories):
    return any(file.startswith(directory) for directory in directories)


def add_site(directory):
    """Appends a site-packages directory and handles its ``.pth`` files as ``site`` does. Entries that
    are there already stay in front. Returns those that it has added."""
    import site

    if directory in sys.path:
        return []
    before = list(sys.path)
    site.addsitedir(directory)
    # A .pth file may insert at the front; the standard library and the host stay first.
    known = set(before)
    added = [entry for entry in sys.path if entry not in known]
    sys.path[:] = before + added
    importlib.invalidate_caches()
    extend(directory)
    return added


class SiteEnvironment:
    """The environment of one plugin, as some versions of its code use it."""

    def __init__(self, key, directories, packages, of_others):
        self.key = key
        self.directories = list(directories)
        #: What can be imported, with digests; directories of editable libraries by their paths.
        self.packages = dict(packages)
        self.of_others = frozenset(of_others)
        #: The directories of its editable libraries.
        self.linked = {name for name in self.packages if os.path.isabs(name)}
        self._entries = None  # by directory, what it has added to sys.path, once it was in place
        #: The bare names of plugins that its packages have got (see ``bare_names.py``), with their
        #: directories.
        self.taken = []
        self._finders = []
        self._aside = {}

    def is_same(self, other):
        return self.directories == other.directories and self.packages == other.packages

    def _stays(self, name, other):
        """Returns whether a module is the same in ``other``, or used by another plugin. A module
        belongs to the longest name in the list of packages."""
        while name:
            known = self.packages.get(name)
            if known is not None:
                return other.packages.get(name) == known or name in self.of_others or name in other.of_others
            name = name.rpartition(".")[0]
        return True  # of a package with several parts, or unknown

    def _leaving(self, other):
        """Returns the modules in ``sys.modules`` that are not those of ``other``."""
        below = [directory + os.sep for directory in self.directories]
        linked = [
            path + os.sep
            for path in self.linked
            if other.packages.get(path) != self.packages[path]
            and path not in self.of_others
            and path not in other.of_others
        ]
        found = {}
        for name, module in list(sys.modules.items()):
            file = _file(module)
            if file is None or name == "__main__" or name.startswith("lfs_plugins."):
                continue
            if _below(file, linked):
                found[name] = module
            elif _below(file, below) and (
                (name.startswith(_EDITABLE) and self.directories != other.directories)
                or not self._stays(name, other)
            ):
                found[name] = module
        return found

    def _take_out(self, other):
        """Makes room for ``other``."""
        for name, module in self._leaving(other).items():
            self._aside[name] = sys.modules.pop(name)
            if is_native(_file(module)):
                _native.setdefault(name, module)
            parent, _, child = name.rpartition(".")
            # A parent that stays must not give what is gone.
            if getattr(sys.modules.get(parent), child, None) is module:
                delattr(sys.modules[parent], child)
        if self.directories == other.directories:
            return
        entries = {entry for added in (self._entries or {}).values() for entry in added}
        sys.path[:] = [entry for entry in sys.path if entry not in entries]
        gone = {id(finder) for finder in self._finders}
        sys.meta_path[:] = [finder for finder in sys.meta_path if id(finder) not in gone]
        for entry in list(sys.path_importer_cache):
            if entry in entries:
                sys.path_importer_cache.pop(entry, None)

    def _put_in(self):
        # Found again as what changes (see ``fresh_sources.py``); a worker has looked there already.
        for entry in list(sys.path_importer_cache) if self.linked else ():
            if isinstance(entry, str) and is_linked(entry):
                sys.path_importer_cache.pop(entry, None)
        before, finders = set(sys.path), list(sys.meta_path)
        if self._entries is None:
            self._entries = {directory: add_site(directory) for directory in self.directories}
            self._finders = [finder for finder in sys.meta_path if finder not in finders]
        else:
            for added in self._entries.values():
                sys.path.extend(entry for entry in added if entry not in before)
            sys.meta_path.extend(finder for finder in self._finders if finder not in finders)
        for name, module in self._aside.items():
            sys.modules.setdefault(name, module)
            parent, _, child = name.rpartition(".")
            if parent in sys.modules and not hasattr(sys.modules[parent], child):
                setattr(sys.modules[parent], child, module)
        self._aside = {}
        importlib.invalidate_caches()
        self.taken = [
            (name, directory)
            for directory, added in self._entries.items()
            if added
            for name in site_added(directory, added)
        ]

    def enter(self):
        """Puts it in place, in that of another one of its plugin."""
        before = _current.get(self.key)
        if before is self:
            return
        _current[self.key] = self
        if before is not None:
            before._take_out(self)
        self._put_in()


def is_linked(directory):
    """Returns whether a directory is of an editable library of a plugin."""
    return any(
        f"{directory}{os.sep}".startswith(path + os.sep)
        for environment in list(_current.values())
        for path in environment.linked
    )


def use(key, directories, packages, of_others):
    """Puts an environment of a plugin in place, and returns it; one that is there already is kept."""
    environment = SiteEnvironment(key, directories, packages, of_others)
    known = _current.get(key)
    if known is not None and known.is_same(environment):
        known.of_others = environment.of_others
        known.taken = []
        return known
    environment.enter()
    return environment
