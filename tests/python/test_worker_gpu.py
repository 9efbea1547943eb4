"""Arrays in the memory of a GPU are used where they lie. The driver is emulated: its memory is a file."""

import ctypes
import mmap
import os
import pathlib
import sys
import tempfile

import pytest

import lichtfeld as lf

from homes import module

DRIVER = '''
import ctypes, mmap, os

class Emulated:
    """The driver of a GPU whose memory is a file; the handle is its path."""
    def __init__(self):
        self.open_now = {}
    def open(self, handle):
        path = handle.rstrip(b"\\0").decode()
        with open(path, "r+b") as file:
            memory = mmap.mmap(file.fileno(), 0)
        pointer = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        self.open_now[pointer] = memory
        return pointer
    def close(self, pointer):
        self.open_now.pop(pointer)
'''
PLUGIN = DRIVER + '''
import gc, sys
import lichtfeld as lf
driver = Emulated()
sys.modules["_lichtfeld_cuda"]._driver = driver
def look():
    array = lf.gpu_array()
    interface = array.__cuda_array_interface__
    address = interface["data"][0]
    values = ctypes.string_at(address, 4)
    ctypes.memmove(address + 4, b"back", 4)
    again = lf.gpu_array().__cuda_array_interface__["data"][0]
    shape = interface["shape"], interface["typestr"], interface["strides"], interface["version"]
    return values, again == address, shape, len(driver.open_now)
def left():
    gc.collect()
    return len(driver.open_now)
def none():
    return hasattr(lf.thing(), "__cuda_array_interface__")
def as_numbers():
    try: lf.gpu_array().__array__()
    except TypeError as error: return str(error)
'''


class Array:
    """As cupy and torch show one."""

    def __init__(self, pointer):
        self.__cuda_array_interface__ = {
            "shape": (2, 4), "typestr": "|u1", "data": (pointer, False), "strides": None, "version": 3,
        }  # fmt: skip


@pytest.fixture
def worker(home, manager, monkeypatch):
    home.plugin("w", PLUGIN, tool='isolation = "process"')
    assert manager.load("w"), manager.get_traceback("w")
    # Shorter than a handle.
    path = pathlib.Path(tempfile.mkdtemp(prefix="gpu", dir="/tmp")) / "memory"
    path.write_bytes(b"\0" * 64 + b"here...." + b"\0" * 4024)
    with open(path, "r+b") as file:
        memory = mmap.mmap(file.fileno(), 0)
    base = ctypes.addressof(ctypes.c_char.from_buffer(memory))

    class Owner:
        @staticmethod
        def export(pointer):
            return os.fsencode(path).ljust(64, b"\0"), pointer - base

    monkeypatch.setattr(sys.modules["_lichtfeld_cuda"], "_driver", Owner())
    array = Array(base + 64)
    monkeypatch.setattr(lf, "gpu_array", lambda: array, raising=False)
    monkeypatch.setattr(lf, "thing", object, raising=False)
    yield module("w"), memory
    path.unlink()
    path.parent.rmdir()


def test_an_array_of_the_gpu_is_mapped_and_written_without_a_copy(worker):
    plugin, memory = worker
    values, is_same, shape, count = plugin.look()
    assert values == b"here" and is_same and count == 1, "one mapping for two arrays"
    assert shape == ((2, 4), "|u1", None, 3)
    assert memory[68:72] == b"back"
    assert plugin.left() == 0


def test_what_is_no_array_of_a_gpu_says_so(worker):
    plugin, _ = worker
    assert plugin.none() is False
    assert "lies in the memory of a GPU" in plugin.as_numbers()


def test_without_a_driver_the_error_names_the_way_through_the_cpu(worker, monkeypatch):
    cuda = sys.modules["_lichtfeld_cuda"]
    if os.path.exists("/dev/nvidiactl"):
        pytest.skip("this machine has a driver")
    with pytest.raises(TypeError, match=r"driver of the GPU cannot be used.*\.cpu\(\) or \.get\(\)"):
        cuda.Driver()


@pytest.mark.parametrize("change", [
    {"handle": b"short"}, {"offset": -1}, {"offset": True}, {"shape": [1]}, {"shape": (1.5,)}, {"typestr": 1},
    {"strides": (None,)}, {"readonly": 0}, {"more": 1},
])
def test_a_description_that_is_not_one_is_refused(home, manager, change):
    home.plugin("w", "", tool='isolation = "process"')
    assert manager.load("w")
    good = {"handle": b"x" * 64, "offset": 0, "shape": (1,), "typestr": "|u1", "strides": None, "readonly": False}
    with pytest.raises(TypeError, match="not understood"):
        sys.modules["_lichtfeld_cuda"].Mapped({**good, **change}, None)
