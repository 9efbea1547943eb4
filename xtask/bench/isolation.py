"""A worker's start beside Python's own; a call, a frame of 100 widgets and 100 MB beside a pickled
round trip over a pipe; what it costs to find out where a plugin runs."""

import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import time

import lichtfeld
from lfs_plugins import PluginManager

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests" / "python"))
from wheels import project, wheel

HOME = pathlib.Path(os.environ["LFS_RESOLVED_PLUGIN_DIR"])
STARTS, CALLS, FRAMES, ARRAYS, PLANS = 30, 3000, 400, 30, 100
DISTRIBUTIONS, PLANNED = 60, 4

CODE = """
import os
import lichtfeld as lf
from lfs_plugins.types import Panel
class Wide(Panel):
    id = "bench.wide"
    label = "Wide"
    def draw(self, layout):
        for number in range(20):
            layout.label(f"Line {number}")
            layout.button(f"Run##{number}")
            layout.slider_float(f"Radius##{number}", 0.5, 0.0, 1.0)
            layout.checkbox(f"Shown##{number}", True)
            layout.input_text(f"Name##{number}", "scene")
def on_load(): lf.register_class(Wide)
def echo(value): return value
def size(value): return memoryview(value).nbytes
"""


def plugin(name, code, project_lines="", tool=""):
    path = HOME / name
    path.mkdir(parents=True)
    (path / "__init__.py").write_text(code)
    (path / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "1.0.0"\n{project_lines}\n[tool.lichtfeld]\n{tool}\n'
    )


def timed(function, *arguments):
    begun = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - begun


def starts(manager):
    plugin("empty", "", tool='isolation = "process"')
    samples, floor = [], []
    for _ in range(STARTS):
        floor.append(timed(subprocess.run, [sys.executable, "-I", "-c", "pass"]))
        begun = time.perf_counter()
        assert manager.load("empty"), manager.get_error("empty")
        samples.append(time.perf_counter() - begun)
        manager.unload("empty")
    # The first one writes its compiled files.
    return samples[1:], floor[1:]


def echo(connection):
    while True:
        connection.send(connection.recv())


def floor_of(value, count):
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=echo, args=(theirs,), daemon=True)
    process.start()
    samples = []
    for _ in range(count + 20):
        begun = time.perf_counter()
        mine.send(value)
        mine.recv()
        samples.append(time.perf_counter() - begun)
    process.kill()
    process.join()
    return samples[20:]


def large_array():
    """100 MB in shared memory; without NumPy its bytes."""
    try:
        return lichtfeld.plugins.shared_array((100 << 20,), "u1")
    except ModuleNotFoundError:
        return None


def planned(manager):
    """Seconds per plugin of a plan, each plugin with an environment of 60 distributions."""
    wheels = HOME.parent / "wheels"
    names = [f"part{number}" for number in range(DISTRIBUTIONS)]
    for name in names:
        wheel(wheels, name, "1.0", {f"{name}.py": ""})
    plugins = [f"planned{number}" for number in range(PLANNED)]
    for name in plugins:
        plugin(name, "", project(wheels, *[f"{part}==1.0" for part in names]))
        assert manager.load(name), manager.get_error(name)
    for name in plugins:
        manager.unload(name)
    return [timed(manager.plan, plugins) / PLANNED for _ in range(PLANS)]


def main():
    manager = PluginManager.instance()
    started, floor_started = starts(manager)
    plugin("bench", CODE, tool='isolation = "process"')
    assert manager.load("bench"), manager.get_traceback("bench")
    import bench

    value = {"name": "scene", "images": 12, "radius": 0.5}
    for _ in range(200):
        bench.echo(value)
    calls = [timed(bench.echo, value) for _ in range(CALLS)]
    frames = [timed(lichtfeld.ui.draw_panel, "bench.wide") for _ in range(FRAMES + 20)][20:]
    frame = lichtfeld.ui.draw_panel("bench.wide")
    assert len(frame["widgets"]) == 100, len(frame["widgets"])
    series = [
        {"name": "start of a worker until its plugin is active", "unit": "seconds",
         "samples": started, "floor": floor_started, "limits": [{"median": 60e-3}]},
        {"name": "a call with a small dict", "unit": "seconds", "samples": calls,
         "floor": floor_of(value, CALLS), "limits": [{"median": 200e-6}]},
        {"name": "a frame of 100 widgets, as Python data", "unit": "seconds", "samples": frames,
         "floor": floor_of(frame, FRAMES), "limits": [{"median": 1.5e-3}]},
    ]  # fmt: skip
    array = large_array()
    if array is not None:
        array[::4096] = 1
        series.append(
            {"name": "100 MB in shared memory", "unit": "seconds",
             "samples": [timed(bench.size, array) for _ in range(ARRAYS)],
             "limits": [{"median": 5e-3}]}
        )  # fmt: skip
    series.append(
        {"name": "placing one plugin of 60 distributions", "unit": "seconds",
         "samples": planned(manager), "limits": [{"median": 300e-6}]}
    )  # fmt: skip
    print(json.dumps(series))


if __name__ == "__main__":
    main()
