"""Eight threads, thirty plugins, any operation at any time: at the end everything agrees.

Two seconds by default, a minute with ``LICHTFELD_LONG=1``, any other time with
``LICHTFELD_SOAK_SECONDS``. A deadlock shows the stacks of all threads and fails.
"""

import collections
import faulthandler
import gc
import logging
import os
import random
import subprocess
import sys
import threading
import time

import lichtfeld.plugins as native
from lfs_plugins import PluginError, PluginState, SettingsManager
from waiting import PATIENCE, scaled, until

SECONDS = float(os.environ.get("LICHTFELD_SOAK_SECONDS", scaled(2, 60)))
#: A slow machine works longer than that, until it has done so much.
OPERATIONS = 40
THREADS = 8
#: What each kind of plugin does, and the states that it can end in.
KINDS = {
    "good": ("import lichtfeld as lf\nfrom .part import value\ndef on_load(): lf.log.info('in')\n", "UNLOADED ACTIVE DISABLED"),
    "panel": (
        "import lichtfeld as lf\nfrom lfs_plugins.types import Panel\n"
        "class P(Panel):\n    label = 'p'\n    def draw(self, layout): layout.label('x')\n"
        "def on_load(): lf.register_class(P)\ndef on_unload(): lf.unregister_class(P)\n",
        "UNLOADED ACTIVE DISABLED",
    ),
    "forgetful": (
        "import threading\nimport lichtfeld as lf\nfrom lfs_plugins.types import Panel\n"
        "class P(Panel):\n    label = 'p'\n    def draw(self, layout): pass\n"
        "def on_load():\n    lf.register_class(P)\n"
        "    globals()['thread'] = threading.Thread(target=int)\n    thread.start()\n",
        "UNLOADED ACTIVE DISABLED",
    ),
    "no_unload": ("def on_unload(): raise RuntimeError('stays')\n", "UNLOADED ACTIVE DISABLED"),
    "syntax": ("def broken(:\n", "UNLOADED ERROR DISABLED"),
    "import": ("import surely_not_there\n", "UNLOADED ERROR DISABLED"),
    "on_load": ("def on_load(): raise RuntimeError('never')\n", "UNLOADED ERROR DISABLED"),
    "sometimes": (
        "import random\ndef on_load():\n    if random.random() < 0.5: raise RuntimeError('now and then')\n",
        "UNLOADED ACTIVE ERROR DISABLED",
    ),
    "old": ("", "UNLOADED ERROR DISABLED"),
    "calls": (
        "from lfs_plugins import PluginManager\n"
        "def on_load():\n    PluginManager.instance().get_state('good_0')\n    PluginManager.instance().list_loaded()\n",
        "UNLOADED ACTIVE DISABLED",
    ),
}


def write(home):
    for kind, (code, _) in KINDS.items():
        for number in range(3):
            tool = 'min_lichtfeld_version = "99.0.0"' if kind == "old" else ""
            home.plugin(f"{kind}_{number}", code, files={"part.py": "value = 1\n"}, tool=tool)


def descriptors():
    return len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0


def worker(manager, home, seed, end, told, refusals):
    dice = random.Random(seed)
    names = [f"{kind}_{number}" for kind in KINDS for number in range(3)]
    settings = SettingsManager.instance()
    while time.monotonic() < end or sum(told.values()) < OPERATIONS:
        name = dice.choice(names)
        operation = dice.choice(
            ["load"] * 4 + ["unload"] * 3 + ["reload"] * 3 + ["enable"] * 2 + ["disable", "discover", "list", "settings", "save"]
        )
        try:
            if operation == "discover":
                manager.discover()
            elif operation == "list":
                for loaded in manager.list_loaded():
                    manager.get_state(loaded), manager.get_error(loaded)
            elif operation == "settings":
                settings.get(name).set("count", settings.get(name).get("count", 0) + 1)
            elif operation == "save":
                (home.plugins / name / "part.py").write_text(f"value = {dice.random()}\n")
            else:
                getattr(manager, operation)(name)
            told[operation] += 1
        except PluginError as error:
            # Disabled, incompatible, or busy for too long; any other exception is a failure.
            refusals[type(error).__name__] += 1


def test_everything_agrees_in_the_end(home, manager, caplog):
    # Thousands of failures are meant; they would hide what is not.
    caplog.set_level(logging.CRITICAL, logger="lichtfeld.plugins")
    write(home)
    manager.discover()
    for kind in KINDS:
        manager.load(f"{kind}_0") if kind != "old" else None
        manager.unload(f"{kind}_0")
    gc.collect()
    threads, files = threading.active_count(), descriptors()
    states, broken = {}, []

    def hear(change):
        before = states.get(change.plugin, PluginState.UNLOADED)
        if change.from_state != before:
            broken.append(change)
        states[change.plugin] = change.to_state

    states.update({info.name: manager.get_state(info.name) for info in manager.discover()})
    stop = manager.on_event(hear)
    told, refusals, errors = collections.Counter(), collections.Counter(), []
    seed = random.SystemRandom().randrange(2**32)
    end = time.monotonic() + SECONDS

    def run(number):
        try:
            worker(manager, home, seed + number, end, told, refusals)
        except BaseException as error:
            errors.append(error)
            raise

    crew = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(THREADS)]
    faulthandler.dump_traceback_later(SECONDS + PATIENCE)
    try:
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join(SECONDS + PATIENCE + 10)
            assert not thread.is_alive(), f"a deadlock; seed {seed}"
    finally:
        faulthandler.cancel_dump_traceback_later()
    assert not errors and not broken, (seed, errors, broken[:3])

    # The events, the manager and Python's modules agree.
    for kind, (_, possible) in KINDS.items():
        for number in range(3):
            name = f"{kind}_{number}"
            state = manager.get_state(name)
            assert state == states.get(name, PluginState.UNLOADED), (seed, name)
            assert state.name in possible.split(), (seed, name, manager.get_error(name))
            loaded = f"lfs_plugins.{name}" in sys.modules
            assert loaded == (state == PluginState.ACTIVE), (seed, name)
            assert (name in manager.list_loaded()) == loaded
    # And afterwards everything still works.
    stop()
    for kind, (_, possible) in KINDS.items():
        for number in range(3):
            name = f"{kind}_{number}"
            manager.enable(name)
            if possible == "UNLOADED ACTIVE DISABLED":
                assert manager.load(name), (seed, name, manager.get_error(name))
            manager.unload(name)
            assert manager.get_state(name) in (PluginState.UNLOADED, PluginState.ERROR)
    gc.collect()
    until(lambda: threading.active_count() <= threads, threading.enumerate)
    # The log files that were written last stay open, 16 at most.
    assert descriptors() <= files + 16, subprocess.run(["ls", "-l", "/proc/self/fd"], capture_output=True, text=True).stdout
    print(f"{sum(told.values())} operations: {dict(told)}; refused: {dict(refusals)}")
    native.shutdown()
