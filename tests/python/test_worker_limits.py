"""A host decides what the process of a plugin may use."""

import os
import resource
import sys

import pytest
from lichtfeld import plugins

from lfs_plugins import PluginCrashedError, PluginState
from waiting import until

CODE = '''
import os, resource, subprocess
def limits():
    return {"memory": resource.getrlimit(resource.RLIMIT_DATA)[0],
            "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0], "nice": os.nice(0)}
def of_child():
    return int(subprocess.run(["sh", "-c", "ulimit -n"], capture_output=True, text=True).stdout)
def eat(megabytes):
    return len(bytearray(megabytes << 20)) >> 20
def eat_all():
    kept = []
    while True:
        kept.append(bytearray(16 << 20))
def eat_in_c():
    import ctypes
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    while True:
        # Written without a look at whether there was memory: crashes at the limit.
        ctypes.memset(libc.malloc(16 << 20), 1, 16 << 20)
def opened():
    kept = []
    try:
        while True:
            kept.append(open(os.devnull))
    except OSError as error:
        return len(kept), error.errno
'''

MIB = 1 << 20


@pytest.fixture(autouse=True)
def none_afterwards():
    yield
    plugins.set_worker_limits()
    plugins.set_worker_limits("w")


def loaded(home, manager, name="w"):
    home.plugin(name, CODE, tool='isolation = "process"')
    assert manager.load(name), manager.get_error(name)
    return __import__(name)


def test_without_any_a_worker_has_those_of_the_application(home, manager):
    found = loaded(home, manager).limits()
    assert found["memory"] == resource.getrlimit(resource.RLIMIT_DATA)[0]
    assert found["nice"] == os.nice(0)


def test_they_are_set_for_all_or_for_one_and_count_from_the_next_start(home, manager):
    plugins.set_worker_limits(memory=500 * MIB, open_files=200, nice=3)
    plugins.set_worker_limits("W", open_files=100)
    w, other = loaded(home, manager), loaded(home, manager, "other")
    here = os.nice(0)
    assert other.limits() == {"memory": 500 * MIB, "files": 200, "nice": min(here + 3, 19)}
    assert w.limits()["files"] == 100 and w.limits()["nice"] == here
    assert w.of_child() == 100, "what it starts inherits them"
    plugins.set_worker_limits("w")
    assert w.limits()["files"] == 100, "not while it runs"
    assert manager.reload("w")
    assert w.limits()["files"] == 200


def test_more_files_than_the_application_may_open_are_as_many(home, manager):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    plugins.set_worker_limits(open_files=most + 1000)
    assert loaded(home, manager).limits()["files"] == most


def test_too_many_open_files_are_an_error_of_the_plugin_alone(home, manager):
    plugins.set_worker_limits("w", open_files=64)
    w = loaded(home, manager)
    count, error = w.opened()
    assert 20 < count < 64 and error == 24, "EMFILE"
    assert w.eat(1) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps RLIMIT_DATA")
def test_memory_ends_at_the_limit_and_only_there(home, manager):
    plugins.set_worker_limits("w", memory=300 * MIB)
    w, other = loaded(home, manager), loaded(home, manager, "other")
    assert w.eat(100) == 100
    with pytest.raises(MemoryError):
        w.eat(400)
    with pytest.raises(MemoryError):
        w.eat_all()
    assert w.eat(100) == 100, "it goes on"
    assert other.eat(400) == 400, "the other one has no limit"
    with pytest.raises(PluginCrashedError, match="SIGSEGV"):
        w.eat_in_c()
    until(lambda: manager.get_state("w") is PluginState.ERROR)
    assert "in eat_in_c" in manager.get_traceback("w")
    assert other.eat(1) == 1 and manager.get_state("other") is PluginState.ACTIVE


@pytest.mark.parametrize(("limits", "words"), [
    ({"memory": 1024}, "memory is 1024; it counts bytes"),
    ({"open_files": 4}, "open_files is 4; a worker needs at least 32"),
    ({"nice": -5}, "nice is -5; it is 0 to 19"),
    ({"plugin": "no/name", "nice": 1}, "no/name"),
])
def test_what_no_worker_could_start_with_is_refused(limits, words):
    with pytest.raises(ValueError, match=words):
        plugins.set_worker_limits(**limits)
