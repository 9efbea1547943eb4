"""Watches a run: a limit for every operation, a heartbeat, and the end of the run if something is wrong.

A breach prints the stacks of all threads, the operations under way and the last ones, and ends the
process at once: what has hung cannot be ended in order.
"""

import collections
import contextlib
import faulthandler
import os
import subprocess
import sys
import threading
import time

import inventory

#: Seconds between two heartbeats.
HEARTBEAT = 30.0
#: Operations that are printed when something is wrong.
KEPT = 60


class Watch:
    """Knows what each thread does, and since when."""

    def __init__(self, seed, limit, log, failures):
        self.seed, self.limit, self.failures = seed, limit, failures
        self.begun = time.monotonic()
        self.done, self.refused = collections.Counter(), collections.Counter()
        self.longest = collections.defaultdict(float)
        self.last = collections.deque(maxlen=KEPT)
        self.memory = []
        self._log = open(log, "a", encoding="utf-8")
        self._under_way = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch of the soak", daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        self._ended.set()
        self._thread.join()
        faulthandler.cancel_dump_traceback_later()

    def say(self, line):
        """Prints a line with the time since the start, and writes it to the log."""
        line = f"[{time.monotonic() - self.begun:7.1f} s] {line}"
        print(line, flush=True)
        self._log.write(line + "\n")
        self._log.flush()

    @contextlib.contextmanager
    def operation(self, kind, name="", limit=None):
        """Counts an operation, and fails the run if it does not end within ``limit`` seconds."""
        me, begun = threading.get_ident(), time.monotonic()
        outer = self._under_way.get(me)
        self._under_way[me] = (begun, limit or self.limit, f"{kind} {name}", threading.current_thread().name)
        try:
            yield
        finally:
            took = time.monotonic() - begun
            if outer is None:
                del self._under_way[me]
            else:
                self._under_way[me] = outer
            self.done[kind] += 1
            self.longest[kind] = max(self.longest[kind], took)
            self.last.append(f"{begun - self.begun:9.3f} s {kind} {name} took {took:.3f} s")

    def heartbeat(self):
        """Prints how far the run is."""
        memory = inventory.resident()
        self.memory.append((time.monotonic() - self.begun, memory))
        self.say(
            f"{sum(self.done.values())} operations, {memory >> 20} MB, "
            f"{sum(inventory.descriptors().values())} descriptors, {inventory.thread_count()} threads, "
            f"{len(inventory.processes())} processes; {shown(self.done)}; refused: {shown(self.refused)}; "
            f"longest in s: {', '.join(f'{kind} {took:.1f}' for kind, took in sorted(self.longest.items()))}"
        )

    def fail(self, why):
        """Prints what is known and ends the process with status 1."""
        self.say(f"FAILED: {why}; seed {self.seed}")
        now = time.monotonic()
        for begun, _, what, thread in list(self._under_way.values()):
            self.say(f"  under way for {now - begun:.1f} s on {thread}: {what}")
        for line in list(self.last):
            self.say(f"  before: {line}")
        for pid, line in inventory.processes().items():
            self.say(f"  process {pid}: {line}")
            self.say(native_stacks(pid))
        for file in (sys.stderr, self._log):
            faulthandler.dump_traceback(file)
            file.flush()
        os._exit(1)

    def _watch(self):
        next_beat = time.monotonic() + HEARTBEAT
        while not self._ended.wait(0.5):
            # Where the lock of the interpreter is never released, this thread does not come here.
            faulthandler.dump_traceback_later(self.limit, exit=True)
            now = time.monotonic()
            for begun, limit, what, _ in list(self._under_way.values()):
                if now - begun > limit:
                    self.fail(f"{what} has not ended within {limit:.0f} s")
            if self.failures.exists() and self.failures.stat().st_size:
                self.fail(self.failures.read_text())
            if now >= next_beat:
                self.heartbeat()
                next_beat = now + HEARTBEAT


def native_stacks(pid):
    """Returns the native stacks of a process, if gdb is installed and may look at it."""
    try:
        return subprocess.run(
            ["gdb", "-p", str(pid), "-batch", "-ex", "thread apply all bt 40"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20, check=False,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        return f"  no native stacks: {error}"


def shown(counts):
    """Returns counts as text, the largest first."""
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"
