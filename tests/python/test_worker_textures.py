"""Textures of plugins in a process of their own: pixels cross once, and nobody is believed."""

import contextlib
import os
import sys

import pytest
from lichtfeld import ui

from lfs_plugins import PluginError, PluginLimitError
from waiting import until

CODE = '''
import gc, json, os, struct, sys
import lichtfeld as lf
from lfs_plugins.types import Panel

shown, sizes, calls = {}, [], []

class Main(Panel):
    label = "Main"
    def draw(self, layout):
        layout.label("here")
        for texture in shown.values():
            layout.image_texture(texture, (4, 4))

def pixels(width, height, value):
    return memoryview(bytes([value]) * (width * height * 4)).cast("B", (height, width, 4))

def put(name, width, height, value):
    """Returns number and version, or what was raised."""
    try:
        texture = shown.setdefault(name, lf.ui.DynamicTexture())
        texture.update(pixels(width, height, value))
        return texture.id, texture.version
    except Exception as error:
        return type(error).__name__, str(error), error.code, error.hint

def drop(name): del shown[name]
def destroy(name): shown[name].destroy()
def fill():
    one = pixels(1, 1, 1)
    while True:
        shown[len(shown)] = lf.ui.DynamicTexture(one)

def from_host(image):
    shown["host"] = lf.ui.DynamicTexture(image())
    return shown["host"].version
def in_draw(image):
    calls.append(image)

def mapped(): return sum("lichtfeld-texture" in line for line in open("/proc/self/maps"))
def files(): return sum("lichtfeld-texture" in os.readlink("/proc/self/fd/" + name)
                        for name in os.listdir("/proc/self/fd") if os.path.islink("/proc/self/fd/" + name))
def end(): os._exit(3)

lf.register_class(Main)
'''

LARGE = 1024  # pixels a side: 4 MiB
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which Linux has")


@pytest.fixture
def worker(home, manager):
    home.plugin("w", CODE, tool='isolation = "process"')
    assert manager.load("w"), manager.get_error("w")
    import w

    return w


def draw():
    """Draws until the frame is the new one: a drawing that is late shows the one before."""
    (panel,) = ui.panels()
    frames = []

    def is_new():
        frames.append(ui.draw_panel(panel))
        return frames[-1]["widgets"]

    until(is_new)
    return frames[-1]


def textures(count=None):
    """The textures of the next frame; with a count, when there are so many."""
    found = []

    def asked():
        found[:] = draw().get("textures", [])
        return count is None or len(found) == count

    until(asked, lambda: f"{len(found)} textures and not {count}")
    return found


def version(number, wanted):
    until(lambda: textures()[0]["version"] == wanted)
    return ui.texture(number)


def mappings():
    """Where textures are mapped: one that is mapped anew is elsewhere."""
    with open("/proc/self/maps") as maps:
        return [line.split()[0] for line in maps if "lichtfeld-texture" in line]


def mapped():
    return len(mappings())


def files():
    found = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            found += "lichtfeld-texture" in os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            pass
    return found


@pytest.mark.parametrize("side", [2, LARGE], ids=["by the socket", "in shared memory"])
def test_pixels_arrive_with_their_version(worker, side):
    number, first = worker.put("a", side, side, 7)
    (listed,) = textures(1)
    assert listed == {"id": number, "version": first, "width": side, "height": side, "format": "rgba8"}
    found = ui.texture(number)
    assert found["pixels"].shape == (side, side, 4) and set(bytes(found["pixels"])) == {7}
    assert worker.put("a", side, side, 8) == (number, 2)
    found = version(number, 2)
    assert set(bytes(found["pixels"])) == {8}
    assert worker.put("a", side, side, 8) == (number, 2), "nothing has changed"


@linux
def test_large_pixels_are_shared_and_leave_nothing(worker, manager):
    def here(count):
        until(lambda: (mapped(), files()) == (count, count), lambda: f"{mapped()} mapped, {files()} open")

    before = set(os.listdir("/dev/shm"))
    number, _ = worker.put("a", LARGE, LARGE, 1)
    assert mapped() == 0, "nobody shows it yet"
    textures(1)
    # The same memory in both processes, once.
    here(1)
    assert worker.mapped() == 1 and worker.files() == 1
    before_again = mappings()
    for _ in range(3):
        textures(1)
    assert (mappings(), worker.mapped()) == (before_again, 1), "it does not cross again"
    worker.put("a", LARGE, LARGE, 2)
    version(number, 2)
    here(1)
    assert worker.mapped() == 1
    worker.put("b", LARGE, LARGE, 3)
    textures(2)
    here(2)
    worker.drop("b")
    here(1)
    worker.destroy("a")
    here(0)
    assert ui.texture(number) is None
    worker.put("a", LARGE, LARGE, 4)
    textures(1)
    here(1)
    manager.unload("w")
    here(0)
    assert ui.texture(number) is None
    assert {name for name in set(os.listdir("/dev/shm")) - before if "lichtfeld" in name or "lf-" in name} == set()


def test_textures_go_with_a_process_that_crashes_and_with_a_reload(worker, manager):
    number, _ = worker.put("a", LARGE, LARGE, 1)
    textures(1)
    assert manager.reload("w"), manager.get_error("w")
    assert ui.texture(number) is None
    import w

    other, _ = w.put("a", LARGE, LARGE, 1)
    assert other != number
    textures(1)
    with pytest.raises(Exception, match="w"):
        w.end()
    manager.unload("w")
    assert ui.texture(other) is None


def test_a_bound_is_told_to_the_plugin(worker):
    with pytest.raises(PluginLimitError, match="has 1024 textures already"):
        worker.fill()
    kind, said, code, hint = worker.put("wide", 16_385, 1, 1)
    assert (kind, code) == ("PluginLimitError", "LR140") and "from 1 to 16384" in said and "smaller" in hint


def test_an_array_of_the_application_becomes_a_texture(worker):
    numpy = pytest.importorskip("numpy", reason="needs numpy beside the host")

    class Tensor:
        """As the application's own, which only it has."""

        def __init__(self, array):
            self.array = array

        def cpu(self):
            return self

        def numpy(self):
            return self.array

        def __array__(self, dtype=None, copy=None):
            return self.array

    array = numpy.zeros((2, 3, 3), "f4")
    array[1, 2] = (1, 0.5, 0)
    assert worker.from_host(lambda: Tensor(array)) == 1
    (listed,) = textures(1)
    assert ui.texture(listed["id"])["pixels"].tolist()[1][2] == [255, 128, 0, 255]
    assert worker.from_host(lambda: array) == 1


HOSTILE = CODE + '''
import ctypes, socket, threading

def channel_socket():
    return 3

def frame_of(kind, topic, number, parent, body):
    return struct.pack("<BB6xQQQ", kind, topic, number, parent, len(body)) + body

def head(**texture):
    packed = json.dumps({"texture": texture}).encode()
    return struct.pack("<I", len(packed)) + packed

def own():
    texture = lf.ui.DynamicTexture(pixels(1, 1, 1))
    shown["own"] = texture
    return texture.id

def say(texture, size, file=None):
    """Says by itself what only the plugin system says, as a notice of its own making."""
    body = head(**texture) + b"\\1" * size
    link = socket.socket(fileno=os.dup(channel_socket()))
    message = frame_of(1, 5, 1 << 40, 0, body)
    if file is None:
        link.sendall(message)
    else:
        socket.send_fds(link, [message], [file])

def memory(size, seals, kind="memfd"):
    import fcntl
    if kind == "pipe":
        return os.pipe()[0]
    file = os.memfd_create("x", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(file, size)
    fcntl.fcntl(file, 1033, seals)
    return file

def say_with(texture, *args):
    say(texture, 0, memory(*args))
'''

SHRINK, GROW, WRITE = 2, 4, 8


@pytest.fixture
def hostile(home, manager):
    home.plugin("w", HOSTILE, tool='isolation = "process"')
    assert manager.load("w"), manager.get_error("w")
    import w

    return w


def settled(worker):
    """Returns when the host has answered what was said before: it answers in order on one thread or
    another, and a frame needs both directions."""
    for _ in range(3):
        draw()
    worker.mapped()


def test_pixels_that_are_not_what_was_said_are_refused(hostile):
    number = hostile.own()
    free = number + 1000
    said = {"version": 1, "width": 2, "height": 2, "format": "rgba8"}
    hostile.say({"id": free, **said}, 16)
    until(lambda: ui.texture(free), "the way of saying it is the right one")
    bad = [
        ({"id": 7, **said}, 16),
        ({"id": number + (1 << 33), **said}, 16),
        ({"id": free + 1, **said, "version": 0}, 16),
        ({"id": free + 2, **said}, 15),
        ({"id": free + 3, **said, "width": 0}, 0),
        ({"id": free + 4, **said, "width": 1 << 31, "height": 1 << 31}, 16),
        ({"id": free + 5, **said, "format": "other"}, 16),
    ]
    for texture, size in bad:
        hostile.say(texture, size)
    settled(hostile)
    for texture, _ in bad:
        assert ui.texture(texture["id"]) is None, texture
    assert textures(1)[0]["id"] == number, "the plugin goes on"


@linux
def test_memory_that_can_still_change_is_refused(hostile):
    number = hostile.own()
    free = number + 2000
    said = {"version": 1, "width": 2, "height": 2, "format": "rgba8"}
    all_seals = SHRINK | GROW | WRITE
    hostile.say_with({"id": free, **said}, 16, all_seals)
    until(lambda: ui.texture(free), "the way of saying it is the right one")
    bad = [(16, 0), (16, SHRINK), (16, WRITE), (15, all_seals), (1 << 20, all_seals), (16, all_seals, "pipe")]
    for at, memory in enumerate(bad, free + 1):
        hostile.say_with({"id": at, **said}, *memory)
    settled(hostile)
    for at, memory in enumerate(bad, free + 1):
        assert ui.texture(at) is None, memory


FORGED = HOSTILE + '''
forged = []

def draw(self, layout):
    layout.label("here")
    for number in forged:
        texture = {"id": number, "version": 1, "width": 2, "height": 2}
        image = {"id": "1d89e3a2dc839e73", "depth": 0, "kind": "image", "picture": {"pixels": texture},
                 "size": [1, 1], "uv0": [0, 0], "uv1": [1, 1], "tint": None}
        frame = {"version": 1, "panel": {"id": "a", "label": "A"}, "widgets": [image], "textures": [texture]}
        link = socket.socket(fileno=os.dup(channel_socket()))
        # An answer to the drawing, whose number is one of these.
        for question in range(1, 500):
            link.sendall(frame_of(2, 1, question, 0, json.dumps(frame).encode()))

Main.draw = draw

def forge(number): forged[:] = [number]
'''


def test_a_plugin_does_not_show_the_textures_of_others(home, manager, worker):
    number, _ = worker.put("a", 2, 2, 1)
    textures(1)
    home.plugin("v", FORGED, tool='isolation = "process"')
    assert manager.load("v"), manager.get_error("v")
    import v

    [panel] = [panel for panel in ui.panels() if ui.panel_info(panel)["plugin"] == "v"]

    def image():
        frames = []
        until(lambda: frames.append(ui.draw_panel(panel)) or frames[-1]["widgets"][:1])
        [widget] = frames[-1]["widgets"]
        return widget.get("picture"), frames[-1]

    def forge(number):
        # A forged answer to a drawing may answer this call instead: it is made all the same.
        with contextlib.suppress(PluginError):
            v.forge(number)

    own = v.own()
    v.say({"id": own + 1, "version": 1, "width": 2, "height": 2, "format": "rgba8"}, 16)
    forge(own + 1)
    shown, frame = until(lambda: image() if image()[0] else None)
    assert shown["pixels"]["id"] == own + 1 and len(frame["textures"]) == 1, "the way is the right one"
    forge(number)
    shown, frame = until(lambda: image() if image()[0] != shown else None)
    assert shown == {"named": ""} and "textures" not in frame
    assert [warning["code"] for warning in frame["warnings"]] == ["texture"]
    assert ui.texture(number)
