"""What one version of a plugin's code adds to ``sys.path``, and the modules imported from there.

Such modules have ordinary names, ``common`` and not ``lfs_plugins.tool.common``. They belong to the
version: they leave ``sys.modules`` and ``sys.path`` with it, so that the next version imports the
files as they are then. Where two plugins have a module of one name, each import gets the importer's
own: the other one is set aside, in the paths of its owner.

Native modules stay in ``sys.modules``: a process cannot load them again.
"""

import contextlib
import importlib.machinery as machinery
import os
import sys
import threading
import weakref

from _lichtfeld_native_files import is_native

_here = threading.local()
#: The paths of active versions that have added something; for most plugins this is empty.
_sharing = weakref.WeakSet()


def _places(module):
    """Returns the file of a module, or the directories of a namespace package. Runs no code of it."""
    try:
        names = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return ()  # something else that was put into sys.modules
    if str(names.get("__name__")).startswith("lfs_plugins."):
        return ()  # a plugin's module by its alias
    file = names.get("__file__")
    if isinstance(file, str):
        return (file,)
    try:
        return tuple(place for place in names.get("__path__") or () if isinstance(place, str))
    except Exception:  # a path computed from a parent that is gone
        return ()


def _is_of(name, top):
    return name == top or name.startswith(top + ".")


def find_top(fullname):
    """Finds a top-level module for the plugin that imports it alone (see `PluginPaths.alone`)."""
    path = getattr(_here, "path", None)
    if path is None or fullname in sys.builtin_module_names:
        return None
    return machinery.FrozenImporter.find_spec(fullname) or machinery.PathFinder.find_spec(fullname, path)


class PluginPaths:
    """The entries of ``sys.path`` of one version of a plugin, and their modules."""

    def __init__(self, root):
        self.root = root
        self.added = set()
        self._prefix = root + os.sep
        self._before = None  # `sys.path` when the step under way began
        self._outside = []  # (index, entry) while the version is not active
        self._aside = {}  # modules that are not in sys.modules
        self._agreed = {}  # modules that were found to be no other plugin's

    def _has_entry(self, entry):
        return isinstance(entry, str) and (
            entry in self.added or entry == self.root or entry.startswith(self._prefix)
        )

    def begin(self):
        """Begins a step that may add entries."""
        self._before = list(sys.path)

    def end(self, inside=True):
        """Ends the step, and records the entries that it has added if the version still is active."""
        before, self._before = self._before, None
        if not inside:
            return
        if before is not None and sys.path != before:
            known = set(before)
            self.added.update(entry for entry in sys.path if isinstance(entry, str) and entry not in known)
        if self.added:
            _sharing.add(self)

    def are_searched(self, directory):
        """Returns whether Python looks for modules in a directory because of this version: it is the
        plugin's, or in one that the version has added."""
        if self._has_entry(directory):
            return True
        before = self._before
        new = () if before is None else (entry for entry in sys.path if entry not in before)
        return any(
            isinstance(entry, str) and entry and f"{directory}{os.sep}".startswith(entry.rstrip(os.sep) + os.sep)
            for entry in (*self.added, *new)
        )

    def has(self, name, module):
        """Returns whether a module was imported from here."""
        top = name.partition(".")[0]
        for place in _places(module):
            if place.startswith(self._prefix):
                return True
            for entry in self.added:
                start = os.path.join(entry, top)
                # The directory may contain others of `sys.path`, with modules of the application.
                if place.startswith(start) and place[len(start) : len(start) + 1] in ("", ".", os.sep):
                    return True
        return False

    def _was_searched(self):
        """Returns whether Python has looked for modules here, even if the entry is gone again."""
        if self.added:
            return True
        if self.root in sys.path_importer_cache:
            return True
        prefix = self._prefix
        searched = list(sys.path_importer_cache)
        return bool([entry for entry in searched if isinstance(entry, str) and entry.startswith(prefix)])

    def modules_of_entries(self):
        """Returns the modules in ``sys.modules`` that were imported from here, by their names."""
        if not self._was_searched():
            return {}
        _sharing.add(self)
        return {
            name: module
            for name, module in list(sys.modules.items())
            if name != "__main__" and self.has(name, module)
        }

    def _set_aside(self, found):
        native = {name.partition(".")[0] for name, module in found.items() if any(map(is_native, _places(module)))}
        for name, module in found.items():
            if name.partition(".")[0] not in native and sys.modules.get(name) is module:
                self._aside[name] = sys.modules.pop(name)

    def forget_agreed(self):
        """Looks again at each module when it is imported the next time."""
        self._agreed = {}

    def leave(self):
        """Removes entries and modules, and keeps them for `enter`."""
        self.forget_agreed()
        self._set_aside(self.modules_of_entries())
        _sharing.discard(self)
        kept = []
        for index, entry in enumerate(sys.path):
            if self._has_entry(entry):
                self._outside.append((index, entry))
            else:
                kept.append(entry)
        if len(kept) != len(sys.path):
            sys.path[:] = kept

    def enter(self):
        """Puts entries and modules back."""
        if self._outside or self._aside:
            _sharing.add(self)
        for index, entry in self._outside:
            sys.path.insert(index, entry)
        self._outside = []
        for top in {name.partition(".")[0] for name in self._aside}:
            if top not in sys.modules:  # else it is another plugin's, until this one imports its own
                self._put_back(top)

    def _put_back(self, top):
        for name in [name for name in self._aside if _is_of(name, top)]:
            sys.modules[name] = self._aside.pop(name)

    def clear(self):
        """Forgets everything, after the last `leave`."""
        if self._was_searched():
            for entry in list(sys.path_importer_cache):
                if self._has_entry(entry):
                    sys.path_importer_cache.pop(entry, None)
        self.added.clear()
        self._outside, self._aside, self._agreed = [], {}, {}

    # -- beside other plugins ------------------------------------------------------------------

    def agrees(self, top):
        """Returns whether `differ` has found that this module may be given to this plugin."""
        known = self._agreed.get(top)
        return known is not None and sys.modules.get(top) is known

    def _others(self):
        return [other for other in list(_sharing) if other is not self]

    def differ(self, top):
        """Returns whether ``import top`` would give this plugin what is another's: a module that was
        imported from there, or that would be found there."""
        known = sys.modules.get(top)
        others = self._others() if _sharing else ()
        if known is None:
            return top in self._aside or any(other.added for other in others)
        if self.has(top, known) or not any(other.has(top, known) for other in others):
            self._agreed[top] = known
            return False
        return True

    @contextlib.contextmanager
    def alone(self, top):
        """Imports the modules of ``top`` as if the other plugins had added nothing to ``sys.path``. A
        module that is only there is imported from there."""
        others = self._others()
        path = [entry for entry in sys.path if not any(other._has_entry(entry) for other in others)]
        before = getattr(_here, "path", None)
        _here.path = path
        try:
            if top in self._aside or find_top(top) is not None:
                for other in others:
                    other._set_aside(
                        {
                            name: module
                            for name, module in list(sys.modules.items())
                            if _is_of(name, top) and other.has(name, module)
                        }
                    )
                if top not in sys.modules:
                    self._put_back(top)
            yield
        finally:
            _here.path = before
