"""Records which threads, executors and child processes a plugin's code has started.

Python does not say which code starts a thread, so ``threading.Thread.start``, ``subprocess.Popen``,
``multiprocessing.Process.start`` and the executors of ``concurrent.futures`` are wrapped, here and
nowhere else, each once; ``uninstall`` restores them. The owner is the plugin whose code is nearest
on the stack, or the one that has started the calling thread. All references are weak: recording
keeps nothing alive.
"""

import _thread
import functools
import os
import signal
import subprocess
import sys
import threading
import time
import weakref

#: How long threads may take to end after ``on_unload``; seconds, for all of them together.
GRACE = 0.25
#: How long a child process may take to end when it is asked to; seconds, for all of them together.
END_LIMIT = 1.0
#: Seconds for which a child that was killed is waited for, on a thread of its own.
SEE_OFF_LIMIT = 600.0

_owner_of = None


def starters_changed():
    """Called after `wrap_new`; replaced by ``exit_hook.py``."""


def left_running(threads):
    """Called with threads that could not be ended; replaced by ``exit_hook.py``."""


def guard(pid, handle):
    """Called with a child that must end with this process, even after ``kill -9``; replaced by Rust."""


def unguard(pid, wait):
    """Called when a guarded child has ended; replaced by Rust."""


_wrapped = {}
_spawned = weakref.WeakKeyDictionary()
_carried_over = weakref.WeakSet()
#: The versions that are gone. Their code may still run, in a thread that could not be ended.
_released = weakref.WeakSet()
_successors = weakref.WeakKeyDictionary()
# An RLock: the garbage collector may run a plugin's code inside of it.
_lock = threading.RLock()


def _renew_lock():
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    # Another thread may have held it at the fork, and does not exist in the child.
    os.register_at_fork(after_in_child=_renew_lock)


class _Spawned:
    """What one version of a plugin's code has started."""

    def __init__(self):
        self.threads = weakref.WeakSet()
        self.executors = weakref.WeakSet()
        self.children = []

    def pass_to(self, other):
        other.threads.update(self.threads)
        other.executors.update(self.executors)
        other.children += self.children

    def drop(self, children):
        self.children = [child for child in self.children if child not in children]


class _Child:
    """A child process: found again by its object, or by its number while it is not reaped."""

    def __init__(self, process, pid, command):
        self.process = weakref.ref(process, self._let_go)
        self.pid = pid
        self.command = command
        self.guarded = True
        # Windows needs a handle, which both classes have under a name of their own.
        handle = getattr(process, "_handle", None)
        guard(pid, getattr(process, "sentinel", None) if handle is None else int(handle))

    def _let_go(self, _):
        # Its object is gone, so nothing can wait for it any more.
        if not self.is_alive():
            self.forget(wait=False)

    def forget(self, wait):
        """Stops watching it: it has ended."""
        if self.guarded:
            self.guarded = False
            unguard(self.pid, wait)

    def is_alive(self):
        process = self.process()
        if process is not None:
            try:
                if hasattr(process, "poll"):
                    return process.poll() is None
                return _runs(process)
            except (OSError, ValueError, AssertionError, AttributeError):
                return False
        if not hasattr(os, "waitid"):
            return False
        try:
            # A number that is not a child of this process any more is not used: the system may
            # have reused it.
            return _has_not_exited(self.pid)
        except OSError:
            return False

    def reap(self):
        """Takes the exit status of a child of multiprocessing, so that no zombie is left."""
        process = self.process()
        try:
            if process is not None and not hasattr(process, "poll"):
                process.is_alive()
        except (OSError, ValueError, AssertionError):
            pass  # closed meanwhile

    def end(self, by_force):
        process = self.process()
        try:
            if process is not None:
                process.kill() if by_force else process.terminate()
            else:
                os.kill(self.pid, signal.SIGKILL if by_force else signal.SIGTERM)
        except (OSError, ValueError):
            pass  # it has ended meanwhile


def _has_not_exited(pid):
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def _runs(process):
    """Returns whether a child of multiprocessing runs, without reaping it.

    ``is_alive`` reaps it, and a thread of the plugin that joins it meanwhile would find no exit status.
    """
    popen = process._popen
    if popen is None or popen.returncode is not None:
        return False
    if os.name == "nt":
        return process.is_alive()
    if hasattr(os, "waitid") and popen.method != "forkserver":
        return _has_not_exited(popen.pid)
    from multiprocessing.connection import wait

    return not wait([popen.sentinel], 0)


def _responsible(code_version):
    """Returns the version that owns what ``code_version`` has started and still starts; often itself."""
    successor = _successors.get(code_version)
    return code_version if successor is None else successor() or code_version


def _record(code_version, add):
    """Calls ``add`` with the record of the version that is responsible, under the lock.

    Returns False if that version is gone: nothing would free what its code starts from now on.
    """
    with _lock:
        responsible = _responsible(code_version)
        has_none = responsible is code_version and code_version in _successors
        if has_none or responsible in _released:
            return False
        code_version = responsible
        spawned = _spawned.get(code_version)
        if spawned is None:
            spawned = _spawned[code_version] = _Spawned()
        add(spawned)
        return True


def code_version_of_thread():
    """Returns the plugin whose code has started this thread, or None."""
    # Not current_thread(): that makes an object for a thread which Python did not start.
    thread = threading._active.get(threading.get_ident())
    code_version = getattr(thread, "_lichtfeld_code_version", None)
    return None if code_version is None else _responsible(code_version)


def carry_over():
    """Passes what the calling plugin has started on to the version after it, if there is one.

    Raises RuntimeError if the caller is not a plugin.
    """
    code_version = None if _owner_of is None else _caller()
    if code_version is None:
        raise RuntimeError("carry_over() is for a plugin's on_before_reload()")
    _carried_over.add(code_version)


def reset_carry_over(code_version):
    """Begins a reload: a `carry_over` for an earlier reload that failed does not count."""
    _carried_over.discard(code_version)


def _version_after(code_version):
    loader = getattr(sys.modules.get(f"lfs_plugins.{code_version.module}"), "__loader__", None)
    other = getattr(loader, "code_version", None)
    return None if other is code_version else other


def takes_over(code_version):
    """Returns the version that what ``code_version`` has started passes to at its end, or None."""
    return _version_after(code_version) if code_version in _carried_over else None


def _pass_on(code_version, successor):
    with _lock:
        # Not by reference to this version: its code may be freed before that of an older one.
        for older, its in list(_successors.items()):
            if its() is code_version:
                _successors[older] = weakref.ref(successor)
        _successors[code_version] = weakref.ref(successor)
        spawned = _spawned.pop(code_version, None)
        if spawned is not None:
            _record(successor, spawned.pass_to)


def _caller():
    # None for a caller that is not Python code.
    return _owner_of(sys._getframe(1).f_back)


def _command(arguments):
    if isinstance(arguments, (str, bytes, os.PathLike)):
        return os.fsdecode(arguments)
    try:
        return " ".join(os.fsdecode(part) for part in arguments)
    except TypeError:
        return str(arguments)


def _wrap(owner, name, make):
    key = (owner, name)
    if key in _wrapped:
        return
    original = owner.__dict__[name]
    replacement = functools.wraps(original)(make(original))
    _wrapped[key] = (original, replacement)
    setattr(owner, name, replacement)


def _thread_start(original):
    def start(self):
        code_version = _caller()
        if code_version is None:
            return original(self)
        self._lichtfeld_code_version = code_version
        result = original(self)
        if not _record(code_version, lambda spawned: spawned.threads.add(self)):
            left_running([self])
        return result

    return start


def _popen(original):
    def __init__(self, *args, **kwargs):
        code_version = _caller()
        original(self, *args, **kwargs)
        if code_version is not None:
            _remember(code_version, self, self.pid, _command(self.args))

    return __init__


def _process_start(original):
    def start(self):
        code_version = _caller()
        original(self)
        if code_version is not None:
            _remember(code_version, self, self.pid, f"{self.name} (multiprocessing)")

    return start


def _executor(original):
    def __init__(self, *args, **kwargs):
        code_version = _caller()
        original(self, *args, **kwargs)
        if code_version is not None and not _record(code_version, lambda spawned: spawned.executors.add(self)):
            self.shutdown(wait=False)

    return __init__


def _remember(code_version, process, pid, command):
    child = _Child(process, pid, command)
    if not _record(code_version, lambda spawned: spawned.children.append(child)):
        # The unload that ends the plugin's children was before.
        child.end(by_force=True)
        _see_off([child])
        return
    _forget_ended(code_version)


def _forget_ended(code_version):
    """Drops the children that have ended, so that the record does not grow without end."""
    known = []
    _record(code_version, lambda spawned: known.extend(spawned.children))
    ended = [child for child in known if not child.is_alive()]
    if ended:
        _record(code_version, lambda spawned: spawned.drop(ended))
    for child in ended:
        child.forget(wait=False)


def install(owner_of):
    """Wraps the functions that are imported; once."""
    global _owner_of
    _owner_of = owner_of
    _wrap(threading.Thread, "start", _thread_start)
    _wrap(subprocess.Popen, "__init__", _popen)
    wrap_new()


def wrap_new(top=None):
    """Wraps functions that were imported since; ``top`` is a package that a plugin has just imported."""
    if _owner_of is None:
        return
    if top == "concurrent":
        import concurrent.futures.thread  # noqa: F401  # loaded late otherwise, at its first use
    for module, owner, name, make in (
        ("multiprocessing.process", "BaseProcess", "start", _process_start),
        ("concurrent.futures.thread", "ThreadPoolExecutor", "__init__", _executor),
        ("concurrent.futures.process", "ProcessPoolExecutor", "__init__", _executor),
    ):
        if module in sys.modules:
            owner = getattr(sys.modules[module], owner, None)
            if owner is not None:
                _wrap(owner, name, make)
    starters_changed()


def uninstall():
    """Restores the functions, unless other code has wrapped them again."""
    global _owner_of
    for (owner, name), (original, replacement) in list(_wrapped.items()):
        if owner.__dict__.get(name) is replacement:
            setattr(owner, name, original)
            del _wrapped[owner, name]
    if not _wrapped:
        _owner_of = None


def _where(thread, root):
    """Returns ``function at file:line``: the innermost frame of the plugin, else the thread's first."""
    frame = sys._current_frames().get(thread.ident)
    prefix = root + os.sep
    outermost = None
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(prefix):
            return f"{code.co_name} at {code.co_filename}:{frame.f_lineno}"
        if code.co_filename != threading.__file__:
            outermost = f"{code.co_name} at {code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back
    return outermost or "no Python code"


def release(code_version):
    """Frees what ``code_version`` has not ended: ``(freed, threads, processes)`` as lines for a person.

    Executors are shut down and child processes ended. A thread cannot be ended from outside, so
    threads that do not end are reported, with the line that they run. What the version carries over
    (see `carry_over`) belongs to its successor from now on.
    """
    successor = takes_over(code_version)
    if successor is not None:
        _pass_on(code_version, successor)
        return [], [], []
    with _lock:
        _released.add(code_version)
        spawned = _spawned.pop(code_version, None)
    if spawned is None:
        return [], [], []
    freed = []
    for executor in list(spawned.executors):
        if not (getattr(executor, "_shutdown", True) or getattr(executor, "_shutdown_thread", False)):
            freed.append(f"executor {type(executor).__name__}")
        executor.shutdown(wait=False, cancel_futures=True)
    # Children first: a thread often waits for one.
    processes = _end([child for child in spawned.children if child.is_alive()], freed)
    for child in spawned.children:
        if not child.is_alive():
            child.reap()
            child.forget(wait=True)
    _see_off([child for child in spawned.children if child.guarded])
    deadline = time.monotonic() + GRACE
    mine = threading.current_thread()
    alive = []
    for thread in list(spawned.threads):
        if thread is mine:
            continue
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            alive.append(f"{thread.name}: {_where(thread, code_version.root)}")
            left_running([thread])
    return freed, sorted(alive), processes


def _see_off(children):
    """Forgets children that were ended and belong to nobody any more, as soon as they are gone.

    They are watched until then. On a busy machine a process may take a while to end.
    """
    if not children:
        return

    def wait():
        deadline = time.monotonic() + SEE_OFF_LIMIT
        remaining = children
        while remaining and time.monotonic() < deadline:
            for child in remaining:
                if not child.is_alive():
                    child.forget(wait=False)
            remaining = [child for child in remaining if child.guarded]
            if remaining:
                time.sleep(0.02)

    try:
        # Not a `Thread`, which would belong to the plugin that calls.
        _thread.start_new_thread(wait, ())
    except RuntimeError:
        pass  # The interpreter ends, or the system has no thread for it. They are watched on.


def _end(children, freed):
    """Ends children, by force if necessary. Returns those that could not be ended."""
    lines = {child: f"{child.pid}: {child.command}" for child in children}
    for by_force in (False, True):
        for child in children:
            child.end(by_force)
        deadline = time.monotonic() + END_LIMIT
        while children and time.monotonic() < deadline:
            children = [child for child in children if child.is_alive()]
            if children:
                time.sleep(0.005)
        if not children:
            break
    freed += [f"process {line}" for child, line in lines.items() if child not in children]
    return [lines[child] for child in children]


def kill_children():
    """Kills all children of all plugins at once, before the process ends by force."""
    for spawned in list(_spawned.values()):
        for child in spawned.children:
            if child.is_alive():
                child.end(by_force=True)
