"""How soon an end is noticed, and what has ended is gone: workers that die or hang, hosts that are
killed. The floor is the kernel's own time: from a ``kill -9`` until a child is reaped."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import lichtfeld as lf
from lfs_plugins import PluginManager

HOME = pathlib.Path(os.environ["LFS_RESOLVED_PLUGIN_DIR"])
DEATHS, HANGS, HOSTS, UNLOADS = 10, 3, 10, 2
PATIENCE = 120.0

DIES = "import os\ndef pid(): return os.getpid()\n"
HANGS_CODE = """
import os, time
import lichtfeld as lf
from lfs_plugins.types import Menu, Operator, Panel

hang = False

def wait():
    while hang:
        time.sleep(0.01)

class Shown(Panel):
    id = "{name}.panel"
    def draw(self, layout):
        wait()
        layout.label("here")

class Tools(Menu):
    location = "MENU_BAR"
    def draw(self, layout):
        wait()
        layout.menu_item("Run")

class Scale(Operator):
    @classmethod
    def poll(cls, context):
        wait()
        return True
    def execute(self, context):
        return {{"FINISHED"}}

def on_load():
    for one in (Shown, Tools, Scale):
        lf.register_class(one)

def set_hang(value):
    global hang
    hang = value
"""
# A worker, its child, one in a session of its own, and a child's child.
STARTS = """
import os, subprocess
def pids():
    child = subprocess.Popen(["sleep", "3600"])
    apart = subprocess.Popen(["sleep", "3600"], start_new_session=True)
    script = "sleep 3600 & echo $!; wait"
    shell = subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True)
    return os.getpid(), child.pid, apart.pid, shell.pid, int(shell.stdout.readline())
"""
HOST = """
import sys
from lfs_plugins import PluginManager
manager = PluginManager.instance()
assert manager.load("starts"), manager.get_error("starts")
import starts
print(*starts.pids(), flush=True)
sys.stdin.read()
"""


def plugin(name, code):
    path = HOME / name
    path.mkdir(parents=True)
    (path / "__init__.py").write_text(code)
    (path / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "1.0.0"\n\n[tool.lichtfeld]\nisolation = "process"\n'
    )


def loaded(manager, name, code):
    plugin(name, code)
    assert manager.load(name), manager.get_traceback(name)
    return sys.modules.get(name) or __import__(name)


def until(asked):
    deadline = time.perf_counter() + PATIENCE
    while not asked():
        assert time.perf_counter() < deadline, "it did not happen"
        time.sleep(0.0005)


def timed(function, *arguments):
    begun = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - begun


def kernel(count):
    """Seconds from a kill until a plain child is reaped."""
    samples = []
    for _ in range(count):
        child = subprocess.Popen(["sleep", "3600"])
        begun = time.perf_counter()
        child.kill()
        child.wait()
        samples.append(time.perf_counter() - begun)
    return samples


def deaths(manager):
    """Seconds from the kill of a worker until the event that its plugin has failed."""
    news = threading.Condition()
    failed = {}

    def heard(change):
        if change.event == "failed":
            with news:
                failed[change.plugin] = time.perf_counter()
                news.notify_all()

    stop = manager.on_event(heard)
    samples = []
    # Each dies once: one that dies again and again is disabled.
    for number in range(DEATHS):
        name = f"dies{number}"
        pid = loaded(manager, name, DIES).pid()
        begun = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        with news:
            assert news.wait_for(lambda name=name: name in failed, PATIENCE), f"{name} lives on"
        samples.append(failed[name] - begun)
    stop()
    return samples


def hangs(manager):
    """Seconds of the first drawing, of the first poll and of the unloading of plugins that hang."""
    panels, menus, polls, unloads = [], [], [], []
    for number in range(HANGS):
        name = f"hangs{number}"
        module = loaded(manager, name, HANGS_CODE.format(name=name))
        menu, operator = f"lfs_plugins.{name}.Tools", f"lfs_plugins.{name}.Scale"
        until(lambda id=f"{name}.panel": "here" in lf.ui.render_text(lf.ui.draw_panel(id)))
        until(lambda id=menu: "Run" in lf.ui.render_text(lf.ui.draw_menu(id)))
        until(lambda id=operator: lf.ui.ops.poll(id) is True)
        module.set_hang(True)
        panels.append(timed(lf.ui.draw_panel, f"{name}.panel"))
        menus.append(timed(lf.ui.draw_menu, menu))
        polls.append(timed(lf.ui.ops.poll, operator))
        if number < UNLOADS:
            unloads.append(timed(manager.unload, name))
    return panels, menus, polls, unloads


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def killed_hosts(count):
    """Seconds from the kill of a host until its worker and all that this has started are gone."""
    samples = []
    for _ in range(count):
        host = subprocess.Popen(
            [sys.executable, "-c", HOST], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        pids = host.stdout.readline().split()
        assert len(pids) == 5, pids
        begun = time.perf_counter()
        host.kill()
        until(lambda pids=pids: all(is_gone(pid) for pid in pids))
        samples.append(time.perf_counter() - begun)
        host.wait()
    return samples


def busy():
    """More work than the machine has processors for."""
    code = "while True: pass"
    return [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3 * (os.cpu_count() or 1))]


def seconds(name, samples, limit, floor=()):
    return {"name": name, "unit": "seconds", "samples": samples, "floor": list(floor), "limits": [limit]}


def main():
    manager = PluginManager.instance()
    floor = kernel(DEATHS)
    noticed = deaths(manager)
    panels, menus, polls, unloads = hangs(manager)
    series = [
        seconds("death of a worker until it is reported", noticed, {"max": 0.1}, floor),
        seconds("first drawing of a panel that hangs", panels, {"max": 2.0}),
        seconds("first drawing of a menu that hangs", menus, {"max": 2.0}),
        seconds("first poll of an operator that hangs", polls, {"max": 2.0}),
        seconds("unloading of a worker that hangs", unloads, {"max": 20.0}),
    ]
    if sys.platform == "linux":
        # It looks into /proc for what has ended.
        plugin("starts", STARTS)
        series.append(seconds("all gone after a host is killed", killed_hosts(HOSTS), {"max": 1.0}, floor))
        loops = busy()
        try:
            slow, gone = kernel(DEATHS), killed_hosts(HOSTS)
        finally:
            for loop in loops:
                loop.kill()
                loop.wait()
        series.append(seconds("the same, all cores busy", gone, {"max": 1.0}, slow))
    print(json.dumps(series))


if __name__ == "__main__":
    main()
