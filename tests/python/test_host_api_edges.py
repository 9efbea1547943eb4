"""What of the application's API is easily lost in a worker, and seen by no plugin at first: names of its
modules, calls before an error, attributes that are missing."""

import enum
import sys
import types

import pytest

import lichtfeld as lf
from lichtfeld import plugins

from offers import offered, run  # noqa: F401 - fixtures


def test_a_plugin_lists_names_of_a_module_of_the_application_and_does_not_set_them(run, offered):
    selection = types.ModuleType("lichtfeld.selection")
    selection.mask = [1, 2]
    offered(selection=selection)
    sys.modules["lichtfeld.selection"] = selection
    lf.ui.theme = lambda: "dark"
    plugin = run('''
def look(): return "mask" in dir(lf.selection), "theme" in dir(lf.ui), "selection" in dir(lf)
def change():
    try: lf.selection.mask = [4]
    except PermissionError as error: return str(error)
''')
    assert plugin.look() == (True, True, True)
    if run.place == "process":
        # All plugins of the application use it. In its own process nobody can keep them from it.
        assert plugin.change() == "mask of a module of the application cannot be changed by a plugin"
        assert selection.mask == [1, 2]


class Context:
    def __init__(self):
        self.lines = []

    def line(self, number):
        self.lines.append(number)


def test_calls_that_were_recorded_before_an_error_are_made(run, offered):
    plugins.share("Context", Context, recorded=True)
    handlers = []
    offered(add=handlers.append)
    run('''
def draw(context):
    context.line(1)
    context.line(2)
    raise ValueError("in the handler")
def on_load(): lf.add(draw)
''')
    context = Context()
    with pytest.raises(ValueError, match="in the handler"):
        handlers[0](context)
    assert context.lines == [1, 2]


def test_a_snapshot_of_an_attribute_that_is_missing_says_so(run, offered):
    offered(node=lambda: types.SimpleNamespace(name="a"))
    plugin = run('''
def look():
    try:
        return lf.plugins.snapshot(lf.node(), "name nothing").nothing
    except AttributeError as error:
        return str(error)
''')
    assert "nothing" in plugin.look() and "attribute" in plugin.look()


def test_a_worker_s_own_log_has_what_the_application_s_module_has_not(run, home, monkeypatch):
    if run.place == "shared":
        pytest.skip("in the application's process its module is the only one")
    own = types.ModuleType("lichtfeld.log")
    lines = own.lines = []
    own.info = lines.append
    monkeypatch.setattr(lf, "log", own)
    monkeypatch.setitem(sys.modules, "lichtfeld.log", own)
    plugin = run("def look():\n    lf.log.info('theirs')\n    lf.log.error('a line of its own')\n")
    plugin.look()
    assert lines == ["theirs"]
    assert "a line of its own" in home.log("asks")


class Kind(enum.Enum):
    SPLAT = 1
    MESH = "mesh"


def test_members_of_enums_are_members_here_and_ask_nothing(run, offered):
    offered(Kind=Kind, kind=lambda: Kind.MESH)
    plugin = run('''
import enum
def look():
    kind = lf.kind()
    return isinstance(kind, enum.Enum), isinstance(lf.Kind, enum.EnumMeta), type(kind) is lf.Kind
''')
    assert plugin.look() == (True, True, True)


def test_a_method_of_the_plugin_is_one_key_of_a_dict(run, offered):
    handlers = {}
    offered(add=lambda function: handlers.setdefault(function, 1), remove=lambda function: handlers.pop(function))
    plugin = run('''
class Overlay:
    def draw(self): pass
overlay = Overlay()
def add(): lf.add(overlay.draw)
def remove(): lf.remove(overlay.draw)
''')
    plugin.add()
    plugin.add()
    assert len(handlers) == 1
    plugin.remove()
    assert not handlers


class Callback:
    def on_step(self, step):
        return step


def test_an_object_that_does_not_call_the_constructor_of_its_base_is_one_of_the_application(run, offered):
    taken = []
    offered(Callback=Callback, take=taken.append)
    plugin = run('''
class Without(lf.Callback):
    def __init__(self): self.x = 1
    def on_step(self, step): return step * 2
def give(): lf.take(Without())
''')
    plugin.give()
    assert isinstance(taken[0], Callback) and taken[0].on_step(4) == 8
