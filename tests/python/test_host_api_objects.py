"""Classes of the application that plugins derive from, calls that are recorded, and attributes that are
read together."""

import pytest
from lichtfeld import plugins

from offers import offered, run  # noqa: F401 - fixtures


class Callback:
    """A class of the application that plugins derive from."""

    def __init__(self, title="untitled"):
        self._title = title
        self.log = []

    @property
    def title(self):
        return self._title

    @title.setter
    def title(self, value):
        self._title = value

    def on_step(self, step):
        return f"base {step}"

    def describe(self):
        return f"{self.title}: {self.on_step(0)}"


def test_classes_of_the_application_are_derived_from(run, offered):
    taken = []
    offered(Callback=Callback, take=taken.append, given=lambda: taken[-1])
    plugin = run('''
class Mine(lf.Callback):
    kind = "mine"
    def __init__(self):
        super().__init__("title")
        self.steps = []
    def on_step(self, step):
        self.steps.append(step)
        return f"{super().on_step(step)} mine"
class Without(lf.Callback):
    def __init__(self):
        self.x = 1
    def on_step(self, step):
        return step * 2
class Plain(lf.Callback):
    pass
mine = Mine()
def give(): lf.take(mine)
def give_without(): lf.take(Without())
def give_plain(): lf.take(Plain("plain"))
def steps(): return mine.steps
def look():
    mine.title = "new"
    return (mine.describe(), mine.title, isinstance(mine, lf.Callback), isinstance(mine, Mine), lf.given() is mine,
            Mine.__name__, mine.kind)
''')
    plugin.give()
    mine = taken[-1]
    assert isinstance(mine, Callback) and type(mine) is not Callback
    assert mine.on_step(3) == "base 3 mine" and mine.title == "title"
    assert plugin.look() == ("new: base 0 mine", "new", True, True, True, "Mine", "mine")
    assert plugin.steps() == [3, 0]
    plugin.give_plain()
    assert taken[-1].describe() == "plain: base 0"
    plugin.give_without()
    assert taken[-1].on_step(4) == 8


class Context:
    """A draw context."""

    def __init__(self):
        self.width = 100
        self.lines = []

    def line(self, start, end, *, color=(1, 1, 1)):
        if color is None:
            raise ValueError("a line without a color")
        self.lines.append((start, end, color))

    def end(self):
        return len(self.lines)


@pytest.fixture
def recorded(offered):
    plugins.share("Context", Context, recorded=True)
    handlers = []
    offered(add_draw_handler=handlers.append)
    return handlers


def test_two_classes_of_the_application_are_not_derived_from_at_once(run, offered):
    offered(Callback=Callback, Other=type("Other", (), {}))
    plugin = run('''
def look():
    class Mixin: mixed = True
    class Mine(lf.Callback, Mixin): pass
    try:
        class Both(lf.Callback, lf.Other): pass
    except TypeError as error:
        return Mine().mixed, str(error)
    return Mine().mixed, ""
''')
    mixed, error = plugin.look()
    assert mixed and ("derives from two classes" in error) == (run.place == "process")


def test_recorded_calls_are_made_in_order_before_the_handler_returns(run, recorded):
    run('''
point = [0, 0]
def draw(context):
    for index in range(context.width):
        point[0] = index
        context.line(point, (index, 1), color=(0, 0, index))
def on_load(): lf.add_draw_handler(draw)
''')
    context = Context()
    assert recorded[0](context) is None
    expected = [([index, 0], (index, 1), (0, 0, index)) for index in range(100)]
    if run.place == "process":
        assert context.lines == expected
    else:
        assert len(context.lines) == 100  # the list is the plugin's own here


def test_an_error_of_a_recorded_call_is_the_handler_s(run, recorded):
    run('''
def draw(context):
    context.line(1, 2)
    context.line(1, 2, color=None)
    context.line(3, 4)
def on_load(): lf.add_draw_handler(draw)
''')
    context = Context()
    with pytest.raises(ValueError, match="a line without a color"):
        recorded[0](context)
    assert context.lines == [(1, 2, (1, 1, 1))]


class Node:
    def __init__(self, name):
        self.name, self.visible = name, True

    @property
    def opacity(self):
        return 0.5

    def rename(self, name):
        self.name = name


def test_batches_and_snapshots_read_together(run, offered):
    nodes = [Node(f"n{index}") for index in range(50)]
    offered(nodes=lambda: nodes)
    plugin = run('''
def together():
    nodes = lf.nodes()
    with lf.plugins.batch():
        return [(node.name, node.visible, node.opacity) for node in nodes]
def snapshots():
    one = lf.plugins.snapshot(lf.nodes()[0], "name visible")
    many = lf.plugins.snapshot(lf.nodes(), ["name"])
    return one.name, one.visible, [each.name for each in many]
def fresh():
    node = lf.nodes()[0]
    with lf.plugins.batch():
        before = node.name
        node.rename("x")
        after = node.name
        node.rename("n0")
    return before, after
def missing():
    try:
        with lf.plugins.batch():
            return lf.nodes()[0].nothing
    except AttributeError as error:
        return str(error)
''')
    assert plugin.together() == [(f"n{index}", True, 0.5) for index in range(50)]
    assert plugin.together() == [(f"n{index}", True, 0.5) for index in range(50)]
    assert plugin.snapshots() == ("n0", True, [f"n{index}" for index in range(50)])
    assert plugin.fresh() == ("n0", "x")
    assert "nothing" in plugin.missing()
