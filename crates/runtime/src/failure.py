"""Describes an exception of a plugin: message, position, and the traceback from its first frame on."""

import os
import re
import traceback

_CANNOT_IMPORT = re.compile(r"cannot import name '(\w+)' from")
_INTERNAL = ("<lichtfeld", "<frozen importlib", "<frozen runpy")


def _trim(described, root):
    """Removes the frames above the plugin's first one, in causes and contexts too."""
    prefix = root + os.sep
    seen = set()
    todo = [described]
    while todo:
        item = todo.pop()
        if item is None or id(item) in seen:
            continue
        seen.add(id(item))
        frames = [frame for frame in item.stack if not frame.filename.startswith(_INTERNAL)]
        for index, frame in enumerate(frames):
            if frame.filename.startswith(prefix):
                frames = frames[index:]
                break
        item.stack = traceback.StackSummary.from_list(frames)
        todo += [item.__cause__, item.__context__]
        todo += getattr(item, "exceptions", None) or []


def _location(error, stack, root):
    """Returns file, line and column (from 1) of the plugin's code nearest to the exception."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 1, error.offset or None
    prefix = root + os.sep
    frames = [frame for frame in stack if frame.filename.startswith(prefix)] or list(stack)
    if not frames:
        return None
    frame = frames[-1]
    column = getattr(frame, "colno", None)  # known from Python 3.11 on; counted in bytes from 0
    if column is not None and frame.line is not None:
        column = column + 1
    return frame.filename, frame.lineno or 1, column


def _encodable(text):
    """Returns a text without lone surrogates, which names of files may contain."""
    return text.encode("utf-8", "backslashreplace").decode() if isinstance(text, str) else text


def _missing(error):
    """Returns the full name of the module, or of the name in one, that does not exist; or None."""
    if isinstance(error, ModuleNotFoundError):
        return error.name
    match = _CANNOT_IMPORT.match(str(error))
    return f"{error.name}.{match[1]}" if match and error.name else None


def describe(error, root):
    """Returns ``(kind, message, location or None, traceback, missing module or None)`` for an
    exception."""
    described = traceback.TracebackException.from_exception(error)
    _trim(described, root)
    location = _location(error, described.stack, root)
    text = "".join(described.format())
    name = type(error).__name__
    missing = None
    if isinstance(error, SyntaxError):
        kind, message = "syntax", f"{name}: {error.msg}"
    elif isinstance(error, ModuleNotFoundError):
        kind, message = "missing_module", f"{name}: {error}"
        missing = _missing(error)
    else:
        kind = "raised"
        try:
            text_of_error = str(error)
        except Exception:  # an exception whose __str__ raises is still an exception
            text_of_error = "<no text>"
        message = f"{name}: {text_of_error}" if text_of_error else name
        if isinstance(error, ImportError):
            missing = _missing(error)
    if location is not None:
        location = (_encodable(location[0]), *location[1:])
    return kind, _encodable(message), location, _encodable(text), _encodable(missing)
