"""The scene of the test host: nodes, a cloud of points as arrays, a camera, the state of a training."""

import enum

import numpy


class NodeType(enum.Enum):
    SPLAT = 0
    POINTCLOUD = 1
    GROUP = 2
    CAMERA = 3


class BackgroundMode(enum.IntEnum):
    SOLID_COLOR = 0
    MODULATION = 1
    IMAGE = 2


class MaskMode(enum.IntEnum):
    NONE = 0
    SEGMENT = 1
    IGNORE = 2


class Tensor:
    """An array of the application, as its scripts know it. It is on no graphics card here."""

    device = "cpu"

    def __init__(self, array):
        self._array = numpy.asarray(array)

    @classmethod
    def from_numpy(cls, array, copy=True):
        return cls(numpy.array(array, copy=True) if copy else array)

    @classmethod
    def zeros(cls, shape, dtype="float32", device="cpu"):
        return cls(numpy.zeros(shape, dtype))

    @classmethod
    def full(cls, shape, value, dtype="float32", device="cpu"):
        return cls(numpy.full(shape, value, dtype))

    @property
    def shape(self):
        return tuple(self._array.shape)

    @property
    def ndim(self):
        return self._array.ndim

    @property
    def dtype(self):
        return str(self._array.dtype)

    def numel(self):
        return int(self._array.size)

    def size(self, axis):
        return self._array.shape[axis]

    def numpy(self, copy=True):
        return numpy.array(self._array) if copy else self._array

    def cpu(self):
        return self

    def cuda(self):
        return self

    def contiguous(self):
        return Tensor(numpy.ascontiguousarray(self._array))

    def clone(self):
        return Tensor(self._array.copy())

    def tolist(self):
        return self._array.tolist()

    def item(self):
        return self._array.item()

    def sum(self, axis=None):
        return Tensor(self._array.sum(axis))

    def mean(self, axis=None):
        return Tensor(self._array.mean(axis))

    def min(self, axis=None):
        return Tensor(self._array.min(axis))

    def max(self, axis=None):
        return Tensor(self._array.max(axis))

    def __len__(self):
        return len(self._array)

    def __getitem__(self, index):
        return Tensor(self._array[_plain(index)])

    def __setitem__(self, index, value):
        self._array[_plain(index)] = _plain(value)

    def __add__(self, other):
        return Tensor(self._array + _plain(other))

    def __mul__(self, other):
        return Tensor(self._array * _plain(other))

    def __lt__(self, other):
        return Tensor(self._array < _plain(other))

    def __and__(self, other):
        return Tensor(self._array & _plain(other))

    def __array__(self, dtype=None, copy=None):
        return self._array if dtype is None else self._array.astype(dtype)

    def __repr__(self):
        return f"Tensor(shape={self.shape}, dtype={self.dtype})"


def _plain(value):
    return value._array if isinstance(value, Tensor) else value


class PointCloud:
    """Positions and colours of points."""

    def __init__(self, count):
        numbers = numpy.arange(count, dtype="float32")
        means = numpy.stack([numbers, numbers % 7, -numbers], axis=1)
        self.means = Tensor(means)
        self.colors = Tensor((numpy.stack([numbers % 256] * 3, axis=1)).astype("uint8"))

    @property
    def size(self):
        return len(self.means)

    def set_data(self, points, colors):
        self.means, self.colors = Tensor(points), Tensor(colors)


class SplatData:
    """Gaussians: what plugins read of them."""

    def __init__(self, count):
        self.means_raw = Tensor(numpy.arange(3 * count, dtype="float32").reshape(count, 3))
        self.opacity_raw = Tensor(numpy.linspace(-2, 2, count, dtype="float32").reshape(count, 1))
        self.num_points = count
        self.deleted = numpy.zeros(count, bool)

    def get_means(self):
        return self.means_raw

    def get_opacity(self):
        return Tensor(1 / (1 + numpy.exp(-self.opacity_raw.numpy())))

    def soft_delete(self, mask):
        self.deleted |= numpy.asarray(_plain(mask), bool)
        return int(self.deleted.sum())


class Node:
    def __init__(self, scene, id, name, kind, parent_id=-1, data=None):
        self._scene, self.id, self._name, self.type, self.parent_id = scene, id, name, kind, parent_id
        self.visible, self.locked = True, False
        self.local_transform = numpy.eye(4, dtype="float32").tolist()
        self._data = data

    @property
    def name(self):
        return self._name

    @property
    def children(self):
        return [node.id for node in self._scene.get_nodes() if node.parent_id == self.id]

    @property
    def gaussian_count(self):
        return self._data.num_points if isinstance(self._data, SplatData) else 0

    @property
    def centroid(self):
        means = getattr(self._data, "means", None)
        return None if means is None else tuple(means.mean(0).tolist())

    def splat_data(self):
        return self._data if isinstance(self._data, SplatData) else None

    def point_cloud(self):
        return self._data if isinstance(self._data, PointCloud) else None


class Scene:
    def __init__(self):
        self.generation = 0
        self._nodes = []
        root = self.add_group("scene")
        self._add("cloud", NodeType.POINTCLOUD, root, PointCloud(100))
        self._add("garden", NodeType.SPLAT, root, SplatData(40))
        self._add("statue", NodeType.SPLAT, root, SplatData(25))
        self.selection_mask = None

    def _add(self, name, kind, parent=-1, data=None):
        if self.get_node(name) is not None:
            raise RuntimeError(f"there is a node '{name}' already")
        node = Node(self, len(self._nodes), name, kind, parent, data)
        self._nodes.append(node)
        self.generation += 1
        return node.id

    def add_group(self, name, parent=-1):
        return self._add(name, NodeType.GROUP, parent)

    def add_point_cloud(self, name, points, colors, parent=-1):
        data = PointCloud(1)
        data.set_data(_plain(points), _plain(colors))
        return self._add(name, NodeType.POINTCLOUD, parent, data)

    def remove_node(self, name, keep_children=False):
        node = self.get_node(name)
        if node is not None:
            self._nodes.remove(node)
            self.generation += 1

    def rename_node(self, old, new):
        node = self.get_node(old)
        if node is None or self.get_node(new) is not None:
            return False
        node._name = new
        self.generation += 1
        return True

    def get_node(self, name):
        return next((node for node in self._nodes if node.name == name), None)

    def get_node_by_id(self, id):
        return next((node for node in self._nodes if node.id == id), None)

    def get_nodes(self, type=None):
        return [node for node in self._nodes if type is None or node.type == type]

    def get_visible_nodes(self):
        return [node for node in self._nodes if node.visible]

    def is_valid(self):
        return True

    def has_nodes(self):
        return bool(self._nodes)

    def combined_model(self):
        return self.get_node("garden").splat_data()

    def set_selection_mask(self, mask):
        self.selection_mask = Tensor(_plain(mask))

    def clear_selection(self):
        self.selection_mask = None

    @property
    def total_gaussian_count(self):
        return sum(node.gaussian_count for node in self._nodes)

    def notify_changed(self):
        self.generation += 1


class Camera:
    def __init__(self):
        self.eye, self.target, self.up, self.fov = (0.0, 0.0, 5.0), (0.0, 0.0, 0.0), (0.0, 1.0, 0.0), 60.0


class View:
    """What the viewport shows now."""

    def __init__(self, camera):
        self.width, self.height, self.fov = 64, 48, camera.fov
        self.translation, self.position = camera.eye, camera.eye
        self.rotation = Tensor(numpy.eye(3, dtype="float32"))
        self.image = Tensor(numpy.zeros((48, 64, 3), "float32"))
        self.screen_positions = Tensor(numpy.zeros((40, 2), "float32"))


class ViewportRender:
    def __init__(self):
        self.image = Tensor(numpy.full((48, 64, 3), 0.5, "float32"))
        self.screen_positions = None


class DrawContext:
    """What draw handlers draw with. Calls are kept, in ``calls``."""

    def __init__(self):
        self.width, self.height = 64, 48
        self.calls = []

    def draw_line_2d(self, start, end, color, thickness=1.0):
        self.calls.append(("line_2d", list(start), list(end), list(color), thickness))

    def draw_line_3d(self, start, end, color, thickness=1.0):
        self.calls.append(("line_3d", list(start), list(end), list(color), thickness))

    def draw_point_3d(self, position, color, size=4.0):
        self.calls.append(("point_3d", list(position), list(color), size))

    def draw_circle_2d(self, center, radius, color, thickness=1.0):
        self.calls.append(("circle_2d", list(center), radius, list(color), thickness))

    def draw_text_2d(self, position, text, color):
        self.calls.append(("text_2d", list(position), text, list(color)))
