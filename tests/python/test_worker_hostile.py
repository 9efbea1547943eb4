"""A process of a plugin that sends what it likes: the host does none of it, and stays as it was."""

import collections
import datetime
import decimal
import fractions
import ipaddress
import os
import pathlib
import pickle
import sys
import threading
import uuid
import zoneinfo

import pytest
from lichtfeld import plugins

from lfs_plugins import PluginLimitError
from hostile import worker  # noqa: F401 - a fixture
from waiting import until

@pytest.mark.parametrize("question", [
    ("invoke", "builtins", "eval", ("1 + 1",), {}),
    ("fetch", "builtins", "eval"),
    ("get", "os", "environ"),
    ("set", "os", "sep", "x"),
    ("delete", "os", "sep"),
    ("dir", "os"),
    ("call", "builtins", (), {}),
    ("operate", "os", "repr", ()),
    ("module", "antigravity"),
    ("module", "lfs_plugins.w"),
    ("members", "builtins"),
    ("read", ["os"], ["environ"]),
    ("derive", "builtins", "X", (), None, (), {}),
])
def test_names_are_no_targets(worker, question):
    kind, said = worker.ask(*question)
    if question[0] == "read":
        assert (kind, said) == ("done", repr([["\0absent"]]))
        return
    assert kind in ("PermissionError", "ValueError"), said
    assert "not shared with plugin" in said or "is not one of the application" in said
    assert os.sep == "/"


@pytest.mark.parametrize("target", [10**6, -1, True, 1.0, None, b"os", ("os",)])
def test_numbers_that_were_not_shared_are_no_targets(worker, target):
    kind, said = worker.ask("call", target, (), {})
    assert kind in ("LookupError", "PermissionError", "TypeError"), said


@pytest.mark.parametrize("what", ["answer", "read", "export", "__init__", "", None, "x" * 10_000])
def test_only_the_questions_are_asked(worker, what):
    assert worker.ask(what, 1)[0] in ("ValueError", "TypeError")


def test_what_is_shared_leads_to_nothing_that_is_not(worker):
    class Thing:
        module = os
        frame = None
        code = test_names_are_no_targets.__code__

    thing = Thing()
    try:
        raise ValueError
    except ValueError as error:
        thing.frame = error.__traceback__.tb_frame

    def callback():
        return "called"

    said = worker.explore(callback, thing)
    done = {what: answer for what, answer in said.items() if answer[0] == "done"}
    assert not done
    assert worker.call(callback) == "called" and callback.__globals__ is globals()


@pytest.mark.parametrize("code", [
    b"cos\nsystem\n(S'true'\ntR.",
    b"\x80\x05\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
    b"\x80\x05\x8c\x08builtins\x8c\x04type\x93\x8c\x01X)}\x87R.",
    b"\x80\x05\x8c\x07pathlib\x8c\x04Path\x93N}\x8c\x06exists\x8c\x01x\x73\x86b.",
    b"\x80\x05\x8c\x08builtins\x8c\x04list\x93\x8c\x08builtins\x8c\x05range\x93J\xff\xff\xff\x7f\x85R\x85R.",
    b"\x80\x05\x8c\x08builtins\x8c\x05bytes\x93\x8a\x05\x00\x00\x00\x00\x10\x85R.",
    b"\x80\x05\x8c\x09fractions\x8c\x08Fraction\x93\x8c\x0b1e999999999\x85R.",
    b"\x80\x05\x8c\x13_lichtfeld_crossing\x8c\x06_yours\x93\x8a\x02\xff\x7f\x85R.",
    b"\x80\x05\x8c\x13_lichtfeld_crossing\x8c\x06_array\x93\x8c\x02|O(K\x01tC\x08aaaaaaaa\x87R.",
    b"\x80\x05\x8c\x13_lichtfeld_crossing\x8c\x09_fraction\x93\x8c\x011\x8c\x011\x86R.",
    b"\x80\x05.", b"", b"\x80\x05N", b"\x80\x02N.",
])
def test_a_pickle_runs_nothing(worker, code):
    """As a question, as an answer, as a failure and as a notice."""
    exists = pathlib.Path.exists
    assert worker.send(code)[0] != "done"
    for succeeded in (True, False):
        worker.answer_pickle(succeeded, code)
        with pytest.raises(Exception):  # noqa: B017 - which one is not the point
            worker.echo(1)
    worker.notice(code)
    assert worker.echo(1) == 1
    assert pathlib.Path.exists is exists


def test_a_refused_notice_is_logged_once(worker, home):
    for _ in range(3):
        worker.notice(b"cos\nsystem\n(S'true'\ntR.")
    assert worker.echo(1) == 1
    assert home.log("w").count("a message of the plugin's process was refused") == 1


def test_a_notice_with_a_reference_does_not_lock_the_host(worker):
    worker.notice(b"\x80\x05]\x8c\x13_lichtfeld_crossing\x8c\x07_theirs\x93K\x63\x89\x8c\x01x\x87Ra.")
    assert worker.echo(object) is object


def test_values_that_are_too_deep_or_too_many_are_refused_by_name(worker, manager):
    # A tuple so deep as this would overflow the stack of whoever hashes it.
    deep = b"\x80\x05}" + b")" + b"\x85" * 300_000 + b"Ns."
    kind, said = worker.send(deep)
    assert kind == "PluginLimitError" and "nested more than 1000 deep" in said
    worker.answer_pickle(True, deep)
    with pytest.raises(PluginLimitError, match="nested more than 1000 deep"):
        worker.echo(1)
    value = 0
    for _ in range(500):
        value = (value,)
    assert worker.echo(value) == value
    plugins.set_worker_limits(message=16 << 20)
    assert manager.reload("w")
    many = b"\x80\x05(" + b"N" * (2 << 20) + b"t."
    kind, said = worker.send(many)
    assert kind == "PluginLimitError" and "NumPy" in said


def test_the_length_of_a_message_is_the_hosts(worker, manager):
    plugins.set_worker_limits("w", message=16 << 20)
    assert manager.reload("w")
    assert len(worker.echo(b"x" * (15 << 20))) == 15 << 20
    with pytest.raises(PluginLimitError, match="too long; at most 16777216 bytes"):
        worker.echo(b"x" * (17 << 20))
    assert worker.echo(1) == 1


def test_what_a_plugin_registers_is_bounded(worker, manager):
    count, kind, said = worker.register(10, "x" * (1 << 20))
    assert (count, kind) == (0, "PluginLimitError") and "at most 1048576 are allowed" in said
    count, kind, said = worker.register(5000, "")
    assert (count, kind) == (4096, "PluginLimitError") and "as many as a plugin" in said
    worker.unregister(17)
    assert not plugins.has_capability("w.17") and plugins.has_capability("w.4095")
    assert worker.register(18, "again") == (18, "", "")
    assert worker.register(1, "replaces its own") == (1, "", "")
    assert manager.unload("w")
    assert not any(each["name"].startswith("w.") for each in plugins.list_capabilities())


@pytest.mark.skipif(sys.platform != "linux", reason="reads the largest memory of the process from /proc")
def test_a_long_value_is_in_memory_twice_at_most(worker):
    def resident(name):
        lines = pathlib.Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name))

    size = 128 << 20
    worker.made(1)
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # Forgets the largest.
    before = resident("VmRSS")
    assert len(worker.made(size)) == size
    # As the message, and as what is made of it.
    assert resident("VmHWM") - before < 2.5 * size


@pytest.mark.parametrize(("names", "expected"), [
    (("builtins", "SystemExit", [("builtins", "BaseException")]), Exception),
    (("builtins", "KeyboardInterrupt", [("builtins", "BaseException")]), Exception),
    (("builtins", "GeneratorExit", []), Exception),
    (("own", "Fine", [("own", "Base"), ("builtins", "SystemExit"), ("builtins", "ValueError")]), ValueError),
    (("builtins", "open", []), Exception),
    (("os", "system", [("builtins", "OSError")]), OSError),
])
def test_an_exception_never_ends_the_host(worker, names, expected):
    worker.answer_failure(names, ("a",))
    try:
        worker.echo(1)
    except BaseException as error:  # noqa: BLE001
        assert isinstance(error, expected) and isinstance(error, Exception)
    else:
        raise AssertionError("nothing was raised")


def test_a_plugin_that_raises_keyboard_interrupt_interrupts_itself(worker):
    with pytest.raises(RuntimeError, match="KeyboardInterrupt"):
        worker.stop()


def test_a_ctrl_c_in_a_callback_here_goes_through(worker):
    def interrupted():
        raise KeyboardInterrupt("mine")

    with pytest.raises(KeyboardInterrupt, match="mine"):
        worker.call(interrupted)
    assert worker.call(lambda: 7) == 7


@pytest.mark.parametrize(("count", "size", "kind", "words"), [
    (1, 1 << 42, "file", "too large to be copied"),
    (1, 0, "pipe", "not a plain one"),
])
def test_files_are_bounded_and_plain(worker, count, size, kind, words):
    before = len(os.listdir("/proc/self/fd"))
    worker.answer_files(count, size, kind)
    with pytest.raises(OSError, match=words):
        worker.echo(1)
    assert worker.echo(1) == 1
    assert len(os.listdir("/proc/self/fd")) == before, "they were closed"


def test_many_requests_at_once_make_few_threads_and_are_all_answered(worker):
    most, gate = [0], threading.Event()

    def held():
        most[0] = max(most[0], len(os.listdir("/proc/self/task")))
        if threading.active_count() > 0 and most[0] > 100:
            gate.set()
        gate.wait(0.5)

    results = worker.flood(1500, held)
    assert results == {"done": 1500}
    assert most[0] < 300, "threads of the whole process"


def test_nested_calls_need_no_further_threads(worker):
    def nested(depth):
        return depth if depth == 0 else worker.call(nested, depth - 1)

    # Deeper than there are threads.
    before = len(os.listdir("/proc/self/task"))
    assert worker.call(nested, 60) == 0
    assert worker.later(lambda: worker.call(nested, 60)) == 0
    until(lambda: len(os.listdir("/proc/self/task")) < before + 20)


@pytest.mark.parametrize("value", [
    uuid.UUID(int=5), fractions.Fraction(-3, 7), decimal.Decimal("1E+5"), complex(1, 2),
    collections.OrderedDict([(2, [1]), (1, None)]), collections.Counter("hello"),
    collections.deque([1, (2,)], maxlen=3), collections.deque(), frozenset({1, "a"}), {(1, (2,)): {3}},
    datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=2), "x")),
    datetime.timedelta(1, 2, 3), datetime.time(1, 2), ipaddress.ip_address("::1"), bytearray(b"ab"),
    ipaddress.ip_address("10.0.0.1"), pathlib.Path("a/b"), slice(1, None, 2), range(1, 9, 3),
    [float, dict, pathlib.PurePath], {"a": [1, {"b": (None, True, -1, 2**70, 1.5, "ä", b"")}]},
    "x" * 70_000, list(range(3000)), tuple(range(2000)), {number: str(number) for number in range(2500)},
])
def test_all_plain_values_cross_through_the_check(worker, value):
    back = worker.echo(value)
    assert back == value and type(back) is type(value)
    assert getattr(back, "maxlen", None) == getattr(value, "maxlen", None)


def test_time_zones_cross(worker):
    try:
        zone = zoneinfo.ZoneInfo("Europe/Berlin")
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip("there are no time zones on this machine")
    moment = datetime.datetime(2026, 1, 2, tzinfo=zone)
    assert worker.echo(moment) == moment and worker.echo(zone) is zone


def test_containers_that_contain_themselves_cross(worker):
    value = [1]
    value.append((value,))
    back = worker.echo(value)
    assert back[1][0] is back


def test_more_buffers_than_may_come_beside_a_message_cross(worker):
    numpy = pytest.importorskip("numpy", reason="needs numpy beside the host")
    arrays = [numpy.full(3, number) for number in range(5000)]
    assert all((one == other).all() for one, other in zip(worker.echo(arrays), arrays))
    assert pickle.HIGHEST_PROTOCOL >= 5
