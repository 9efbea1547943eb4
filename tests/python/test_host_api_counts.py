"""How many questions a worker asks its application: what is read together costs one."""

import sys
from collections import Counter

import pytest

from offers import offered  # noqa: F401 - a fixture
from homes import module

NODES = 300

CODE = '''
import lichtfeld as lf
lf.names, lf.all_nodes, lf.steps  # asked for once, here
def lists(): return lf.all_nodes()
def one_by_one():
    return [(node.name, node.visible, node.opacity) for node in lf.all_nodes()]
def together():
    nodes = lf.all_nodes()
    with lf.plugins.batch():
        return [(node.name, node.visible, node.opacity) for node in nodes]
def nested():
    nodes = lf.all_nodes()
    with lf.plugins.batch():
        with lf.plugins.batch():
            nodes[0].name
        return nodes[0].name
def changed():
    node = lf.all_nodes()[0]
    with lf.plugins.batch():
        before = node.name, node.name
        node.visible = False
        return *before, node.name
def snapshot_of_one():
    one = lf.plugins.snapshot(lf.all_nodes()[0], "name visible opacity")
    return one.name, one.visible, one.opacity
def snapshots():
    return [(each.name, each.visible) for each in lf.plugins.snapshot(lf.all_nodes(), "name visible")]
def names(): return [name for name in lf.names()]
def some():
    for step in lf.steps():
        if step == 3: return step
'''


class Node:
    def __init__(self, name):
        self.name, self.visible = name, True

    @property
    def opacity(self):
        return 0.5


class Names:
    def __iter__(self):
        return iter([f"n{number}" for number in range(NODES)])


@pytest.fixture
def asked(home, manager, offered, monkeypatch):  # noqa: F811
    """Calls a function of the plugin; returns its result and the questions that it has asked."""
    nodes = [Node(f"n{number}") for number in range(NODES)]
    offered(all_nodes=lambda: nodes, names=lambda: Names(), steps=lambda: iter(x for x in range(100)))
    home.plugin("counts", CODE, tool='isolation = "process"')
    assert manager.load("counts"), manager.get_traceback("counts")
    counted = Counter()
    answers = sys.modules["_lichtfeld_answering"].Answers
    of = answers.of

    def counting(self, question):
        counted[question[0]] += 1
        return of(self, question)

    monkeypatch.setattr(answers, "of", counting)

    def ask(name):
        counted.clear()
        result = getattr(module("counts"), name)()
        return result, dict(counted)

    return ask


ALL = [(f"n{number}", True, 0.5) for number in range(NODES)]
CALL = {"invoke": 1}


def test_without_a_batch_each_attribute_is_a_question(asked):
    assert asked("one_by_one") == (ALL, {**CALL, "get": 3 * NODES})


def test_a_batch_reads_what_it_has_learned_of_all_objects_at_once(asked):
    # Of the first object one attribute at a time, of the second all that were read: of all the rest too.
    assert asked("together") == (ALL, {**CALL, "read": 4})
    # The names are known now.
    assert asked("together") == (ALL, {**CALL, "read": 2})


def test_a_batch_inside_a_batch_is_the_same(asked):
    assert asked("nested") == ("n0", {**CALL, "read": 1})


def test_a_change_in_a_batch_makes_what_was_read_old(asked):
    assert asked("changed") == (("n0", "n0", "n0"), {**CALL, "read": 2, "set": 1})


def test_a_snapshot_is_one_question(asked):
    assert asked("snapshot_of_one") == (("n0", True, 0.5), {**CALL, "read": 1})
    assert asked("snapshots") == ([(name, seen) for name, seen, _ in ALL], {**CALL, "read": 1})


def test_items_of_lists_are_read_ahead_and_those_of_generators_are_not(asked):
    # 4, 16, 64 and 256 items.
    assert asked("names") == ([name for name, _, _ in ALL], {**CALL, "operate": 1, "items": 4})
    assert asked("some") == (3, {**CALL, "operate": 1, "items": 4})
