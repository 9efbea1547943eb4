"""A script that is run by another Python: arguments as JSON, progress by lines, the result pickled."""

import json
import os
import pickle
import re
import subprocess
import tempfile
import threading
from pathlib import Path

import lichtfeld as lf

SCRIPT = Path(__file__).parent / "work.py"
PROGRESS = re.compile(r"\[\s*(\d+)%\]")


def interpreter():
    venv = Path(__file__).parent / ".venv"
    for name in ("bin/python", "Scripts/python.exe"):
        if (venv / name).exists():
            return str(venv / name)
    return lf.plugins.python()


class Job:
    all = []

    def __init__(self, count):
        self.percent, self.result, self.error, self.returncode = 0, None, "", None
        self.running = True
        self._folder = tempfile.mkdtemp(prefix="subprocess_jobs_")
        self._out = os.path.join(self._folder, "result.pickle")
        environment = dict(os.environ, PYTHONUNBUFFERED="1")
        environment.pop("PYTHONHOME", None)
        self._process = subprocess.Popen(
            [interpreter(), str(SCRIPT), json.dumps({"count": count, "out": self._out})],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            cwd=self._folder,
        )
        self.all.append(self)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        try:
            for line in self._process.stdout:
                found = PROGRESS.search(line)
                if found:
                    self.percent = int(found[1])
            self.returncode = self._process.wait()
            if self.returncode == 0:
                with open(self._out, "rb") as file:
                    self.result = pickle.load(file)
        finally:
            self.running = False
            lf.ui.request_redraw()

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=10)

    @classmethod
    def stop_all(cls):
        for job in cls.all:
            job.stop()
