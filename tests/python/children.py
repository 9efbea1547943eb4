"""Programs of their own, which may crash: applications with a manager, and the command."""

import json
import os
import subprocess
import sys
import sysconfig
import textwrap

from waiting import PATIENCE


class Host:
    """Starts Python programs that use the plugins of a scratch home."""

    def __init__(self, home):
        self.home = home

    def environment(self, **more):
        """Returns the variables of a program that uses the scratch home, with ``more`` of them."""
        environment = {**os.environ, "LFS_RESOLVED_PLUGIN_DIR": str(self.home.plugins)}
        # pytest's own option: the stacks of a program that is meant to crash help nobody.
        environment.pop("PYTHONFAULTHANDLER", None)
        return {**environment, **more}

    def start(self, code, **environment):
        """Starts a process that runs ``code`` with a ``manager``."""
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

    def run(self, code, limit=PATIENCE, **environment):
        """Runs a program that ends by itself; returns ``(exit status, output, errors)``."""
        process = self.start(code, **environment)
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"did not end within {limit} s\n{out}\n{err}") from None
        return process.returncode, out, err

    def states(self):
        """Returns the state and the error of every plugin as the next start sees them."""
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


def run_command(home, *arguments):
    """Runs ``lichtfeld-plugins`` on the scratch home; returns ``(exit status, output, errors)``."""
    name = "lichtfeld-plugins" + (".exe" if os.name == "nt" else "")
    done = subprocess.run(
        [os.path.join(sysconfig.get_path("scripts"), name), *arguments],
        env={**os.environ, "LFS_RESOLVED_PLUGIN_DIR": str(home.plugins), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def is_gone(pid):
    """Returns whether a process has ended, reaped or not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True
