"""A small application with a scene, as plugins of a viewer for splats use one: nodes, a point cloud,
selection, cameras, draw handlers, training, files and dialogs."""

import enum
import types

import lichtfeld as lf


class NodeType(enum.Enum):
    GROUP = "group"
    SPLAT = "splat"
    POINT_CLOUD = "point cloud"


class BackgroundMode(enum.IntEnum):
    SOLID = 0
    IMAGE = 1


class SceneError(RuntimeError):
    """What the scene refuses."""


class Matrix:
    """A transform of four by four numbers."""

    def __init__(self, rows=None):
        self.rows = [list(row) for row in rows or [[float(i == j) for j in range(4)] for i in range(4)]]

    def __matmul__(self, other):
        columns = list(zip(*other.rows, strict=True))
        return Matrix([[sum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in self.rows])

    def __eq__(self, other):
        return isinstance(other, Matrix) and self.rows == other.rows

    __hash__ = None

    def translation(self):
        return tuple(row[3] for row in self.rows[:3])


class Points:
    """A point cloud: ``means`` has three numbers for each point, ``colors`` three bytes."""

    def __init__(self, count, shared):
        import numpy

        make = lf.plugins.shared_array if shared else numpy.zeros
        self.means = make((count, 3), "f4")
        self.means[:, 0] = numpy.arange(count) % 1000
        self.colors = make((count, 3), "u1")
        self.count = count

    def __array__(self, dtype=None, copy=None):
        return self.means if dtype is None else self.means.astype(dtype)


class Node:
    def __init__(self, scene, name, kind, points=None):
        self._scene, self._name = scene, name
        self.type = kind
        self.visible = True
        self.locked = False
        self.transform = Matrix()
        self.points = points
        self.children = []

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        if not value:
            raise SceneError("a node has a name")
        self._name = value
        self._scene.changed()

    @property
    def centroid(self):
        return None if self.points is None else tuple(float(v) for v in self.points.means.mean(axis=0))

    def __repr__(self):
        return f"<Node {self._name}>"


class Scene:
    def __init__(self, points):
        self.generation = 0
        self._nodes = [Node(self, "root", NodeType.GROUP)]
        if points is not None:
            self.add("cloud", NodeType.POINT_CLOUD, points)
        for number in range(8):
            self.add(f"splat {number}", NodeType.SPLAT)

    def changed(self):
        self.generation += 1

    def add(self, name, kind=NodeType.GROUP, points=None):
        if self.find(name):
            raise SceneError(f"there is a node '{name}' already")
        node = Node(self, name, kind, points)
        self._nodes[0].children.append(node)
        self._nodes.append(node)
        self.changed()
        return node

    def find(self, name):
        return next((node for node in self._nodes if node.name == name), None)

    def remove(self, name):
        node = self.find(name)
        if node is None:
            raise SceneError(f"there is no node '{name}'")
        self._nodes.remove(node)
        self._nodes[0].children.remove(node)
        self.changed()

    def get_nodes(self):
        return list(self._nodes)

    def __iter__(self):
        return iter(self._nodes)

    def __len__(self):
        return len(self._nodes)

    def __getitem__(self, index):
        return self._nodes[index]

    def __contains__(self, name):
        return self.find(name) is not None


class Camera:
    def __init__(self):
        self.eye, self.target, self.fov = (0.0, 0.0, 5.0), (0.0, 0.0, 0.0), 60.0


class DrawContext:
    """What draw handlers draw with; its calls are recorded in workers."""

    def __init__(self):
        self.width, self.height = 640, 480
        self.calls = []

    def draw_line(self, start, end, color, thickness=1.0):
        self.calls.append(("line", start, end, color, thickness))

    def draw_point(self, position, color, size=4.0):
        self.calls.append(("point", position, color, size))

    def draw_text(self, position, text, color=(1, 1, 1)):
        self.calls.append(("text", position, text, color))


class ScopedHandler:
    """Keeps a function registered until it is closed."""

    def __init__(self, handlers, function):
        self._handlers, self._function = handlers, function
        handlers.append(function)

    def close(self):
        if self._function in self._handlers:
            self._handlers.remove(self._function)

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.close()


class Exporter:
    """Plugins derive from it: the application asks them for the text of each node."""

    extension = ".txt"

    def __init__(self, title="exporter"):
        self.title = title

    def accepts(self, node):
        return node.visible

    def text_of(self, node):
        return node.name

    def export(self, scene):
        return "\n".join(self.text_of(node) for node in scene if self.accepts(node))


class Application:
    """Offers all this to plugins. ``close`` takes it back."""

    def __init__(self, points=None, shared=True):
        self.scene = Scene(None if points is None else Points(points, shared))
        self.camera = Camera()
        self.draw_handlers, self.step_handlers, self.exporters = {}, [], []
        self._belonging = {}
        self.selected, self.loaded, self.dialogs = ["splat 1"], [], []
        self._before = dict(vars(lf)), dict(vars(lf.ui))
        for name, value in self._offered().items():
            setattr(lf, name, value)
        selection = types.ModuleType("lichtfeld.selection")
        selection.get = lambda: list(self.selected)
        selection.select = self.select
        selection.clear = self.selected.clear
        io = types.ModuleType("lichtfeld.io")
        io.load_file = self.load_file
        io.FORMATS = (".ply", ".spz")
        share = lf.plugins.share
        share("selection", selection)
        share("io", io)
        share("DrawContext", DrawContext, recorded=True)
        share("render_at", lambda camera, size: b"\0" * (size[0] * size[1] * 3), ui_thread=True)
        lf.ui.theme = lambda: {"name": "dark", "accent": (0.2, 0.4, 0.8)}
        lf.ui.open_folder_dialog = self.open_folder_dialog

    def _offered(self):
        return {
            "NodeType": NodeType, "BackgroundMode": BackgroundMode, "SceneError": SceneError, "Node": Node,
            "Matrix": Matrix, "Exporter": Exporter, "Camera": Camera,
            "get_scene": lambda: self.scene, "has_scene": lambda: True, "scene": self.scene,
            "get_camera": lambda: self.camera, "set_camera": self.set_camera,
            "get_selected_node_names": lambda: list(self.selected), "select_node": lambda name: self.select(name),
            "set_node_transform": self.set_node_transform, "get_node_transform": lambda name: self.scene.find(name).transform,
            "add_draw_handler": self.add_draw_handler, "remove_draw_handler": self.remove_draw_handler,
            "on_post_step": lambda function: ScopedHandler(self.step_handlers, function),
            "register_exporter": self.exporters.append,
            "dataset_params": lambda: {"path": "/data/garden", "images": 185, "resize": None},
            "trainer_state": lambda: types.SimpleNamespace(iteration=7, loss=0.25, running=True),
        }  # fmt: skip

    def select(self, *names):
        for name in names:
            if name not in self.scene:
                raise SceneError(f"there is no node '{name}'")
        self.selected[:] = names

    def set_camera(self, eye, target, fov=None):
        self.camera.eye, self.camera.target = tuple(eye), tuple(target)
        self.camera.fov = fov or self.camera.fov

    def set_node_transform(self, name, matrix):
        self.scene.find(name).transform = matrix

    def load_file(self, path, *, is_dataset=False):
        if not str(path).endswith((".ply", ".spz")):
            raise SceneError(f"{path} is no splat file")
        self.loaded.append((str(path), is_dataset))
        return self.scene.add(f"file {len(self.loaded)}", NodeType.SPLAT)

    def open_folder_dialog(self, title="", start=""):
        self.dialogs.append(title)
        return f"{start}/chosen"

    def add_draw_handler(self, name, function):
        self.draw_handlers[name] = function

        def forget():
            if self.draw_handlers.get(name) is function:
                del self.draw_handlers[name]

        self._belonging[name] = lf.plugins.when_unloaded(function, forget)

    def remove_draw_handler(self, name):
        if self.draw_handlers.pop(name, None) is not None:
            self._belonging.pop(name).forget()

    def draw(self):
        """Lets the plugins draw; returns what they have drawn."""
        context = DrawContext()
        for function in list(self.draw_handlers.values()):
            function(context)
        return context.calls

    def step(self, number):
        """One step of a training."""
        return [function(number) for function in list(self.step_handlers)]

    def close(self):
        import sys

        for space, names in zip((lf, lf.ui), self._before, strict=True):
            for name in set(vars(space)) - set(names):
                delattr(space, name)
        for name in ("lichtfeld.selection", "lichtfeld.io"):
            sys.modules.pop(name, None)
