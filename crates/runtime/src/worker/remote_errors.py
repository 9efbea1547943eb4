"""Exceptions between a host and its workers.

An exception crosses with its type where the other side has it; else a class of the same name stands
for it, derived from the nearest base that the other side has.
"""

import builtins
import sys
import traceback
import types

from _lichtfeld_crossing import is_plain, named
from _lichtfeld_standin import StandIn

#: So many classes are made for names of the other side; further ones are their bases.
_MOST_CLASSES = 1000

#: Frames of these files are internal: they are cut from tracebacks.
_INTERNAL = ("<lichtfeld", "<frozen importlib")


class RemoteTraceback(Exception):
    """The traceback of an exception in the other process; the cause of that exception here."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text

    def __str__(self):
        return "\n" + self.text


def exception_class(classes, module, name, bases):
    """Returns a class of exceptions by its names: this process's own, or one that is made of the
    nearest base that this process has. ``classes`` remembers those that were made."""
    known = classes.get((module, name))
    if known is not None:
        return known
    kind = _here(module, name)
    if kind is None:
        found = (_here(*base) for base in bases)
        base = next((known for known in found if known is not None), Exception)
        if len(classes) >= _MOST_CLASSES:
            return base
        try:
            kind = type(name.rpartition(".")[2], (base,), {"__module__": module})
        except TypeError:
            kind = type(name.rpartition(".")[2], (Exception,), {"__module__": module})
    classes[module, name] = kind
    return kind


def named_error(text):
    """Returns the exception for a failure of the connection: a text that may begin with a code."""
    code, colon, rest = text.partition(": ")
    if colon and code == "LR120":
        try:
            from lfs_plugins.errors import PluginLimitError
        except ImportError:  # a host without the packages of this project
            return RuntimeError(rest)
        return PluginLimitError(rest)
    return RuntimeError(text)


def described(error):
    """Returns an exception as plain data: names, arguments, attributes, text and traceback."""
    trace = traceback.TracebackException.from_exception(error)
    _trim(trace)
    text = "".join(trace.format())
    kind = type(error)
    if not isinstance(error, Exception):
        # A plugin that exits ends its call, not the host.
        kind = RuntimeError
        error = RuntimeError(f"the plugin raised {type(error).__name__}: {error}")
    args = [argument if _crosses(argument) else repr(argument) for argument in error.args]
    state = {
        name: value
        for name, value in vars(error).items()
        if isinstance(name, str) and not name.startswith("__") and _crosses(value)
    }
    return named(kind), args, state, str(error), text


def rebuilt(classes, description):
    """Returns the exception that the other process has described."""
    if not _is_description(description):
        return RuntimeError("the other process has failed, and what it says is not understood")
    names, args, state, text, trace = description
    kind = exception_class(classes, *names)
    try:
        error = kind.__new__(kind, *args)
        error.args = tuple(args)
        error.__dict__.update(state)
        if not isinstance(error, Exception):
            raise TypeError(kind)
        str(error)
    except Exception:
        error = RuntimeError(f"{names[1]}: {text}")
    error.__cause__ = RemoteTraceback(trace)
    return error


def _is_description(value):
    """Returns whether it is what `described` returns. A reference is not: it would be asked for its
    items."""
    if type(value) is not tuple or [*map(type, value)] != [tuple, list, dict, str, str]:
        return False
    names = value[0]
    if [*map(type, names)] != [str, str, list]:
        return False
    return all(type(base) is tuple and [*map(type, base)] == [str, str] for base in names[2])


def _here(module, name):
    """Returns an exception class of this process by its names, or None; runs no code.

    Never one that ends a process, as `SystemExit` and `KeyboardInterrupt` do.
    """
    owner = builtins if module == "builtins" else sys.modules.get(module)
    for part in name.split("."):
        if isinstance(owner, StandIn) or not isinstance(owner, (type, types.ModuleType)):
            return None
        # Not `getattr`, which a module may answer by importing something.
        owner = vars(owner).get(part)
    return owner if isinstance(owner, type) and issubclass(owner, Exception) else None


def _crosses(value, depth=4):
    kind = type(value)
    if kind in (bool, int, float, complex, str, bytes, type(None)):
        return True
    if depth and kind in (list, tuple, set, frozenset):
        return all(_crosses(item, depth - 1) for item in value)
    if depth and kind is dict:
        return all(_crosses(item, depth - 1) for pair in value.items() for item in pair)
    return kind not in (types.FunctionType, type) and is_plain(value) and kind is not dict


def _trim(described):
    todo, seen = [described], set()
    while todo:
        item = todo.pop()
        if item is None or id(item) in seen:
            continue
        seen.add(id(item))
        own = [frame for frame in item.stack if not frame.filename.startswith(_INTERNAL)]
        item.stack = traceback.StackSummary.from_list(own)
        todo += [item.__cause__, item.__context__, *(getattr(item, "exceptions", None) or ())]


def asked(question):
    """Returns what a question asks for, for a message: ``lichtfeld.get_scene``, or ``name``."""
    what, *rest = question
    names = [part for part in rest[:2] if type(part) is str]
    return ".".join(names) or what
