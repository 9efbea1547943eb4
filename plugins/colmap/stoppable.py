"""Calls of the library in a helper process (``helper.py``); a cancel kills that process."""

import builtins
import collections
import importlib.util
import json
import logging
import os
import pathlib
import queue
import subprocess
import sys
import sysconfig
import threading

from . import helper
from .errors import Cancelled, ColmapError, InputError

TICK = 0.1
"""The time between two looks at a running call, in seconds."""
ENDING = 30.0
"""The longest wait for the end of a killed helper, in seconds; only an overloaded machine needs it."""

logger = logging.getLogger(__name__)


class HelperTraceback(Exception):
    """The traceback of an error in the helper process, as text."""

    def __str__(self):
        return "\n" + "".join(self.args)


def _is_plugin():
    """Returns whether an application has loaded this as a plugin; it may be a mere library."""
    return __name__.startswith("lfs_plugins.")


def python_program():
    """Returns the path of a Python program that can import the library.

    As a plugin this is the program that the application names. Else ``sys.executable`` may be any
    program that embeds Python, so this looks first into the environment that the library is
    installed in. Raises InputError if it finds no program.
    """
    spec = importlib.util.find_spec("pycolmap")
    if spec is None or not spec.origin:
        raise InputError(
            "pycolmap is not installed in this Python; type: pip install 'pycolmap>=4,<5'"
        )
    if _is_plugin():
        import lichtfeld as lf

        return lf.plugins.python()
    homes = [p for p in pathlib.Path(spec.origin).parents if (p / "pyvenv.cfg").is_file()]
    places = [home / ("Scripts" if os.name == "nt" else "bin") for home in homes]
    own = pathlib.Path(sys.executable or "")
    if own.name.lower().startswith("python"):
        places.append(own.parent)
    places.append(pathlib.Path(sysconfig.get_path("scripts")))
    if os.name == "nt":
        places.append(pathlib.Path(sys.base_prefix))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    names = ["python.exe"] if os.name == "nt" else ["python", "python3", f"python{version}"]
    for place in places:
        for name in names:
            if (place / name).is_file():
                return str(place / name)
    looked = ", ".join(str(place) for place in places)
    raise InputError(
        f"no Python program was found to do the work in (looked in {looked}); "
        "reinstall the plugin's environment"
    )


def _variables():
    """Returns the environment variables of the helper, or None for those of this process."""
    if not _is_plugin():
        return None
    import lichtfeld as lf

    return lf.plugins.environment()


def _packages():
    """Returns the folders from which this Python imports the packages that the helper needs."""
    places = []
    for name in ("pycolmap", "numpy"):
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin:
            places.append(str(pathlib.Path(spec.origin).parent.parent))
    return list(dict.fromkeys(places))


class Process:
    """A helper process that runs one call at a time. ``close`` it, or use it in a ``with``."""

    def __init__(self):
        self._process = subprocess.Popen(
            [python_program(), "-I", helper.__file__, str(os.getpid()), *_packages()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_variables(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._answers = queue.Queue()
        self._said = collections.deque(maxlen=20)
        self._threads = [
            threading.Thread(target=target, name="colmap-helper", daemon=True)
            for target in (self._read, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def pid(self):
        """The process ID."""
        return self._process.pid

    def _read(self):
        try:
            for line in self._process.stdout:
                self._answers.put(json.loads(line))
        except ValueError:
            pass  # Killed in the middle of a line.
        self._answers.put(None)

    def _listen(self):
        for line in self._process.stderr:
            self._said.append(line.decode("utf-8", "replace").rstrip())

    def call(self, name, request, cancelled, watch=lambda reported: None):
        """Calls a function of the helper and returns its result.

        ``watch(reported)`` is called every 0.1 s and at each report, with the last value that the
        function reported, or None. Raises Cancelled after a cancel, ColmapError if the process
        died, else what the function raised.
        """
        line = json.dumps({"call": name, "request": request}) + "\n"
        try:
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
        except OSError:
            died = self._died(name)
            raise died from died.__cause__
        reported = None
        while True:
            if cancelled():
                self.close()
                raise Cancelled("cancelled")
            try:
                answer = self._answers.get(timeout=TICK)
            except queue.Empty:
                watch(reported)
                continue
            if answer is None:
                raise self._died(name)
            if "report" in answer:
                reported = answer["report"]
                watch(reported)
            elif "error" in answer:
                raise _rebuilt(answer["error"])
            else:
                return answer["result"]

    def _died(self, name):
        self.close()
        code = self._process.returncode
        why = "; it was killed, perhaps for want of memory" if code == -9 else ""
        said = [line.strip() for line in self._said]
        # The library's message is for the user; its stack of addresses is kept in the cause.
        words = [line for line in said if line and not line.startswith(("@", "PC:", "***"))]
        error = HelperDied(
            f"the process that does the work ended during {name} (exit status {code}{why})"
            + (f". It said: {' '.join(words[:3])}" if words else "")
        )
        error.__cause__ = HelperTraceback("\n".join(said))
        return error

    def close(self):
        """Ends the process and its threads."""
        self._process.kill()
        try:
            self._process.wait(ENDING)
        except subprocess.TimeoutExpired:
            # It ends as soon as the machine lets it; a cancel must not become an error for that.
            logger.warning("the helper process %s was killed and has not ended yet", self.pid)
            return
        for thread in self._threads:
            thread.join(ENDING)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            try:
                stream.close()
            except OSError:
                pass  # Unsent data has no reader any more.


class HelperDied(ColmapError):
    """The helper process died in a call of the library."""


def _rebuilt(error):
    """Returns the error of the helper, with its own type if that is a built-in one."""
    kind = getattr(builtins, error["type"], None)
    is_error = isinstance(kind, type) and issubclass(kind, Exception)
    if is_error and issubclass(kind, OSError) and error["errno"] is not None:
        rebuilt = kind(error["errno"], error["text"])
    elif is_error and not issubclass(kind, UnicodeError):
        rebuilt = kind(error["text"])
    else:
        rebuilt = ColmapError(f"{error['type']}: {error['text']}")
    rebuilt.__cause__ = HelperTraceback(error["traceback"])
    return rebuilt
