"""What crosses with calls that a worker records, and in which order they are made."""

import datetime
import threading

import pytest
from lichtfeld import plugins

from offers import offered, run  # noqa: F401 - fixtures


class Canvas:
    """Something whose calls are recorded."""

    def __init__(self):
        self.calls = []

    def put(self, *args, **kwargs):
        self.calls.append((args, kwargs))

    def other(self, *args):
        self.calls.append(("other", *args))


@pytest.fixture
def canvas(offered):
    plugins.share("Canvas", Canvas, recorded=True)
    canvas = Canvas()
    offered(canvas=canvas)
    return canvas


def test_values_of_all_kinds_arrive_as_they_were_when_the_call_was_made(run, canvas):
    plugin = run("""
import datetime
def draw():
    changed = [1, [2]]
    values = {"a": changed}
    lf.canvas.put(None, True, False, 0, -1, 1 << 62, -(1 << 63), 1 << 63, 1 << 200, 0.1, float("inf"))
    lf.canvas.put("", "text", "\u00e9\U0001f600", chr(0xd800), b"bytes", 1j)
    lf.canvas.put((), [], ((1, [2.0, ("x",)]),), (((((((((((1,),),),),),),),),),),))
    lf.canvas.put(changed, values, {1, 2}, bytearray(b"x"), datetime.date(2020, 1, 2))
    lf.canvas.put(color=(1, 0.5, 0), width=2, name="n", nested=[changed])
    changed[1].append(3)
    values["b"] = 1
    return True
""")
    assert plugin.draw()
    (numbers, _), (texts, _), (nested, _), (mutable, _), (args, kwargs) = canvas.calls
    assert numbers == (None, True, False, 0, -1, 1 << 62, -(1 << 63), 1 << 63, 1 << 200, 0.1, float("inf"))
    assert [type(each) for each in numbers[:3]] == [type(None), bool, bool]
    assert texts == ("", "text", "\u00e9\U0001f600", "\ud800", b"bytes", 1j)
    assert nested == ((), [], ((1, [2.0, ("x",)]),), (((((((((((1,),),),),),),),),),),))
    assert mutable[2:] == ({1, 2}, bytearray(b"x"), datetime.date(2020, 1, 2))
    assert (args, {**kwargs, "nested": None}) == ((), {"color": (1, 0.5, 0), "width": 2, "name": "n", "nested": None})
    if run.place == "process":
        # In the application's process the plugin still has the same list.
        assert mutable[:2] == ([1, [2]], {"a": [1, [2]]}) and kwargs["nested"] == [[1, [2]]]


def test_what_a_plugin_changes_later_is_not_what_it_has_drawn(run, canvas):
    plugin = run("""
import array
def draw():
    class Point(list): pass
    point, numbers = Point([1]), array.array("d", [1.0, 2.0])
    lf.canvas.put([point[0]], bytes(numbers))
    point[0] = 2
    numbers[0] = 3.0
    lf.canvas.put([point[0]], bytes(numbers))
    return True
""")
    assert plugin.draw()
    assert [args[0] for args, _ in canvas.calls] == [[1], [2]]
    assert canvas.calls[0][0][1] != canvas.calls[1][0][1]


def test_objects_of_the_application_cross_back_as_themselves(run, canvas):
    plugin = run("""
def draw():
    lf.canvas.put(lf.canvas, [lf.canvas, {"own": lf.canvas}])
    return True
""")
    assert plugin.draw()
    ((first, (second, third)), _) = canvas.calls[0]
    assert first is second is third["own"] is canvas


def test_calls_of_several_objects_and_methods_keep_their_order(run, offered, canvas):
    second = Canvas()
    second.calls = canvas.calls
    offered(second=second)
    plugin = run("""
def draw():
    for index in range(50):
        lf.canvas.put(index)
        lf.second.other(index)
    put = lf.canvas.put
    put("kept")
    return True
""")
    assert plugin.draw()
    expected = [each for index in range(50) for each in (((index,), {}), ("other", index))]
    assert canvas.calls == [*expected, (("kept",), {})]


def test_threads_record_at_the_same_time_and_nothing_is_lost(run, canvas):
    plugin = run("""
import threading
def draw():
    canvas = lf.canvas
    def many(number):
        for index in range(2000):
            canvas.put(number, index)
            if index % 100 == number:
                lf.canvas.calls  # a question sends what this thread has recorded
    threads = [threading.Thread(target=many, args=(number,)) for number in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return True
""")
    assert plugin.draw()
    assert len(canvas.calls) == 8000
    for number in range(4):
        of_one = [args[1] for args, _ in canvas.calls if args[0] == number]
        assert of_one == list(range(2000))


def test_more_calls_than_are_kept_at_once_arrive(run, canvas):
    plugin = run("""
def draw():
    put = lf.canvas.put
    for index in range(250_000):
        put(index)
    return True
""")
    assert plugin.draw()
    assert [args[0] for args, _ in canvas.calls] == list(range(250_000))


def test_the_error_of_a_call_names_it(run, canvas):
    plugin = run("""
def draw():
    put, other = lf.canvas.put, lf.canvas.other
    put(1)
    other(wrong=2)
    put(3)
    return lf.canvas.calls
def safely():
    try:
        draw()
    except TypeError as error:
        return str(error)
""")
    said = plugin.safely()
    assert "other() got an unexpected keyword argument 'wrong'" in said
    if run.place == "process":
        assert said.startswith("recorded call 2, other: ")
    assert canvas.calls == [((1,), {})]


def test_something_recorded_is_freed_with_its_last_reference(run, offered):
    class Short:
        def __init__(self, ended):
            self.ended = ended

        def touch(self):
            pass

        def __del__(self):
            self.ended.set()

    ended = threading.Event()
    plugins.share("Short", Short, recorded=True)
    offered(made=lambda: Short(ended))
    plugin = run("""
def use():
    made = lf.made()
    made.touch()
    made.touch()
    del made
    return lf.made is None
""")
    assert plugin.use() is False
    assert plugin.use() is False  # the end of a reference is told with the next question
    assert ended.wait(60)
