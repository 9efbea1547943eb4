"""Ends a plugin's function that takes longer than the host allows.

A thread cannot be ended from outside; an exception can be raised in it, which Python's own code
sees before its next bytecode. Code that waits in the operating system (``time.sleep``, a lock, a
socket) does not see it until it wakes: on Unix an alarm wakes the main thread, other threads sleep
on. A loop in native code sees neither.
"""

import os
import signal
import sys
import threading

#: Again after so long, for code that catches everything; seconds.
AGAIN = 0.25


class TimeLimit(BaseException):
    """Raised in a plugin's function that took too long."""


def _is_free(name):
    """Whether nobody else uses the alarm."""
    return signal.getsignal(name) == signal.SIG_DFL and signal.getitimer(signal.ITIMER_REAL)[0] == 0


def set_alarm(limit):
    """Raises `TimeLimit` in this thread after ``limit`` seconds, and again, whatever it waits for.

    Returns what takes the alarm away, or None where there is none to be had: on another thread than
    the main one, on Windows, or where somebody else uses it.
    """
    if threading.current_thread() is not threading.main_thread():
        return None
    if not hasattr(signal, "setitimer") or not _is_free(signal.SIGALRM):
        return None

    def ring(number, frame):
        raise TimeLimit

    def take_away():
        # A plugin may have taken the alarm for itself meanwhile: then it is the plugin's.
        if signal.getsignal(signal.SIGALRM) is ring:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)

    try:
        signal.signal(signal.SIGALRM, ring)
    except ValueError:  # not the main interpreter
        return None
    signal.setitimer(signal.ITIMER_REAL, limit, AGAIN)
    return take_away


def place(ident, root):
    """``(function, file, line)`` of the innermost frame of the plugin in a thread, or None."""
    frame = sys._current_frames().get(ident)
    prefix = root + os.sep
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(prefix):
            return code.co_name, code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None
