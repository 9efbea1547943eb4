"""Runs our end of the application while Python is still whole.

Python joins the threads that are no daemons before it calls what ``atexit`` has: a plugin's thread
that waits for its ``on_unload`` would keep the process for ever. ``threading._register_atexit`` runs
before that join. It is private, but there in every Python since 3.9, and ``concurrent.futures``
stands on it; where it is gone one day, ``atexit`` is what is left.
"""

import atexit
import os
import sys
import threading
import time
import weakref


class ProcessEnds(SystemExit):
    """Raised in plugins' code that still runs at the end of the process. A thread that it ends says
    nothing, as with any ``SystemExit``."""


class Settled(BaseException):
    """Takes the place of an exception that came too late."""


def settle():
    """Waits until `Settled`, which was raised in this thread, is seen."""
    try:
        while True:
            pass
    except Settled:
        pass


_end = None
_process = None
_registered = set()
#: Threads of plugins that their ``on_unload`` has not ended.
_left = weakref.WeakSet()


def install(end):
    """Lets ``end`` be called once at the end of this process; cheap when done before."""
    global _end, _process
    if _end is None:
        _end, _process = end, os.getpid()
        atexit.register(_run)
    renew()


def renew():
    """Stays the first: ``concurrent.futures`` waits for its threads in a hook of the same kind, and
    the last one registered is called first."""
    after = "concurrent.futures.thread" in sys.modules
    if after in _registered or True in _registered:
        return
    _registered.add(after)
    try:
        threading._register_atexit(_run)
    except (AttributeError, RuntimeError):
        pass  # gone, or the end has begun: atexit is there


def _run():
    # A child forked by multiprocessing runs these hooks as well; it has no plugins of its own.
    if os.getpid() == _process:
        _end()


def leave(threads):
    """Remembers threads that go on after their plugin."""
    _left.update(threads)


def end_threads(limit, raise_in):
    """Ends the plugins' threads that Python would wait for; returns the names of those that stay.

    ``raise_in(ident)`` raises an exception in a thread, again and again for ``limit`` seconds.
    """
    deadline = time.monotonic() + limit
    while True:
        left = [thread for thread in _left if thread.is_alive() and not thread.daemon]
        if not left or time.monotonic() > deadline:
            return sorted(thread.name for thread in left)
        for thread in left:
            raise_in(thread.ident)
        left[0].join(0.05)
