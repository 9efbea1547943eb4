"""A plugin in a process of its own is used as one in this process is."""

import datetime
import os
import pathlib
import threading

import pytest

import lichtfeld
from panels import shown

CODE = '''
import os, threading
import lichtfeld as lf
from lfs_plugins import PluginSettings
from lfs_plugins.types import Panel

state = {"hits": 0}
VERSION = (1, 2)

class Counter(Panel):
    id = "w.panel"
    label = "Worker"
    hits = 0
    def draw(self, layout):
        if layout.button("Hit"):
            self.hits += 1
        layout.label(f"hits {self.hits}")

class Job:
    def __init__(self, name):
        self.name, self.progress, self.items = name, 0.25, [1, 2, 3]
    def cancel(self):
        self.progress = -1.0
        return True
    def __len__(self):
        return len(self.items)
    def __iter__(self):
        return iter(self.items)
    def __enter__(self):
        return self
    def __exit__(self, *raised):
        self.name = "closed"

class Odd(ValueError):
    pass

def on_load():
    lf.register_class(Counter)
    lf.log.info("a line")
    print("a print")

def on_unload():
    pass

def echo(value=None, **named): return named or value
def pid(): return os.getpid()
def job(name): return Job(name)
def is_job(value): return type(value) is Job
def each(count, on_progress): return [on_progress(index) for index in range(count)]
def odd(): raise Odd("seven", 7)
def leave(): raise SystemExit(3)
def set_setting(): PluginSettings("w").set("key", [1]); return True
def where(): return threading.current_thread().name
def later(on_done):
    def work(): on_done("done")
    thread = threading.Thread(target=work); thread.start(); thread.join()
    return True
'''


@pytest.fixture
def worker(home, manager):
    home.plugin("w", CODE, files={"part.py": "answer = 42\ndef double(x): return 2 * x\n"},
                tool='isolation = "process"')
    assert manager.load("w"), manager.get_traceback("w") or manager.get_error("w")
    import w

    return w


def test_it_runs_in_another_process(worker, manager):
    assert worker.pid() != os.getpid()
    assert manager.load_report("w")["place"] == "worker"


@pytest.mark.parametrize("value", [
    None, True, -7, 2**80, 1.5, "ä\0", b"\x00\xff", [1, [2]], (1, 2), {"a": {1: (2,)}}, {1, 2},
    range(3), slice(1, 2), datetime.date(2026, 1, 2), pathlib.PurePosixPath("a/b"), float,
])
def test_plain_data_crosses_by_value(worker, value):
    back = worker.echo(value)
    assert back == value and type(back) is type(value)


def test_keywords_and_attributes_cross(worker):
    assert worker.echo(a=1, b="x") == {"a": 1, "b": "x"}
    assert worker.VERSION == (1, 2)
    worker.VERSION = (3,)
    assert worker.VERSION == (3,)
    assert "pid" in dir(worker)


def test_a_missing_name_is_an_attribute_error_with_its_name(worker):
    with pytest.raises(AttributeError, match="nothing_here"):
        worker.nothing_here


def test_a_callable_is_called_on_the_thread_that_waits(worker):
    threads = []

    def on_progress(index):
        threads.append(threading.get_ident())
        # And may call back in turn.
        return worker.echo(index) * 2

    assert worker.each(3, on_progress) == [0, 2, 4]
    assert set(threads) == {threading.get_ident()}


def test_a_callable_is_called_from_a_thread_of_the_plugin(worker):
    heard = []
    assert worker.later(heard.append)
    assert heard == ["done"]


def test_an_exception_of_a_callback_goes_through(worker):
    def on_progress(index):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        worker.each(1, on_progress)


def test_objects_are_references_that_work(worker):
    job = worker.job("a")
    assert (job.name, job.progress, len(job), list(job)) == ("a", 0.25, 3, [1, 2, 3])
    assert job.cancel() is True and job.progress == -1.0
    job.name = "b"
    assert job.name == "b"
    assert worker.is_job(job), "comes back as itself"
    with job:
        pass
    assert job.name == "closed"
    assert worker.job("a") != job


def test_what_came_from_here_comes_back_as_itself(worker):
    mine = object()
    assert worker.echo(mine) is mine


def test_an_exception_has_its_name_its_bases_and_the_traceback(worker):
    with pytest.raises(worker.Odd) as caught:
        worker.odd()
    assert caught.value.args == ("seven", 7)
    assert isinstance(caught.value, ValueError)
    assert "in odd" in str(caught.value.__cause__) and "__init__.py" in str(caught.value.__cause__)


def test_a_plugin_that_exits_in_a_call_ends_the_call_alone(worker):
    with pytest.raises(RuntimeError, match="SystemExit: 3"):
        worker.leave()
    assert worker.echo(1) == 1


def test_parts_of_the_plugin_can_be_imported(worker):
    import w.part
    from w import part

    assert part.answer == 42 and w.part.double(4) == 8
    with pytest.raises(ModuleNotFoundError):
        import w.nothing  # noqa: F401
    import lfs_plugins.w

    assert lfs_plugins.w is w


def test_its_panel_is_drawn_here_and_hears_of_clicks(worker, manager):
    assert lichtfeld.ui.panels() == ["w.panel"]
    shown("w.panel", "hits 0")
    for _ in range(3):
        lichtfeld.ui.send_input("w.panel", "Hit", "click")
        lichtfeld.ui.draw_panel("w.panel")
    shown("w.panel", "hits 3")
    manager.unload("w")
    assert lichtfeld.ui.panels() == []
    assert manager.unload_report("w")["freed"] == ["panel 'w.panel'"]


def test_prints_and_logs_are_in_its_log(worker, home, manager):
    manager.unload("w")
    log = home.log("w")
    assert "a line" in log and "a print" in log


def test_settings_are_the_hosts(worker):
    from lfs_plugins import PluginSettings

    assert worker.set_setting()
    assert PluginSettings("w").get("key") == [1]


def test_an_error_while_importing_says_where(home, manager):
    path = home.plugin("bad", "import os\n\nvalue = 1 / 0\n", tool='isolation = "process"')
    assert manager.load("bad") is False
    assert f"{path}/__init__.py:3" in manager.get_error("bad")
    assert "ZeroDivisionError" in manager.get_traceback("bad")


def test_arrays_cross_by_value(worker):
    numpy = pytest.importorskip("numpy", reason="needs numpy beside the host")
    array = numpy.arange(6.0).reshape(2, 3)
    assert (worker.echo(array) == array).all()
