"""Marks what a plugin prints and logs with its name, and copies it to the plugin's own log.

``sys.stdout`` and ``sys.stderr`` become streams that find the writer: text of the host passes
unchanged; text of a plugin passes line by line with ``[name]`` in front, and goes to its log. The
same for ``logging``, whose ``Logger.callHandlers`` is wrapped. ``uninstall`` restores all of it.

A plugin never fails because its text cannot be shown: not where the stream is closed or missing, nor
where it has no such characters. The host's own text fails as without this.
"""

import functools
import io
import logging
import os
import sys
import threading

_LEVELS = ((logging.ERROR, "error"), (logging.WARNING, "warn"), (logging.INFO, "info"))
#: A line without an end is shown once it is this long, in characters.
_LONGEST = 8192

_owner_of = None
_write_log = None
_wrapped = []
_here = threading.local()


def _nowhere():
    """Returns a stream for a program without a console, where the system has none."""
    try:
        return open(os.devnull, "w", encoding="utf-8", errors="backslashreplace")
    except OSError:
        return io.StringIO()


def unwrapped(stream):
    """Returns the stream that a `PluginStream` was put around, or ``stream`` itself."""
    while isinstance(stream, PluginStream):
        stream = stream._replaced
    return stream


def _log(code_version, level, text):
    try:
        _write_log(code_version.key, level, text)
    except UnicodeEncodeError:  # lone surrogates, as in names of files that are not UTF-8
        _write_log(code_version.key, level, text.encode("utf-8", "backslashreplace").decode())


class PluginStream:
    """A text stream that treats lines of plugins differently. Everything else is the original's."""

    def __init__(self, original, level):
        self._replaced = original
        self._original = _nowhere() if original is None else original
        self._level = level
        self._partial = {}

    def write(self, text):
        code_version = None if getattr(_here, "passing", False) else _writer()
        if code_version is None:
            return self._original.write(text)
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        # By thread: two that print at once do not share a line.
        key = (code_version, threading.get_ident())
        waiting = self._partial.pop(key, "") + text
        *lines, rest = waiting.split("\n")
        if len(rest) > _LONGEST:
            lines.append(rest)
            rest = ""
        if rest:
            self._partial[key] = rest
        for line in lines:
            self._line(code_version, line)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def _line(self, code_version, line):
        _log(code_version, self._level, line)
        text = f"[{code_version.name}] {line}\n"
        # A stream that a plugin has put around this one must not mark it again.
        before = getattr(_here, "passing", False)
        _here.passing = True
        try:
            try:
                self._original.write(text)
            except UnicodeEncodeError:
                encoding = getattr(self._original, "encoding", None) or "ascii"
                self._original.write(text.encode(encoding, "backslashreplace").decode(encoding))
        except Exception:
            pass  # closed, or nobody reads it; the line is in the log
        finally:
            _here.passing = before

    def flush(self):
        if getattr(_here, "passing", False) or _writer() is None:
            return self._original.flush()
        try:
            self._original.flush()
        except Exception:
            pass

    def finish(self, code_version=None):
        """Prints lines that have no end yet: of one plugin, or of all."""
        for key in [key for key in list(self._partial) if code_version is None or key[0] is code_version]:
            line = self._partial.pop(key, "")
            if line:
                self._line(key[0], line)

    def __getattr__(self, name):
        return getattr(self._original, name)

    def __iter__(self):
        return iter(self._original)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._original.flush()

    def __repr__(self):
        return f"<lichtfeld stream around {self._original!r}>"


def _writer():
    """Returns the plugin whose code called the caller. Returns None for the host's code, and for the
    interpreter itself, which prints a last exception when no Python code is left on the stack."""
    try:
        frame = sys._getframe(2)
    except ValueError:
        return None
    return _owner_of(frame)


def _call_handlers(original):
    @functools.wraps(original)
    def callHandlers(self, record):  # noqa: N802  # the standard library's name
        # Records of the manager's own log are in the plugin's log already.
        if getattr(_here, "passing", False) or record.name.startswith("lichtfeld.plugins"):
            return _passing(original, self, record)
        code_version = _writer()
        if code_version is None:
            return original(self, record)
        level = next((name for least, name in _LEVELS if record.levelno >= least), "debug")
        try:
            message = record.getMessage()
            if record.exc_info:
                message += "\n" + logging.Formatter().formatException(record.exc_info)
        except Exception:  # a record whose arguments do not fit: the handlers report it
            message = str(record.msg)
        _log(code_version, level, message)
        if isinstance(record.msg, str) and not record.name.startswith("lfs_plugins."):
            record.msg = f"[{code_version.name}] {record.msg}"
        try:
            return _passing(original, self, record)
        except Exception as error:  # handlers report their failures; here the report has failed
            _log(code_version, "warn", f"a handler of logging failed: {error!r}")

    return callHandlers


def _passing(original, logger, record):
    """Lets handlers write to the streams here without a second entry in the log."""
    before = getattr(_here, "passing", False)
    _here.passing = True
    try:
        return original(logger, record)
    finally:
        _here.passing = before


def install(owner_of, write_log):
    """Installs the streams, around the current ones.

    ``write_log(key, level, text)`` writes to a plugin's log.
    """
    global _owner_of, _write_log
    _owner_of, _write_log = owner_of, write_log
    for name, level in (("stdout", "info"), ("stderr", "warn")):
        stream = getattr(sys, name)
        if not isinstance(stream, PluginStream):
            setattr(sys, name, PluginStream(stream, level))
    if not _wrapped:
        original = logging.Logger.callHandlers
        replacement = _call_handlers(original)
        _wrapped.append((original, replacement))
        logging.Logger.callHandlers = replacement


def finish(code_version):
    """Prints the last line of a plugin that is being unloaded, if it has no end."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, PluginStream):
            stream.finish(code_version)


def uninstall():
    """Restores the streams and ``logging``, unless other code has replaced them."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, PluginStream):
            stream.finish()
            setattr(sys, name, stream._replaced)
    while _wrapped:
        original, replacement = _wrapped.pop()
        if logging.Logger.callHandlers is replacement:
            logging.Logger.callHandlers = original
