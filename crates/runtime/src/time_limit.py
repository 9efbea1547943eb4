"""Ends a plugin's function that takes longer than the host allows.

A thread cannot be ended from outside; an exception can be raised in it, which Python's own code
sees before its next bytecode. Code that waits in the operating system (``time.sleep``, a lock, a
socket) does not see it until it wakes: on Unix an alarm wakes the main thread, other threads sleep
on. A loop in native code sees neither.
"""

import _thread
import os
import sys
import threading

# `signal` makes an enum of each number, which costs more than the rest: this runs for each drawing.
import _signal

#: Seconds between two exceptions, for code that catches everything.
AGAIN = 0.25


class TimeLimit(BaseException):
    """Raised in a plugin's function that took too long."""


def _is_free(name):
    """Returns whether no other code uses the alarm."""
    return _signal.getsignal(name) == _signal.SIG_DFL and _signal.getitimer(_signal.ITIMER_REAL)[0] == 0


def set_alarm(limit, unless=None):
    """Raises `TimeLimit` in this thread after ``limit`` seconds, and again, whatever it waits for;
    not while ``unless(frame)`` is true of what runs.

    Returns a function that removes the alarm. Returns None if there is no alarm: on another thread
    than the main one, on Windows, or if other code uses it.
    """
    if _thread.get_ident() != threading.main_thread().ident:
        return None
    if not hasattr(_signal, "setitimer") or not _is_free(_signal.SIGALRM):
        return None

    def ring(number, frame):
        if unless is None or not unless(frame):
            raise TimeLimit

    def remove():
        # A plugin may have set an alarm of its own meanwhile, which stays.
        if _signal.getsignal(_signal.SIGALRM) is ring:
            _signal.setitimer(_signal.ITIMER_REAL, 0)
            _signal.signal(_signal.SIGALRM, _signal.SIG_DFL)

    try:
        _signal.signal(_signal.SIGALRM, ring)
    except ValueError:  # not the main interpreter
        return None
    _signal.setitimer(_signal.ITIMER_REAL, limit, AGAIN)
    return remove


def pause_alarm():
    """Stops the alarm of this thread. Returns a function that lets it go on with the time that is left."""
    left, again = _signal.setitimer(_signal.ITIMER_REAL, 0)

    def go_on():
        if left > 0:
            _signal.setitimer(_signal.ITIMER_REAL, left, again)

    return go_on


def position(ident, root):
    """Returns ``(function, file, line)`` of the innermost frame of the plugin in a thread, or None."""
    frame = sys._current_frames().get(ident)
    prefix = root + os.sep
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(prefix):
            return code.co_name, code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None
