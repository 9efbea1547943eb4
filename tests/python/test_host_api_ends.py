"""What a plugin has of the application ends with its process, and the application goes on."""

import os
import signal
import sys
import threading

import pytest

import lichtfeld as lf
from lichtfeld import plugins

from homes import module
from lfs_plugins import PluginCrashedError
from offers import offered  # noqa: F401 - a fixture
from waiting import until

CODE = '''
import os
import lichtfeld as lf
def pid(): return os.getpid()
def draw(width): return width * 2
def on_load(): lf.add_handler(draw)
def crash_in_handler(): lf.add_handler(lambda width: os._exit(3))
def hang(): return lf.hang()
def forked():
    read, write = os.pipe()
    if os.fork() == 0:
        try:
            lf.get_scene()
            said = "no error"
        except BaseException as error:
            said = type(error).__name__
        os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    os.wait()
    return os.read(read, 100).decode()
'''


@pytest.fixture
def handlers(home, manager, offered):  # noqa: F811
    given = []

    def add(function):
        given.append(function)
        plugins.when_unloaded(function, lambda: given.remove(function))

    offered(add_handler=add, get_scene=lambda: object())
    home.plugin("w", CODE, tool='isolation = "process"')
    assert manager.load("w"), manager.get_traceback("w")
    assert len(given) == 1 and given[0](3) == 6
    return given


def test_functions_of_a_process_that_was_killed_are_forgotten(handlers):
    function = handlers[0]
    os.kill(module("w").pid(), signal.SIGKILL)
    until(lambda: not handlers)
    with pytest.raises(PluginCrashedError):
        function(1)


def test_functions_of_a_process_that_has_ended_are_equal_to_themselves_alone(handlers):
    module("w").crash_in_handler()
    first, second = handlers
    os.kill(module("w").pid(), signal.SIGKILL)
    until(lambda: not handlers)
    assert first == first and first != second and [first, second].index(second) == 1


def test_a_crash_in_a_function_that_the_application_calls_is_an_error_there(handlers, manager):
    module("w").crash_in_handler()
    assert len(handlers) == 2
    with pytest.raises(PluginCrashedError):
        handlers[1](1)
    until(lambda: not handlers)
    assert manager.load("w") and len(handlers) == 1 and handlers[0](2) == 4


def test_a_plugin_that_waits_for_the_application_can_be_unloaded(handlers, manager, offered):  # noqa: F811
    began, go_on = threading.Event(), threading.Event()

    def hang():
        began.set()
        go_on.wait(300)

    offered(hang=hang)
    failed = []

    def call():
        try:
            module("w").hang()
        except Exception as error:
            failed.append(error)

    plugin = module("w")
    assert plugin is not None
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    assert began.wait(300)
    try:
        assert manager.unload("w")
        assert not handlers
    finally:
        go_on.set()
        thread.join(300)
    assert not thread.is_alive()


@pytest.mark.skipif(sys.platform != "linux", reason="forks a process with threads")
def test_a_forked_child_of_a_worker_does_not_reach_the_application(handlers):
    assert module("w").forked() == "PluginForkedError"
    assert module("w").draw(1) == 2
    assert lf.get_scene() is not None
