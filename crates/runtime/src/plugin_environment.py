"""Which environment variables plugins have set, and what they were before.

What this system starts and downloads must not depend on what some plugin has set: uv for the next
plugin sees the variables as they are without plugins. Item assignment of ``os.environ`` is wrapped to
know who sets a variable. What the host sets counts as ever.
"""

import contextlib
import functools
import os
import sys
import threading

_owner_of = None
_wrapped = []
_hidden = {}  # the values without plugins, None if not set
_here = threading.local()


def hide(name, before):
    """Called when a plugin has set a variable; replaced by Rust."""


def show(name):
    """Called when the value of a variable is no plugin's any more; replaced by Rust."""


@contextlib.contextmanager
def restoring():
    """For setting variables on behalf of plugins: what they are restored to may be another plugin's."""
    before = getattr(_here, "restoring", False)
    _here.restoring = True
    try:
        yield
    finally:
        _here.restoring = before


def _note(name, before, now, frame):
    code_version = None
    if not getattr(_here, "restoring", False):
        code_version = _owner_of(frame)
        if code_version is None:
            if name in _hidden:
                del _hidden[name]
                show(name)
            return
    origin = _hidden.setdefault(name, before)
    if now == origin:
        del _hidden[name]
        show(name)
    else:
        hide(name, origin)
    if code_version is not None:
        code_version.changes.note_variable(name, before, now)


def _assignment(original, has_value):
    @functools.wraps(original)
    def assign(self, key, *value):
        if self is not os.environ or not isinstance(key, str):
            return original(self, key, *value)
        before = self.get(key)
        original(self, key, *value)
        # Windows knows variables in capitals.
        name = self.decodekey(self.encodekey(key)) if hasattr(self, "decodekey") else key
        _note(name, before, self.get(key) if has_value else None, sys._getframe(1))

    return assign


def install(owner_of):
    """Wraps the assignment of variables, once."""
    global _owner_of
    _owner_of = owner_of
    if _wrapped:
        return
    of = type(os.environ)
    for name, has_value in (("__setitem__", True), ("__delitem__", False)):
        original = getattr(of, name)
        replacement = _assignment(original, has_value)
        setattr(of, name, replacement)
        _wrapped.append((of, name, original, replacement))


def uninstall():
    """Restores the assignment of variables. All plugins are unloaded, and what they set is restored."""
    while _wrapped:
        of, name, original, replacement = _wrapped.pop()
        if getattr(of, name) is replacement:
            setattr(of, name, original)
    for name in list(_hidden):
        del _hidden[name]
        show(name)
