"""A worker's way into the application ends at what the application offers, whichever way it asks."""

import os

import pytest

import lichtfeld as lf

from hostile import worker  # noqa: F401 - a fixture
from offers import offered, run  # noqa: F401 - fixtures


class Thing:
    module = os

    def method(self):
        return "its own"


def function():
    return 1


def test_what_leads_to_the_rest_of_the_process_does_not_cross(run, offered):
    if run.place == "shared":
        pytest.skip("in the application's process there is no border")
    offered(thing=Thing(), function=function)
    plugin = run('''
def said(get):
    try: return "had", str(get())
    except Exception as error: return type(error).__name__, str(error)
def look():
    return [said(lambda: lf.thing.module), said(lambda: lf.thing.__dict__), said(lambda: lf.function.__globals__),
            said(lambda: lf.function.__code__), said(lambda: lf.thing.method.__self__)]
''')
    kinds, texts = zip(*plugin.look())
    assert kinds == ("PermissionError", *["AttributeError"] * 4), texts
    assert texts[0] == "module is a module, which is not shared"
    assert all("does not cross between processes" in text for text in texts[1:]), texts


@pytest.mark.parametrize("question", [
    ("operate", "lichtfeld", "repr", ()),
    ("operate", "lichtfeld", "str", ()),
    ("operate", "lichtfeld", "bool", ()),
])
def test_nothing_is_done_with_a_module_itself(worker, question):
    kind, said = worker.ask(*question)
    assert kind == "TypeError" and "nothing to do with a module" in said


def test_a_plugin_in_another_process_is_no_module_of_the_application(worker, home):
    from lfs_plugins import PluginManager

    home.plugin("neighbour", "secret = 1\n", tool='isolation = "process"')
    assert PluginManager.instance().load("neighbour")
    for question in (("get", "lfs_plugins.neighbour", "secret"), ("module", "lfs_plugins.neighbour")):
        kind, said = worker.ask(*question)
        assert kind in ("PermissionError", "ModuleNotFoundError"), (kind, said)


def test_of_a_base_class_only_its_methods_are_inherited(run, offered):
    if run.place == "shared":
        pytest.skip("in the application's process Python's own `super()` is used")
    offered(Thing=Thing)
    plugin = run('''
class Mine(lf.Thing):
    def method(self): return "mine"
def look(name):
    mine = Mine()
    peer, number = Mine._lichtfeld_base._peer, mine._lichtfeld_real._number
    try: return "had", str(peer.ask("inherited", number, name, (), {}))
    except Exception as error: return type(error).__name__, str(error)
''')
    assert plugin.look("method") == ("had", "its own")
    for name in ("__reduce__", "__dir__", "__sizeof__"):
        kind, said = plugin.look(name)
        assert kind == "AttributeError" and "is not a method of Thing" in said
