"""Names of capabilities across processes: whose they are, and who sees which."""

import pytest
from lichtfeld import plugins

from lfs_plugins import PluginError, PluginState
from panels import shown

SEES = '''
import threading
from lichtfeld import plugins
from lfs_plugins.capabilities import CapabilityRegistry
from lfs_plugins.types import Panel
import lichtfeld as lf

seen = {}
NAMES = ("host.here", "other.add", "sees.own", "nobody.has")

def look(when):
    seen[when] = [name for name in NAMES if plugins.has_capability(name)]

class Shows(Panel):
    id = "sees.panel"
    def draw(self, layout):
        look("draw")
        layout.label("drawn")

look("import")
plugins.register_capability("sees.own", lambda args: {"own": 1}, "Mine")
look("import, registered")

def on_load():
    look("on_load")
    lf.register_class(Shows)
    thread = threading.Thread(target=look, args=("thread",)); thread.start(); thread.join()

def known(): return plugins.list_capabilities()
def get(name):
    found = CapabilityRegistry.instance().get(name)
    return found and (found.name, found.description, found.plugin_name, found.handler is None)
def call(name): return plugins.invoke(name, {})
def what(): look("call"); return seen
'''
OTHER = '''
from lichtfeld import plugins
def on_load():
    plugins.register_capability(
        "other.add", lambda args: {"sum": args["a"] + args["b"]}, "Adds",
        schema={"properties": {"a": {"type": "number"}}, "required": ["a"]})
def forget(): return plugins.unregister_capability("other.add")
'''
TAKES = '''
from lichtfeld import plugins
refused = None
def on_load():
    global refused
    plugins.register_capability("takes.first", lambda args: {})
    try:
        plugins.register_capability("other.add", lambda args: {"sum": "stolen"})
    except Exception as error:
        refused = (type(error).__name__, error.code, str(error), error.hint)
def again():
    plugins.register_capability("other.add", lambda args: {"sum": "mine now"})
    return True
def why(): return refused
def has(name): return plugins.has_capability(name)
'''
PLACES = ["shared", "process"]


def add(home, manager, name, code, place):
    home.plugin(name, code, tool=f'isolation = "{place}"')
    assert manager.load(name), manager.get_traceback(name) or manager.get_error(name)
    return __import__(name)


@pytest.fixture
def here():
    plugins.register_capability("host.here", lambda args: {"here": True})
    yield
    plugins.unregister_capability("host.here")


@pytest.mark.parametrize("place", PLACES)
def test_a_plugin_sees_those_of_all_others_wherever_it_runs(home, manager, here, place):
    add(home, manager, "other", OTHER, "process")
    sees = add(home, manager, "sees", SEES, place)
    shown("sees.panel", "drawn")
    others = ["host.here", "other.add"]
    assert sees.what() == {
        "import": others,
        "import, registered": others,  # seen by nobody before it is active
        **dict.fromkeys(("on_load", "thread", "draw", "call"), [*others, "sees.own"]),
    }
    assert sees.known() == plugins.list_capabilities()
    assert [found["name"] for found in sees.known()] == ["host.here", "other.add", "sees.own"]
    assert sees.get("other.add") == ("other.add", "Adds", "other", True)
    assert sees.get("nobody.has") is None
    assert sees.call("sees.own") == {"success": True, "own": 1}
    assert "did you mean 'host.here'?" in sees.call("host.heer")["error"]
    manager.unload("other")
    assert sees.what()["call"] == ["host.here", "sees.own"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("owner", PLACES)
def test_a_name_that_another_plugin_has_is_refused_where_it_is_registered(home, manager, owner, place):
    other = add(home, manager, "other", OTHER, owner)
    takes = add(home, manager, "takes", TAKES, place)
    assert takes.why() == (
        "PluginError",
        "LR020",
        "capability 'other.add' is already offered by plugin 'other'; plugin 'takes' cannot register it",
        "begin the name with your plugin's own, as in 'my_plugin.align', or unload the other plugin",
    )
    assert plugins.invoke("other.add", {"a": 1, "b": 2})["sum"] == 3, "nothing is lost"
    with pytest.raises(PluginError, match="already offered by plugin 'other'") as raised:
        takes.again()
    assert raised.value.code == "LR020"
    assert takes.has("other.add") and takes.has("takes.first")
    assert other.forget() is True
    assert not takes.has("other.add")
    assert takes.again()
    assert plugins.invoke("other.add", {"a": 1, "b": 2})["sum"] == "mine now"
    manager.unload("takes")
    freed = manager.unload_report("takes")["freed"]
    assert sorted(freed) == ["capability 'other.add'", "capability 'takes.first'"]
    assert plugins.list_capabilities() == []


@pytest.mark.parametrize("place", PLACES)
def test_a_refusal_that_is_not_caught_is_the_plugin_s_error(home, manager, here, place):
    home.plugin(
        "thief",
        """
        from lichtfeld import plugins
        def on_load():
            plugins.register_capability("host.here", lambda args: {})
        """,
        tool=f'isolation = "{place}"',
    )
    assert not manager.load("thief")
    assert manager.get_state("thief") is PluginState.ERROR
    error = manager.get_error("thief")
    assert "capability 'host.here' is already offered by the application" in error
    assert "__init__.py:4" in error, "where it was registered"
    assert plugins.invoke("host.here", {})["here"] is True
    log = home.log("thief")
    assert "already offered by the application" in log


def test_a_new_version_may_take_the_names_of_the_old(home, manager):
    sees = add(home, manager, "sees", SEES, "process")
    assert manager.reload("sees"), manager.get_error("sees")
    assert sees.what()["import"] == ["sees.own"], "the old version's"
    assert plugins.invoke("sees.own", {})["own"] == 1
    assert len(plugins.list_capabilities()) == 1
