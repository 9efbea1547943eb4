"""Ends the manager at the end of the application, while Python still works.

Python joins non-daemon threads before it runs ``atexit`` functions, so a plugin's thread that waits
for ``on_unload`` would keep the process for ever. Functions of ``threading._register_atexit`` run
before that join. It is private, but every Python since 3.9 has it, and ``concurrent.futures`` uses
it; without it ``atexit`` remains.
"""

import atexit
import os
import sys
import threading
import time
import weakref


class ProcessEnds(SystemExit):
    """Raised in plugins' code that still runs at the end of the process. A thread that it ends prints
    nothing, as with any ``SystemExit``."""


class Settled(BaseException):
    """Replaces an exception that came too late."""


def settle():
    """Waits until this thread sees the `Settled` that was raised in it."""
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
    """Calls ``end`` once at the end of this process. Cheap if it is installed already."""
    global _end, _process
    if _end is None:
        _end, _process = end, os.getpid()
        atexit.register(_run)
    renew()


def renew():
    """Keeps the hook the first: ``concurrent.futures`` waits for its threads in a hook of the same
    kind, and the last one registered is called first."""
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
    """Records threads that go on after their plugin."""
    _left.update(threads)


def end_threads(limit, raise_in):
    """Ends the plugins' threads that Python would wait for. Returns the names of those that stay.

    ``raise_in(ident)`` raises an exception in a thread, repeatedly for ``limit`` seconds.
    """
    deadline = time.monotonic() + limit
    while True:
        left = [thread for thread in _left if thread.is_alive() and not thread.daemon]
        if not left or time.monotonic() > deadline:
            return sorted(thread.name for thread in left)
        for thread in left:
            raise_in(thread.ident)
        left[0].join(0.05)
