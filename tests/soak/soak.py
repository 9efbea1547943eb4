"""A soak: thirty plugins in both places, any operation at any time, for half an hour.

``cargo xtask soak`` runs this beside busy loops. It ends with status 0 if nothing has hung and
nothing is left: no descriptor, thread, process, file or shared memory beyond those that were there
after a first, short round with another manager.
"""

import argparse
import faulthandler
import gc
import logging
import multiprocessing.resource_tracker
import os
import pathlib
import random
import shutil
import sys
import threading
import time
import traceback

import drivers
import inventory
import kinds
import watch as watching

import lichtfeld as lf
from lfs_plugins import PluginManager

#: Seconds that an operation may take. A worker may need 30 to start on a machine that is busy, and
#: an operation waits for others on the same plugin.
LIMIT = 240.0
#: Threads that operate, beside the one that draws and the one that saves.
OPERATORS = 6
#: Until when the memory is expected to grow, as seconds since the start; and by how much it may after.
SETTLED, GROWTH, SLACK = 180.0, 1.2, 100 << 20
#: Seconds after which what is left is left for good. The threads that plugins forget end before.
LEFT = 60.0


def main():
    options = arguments()
    home = options.home.absolute()
    shutil.rmtree(home, ignore_errors=True)
    plugins, temporary, sources = home / "home" / "plugins", home / "tmp", home / "sources"
    for path in (plugins, temporary, sources):
        path.mkdir(parents=True)
    os.environ.update(
        LFS_RESOLVED_PLUGIN_DIR=str(plugins), TMPDIR=str(temporary), SOAK_FAILURES=str(home / "failures")
    )
    logging.getLogger("lichtfeld.plugins").setLevel(logging.CRITICAL)
    watch = watching.Watch(options.seed, LIMIT, home / "soak.log", home / "failures")
    watch.say(f"seed {options.seed}, {options.minutes:g} minutes, Python {sys.version.split()[0]}, home {home}")
    names = kinds.FEW if options.few else (*kinds.SHARED, *kinds.WORKERS)
    kinds.write_all(plugins, sources, names)
    # Python starts it when a plugin needs it first, and keeps it until the end.
    multiprocessing.resource_tracker.ensure_running()
    watch.start()

    since = time.time()
    soak(watch, plugins, sources, names, random.Random(options.seed), options.warm_up)
    before = settled(home / "home", temporary, since)
    watch.say("first round done; there are")
    for kind, counts in before.parts.items():
        watch.say(f"  {kind}: {watching.shown(counts)}")
    begun = time.monotonic()
    soak(watch, plugins, sources, names, random.Random(options.seed + 1), options.minutes * 60)
    watch.heartbeat()

    wrong = left(before, home / "home", temporary, since) + memory(watch, begun)
    watch.stop()
    for line in wrong:
        watch.say(f"LEFT: {line}")
    for line in inventory.owners() if wrong else ():
        watch.say(f"  descriptor {line}")
    watch.say(
        f"verdict: {'FAILED' if wrong else 'passed'}; seed {options.seed}; {sum(watch.done.values())} operations; "
        f"{watching.shown(watch.done)}; refused: {watching.shown(watch.refused)}"
    )
    # The end of the interpreter has a limit too.
    faulthandler.dump_traceback_later(LEFT, exit=True)
    return 1 if wrong else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--home", type=pathlib.Path, required=True, help="a scratch directory; what is in it is removed")
    parser.add_argument("--warm-up", type=float, default=20.0, help="seconds of the first round")
    parser.add_argument("--few", action="store_true", help="only some plugins, to see that this program works")
    return parser.parse_args()


def soak(watch, plugins, sources, names, dice, seconds):
    """Makes a manager, does anything for ``seconds``, and shuts the manager down."""
    lf.plugins.set_limits(draw=1.0, unload=5.0)
    manager = PluginManager.instance()
    lf.plugins.register_capability("host.echo", lambda args, context: {"got": args.get("value")}, requires_gui=False)
    with watch.operation("load_all"):
        manager.discover()
        for name in names:
            # A round before may have left it disabled or in quarantine.
            manager.enable(name)
        manager.load_all()
    manager.start_watcher()
    ended = threading.Event()
    operations = [drivers.Operations(watch, manager, plugins, sources, dice.random()) for _ in range(OPERATORS)]
    jobs = [lambda each=each: each.run(ended) for each in operations]
    jobs.append(lambda: drivers.save_steadily(watch, plugins, ended, random.Random(dice.random())))
    crew = [
        threading.Thread(target=guarded, args=(watch, job), name=f"driver {number}", daemon=True)
        for number, job in enumerate(jobs)
    ]
    for thread in crew:
        thread.start()
    timer = threading.Timer(seconds, ended.set)
    timer.start()
    guarded(watch, lambda: drivers.ui(watch, manager, ended, random.Random(dice.random())))
    timer.join()
    for thread in crew:
        with watch.operation("join", thread.name):
            thread.join()
    with watch.operation("stop_watcher"):
        manager.stop_watcher()
    # A load in the background, or a reload after a save, may end after the first `unload_all`.
    deadline = time.monotonic() + LEFT
    while any(remains := unloaded(watch, manager)):
        if time.monotonic() > deadline:
            watch.fail(f"after unload_all there are {remains}")
        time.sleep(0.2)
    lf.plugins.unregister_capability("host.echo")
    with watch.operation("shutdown"):
        lf.plugins.shutdown()


def unloaded(watch, manager):
    """Unloads all plugins. Returns what is there nevertheless."""
    with watch.operation("unload_all"):
        manager.unload_all()
    offered = [found["name"] for found in lf.plugins.list_capabilities() if not found["name"].startswith("host.")]
    return manager.list_loaded(), lf.ui.panels(), lf.ui.menus(), offered


def guarded(watch, job):
    """Runs the job of a driver; any exception ends the run."""
    try:
        job()
    except BaseException as error:
        watch.fail(f"{error!r}\n{traceback.format_exc()}")


def settled(home, temporary, since):
    """Returns what there is once it has stayed the same for a second: what goes by itself is not counted."""
    same, last = 0, None
    deadline = time.monotonic() + LEFT
    while same < 5 and time.monotonic() < deadline:
        time.sleep(0.2)
        gc.collect()
        now = inventory.Inventory(home, temporary, since)
        same = same + 1 if last is not None and now.parts == last.parts else 0
        last = now
    return last


def left(before, home, temporary, since):
    """Returns what is there and was not ``before``, once nothing of it goes any more."""
    deadline = time.monotonic() + LEFT
    while True:
        gc.collect()
        beyond = inventory.Inventory(home, temporary, since).beyond(before)
        if not beyond or time.monotonic() > deadline:
            return beyond
        time.sleep(0.2)


def memory(watch, begun):
    """Returns a line if the memory has grown without end; says how much it has in any case."""
    sizes = [size for at, size in watch.memory if at + watch.begun >= begun + SETTLED]
    if len(sizes) < 4:
        watch.say("memory: the run is too short to say whether it grows")
        return []
    first, last = sizes[0], sizes[-1]
    watch.say(f"memory: {first >> 20} MB after {SETTLED:.0f} s, {last >> 20} MB at the end")
    if last > first * GROWTH + SLACK:
        return [f"memory: it grew from {first >> 20} to {last >> 20} MB after the run had settled"]
    return []


if __name__ == "__main__":
    # A process of its own environment: /proc shows the variables that a process was started with.
    if inventory.MARK not in os.environ:
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, inventory.MARK: f"{os.getpid()}"})
    sys.exit(main())
