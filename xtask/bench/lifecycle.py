"""Load, unload and reload beside Python's own import of the same package, and what stays behind."""

import gc
import importlib
import json
import os
import pathlib
import resource
import sys
import threading
import time

import lichtfeld.plugins as native
from lfs_plugins import PluginManager

PLUGINS = pathlib.Path(os.environ["LFS_RESOLVED_PLUGIN_DIR"])
ROUNDS = 300
RELOADS = 10_000
CODE = "value = 1\n\n\ndef on_load():\n    pass\n\n\ndef on_unload():\n    pass\n"


def write(name, submodules=0):
    path = PLUGINS / name
    path.mkdir(parents=True, exist_ok=True)
    (path / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "1.0.0"\n\n[tool.lichtfeld]\nauto_start = true\n'
    )
    names = [f"part_{number}" for number in range(submodules)]
    imports = "".join(f"from . import {part}\n" for part in names)
    (path / "__init__.py").write_text(imports + CODE)
    for part in names:
        (path / f"{part}.py").write_text(CODE)


def forget(name):
    for module in [found for found in sys.modules if found == name or found.startswith(f"{name}.")]:
        del sys.modules[module]


def timed(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def plain(name, rounds=ROUNDS):
    """Seconds of Python's own import of the same package, compiled code in its cache."""
    sys.path.append(str(PLUGINS))
    importlib.import_module(name)
    samples = []
    for _ in range(rounds):
        forget(name)
        samples.append(timed(lambda: importlib.import_module(name)))
    forget(name)
    sys.path.remove(str(PLUGINS))
    return samples


def one(manager, name):
    """Loads, unloads and reloads; the floor is taken in between, so that both see the same noise."""
    loads, unloads, reloads, floor = [], [], [], []
    manager.load(name)
    manager.unload(name)
    for _ in range(ROUNDS // 50):
        floor += plain(name, 50)
        for _ in range(50):
            loads.append(timed(lambda: manager.load(name)))
            unloads.append(timed(lambda: manager.unload(name)))
        manager.load(name)
        for _ in range(50):
            reloads.append(timed(lambda: manager.reload(name)))
        manager.unload(name)
    return loads, unloads, reloads, floor


def seconds(name, samples, limit, floor=()):
    return {
        "name": name,
        "unit": "seconds",
        "samples": samples,
        "floor": list(floor),
        "limits": [limit],
    }


def count(name, sample, limit, unit="count"):
    return {"name": name, "unit": unit, "samples": [float(sample)], "limits": [{"max": limit}]}


def memory():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def leftovers():
    return len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd")), threading.active_count()


def many(manager):
    """A thousand plugins at once, beside the sum of a thousand plain imports."""
    names = [f"many_{number}" for number in range(1000)]
    for name in names:
        write(name)
    sys.path.append(str(PLUGINS))
    for name in names:
        importlib.import_module(name)
    floor = []
    for _ in range(3):
        for name in names:
            forget(name)
        importlib.invalidate_caches()
        floor.append(timed(lambda: [importlib.import_module(name) for name in names]))
    for name in names:
        forget(name)
    sys.path.remove(str(PLUGINS))
    manager.discover()
    samples = []
    for _ in range(4):
        samples.append(timed(manager.load_all))
        assert len(manager.list_loaded()) >= 1000
        for name in names:
            manager.unload(name)
    return samples[1:], floor


def main():
    for name, submodules in (("small", 0), ("large", 20)):
        write(name, submodules)
    manager = PluginManager.instance()
    manager.discover()
    series = []
    for name, title in (("small", ""), ("large", ", 20 submodules")):
        loads, unloads, reloads, floor = one(manager, name)
        series += [
            seconds(f"load{title}", loads, {"above": 250e-6}, floor),
            seconds(f"unload{title}", unloads, {"median": 150e-6}),
            seconds(f"reload{title}", reloads, {"above": 400e-6}, floor),
        ]
    manager.load("small")
    asked = [timed(lambda: [manager.get_state("small") for _ in range(100)]) / 100 for _ in range(100)]
    series.append(seconds("get_state from Python", asked, {"median": 5e-6}))

    for _ in range(1000):
        manager.reload("small")
    before, left = memory(), leftovers()
    for _ in range(RELOADS - 1000):
        manager.reload("small")
    series.append(count(f"growth from 1,000 to {RELOADS:,} reloads", max(memory() - before, 0), 5e6, "bytes"))
    more = sum(max(now - then, 0) for now, then in zip(leftovers(), left))
    series.append(count("threads and descriptors more", more, 0.0))

    loads, floor = many(manager)
    series.append(seconds("load_all, 1,000 plugins", loads, {"ratio": 1.5}, floor))
    native.shutdown()
    print(json.dumps(series))


if __name__ == "__main__":
    main()
