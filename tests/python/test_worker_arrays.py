"""Large arrays cross in shared memory: not copied again, read by whoever receives them, freed."""

import gc
import os
import signal
import sys

import pytest
from lichtfeld import plugins

from lfs_plugins import PluginCrashedError
from waiting import until

CODE = '''
import os, resource
kept = []
def pid(): return os.getpid()
def echo(value): return value
def size(value): return memoryview(value).nbytes
def keep(value): kept.append(value); return len(kept)
def first(): return bytes(memoryview(kept[0]).cast("B")[:4])
def forget(): kept.clear()
def write(value): memoryview(value).cast("B")[0] = 1
def files(): return len(os.listdir("/proc/self/fd"))
def blocks(): return sum("lichtfeld-array" in line for line in open("/proc/self/maps"))
def few_files():
    resource.setrlimit(resource.RLIMIT_NOFILE, (files() + 2, files() + 2))
def ask(on_array): return memoryview(on_array()).nbytes
'''

LARGE = 8 << 20
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which Linux has")


@pytest.fixture
def worker(home, manager):
    home.plugin("w", CODE, tool='isolation = "process"')
    assert manager.load("w"), manager.get_error("w")
    import w

    return w


def blocks():
    """How many mappings of blocks this process has."""
    gc.collect()
    with open("/proc/self/maps") as maps:
        return sum("lichtfeld-array" in line for line in maps)


def block(byte=7, size=LARGE, writable=False):
    """Bytes in shared memory, without NumPy: a worker's own Python may have none."""
    shared = sys.modules["_lichtfeld_shared_memory"].create(size, writable)
    shared[:4] = bytes([byte]) * 4
    return memoryview(shared)


@pytest.fixture
def numpy():
    return pytest.importorskip("numpy", reason="needs numpy beside the host")


def test_small_and_large_views_cross_as_what_they_are(worker):
    for size in (0, 10, 1 << 20, LARGE):
        back = worker.echo(memoryview(bytearray(b"x" * size)))
        assert type(back) is memoryview and back.readonly and back == b"x" * size
    assert worker.echo(memoryview(b"12345678").cast("I")).shape == (2,)


@linux
def test_nothing_is_left_when_both_sides_let_go(worker, numpy):
    before, files, theirs = blocks(), len(os.listdir("/proc/self/fd")), worker.files()
    array = numpy.arange(LARGE // 8, dtype="f8")
    assert worker.keep(array) == 1
    assert worker.blocks() == 1 and blocks() == before, "the copy is theirs alone"
    back = worker.echo(array)
    assert (back == array).all() and not back.flags.writeable
    assert blocks() == before + 1
    del back
    worker.forget()
    until(lambda: blocks() == before and worker.blocks() == 0)
    until(lambda: len(os.listdir("/proc/self/fd")) == files and worker.files() == theirs)


@linux
def test_a_shared_array_is_not_copied(worker, numpy):
    array = plugins.shared_array((LARGE // 4,), "u4")
    array[:2] = 7, 8
    worker.keep(array[1:])
    assert worker.first() == b"\x08\0\0\0"
    array[1] = 9
    assert worker.first() == b"\x09\0\0\0", "they see what the maker writes"
    back = worker.echo(array)
    array[2] = 10
    assert back[2] == 10, "and so does who gets it back"
    with pytest.raises((TypeError, ValueError)):
        worker.write(array)
    del back, array
    worker.forget()
    until(lambda: blocks() == 0)


def test_shapes_types_and_order_are_kept(worker, numpy):
    grid = numpy.arange(1 << 20, dtype="f4").reshape(1024, 1024)
    for array in (grid, grid.T, grid[::2, 1:], numpy.asfortranarray(grid), grid.astype(">i8")):
        back = worker.echo(array)
        assert back.dtype == array.dtype and (back == array).all()
    pair = worker.echo({"a": grid, "b": [grid, grid[:512]]})
    assert (pair["b"][1] == grid[:512]).all()


def test_arrays_of_callbacks_cross(worker, numpy):
    assert worker.ask(lambda: numpy.zeros(LARGE, "u1")) == LARGE


@linux
def test_the_death_of_a_worker_leaks_nothing(worker, numpy):
    before = blocks()
    array = plugins.shared_array(LARGE, "u1")
    worker.keep(array)
    back = worker.echo(numpy.ones(LARGE, "u1"))
    os.kill(worker.pid(), signal.SIGKILL)
    with pytest.raises(PluginCrashedError):
        until(lambda: not worker.pid())
    assert back.sum() == LARGE, "what has come stays"
    del array, back
    until(lambda: blocks() == before)
    assert not any("lichtfeld" in name or name.startswith("lf-") for name in os.listdir("/dev/shm"))


@linux
def test_too_many_open_files_are_an_error_or_a_copy_and_nothing_is_lost(worker, numpy):
    worker.few_files()
    arrays = [numpy.full(1 << 20, number, "u1") for number in range(8)]
    with pytest.raises(OSError, match="too many open files|Too many open files"):
        worker.echo(arrays)
    assert worker.echo([1]) == [1], "the worker goes on"


@linux
def test_a_writable_array_is_written_by_its_receiver(worker, numpy):
    array = plugins.shared_array(LARGE, "u1", writable=True)
    worker.keep(array)
    worker.write(array)
    assert array[0] == 1
    back = worker.echo(array)
    back[1] = 5
    assert array[1] == 5


@linux
@pytest.mark.parametrize("shape", [(LARGE,), (LARGE // 64, 16)], ids=["bytes", "grid"])
def test_a_writable_view_is_written_by_its_receiver(worker, shape):
    """As an application in C without NumPy gives it."""
    view = block(writable=True).cast("B" if len(shape) == 1 else "I", shape)
    worker.keep(view)
    worker.write(view)
    assert view.cast("B")[0] == 1 and worker.first() == b"\x01\x07\x07\x07"
    # What comes back is the same memory, and may be written as well.
    back = worker.echo(view)
    back.cast("B")[1] = 5
    assert view.cast("B")[1] == 5 and worker.first() == b"\x01\x05\x07\x07"


@linux
def test_a_view_of_memory_that_is_not_writable_or_not_shared_is_read_only(worker):
    for view in (block(), memoryview(bytearray(LARGE)), memoryview(bytearray(10))):
        with pytest.raises(TypeError, match="read-only"):
            worker.write(view)


@linux
@pytest.mark.parametrize("writable", [False, True])
@pytest.mark.parametrize("sealed", [False, True])
def test_memory_of_the_application_is_shared_by_its_file(worker, numpy, writable, sealed):
    """As a C++ application has its point clouds: in a file without a name that it has made itself."""
    import fcntl

    file = os.memfd_create("points", os.MFD_ALLOW_SEALING)
    os.ftruncate(file, LARGE + 64)
    os.pwrite(file, b"abcd", 64)
    if sealed:
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    array = plugins.shared_from_fd(file, (LARGE // 4, 4), "u1", writable=writable, offset=64)
    worker.keep(array)
    assert worker.first() == b"abcd"
    os.pwrite(file, b"wxyz", 64)
    assert worker.first() == b"wxyz", "it is the same memory"
    if writable:
        worker.write(array)
        assert array[0, 0] == 1 and os.pread(file, 1, 64) == b"\x01"
    else:
        with pytest.raises((TypeError, ValueError)):
            worker.write(array)
    os.close(file)


@linux
def test_a_file_that_does_not_suit_is_refused(numpy, tmp_path):
    path = tmp_path / "points"
    path.write_bytes(b"x" * 100)
    with open(path, "rb") as file:
        assert bytes(plugins.shared_from_fd(file.fileno(), 100, "u1")) == b"x" * 100
        with pytest.raises(ValueError, match=r"takes 101 bytes; the file has 100"):
            plugins.shared_from_fd(file.fileno(), 101, "u1")
        with pytest.raises(ValueError, match="opened for reading"):
            plugins.shared_from_fd(file.fileno(), 100, "u1", writable=True)
    with pytest.raises(OSError):
        plugins.shared_from_fd(-1, 1)


def test_objects_cannot_be_shared(numpy):
    with pytest.raises(TypeError, match="Python objects"):
        plugins.shared_array(3, object)


@linux
def test_one_that_may_shrink_is_copied():
    shared_memory = sys.modules["_lichtfeld_shared_memory"]
    file = os.memfd_create("mad")
    os.write(file, b"x" * 100)
    (found,) = shared_memory.receive([os.dup(file)], 1 << 30)
    os.ftruncate(file, 0)
    assert found == b"x" * 100
    os.close(file)
