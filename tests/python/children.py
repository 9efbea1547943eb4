"""Programs with a manager of their own, run as the user would: they may crash."""

import json
import os
import subprocess
import sys
import textwrap
import time


class Host:
    """Starts Python programs that use the plugins of a scratch home."""

    def __init__(self, home):
        self.home = home

    def environment(self, **more):
        environment = {**os.environ, "LFS_RESOLVED_PLUGIN_DIR": str(self.home.plugins)}
        # Core dumps and the crash reports of other tests' options are of no use here.
        environment.pop("PYTHONFAULTHANDLER", None)
        return {**environment, **more}

    def start(self, code, **environment):
        """A process that runs ``code`` after making ``manager``."""
        prelude = (
            "import os, sys\nimport lichtfeld as lf\n"
            "from lfs_plugins import PluginManager, PluginState\n"
            "manager = PluginManager.instance()\n"
        )
        return subprocess.Popen(
            [sys.executable, "-c", prelude + textwrap.dedent(code)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(**environment),
        )

    def run(self, code, limit=60, **environment):
        """``(exit status, output, errors)`` of a program that ends by itself."""
        process = self.start(code, **environment)
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"did not end within {limit} s\n{out}\n{err}") from None
        return process.returncode, out, err

    def states(self):
        """State and error of every plugin as the next start sees them."""
        status, out, err = self.run(
            """
            import json
            manager.discover()
            names = [info.name for info in manager.discover()]
            print(json.dumps({name: [manager.get_state(name).name, manager.get_error(name)] for name in names}))
            """
        )
        assert status == 0, err
        return json.loads(out)


def until(true, limit=60):
    """Waits until ``true()``; gives how long it took, in seconds."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < limit, "did not happen"
        time.sleep(0.002)
    return time.monotonic() - started


def is_gone(pid):
    """Whether a process has ended, reaped or not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True
