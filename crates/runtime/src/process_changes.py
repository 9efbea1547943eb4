"""What the code of plugins changes in the whole process, and how it is taken back.

Settings are compared before the import of a plugin and after its ``on_load``. What differs is the
version's change, except what a library set when it was imported for the first time: the library stays. At unload a setting is restored if it still
has the version's value. Where another plugin has changed it since, that one inherits the value before.

While another version of the plugin is imported, the settings of this one are taken back, so that it
can be seen what the other one sets itself.

The functions that a plugin registers with ``atexit`` are called when it is unloaded, since its code
ends then. ``atexit.register`` is wrapped to know them.
"""

import atexit
import functools
import itertools
import sys
import threading
import types
import weakref

from _lichtfeld_plugin_loader import PluginLoader
from _lichtfeld_process_settings import ABSENT, KINDS, Loggers, changed, current, describe, same, snapshot, write

_all = weakref.WeakSet()
_serials = itertools.count()
#: The versions whose steps are under way.
_open = []
_library = threading.local()
_wrapped = []


def on_main_thread(function):
    """Calls ``function()`` on the main thread, soon; replaced by Rust."""


class _Change:
    """A setting that a version has changed."""

    def __init__(self, before, after):
        self.before = before
        self.after = after
        self.serial = next(_serials)


class ProcessChanges:
    """The changes of one version of a plugin's code."""

    def __init__(self, plugin, package, module):
        self._plugin = plugin
        self._names = (package, module)
        self._open = None  # (snapshot, serial) of the step under way
        self._changes = {}
        self._taken = {}
        self._at_exit = []
        self._first = None
        _all.add(self)

    # -- recording -----------------------------------------------------------------------------

    def begin(self):
        """Begins a step of the plugin's code; its import and ``on_load`` are one. Does nothing in a worker,
        whose settings end with it."""
        if not _wrapped or self._open is not None:
            return
        before = snapshot(self._plugin)
        if self._first is None:
            self._first = {kind: before[kind] for kind in ("attribute", "signal") if kind in before}
        self._open = (before, next(_serials))
        _open.append(self)

    def end(self):
        """Ends the step, if one is under way, and records what it has changed."""
        if self._open is None:
            return
        before, serial = self._open
        self._open = None
        _open.remove(self)
        for key, one, other in changed(before, snapshot(self._plugin)):
            if self._concerns(key, before) and not self._is_of_others(key, other, serial):
                self._record(key, one, other)

    def _record(self, key, before, after):
        known = self._changes.pop(key, None)
        if known is not None:
            before = known.before
        if not same(key, before, after):
            self._changes[key] = _Change(before, after)

    def note_variable(self, name, before, after):
        """Records an environment variable that the plugin has set, at any time."""
        if _wrapped and not getattr(_library, "imports", 0):
            self._record(
                ("environment", name), ABSENT if before is None else before, ABSENT if after is None else after
            )

    def _concerns(self, key, before):
        kind, name = key
        if kind != "logging" or before[kind].has(name[0]):
            return True
        # Loggers that are new are a library's, unless they have the plugin's name.
        mine = any(name[0] == own or name[0].startswith(own + ".") for own in self._names)
        default = {"level": 0, "disabled": False, "propagate": True}
        return mine and current(key) != default.get(name[1], ABSENT)

    def _is_of_others(self, key, after, serial):
        """Returns whether another version has set this since: its step ran at the same time."""
        for other in list(_all):
            if other is not self:
                known = other._changes.get(key)
                if known is not None and known.serial > serial and same(key, known.after, after):
                    return True
        return False

    # -- taking back ---------------------------------------------------------------------------

    def leave(self):
        """Takes back what another version may set itself."""
        self.end()
        for key, change in list(self._changes.items()):
            if KINDS[key[0]].swapped and same(key, current(key), change.after) and write(key, change.before):
                self._taken[key] = self._changes.pop(key)

    def enter(self):
        """Sets again what `leave` has taken back, unless other code has set it meanwhile."""
        for key, change in list(self._taken.items()):
            if same(key, current(key), change.before) and write(key, change.after):
                self._changes[key] = change
        self._taken.clear()

    def restore(self, successor=None):
        """Restores everything that still has this version's value, after `leave`. Returns it in words.

        ``successor`` are the changes of the version that has replaced this one, if there is one: what
        it sets as well is no finding.
        """
        self._find_late()
        restored = [key for key in self._taken if successor is None or key not in successor._changes]
        self._taken.clear()
        lines = []
        for key, change in list(self._changes.items()):
            del self._changes[key]
            if not same(key, current(key), change.after):
                self._pass_before(key, change)
            elif key[0] == "directory" and successor is not None:
                # It may have changed to the same directory, which cannot be seen.
                successor._changes.setdefault(key, change)
            elif key[0] == "signal" and threading.current_thread() is not threading.main_thread():
                on_main_thread(functools.partial(_restore_later, key, change))
                restored.append(key)
            elif write(key, change.before):
                restored.append(key)
            else:
                lines.append(f"{describe(key)} (it cannot be restored)")
        return sorted(lines + [describe(key) for key in restored])

    def _pass_before(self, key, change):
        """Lets whoever has changed a setting after this version restore what was before this version."""
        for other in list(_all):
            known = other._changes.get(key)
            if known is not None and same(key, known.before, change.after):
                known.before = change.before

    def _find_late(self):
        """Records functions of the plugin that it has set outside of its steps."""
        if not self._first:
            return
        present = {kind: KINDS[kind].read() for kind in self._first}
        for key, before, after in changed(self._first, present):
            if key not in self._changes and self._is_own(after):
                self._changes[key] = _Change(before, after)

    def _is_own(self, value):
        while isinstance(value, functools.partial):
            value = value.func
        value = getattr(value, "__func__", value)
        if not isinstance(value, types.FunctionType):
            return False
        loader = value.__globals__.get("__loader__")
        return type(loader) is PluginLoader and loader.code_version.changes is self

    # -- atexit --------------------------------------------------------------------------------

    def has_at_exit(self):
        """Returns whether the version has registered functions with ``atexit``."""
        return bool(self._at_exit)

    def pass_on(self, successor):
        """Passes the functions of ``atexit`` on to the next version."""
        successor._at_exit = self._at_exit + successor._at_exit
        self._at_exit = []

    def call_at_exit(self):
        """Calls the functions that the version has registered with ``atexit``, the last one first.
        Returns a line for each that has failed."""
        failed = []
        while self._at_exit:
            entry = self._at_exit.pop()
            if entry.function is None:
                continue  # taken back by `atexit.unregister`
            atexit.unregister(entry)
            try:
                entry()
            except Exception as error:
                failed.append(f"a function of atexit failed: {type(error).__name__}: {error}")
        return failed


def _restore_later(key, change):
    if same(key, current(key), change.after):
        write(key, change.before)


class _AtExit:
    """A call that a plugin has registered."""

    def __init__(self, function, arguments, named):
        self.function, self.arguments, self.named = function, arguments, named

    def __call__(self):
        if self.function is not None:
            self.function(*self.arguments, **self.named)


def begin_library():
    """Called before code of a plugin imports a library for the first time. Returns a value for
    `end_library`, or None if no step is under way."""
    _library.imports = getattr(_library, "imports", 0) + 1
    return snapshot() if _open else None


def end_library(before):
    """Called after that import: what the library has set is no plugin's change."""
    _library.imports -= 1
    if before is None:
        return
    after = snapshot()
    for kind, old in before.items():
        new = after.get(kind)
        if new is None or old == new:
            continue
        for version in list(_open):
            start = version._open[0]
            if kind not in start:
                continue
            if isinstance(old, Loggers):
                start[kind].take(old, new)
                continue
            for (_, name), _, value in changed({kind: old}, {kind: new}):
                if value is ABSENT:
                    start[kind].pop(name, None)
                else:
                    start[kind][name] = value


def is_installed():
    """Returns whether changes are recorded."""
    return bool(_wrapped)


def install():
    """Wraps ``atexit``, once."""
    if _wrapped:
        return
    original, original_unregister = atexit.register, atexit.unregister

    @functools.wraps(original)
    def register(function, /, *arguments, **named):
        # The caller itself: what a library registers is the library's.
        loader = sys._getframe(1).f_globals.get("__loader__")
        if type(loader) is not PluginLoader or not callable(function):
            return original(function, *arguments, **named)
        entry = _AtExit(function, arguments, named)
        loader.code_version.changes._at_exit.append(entry)
        original(entry)
        return function

    @functools.wraps(original_unregister)
    def unregister(function):
        for version in list(_all):
            for entry in version._at_exit:
                if entry.function is not None and entry.function == function:
                    entry.function = None
                    original_unregister(entry)
        return original_unregister(function)

    atexit.register, atexit.unregister = register, unregister
    _wrapped.append((original, register, original_unregister, unregister))


def uninstall():
    """Restores ``atexit``, unless other code has wrapped it again."""
    while _wrapped:
        original, register, original_unregister, unregister = _wrapped.pop()
        if atexit.register is register:
            atexit.register = original
        if atexit.unregister is unregister:
            atexit.unregister = original_unregister
