"""A worker, and what its plugin has started, goes with a host that is killed."""

import os
import signal
import subprocess
import sys

import pytest

from children import is_gone
from waiting import PATIENCE, until

CODE = '''
import ctypes, os, subprocess, threading
def pids():
    """This process, a child, one in a session of its own, and a child's child."""
    child = subprocess.Popen(["sleep", "3600"])
    apart = subprocess.Popen(["sleep", "3600"], start_new_session=True)
    shell = subprocess.Popen(["sh", "-c", "sleep 3600 & echo $!; wait"], stdout=subprocess.PIPE, text=True)
    return os.getpid(), child.pid, apart.pid, shell.pid, int(shell.stdout.readline())
def begun():
    open(os.environ["BEGUN"], "w").close()
def keep(what):
    """Does something for ever that does not let the process see much of the world."""
    threading.Thread(target=what, daemon=True).start()
def hold_the_gil():
    keep(lambda: (begun(), ctypes.PyDLL(None).sleep(3600)))
def ignore_signals():
    # Not Python's function: that one is for the main thread, and this is another.
    for number in range(1, 32):
        ctypes.CDLL(None).signal(number, ctypes.c_void_p(1))
    begun()
def close_all():
    os.closerange(3, 256)
    begun()
def compute():
    def work():
        while True:
            pass
    for _ in range(4):
        keep(work)
    begun()
def nothing():
    begun()
'''
HOST = """
import threading
names = {names!r}
modules = [manager.load(name) and __import__(name) for name in names]
print(*[pid for module in modules for pid in module.pids()], flush=True)
# What holds the interpreter, or the socket, does not answer.
threading.Thread(target=modules[0].{how}, daemon=True).start()
sys.stdin.read()
"""


@pytest.fixture
def load():
    """More work than the machine has processors for."""
    count = min(6, 3 * (os.cpu_count() or 1))
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    yield
    for process in busy:
        process.kill()
        process.wait()


def kill(host, home, how, workers=1):
    """Kills a host with workers, and waits until all of theirs are gone."""
    names = [f"w{number}" for number in range(workers)]
    for name in names:
        home.plugin(name, CODE, tool='isolation = "process"')
    begun = home.root / "begun"
    process = host.start(HOST.format(names=names, how=how), BEGUN=str(begun))
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(pids) == 5 * workers
    until(begun.exists)
    process.kill()

    def left():
        return [pid for pid in pids if not is_gone(pid)]

    until(lambda: not left(), lambda: f"{left()} of {pids} live on")
    assert process.wait(PATIENCE) == -signal.SIGKILL


@pytest.mark.parametrize("how", ["nothing", "hold_the_gil", "ignore_signals", "close_all", "compute"])
def test_all_are_gone_whatever_the_worker_does(host, home, how):
    kill(host, home, how)


def test_all_are_gone_from_a_busy_machine(host, home, load):
    kill(host, home, "compute", workers=4)
