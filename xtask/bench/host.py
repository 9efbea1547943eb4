"""The application's API in a worker: attributes, calls, callbacks, drawing and arrays, each beside the
same in the application's process."""

import json
import mmap
import os
import pathlib
import sys
import time

import numpy

import lichtfeld as lf
from lfs_plugins import PluginManager

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests" / "python"))
from scene_host import Application, NodeType

HOME = pathlib.Path(os.environ["LFS_RESOLVED_PLUGIN_DIR"])
POINTS = 1_000_000
CALLS, DRAWS, ARRAYS = 1000, 100, 15
GIGABYTE = 1 << 30
GIGABYTE_SHARED = "1 GB that lies in shared memory, as an argument"
NODES = {300: 20, 3000: 5}
"""How many nodes are iterated over, and how often."""

CODE = """
import time
import lichtfeld as lf

def timed(count, function):
    function()
    samples = []
    for _ in range(count):
        begun = time.perf_counter()
        function()
        samples.append(time.perf_counter() - begun)
    return samples

def attribute(count):
    camera = lf.get_camera()
    return timed(count, lambda: camera.fov)

def call(count): return timed(count, lf.has_scene)

def enums(count): return timed(count, lambda: lf.NodeType.SPLAT.value)

def nodes(count):
    def read():
        for node in lf.get_scene().get_nodes():
            node.name, node.visible, node.locked
    return timed(count, read)

def nodes_together(count):
    def read():
        nodes = lf.get_scene().get_nodes()
        with lf.plugins.batch():
            for node in nodes:
                node.name, node.visible, node.locked
    return timed(count, read)

def snapshots(count):
    return timed(count, lambda: lf.plugins.snapshot(lf.get_scene().get_nodes(), "name visible locked"))

def draw(context):
    for number in range(1000):
        context.draw_line((number, 0.0), (number, 100.0), (1.0, 0.5, 0.0), 2.0)

def callback(): return None

def size(value): return memoryview(value).nbytes

def points(count): return timed(count, lambda: memoryview(lf.scene[1].points.means).nbytes)

def on_load():
    lf.add_draw_handler("bench", draw)
    lf.on_post_step(lambda step: None)
"""


def timed(count, function):
    function()
    samples = []
    for _ in range(count):
        begun = time.perf_counter()
        function()
        samples.append(time.perf_counter() - begun)
    return samples


def loaded(manager, name, place):
    path = HOME / name
    path.mkdir(parents=True)
    (path / "__init__.py").write_text(CODE)
    (path / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "1.0.0"\n[tool.lichtfeld]\nisolation = "{place}"\n'
    )
    assert manager.load(name), manager.get_traceback(name)
    return sys.modules[f"lfs_plugins.{name}"]


def measured(manager, app, gigabyte, name, place):
    plugin = loaded(manager, name, place)
    plain = numpy.ones(64 << 20, "u1")
    found = {
        "an attribute of an object": plugin.attribute(CALLS),
        "a call of a function": plugin.call(CALLS),
        "a member of an enum": plugin.enums(CALLS),
        "a callback of the plugin": timed(CALLS, lambda: app.step(1)),
        "a draw handler with 1,000 lines": timed(DRAWS, app.draw),
        "1 M points that lie in shared memory": plugin.points(ARRAYS),
        "64 MB as an argument, copied": timed(ARRAYS, lambda: plugin.size(plain)),
        GIGABYTE_SHARED: timed(ARRAYS, lambda: plugin.size(gigabyte)),
    }
    for count, times in NODES.items():
        have(app, count)
        nodes = f"three attributes of {count:,} nodes"
        found[nodes] = plugin.nodes(times)
        found[f"{nodes}, in a batch"] = plugin.nodes_together(times)
        found[f"{nodes}, as snapshots"] = plugin.snapshots(times)
    have(app, 10)
    assert len(app.draw()) == 1000
    manager.unload(name)
    return found


def have(app, count):
    """Gives the scene so many nodes."""
    nodes = app.scene._nodes
    for number in range(len(nodes), count):
        app.scene.add(f"node {number}", NodeType.SPLAT)
    del nodes[count:], nodes[0].children[count - 1 :]


def mapped(array):
    """Returns a function that maps the bytes of a shared array, and unmaps them."""
    address = array.__array_interface__["data"][0]
    with open("/proc/self/maps") as maps:
        for line in maps:
            first, _, rest = line.partition("-")
            last, *_, inode = rest.split()[:5]
            if int(first, 16) <= address < int(last, 16):
                break
    for name in os.listdir("/proc/self/fd"):
        try:
            if os.stat(f"/proc/self/fd/{name}").st_ino == int(inode) != 0:
                file = os.dup(int(name))
                break
        except OSError:
            continue
    else:
        # Its descriptor is closed: memory of the same size costs as much to map.
        file = os.memfd_create("bench")
        os.truncate(file, array.nbytes)
    # Read-only, as those who receive it have it.
    return lambda: mmap.mmap(file, array.nbytes, prot=mmap.PROT_READ).close()


LIMITS = {
    "a draw handler with 1,000 lines": [{"median": 2e-3}],
    "64 MB as an argument, copied": [{"median": 40e-3}],
    GIGABYTE_SHARED: [{"median": 1e-3}],
}


def main():
    app = Application(POINTS)
    manager = PluginManager.instance()
    gigabyte = lf.plugins.shared_array((GIGABYTE,), "u1")
    gigabyte[::4096] = 1
    here = measured(manager, app, gigabyte, "bench_here", "shared")
    there = measured(manager, app, gigabyte, "bench_there", "process")
    series = [
        {"name": name, "unit": "seconds", "samples": samples, "floor": here[name], "here": here[name],
         "limits": LIMITS.get(name, [])}
        for name, samples in there.items()
    ]  # fmt: skip
    # The least that another process can do with it.
    [shared] = [one for one in series if one["name"] == GIGABYTE_SHARED]
    shared["floor"] = timed(CALLS, mapped(gigabyte))
    print(json.dumps(series))
    app.close()
    lf.plugins.shutdown()


if __name__ == "__main__":
    main()
