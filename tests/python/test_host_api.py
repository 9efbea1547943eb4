"""What the application offers as ``lichtfeld`` works in both places: a plugin does not notice where it
runs."""

import enum
import sys
import threading
import types

import pytest

import lichtfeld as lf
from lfs_plugins import compat
from lichtfeld import plugins

from loops import Loop
from offers import PLACES, offered, run  # noqa: F401 - fixtures


class Kind(enum.Enum):
    SPLAT = 1
    MESH = "mesh"


class Options(enum.Flag):
    A = 1
    B = 2


class Node:
    def __init__(self, name, kind=Kind.SPLAT, children=()):
        self.name, self.kind, self.visible = name, kind, True
        self._children = list(children)
        self.asked = 0

    @property
    def opacity(self):
        self.asked += 1
        return 0.5

    @opacity.setter
    def opacity(self, value):
        if not 0 <= value <= 1:
            raise ValueError("an opacity is between 0 and 1")
        self.name = f"{self.name}*{value}"

    def rename(self, name):
        self.name = name
        return self

    def __iter__(self):
        return iter(self._children)

    def __len__(self):
        return len(self._children)

    def __getitem__(self, index):
        return self._children[index]

    def __contains__(self, name):
        return any(child.name == name for child in self._children)

    def __repr__(self):
        return f"Node({self.name})"


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __rmul__(self, factor):
        return Vector(factor * self.x, factor * self.y)

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y) == (other.x, other.y)

    __hash__ = None


class SceneError(ValueError):
    pass


def test_functions_and_objects(run, offered):
    scene = Node("scene", children=[Node("a"), Node("b", Kind.MESH)])
    offered(get_scene=lambda: scene, has_scene=lambda: True)
    plugin = run('''
scene = lf.get_scene()  # while it is imported
def look():
    scene = lf.get_scene()
    names = [node.name for node in scene]
    scene[0].visible = False
    return lf.has_scene(), len(scene), names, "b" in scene, repr(scene), scene[0].visible, scene is lf.get_scene()
def rename():
    node = lf.get_scene()[1].rename("c")
    return node.name, node == lf.get_scene()[1], node != lf.get_scene()[0]
def set_opacity(value):
    try:
        lf.get_scene()[0].opacity = value
    except ValueError as error:
        return str(error)
    return lf.get_scene()[0].opacity
''')
    assert plugin.look() == (True, 2, ["a", "b"], True, "Node(scene)", False, True)
    assert scene[0].visible is False
    assert plugin.rename() == ("c", True, True)
    assert plugin.set_opacity(2) == "an opacity is between 0 and 1"
    assert plugin.set_opacity(1) == 0.5 and scene[0].name == "a*1"


def test_what_is_missing_is_an_attribute_error(run, offered):
    plugin = run('''
def look():
    found = hasattr(lf, "get_scene"), hasattr(lf, "_private"), getattr(lf, "nothing", 7)
    try:
        lf.get_scene
        return found, ""
    except AttributeError as error:
        return found, str(error)
''')
    found, text = plugin.look()
    assert found == (False, False, 7)
    assert text == (
        "this host has no lichtfeld.get_scene, which hosts with a scene offer (plugin API 1.0); look before you use "
        "it: `if hasattr(lichtfeld, 'get_scene')`"
    )
    offered(get_scene=lambda: None)
    assert plugin.look() == ((True, False, 7), "")


def test_enums_are_values(run, offered):
    scene = Node("scene", Kind.MESH)
    offered(Kind=Kind, Options=Options, get_scene=lambda: scene, same=lambda *kinds: [type(kind) for kind in kinds],
            options=lambda: Options.A | Options.B)
    plugin = run('''
def look():
    kind = lf.get_scene().kind
    match kind:
        case lf.Kind.MESH: matched = True
    table = {lf.Kind.MESH: "m"}
    both = lf.options()
    return (kind is lf.Kind.MESH, kind.name, kind.value, matched, table[kind], [k.name for k in lf.Kind],
            both == lf.Options.A | lf.Options.B, lf.Options.A in both, isinstance(kind, lf.Kind))
def back():
    return lf.same(lf.Kind.SPLAT, lf.Kind, lf.Options.A | lf.Options.B)
''')
    assert plugin.look() == (True, "MESH", "mesh", True, "m", ["SPLAT", "MESH"], True, True, True)
    assert plugin.back() == [Kind, enum.EnumMeta, Options]


def test_classes_make_objects_and_know_them(run, offered):
    offered(Node=Node, Vector=Vector, get_scene=lambda: Node("scene"))
    plugin = run('''
def look():
    node = lf.Node("mine")
    v = lf.Vector(1, 2) + lf.Vector(3, 4)
    w = 2 * v
    return (isinstance(node, lf.Node), isinstance(lf.get_scene(), lf.Node), isinstance(node, lf.Vector),
            isinstance(3, lf.Node), node.name, (v.x, v.y), (w.x, w.y), w == lf.Vector(8, 12), issubclass(lf.Node, lf.Node))
''')
    assert plugin.look() == (True, True, False, False, "mine", (4, 6), (8, 12), True, True)


def test_exceptions_of_the_application(run, offered):
    def fail():
        raise SceneError("no scene")

    offered(SceneError=SceneError, fail=fail)
    plugin = run('''
def look():
    try:
        lf.fail()
    except lf.SceneError as error:
        return type(error).__name__, str(error), isinstance(error, ValueError)
''')
    assert plugin.look() == ("SceneError", "no scene", True)


def test_modules_of_the_application(run, offered):
    selection = types.ModuleType("lichtfeld.selection")
    selection.mask = [1, 2]
    selection.get = lambda: selection.mask
    selection.set = lambda mask: setattr(selection, "mask", mask)
    io = types.ModuleType("io_of_the_host")
    io.load = lambda path: f"loaded {path}"
    offered(selection=selection)
    sys.modules["lichtfeld.selection"] = selection
    plugins.share("io", io)
    lf.ui.theme = lambda: {"name": "dark"}
    plugin = run('''
import lichtfeld.selection
from lichtfeld import io, selection
from lichtfeld.io import load
def look():
    selection.set([3])
    return (lf.selection.get(), lichtfeld_selection(), io.load("a"), load("b"), lf.ui.theme(), lf.io is io,
            "get" in dir(selection), "theme" in dir(lf.ui), hasattr(lf.ui, "request_redraw"))
def lichtfeld_selection():
    import lichtfeld
    return lichtfeld.selection.mask
''')
    assert plugin.look() == ([3], [3], "loaded a", "loaded b", {"name": "dark"}, True, True, True, True)
    assert selection.mask == [3]


def test_a_plugin_gives_functions_that_the_application_calls_and_forgets(run, offered, manager):
    handlers = {}

    def add(name, function):
        handlers[name] = function

        def forget():
            # After a reload the new version has given its own by the same name.
            if handlers.get(name) is function:
                del handlers[name]

        assert plugins.when_unloaded(function, forget).plugin == "asks"

    offered(add_draw_handler=add, remove_draw_handler=lambda name: handlers.pop(name))
    plugin = run('''
drawn = []
class Overlay:
    def draw(self, width):
        drawn.append(width)
        return width * 2
overlay = Overlay()
def on_load():
    lf.add_draw_handler("overlay", overlay.draw)
    lf.add_draw_handler("second", lambda width: 1)
def remove(): lf.remove_draw_handler("second")
def seen(): return drawn
''')
    assert handlers["overlay"](4) == 8 and plugin.seen() == [4]
    plugin.remove()
    assert list(handlers) == ["overlay"]
    assert manager.reload("asks")
    assert sorted(handlers) == ["overlay", "second"] and handlers["overlay"](1) == 2
    assert manager.unload("asks")
    assert handlers == {}


def test_a_method_is_the_same_each_time(run, offered):
    handlers = []
    offered(add=handlers.append, remove=handlers.remove)
    plugin = run('''
class Overlay:
    def draw(self): pass
overlay = Overlay()
def add(): lf.add(overlay.draw)
def remove(): lf.remove(overlay.draw)
''')
    plugin.add()
    assert len(handlers) == 1
    plugin.remove()
    assert handlers == []


def test_iteration_reads_ahead_only_where_nobody_notices(run, offered):
    done = []

    def steps():
        for number in range(5):
            done.append(number)
            yield number

    offered(steps=steps, nodes=lambda: Node("all", children=[Node(str(n)) for n in range(1000)]), done=done)
    plugin = run('''
def some():
    found = []
    for step in lf.steps():
        found.append((step, len(lf.done)))
        if step == 2: break
    return found
def names(): return [node.name for node in lf.nodes()]
''')
    assert plugin.some() == [(0, 1), (1, 2), (2, 3)]
    assert plugin.names() == [str(n) for n in range(1000)]


def test_a_function_for_the_ui_thread(run, offered):
    threads = []
    plugins.share("where", lambda: threads.append(threading.get_ident()) or len(threads), ui_thread=True)
    plugin = run('''
import threading
def from_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(lf.where()))
    thread.start(); thread.join()
    return found[0]
def here(): return lf.where()
''')
    loop = Loop()
    try:
        assert loop.while_thread(plugin.from_thread) == 1
        assert plugin.here() == 2
    finally:
        plugins.set_ui_thread(None)
    assert set(threads) == {threading.get_ident()}


OTHER = '''
import lichtfeld as lf
from lfs_plugins.types import Operator
from lfs_plugins.props import IntProperty

class Scale(Operator):
    id = "other.scale"
    label = "Scale"
    times: IntProperty(default=2, min=1, max=10)
    def execute(self, context):
        return {"status": "FINISHED", "times": self.times}

class Drag(Operator):
    id = "other.drag"
    label = "Drag"
    def invoke(self, context, event): return {"RUNNING_MODAL"}
    def modal(self, context, event): return {"FINISHED"} if event.type == "ESC" else {"RUNNING_MODAL"}

def on_load():
    lf.register_class(Scale)
    lf.register_class(Drag)
'''


@pytest.fixture
def strict():
    """The mistakes of these plugins are told, though their manifests are older."""
    compat.set_leniency(operator_keywords="none")
    yield
    compat.set_leniency(operator_keywords="older")


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("place", PLACES)
def test_operators_of_others(run, home, manager, place):
    home.plugin("other", OTHER, tool=f'isolation = "{place}"')
    assert manager.load("other"), manager.get_traceback("other")
    plugin = run('''
from lfs_plugins.types import Operator
class Mine(Operator):
    id = "asks.mine"
    label = "Mine"
    def execute(self, context):
        return {"status": "FINISHED", "inner": lf.ui.ops.invoke("other.scale", times=4).data}
def on_load(): lf.register_class(Mine)
def look():
    ops = lf.ui.ops
    result = ops.invoke("other.scale", times=3)
    started = ops.invoke("other.drag")
    running = ops.is_running("other.drag")
    moved = ops.modal("other.drag", "MOUSEMOVE", x=1)
    ended = ops.modal("other.drag", lf.ui.Event(type="ESC"))
    ops.invoke("other.drag")
    return (result == {"FINISHED"}, result.times, type(result).__name__, started.running_modal, running,
            moved.running_modal, ended.finished, ops.cancel_modal(), ops.is_running("other.drag"),
            ops.poll("other.scale"), ops.info("other.scale")["plugin"], sorted(ops.list()), ops.invoke("asks.mine").inner)
def wrong():
    found = []
    for call in (lambda: lf.ui.ops.invoke("other.scal"), lambda: lf.ui.ops.invoke("other.scale", nothing=1)):
        try: call()
        except Exception as error: found.append((type(error).__name__, str(error)))
    return found
''')
    assert plugin.look() == (True, 3, "OperatorResult", True, True, True, True, True, False, True, "other",
                             ["asks.mine", "other.drag", "other.scale"], {"times": 4})
    (unknown, text), (wrong, _) = plugin.wrong()
    assert unknown == "KeyError" and "did you mean 'other.scale'" in text and wrong == "TypeError"


def test_what_is_unshared_is_not_there_in_a_worker(run, offered):
    offered(secret=lambda: 1, also=lambda: 2)
    assert plugins.unshare("secret") is True
    try:
        plugin = run("def look(): return hasattr(lf, 'secret'), hasattr(lf, 'also')")
        assert plugin.look() == (run.place == "shared", True)
    finally:
        plugins.share("secret", 1)


@pytest.mark.parametrize("name", ["plugins", "log", "register_class", "ui", "_x", "a b", "", "ui.panels", "x.", "ui._y"])
def test_names_that_cannot_be_shared(home, manager, name):
    with pytest.raises((ValueError, AttributeError, PermissionError)):
        plugins.share(name, 1)
