"""An installation that is interrupted, and one whose application is killed, leave nothing running."""

import os
import signal
import sys

import pytest

from children import is_gone
from waiting import PATIENCE, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks at processes as Unix has them")

BACKEND = '''
import os, sys, time
def wait():
    with open({pids!r}, "a") as file:
        print(os.getpid(), os.getppid(), file=file)
    while os.path.exists({gate!r}):
        time.sleep(0.02)
def get_requires_for_build_wheel(config=None):
    return []
def prepare_metadata_for_build_wheel(directory, config=None):
    wait()
    return info(directory)
def info(directory):
    name = "slow-1.dist-info"
    os.makedirs(os.path.join(directory, name))
    with open(os.path.join(directory, name, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: slow\\nVersion: 1\\n")
    with open(os.path.join(directory, name, "WHEEL"), "w") as file:
        file.write("Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    return name
def build_wheel(directory, config=None, metadata=None):
    import zipfile, tempfile
    wait()
    with tempfile.TemporaryDirectory() as scratch:
        name = info(scratch)
        record = "".join(f"{{name}}/{{file}},,\\n" for file in ("METADATA", "WHEEL", "RECORD")) + "slow.py,,\\n"
        with zipfile.ZipFile(os.path.join(directory, "slow-1-py3-none-any.whl"), "w") as wheel:
            for file in ("METADATA", "WHEEL"):
                wheel.write(os.path.join(scratch, name, file), f"{{name}}/{{file}}")
            wheel.writestr("slow.py", "value = 1\\n")
            wheel.writestr(f"{{name}}/RECORD", record)
    return "slow-1-py3-none-any.whl"
'''


class Slow:
    """A plugin with a dependency whose build goes on for as long as a file is there."""

    def __init__(self, home):
        self.pids = home.root / "pids"
        self.gate = home.root / "gate"
        self.gate.touch()
        source = home.root / "slow"
        source.mkdir()
        (source / "pyproject.toml").write_text(
            '[project]\nname = "slow"\nversion = "1"\n'
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        )
        (source / "backend.py").write_text(BACKEND.format(pids=str(self.pids), gate=str(self.gate)))
        home.plugin(
            "needs", "import slow\n", project=f'dependencies = ["slow @ {source.as_uri()}"]\n'
        )

    def building(self):
        """The build's own process and uv's, once it runs."""
        until(lambda: self.pids.exists() and self.pids.read_text().endswith("\n"))
        return [int(word) for word in self.pids.read_text().split()]


@pytest.fixture
def slow(home):
    made = Slow(home)
    yield made
    made.gate.unlink(missing_ok=True)


LOAD = """
try:
    manager.load("needs")
except KeyboardInterrupt:
    print("interrupted", manager.get_state("needs").name, manager.get_error("needs"), flush=True)
"""


def test_ctrl_c_cancels_an_installation(host, home, slow):
    process = host.start(LOAD)
    pids = slow.building()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert out == "interrupted UNLOADED None\n", err
    assert all(is_gone(pid) for pid in pids)
    slow.gate.unlink()
    status, out, err = host.run("print(manager.load('needs'), manager.get_error('needs'))")
    assert (status, out) == (0, "True None\n"), err


def test_an_installation_on_another_thread_ends_with_the_process(host, home, slow):
    process = host.start("import threading\nthreading.Thread(target=manager.load, args=('needs',)).start()\nsys.stdin.read()")
    pids = slow.building()
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert all(is_gone(pid) for pid in pids)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_what_an_installation_has_started_ends_with_a_host_that_is_killed(host, home, slow, number):
    process = host.start(LOAD)
    pids = slow.building()
    process.send_signal(number)
    assert process.wait(PATIENCE) == -number
    try:
        until(lambda: all(is_gone(pid) for pid in pids))
    finally:
        for pid in pids:
            if not is_gone(pid):
                os.kill(pid, signal.SIGKILL)
    slow.gate.unlink()
    status, out, err = host.run("print(manager.load('needs'), manager.get_error('needs'))")
    assert (status, out) == (0, "True None\n"), err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a forked copy of a pipe keeps it open")
def test_a_forked_child_that_lives_on_keeps_no_build_alive(host, home, slow):
    process = host.start(
        """
        import signal, threading
        threading.Thread(target=manager.load, args=("needs",), daemon=True).start()
        sys.stdin.readline()
        child = os.fork()
        if not child:
            signal.pause()
        print(child, flush=True)
        signal.pause()
        """
    )
    pids = slow.building()
    process.stdin.write("\n")
    process.stdin.flush()
    forked = int(process.stdout.readline())
    try:
        process.kill()
        process.wait(PATIENCE)
        until(lambda: all(is_gone(pid) for pid in pids))
        assert not is_gone(forked)
    finally:
        os.kill(forked, signal.SIGKILL)
