"""Capabilities cross between the application and plugins in processes of their own."""

import os
import threading

import pytest
from lichtfeld import plugins

CODE = '''
import os
import lichtfeld as lf
from lichtfeld import plugins
def add(args): return {"sum": args["a"] + args["b"], "pid": os.getpid()}
def bad(args): raise ValueError("why")
def forward(args): return plugins.invoke(args["name"], args.get("args"))
def die(args): os._exit(3)
def on_load():
    for handler in (add, bad, forward, die):
        plugins.register_capability(f"{NAME}.{handler.__name__}", handler)
def on_unload():
    plugins.unregister_capability(f"{NAME}.add")
def call(name, args): return plugins.invoke(name, args)
'''


@pytest.fixture
def two(home, manager):
    for name in ("one", "two"):
        home.plugin(name, f"NAME = {name!r}\n" + CODE, tool='isolation = "process"')
        assert manager.load(name), manager.get_error(name)


def test_the_host_calls_those_of_a_worker(two, manager):
    answer = plugins.invoke("one.add", {"a": 1, "b": 2})
    assert answer["success"] is True and answer["sum"] == 3 and answer["pid"] != os.getpid()
    known = {found["name"]: found["plugin_name"] for found in plugins.list_capabilities()}
    assert known["one.add"] == "one" and known["two.add"] == "two"
    failed = plugins.invoke("one.bad", {})
    assert failed["success"] is False and failed["error_type"] == "ValueError"
    assert "in bad" in failed["traceback"]


def test_a_worker_calls_those_of_the_host_and_of_another_worker(two):
    threads = []

    def here(args):
        threads.append(threading.get_ident())
        return {"pid": os.getpid(), "got": args["x"]}

    plugins.register_capability("host.here", here)
    try:
        import one

        answer = one.call("host.here", {"x": [1, "ä"]})
        assert answer["pid"] == os.getpid() and answer["got"] == [1, "ä"]
        assert threads == [threading.get_ident()], "on the thread that waits"
        answer = one.call("two.add", {"a": 2, "b": 3})
        assert answer["sum"] == 5
        # From here to one, to two, and back to here.
        through = {"name": "two.forward", "args": {"name": "host.here", "args": {"x": 7}}}
        assert plugins.invoke("one.forward", through)["got"] == 7
        missing = one.call("nobody.has", {})
        assert missing["success"] is False
        assert missing["error_type"] == "CapabilityNotFoundError"
    finally:
        plugins.unregister_capability("host.here")


def test_a_number_arrives_as_it_was_sent(two):
    # Its shortest form is read as its neighbour if digits are added up in floating point.
    number = 0.16376294830618265
    args = {"a": number, "b": 0.0}
    assert plugins.invoke("one.add", args)["sum"] == number
    assert plugins.invoke("one.forward", {"name": "two.add", "args": args})["sum"] == number


def test_they_go_with_their_plugin(two, manager):
    manager.unload("one")
    assert not [found for found in plugins.list_capabilities() if found["plugin_name"] == "one"]
    freed = manager.unload_report("one")["freed"]
    assert "capability 'one.bad'" in freed and "capability 'one.add'" not in freed
    assert manager.reload("two")
    assert plugins.invoke("two.add", {"a": 1, "b": 1})["sum"] == 2


def test_the_death_of_a_worker_is_an_answer(two):
    failed = plugins.invoke("one.die", {})
    assert failed["success"] is False and failed["error_type"] == "PluginCrashedError"
    assert plugins.invoke("two.add", {"a": 1, "b": 1})["sum"] == 2


def test_arrays_and_other_values_cross_as_arguments_and_answers(two):
    numpy = pytest.importorskip("numpy", reason="needs numpy beside the host")
    import one

    large = numpy.arange(1 << 20, dtype="f4")
    got = []

    def here(args):
        got.append(args["values"])
        return {"values": args["values"] * 2, "pair": (1, 2)}

    schema = {"type": "object", "properties": {"values": {"type": "array"}}, "required": ["values"]}
    plugins.register_capability("host.double", here, schema=schema)
    try:
        # From here to one, which has no NumPy, and back to here.
        answer = plugins.invoke("one.forward", {"name": "host.double", "args": {"values": large}})
        assert answer["success"], answer
        assert (got[0] == large).all() and answer["pair"] == (1, 2)
        assert bytes(memoryview(answer["values"])) == (large * 2).tobytes()
        refused = one.call("host.double", {"values": 3})
        assert refused["error_type"] == "CapabilityArgumentError"
    finally:
        plugins.unregister_capability("host.double")


def test_a_circle_through_processes_is_found(two):
    inner = {"name": "one.forward", "args": {"name": "two.forward", "args": {"name": "nobody"}}}
    answer = plugins.invoke("one.forward", {"name": "two.forward", "args": inner})
    text = str(answer)
    assert "CircularCallError" in text and "one.forward -> two.forward -> one.forward" in text
