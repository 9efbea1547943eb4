"""Where a plugin's code is while it draws, and the exception for code that draws for too long."""

import sys

from _lichtfeld_plugin_loader import PluginLoader


def _is_of_a_plugin(frame):
    return type(frame.f_globals.get("__loader__")) is PluginLoader


def position(ident):
    """Returns ``(function, file, line)`` of the innermost frame of a plugin in a thread, or None."""
    frame = sys._current_frames().get(ident)
    while frame is not None:
        if _is_of_a_plugin(frame):
            return frame.f_code.co_name, frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None


def is_debugged(frame):
    """Returns whether a debugger may hold this frame, or one that has called it."""
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None:
        return True
    while frame is not None:
        if frame.f_trace is not None:
            return True
        frame = frame.f_back
    return False


def is_held(frame):
    """Returns the same, also for a native debugger."""
    if is_debugged(frame):
        return True
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return any(line.startswith("TracerPid:") and line.split()[1] != "0" for line in status)
    except OSError:  # another system, which does not say
        return False


def is_any_held():
    """Returns whether a debugger may hold any thread of this process."""
    return any(map(is_debugged, sys._current_frames().values()))


def is_thread_held(ident):
    """Returns the same of what a thread runs now."""
    return is_held(sys._current_frames().get(ident))


def overdue(trace, message):
    """Returns the exception to show for a ``TimeLimit`` with this traceback, with its place."""
    entries = []
    entry = trace
    while entry is not None:
        entries.append(entry)
        entry = entry.tb_next
    # The frame that has raised it is not where the plugin was.
    while len(entries) > 1 and entries[-1].tb_frame.f_code.co_filename.startswith("<lichtfeld>"):
        entries.pop()
    if entries:
        entries[-1].tb_next = None
    for entry in reversed(entries):
        if _is_of_a_plugin(entry.tb_frame):
            code = entry.tb_frame.f_code
            message += f"; it was in {code.co_name} ({code.co_filename}:{entry.tb_lineno})"
            break
    try:
        from lfs_plugins.errors import PluginTimeoutError as kind
    except ImportError:  # a host without the packages of this project
        kind = TimeoutError
    return kind(message).with_traceback(trace)
