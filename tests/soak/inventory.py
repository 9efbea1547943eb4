"""What a process has that it must not keep: descriptors, threads, processes, files, shared memory.

The processes are found by a variable of their environment, which children inherit, so one that has
lost its parent is found too. Linux only; elsewhere there are the threads alone.
"""

import collections
import gc
import io
import os
import pathlib
import re
import threading

#: The variable that marks every process of a run; its value is the run's own.
MARK = "LICHTFELD_SOAK_RUN"
#: Names of files that exist only while something is being written or fetched.
PASSING = re.compile(r"\.(tmp|part|new|old|staging|incoming)\b|^\.tmp|~$")


def descriptors():
    """Returns how many descriptors there are of each target."""
    targets = collections.Counter()
    for name in _entries("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue  # the one that reads the directory
        targets[re.sub(r":\[\d+\]$", "", target)] += 1
    return targets


def owners():
    """Returns a line for each descriptor: its target, whether it reads or writes, who else has it, and the
    Python objects with its number."""
    here, elsewhere = {}, collections.defaultdict(set)
    for pid in filter(str.isdigit, _entries("/proc")):
        for name in _entries(f"/proc/{pid}/fd"):
            try:
                target = os.readlink(f"/proc/{pid}/fd/{name}")
            except OSError:
                continue  # has ended, was closed, or is another user's
            if int(pid) == os.getpid():
                here[int(name)] = target
            else:
                elsewhere[target].add(int(pid))
    objects = collections.defaultdict(list)
    for thing in gc.get_objects():
        for attribute in ("_handle", "sentinel", "fileno"):
            try:
                number = getattr(thing, attribute, None)
                number = number() if attribute == "fileno" and isinstance(thing, io.IOBase) else number
            except Exception:
                continue
            if type(number) is int and number in here:
                objects[number].append(f"{type(thing).__qualname__} {str(thing)[:80]}")
    lines = []
    for number, target in here.items():
        try:
            flags = pathlib.Path(f"/proc/self/fdinfo/{number}").read_text().split()[3]
        except OSError:
            continue
        others = sorted(elsewhere[target])[:5] if target.startswith("pipe") else []
        lines.append(f"{number}: {target}, flags {flags}, also of {others}, as {objects[number]}")
    return lines


def threads():
    """Returns how many threads there are of each name: Python's, and all that the system knows."""
    names = collections.Counter(f"Python thread {re.sub(r'[0-9]+', 'N', t.name)}" for t in threading.enumerate())
    for task in _entries("/proc/self/task"):
        try:
            names["task " + pathlib.Path(f"/proc/self/task/{task}/comm").read_text().strip()] += 1
        except OSError:
            continue
    return names


def thread_count():
    """Returns how many threads there are; those that Python knows where the system does not say."""
    return len(_entries("/proc/self/task")) or threading.active_count()


def processes():
    """Returns the marked processes but this one: command line by id. Children of this process count
    without the mark too, as zombies and those with an environment of their own have none."""
    marked = f"{MARK}={os.environ.get(MARK)}".encode()
    found = {}
    for pid in filter(str.isdigit, _entries("/proc")):
        if int(pid) == os.getpid():
            continue
        try:
            own = pathlib.Path(f"/proc/{pid}")
            state, parent = (own / "stat").read_text().rpartition(")")[2].split()[:2]
            if state == "Z":
                if int(parent) == os.getpid():
                    found[int(pid)] = "zombie"
            elif int(parent) == os.getpid() or marked in (own / "environ").read_bytes().split(b"\0"):
                line = (own / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(pid)] = line.decode(errors="replace").strip()[:160]
        except OSError:
            continue  # has ended, or is another user's
    return found


def shared_memory(since):
    """Returns the named shared memory of this user that was made after ``since``, and is mapped here."""
    found = collections.Counter()
    for name in _entries("/dev/shm"):
        try:
            status = os.stat(f"/dev/shm/{name}")
        except OSError:
            continue
        if status.st_uid == os.getuid() and status.st_ctime >= since and not name.startswith("sem."):
            found[f"/dev/shm/{name}"] += 1
    try:
        lines = pathlib.Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        path = line.partition("/")[2]
        if path.startswith(("memfd:", "dev/shm/")):
            found["mapped " + path] += 1
    return found


def passing_files(home, temporary):
    """Returns what lies in the directory for temporary files, and files of the home that are passing."""
    found = collections.Counter(str(path) for path in temporary.iterdir())
    for folder, folders, files in os.walk(home):
        for name in folders + files:
            if PASSING.search(name):
                found[os.path.join(folder, name)] += 1
    return found


def resident():
    """Returns the bytes of this process that are in memory, or 0 if the system does not say."""
    try:
        return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


class Inventory:
    """What there is at one moment."""

    def __init__(self, home, temporary, since):
        commands = collections.Counter(re.sub(r"\d+", "N", line) for line in processes().values())
        self.parts = {
            "descriptor": descriptors(),
            "thread": threads(),
            "process": commands,
            "file": passing_files(home, temporary),
            "shared memory": shared_memory(since),
        }

    def beyond(self, before):
        """Returns what is here and was not there, as lines."""
        return [
            f"{kind}: {count} x {name}"
            for kind, now in self.parts.items()
            for name, count in (now - before.parts[kind]).items()
        ]


def _entries(directory):
    try:
        return os.listdir(directory)
    except OSError:
        return []
