"""What the code of plugins changes in the whole process, and how it is taken back.

Settings are compared before and after each step in which the manager calls a plugin: its import,
``on_load`` and the other functions. What differs is the version's change, except what a library set
when it was imported for the first time: the library stays. At unload a setting is restored if it still
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
from _lichtfeld_process_settings import ABSENT, KINDS, changed, current, describe, same, snapshot, write

_all = weakref.WeakSet()
_serials = itertools.count()
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

    def __init__(self, package, module):
        self._names = (package, module)
        self._open = []  # (snapshot, serial) of the steps under way
        self._changes = {}
        self._taken = {}
        self._at_exit = []
        self._first = None
        _all.add(self)

    # -- recording -----------------------------------------------------------------------------

    def begin(self):
        """Begins a step of the plugin's code. Does nothing in a worker, whose settings end with it."""
        if not _wrapped:
            return
        before = snapshot()
        if self._first is None:
            self._first = {kind: before[kind] for kind in ("attribute", "signal") if kind in before}
        self._open.append((before, next(_serials)))

    def end(self):
        """Ends a step, and records what it has changed."""
        if not self._open:
            return
        before, serial = self._open.pop()
        for key, one, other in changed(before, snapshot()):
            if self._concerns(key, before) and not self._is_of_others(key, other, serial):
                self._record(key, one, other)

    def _record(self, key, before, after):
        known = self._changes.pop(key, None)
        if known is not None:
            before = known.before
        if not same(key, before, after):
            self._changes[key] = _Change(before, after)

    def note_variable(self, name, before, after):
        """Records an environment variable that the plugin has set outside of its steps."""
        if _wrapped and not self._open:
            self._record(
                ("environment", name), ABSENT if before is None else before, ABSENT if after is None else after
            )

    def _concerns(self, key, before):
        kind, name = key
        if kind != "logging" or (name[0], "level", None) in before[kind] or not name[0]:
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
        for key, before, now in changed(self._first, snapshot()):
            if key not in self._changes and self._is_own(now):
                self._changes[key] = _Change(before, now)

    def _is_own(self, value):
        while isinstance(value, functools.partial):
            value = value.func
        value = getattr(value, "__func__", value)
        if not isinstance(value, types.FunctionType):
            return False
        loader = value.__globals__.get("__loader__")
        return type(loader) is PluginLoader and loader.code_version.changes is self

    # -- atexit --------------------------------------------------------------------------------

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
    return snapshot() if any(version._open for version in list(_all)) else None


def end_library(before):
    """Called after that import: what the library has set is no plugin's change."""
    for key, _, value in changed(before, snapshot()):
        for version in list(_all):
            for start, _ in version._open:
                if key[0] in start:
                    if value is ABSENT:
                        start[key[0]].pop(key[1], None)
                    else:
                        start[key[0]][key[1]] = value


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
