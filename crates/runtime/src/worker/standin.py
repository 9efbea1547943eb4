"""The modules that stand in the host for a plugin in a process of its own."""

import sys
import types
import weakref
from importlib.machinery import ModuleSpec

import _lichtfeld_bare_names as bare_names
from _lichtfeld_reference import Method

#: By package name; a stand-in stays the same object while its plugin is loaded again. Where nobody
#: keeps it, it goes with the plugin: it holds the connection to the process, and so descriptors.
_STAND_INS = weakref.WeakValueDictionary()
_ALIASES = {}


class StandIn(types.ModuleType):
    """The module of a plugin that runs in a process of its own: its functions are called there."""

    def __init__(self, name, plugin, root=None):
        super().__init__(name, f"Plugin {plugin!r}, which runs in a process of its own.")
        vars(self)["__lichtfeld_root__"] = self if root is None else root
        self.__path__ = []
        self.__spec__ = ModuleSpec(name, None, is_package=True)

    def __getattr__(self, name):
        if name.startswith("__") and name not in ("__version__", "__all__", "__author__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        root = vars(self)["__lichtfeld_root__"]
        peer = vars(root).get("__lichtfeld_peer__")
        value = peer.fetch(self.__name__, name)
        if type(value) is Method:
            return _StandInFunction(root, self.__name__, name)
        return value

    def __setattr__(self, name, value):
        if name.startswith("__") or isinstance(value, StandIn):
            vars(self)[name] = value
        else:
            peer = vars(vars(self)["__lichtfeld_root__"])["__lichtfeld_peer__"]
            peer.ask("set", self.__name__, name, value)

    def __dir__(self):
        peer = vars(vars(self)["__lichtfeld_root__"])["__lichtfeld_peer__"]
        return peer.ask("dir", self.__name__)

    def __repr__(self):
        return f"<module {self.__name__!r} in a process of its own>"


class _StandInFunction:
    """A function of a plugin's module: of the version that is active when it is called."""

    __slots__ = ("__name__", "_module", "_root")

    def __init__(self, root, module, name):
        self._root = root
        self._module = module
        self.__name__ = name

    def __call__(self, *args, **kwargs):
        peer = vars(self._root)["__lichtfeld_peer__"]
        return peer.ask("invoke", self._module, self.__name__, args, kwargs)

    def __getattr__(self, name):
        peer = vars(self._root)["__lichtfeld_peer__"]
        return getattr(peer.ask("fetch", self._module, self.__name__), name)

    def __repr__(self):
        return f"<function {self._module}.{self.__name__} in a process of its own>"


class _Finder:
    """Serves ``import plugin.part`` for a plugin in a process of its own."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        parent = sys.modules.get(fullname.rpartition(".")[0])
        if not isinstance(parent, StandIn):
            return None
        root = vars(parent)["__lichtfeld_root__"]
        real = f"{parent.__name__}.{fullname.rpartition('.')[2]}"
        try:
            vars(root)["__lichtfeld_peer__"].ask("module", real)
        except ModuleNotFoundError:
            return None
        return ModuleSpec(fullname, _Loader(real, root), is_package=True)


class _Loader:
    def __init__(self, name, root):
        self.name = name
        self.root = root

    def create_module(self, spec):
        return StandIn(self.name, self.root.__name__, self.root)

    def exec_module(self, module):
        pass


_FINDER = _Finder()


def enter(peer, module):
    """Makes ``import <module>`` and ``lfs_plugins.<module>`` import the plugin of ``peer``."""
    stand_in = _STAND_INS.get(peer.package)
    if stand_in is None:
        stand_in = _STAND_INS[peer.package] = StandIn(peer.package, peer.plugin)
    stand_in.__lichtfeld_peer__ = peer
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)
    sys.modules[peer.package] = stand_in
    alias = _ALIASES.get(peer.package)
    if alias is None:
        alias = _ALIASES[peer.package] = bare_names.Alias(module, peer.package)
    bare_names.claim(alias)
    # The project's name with its hyphens, for importlib.import_module.
    written = peer.plugin.replace(".", "_")
    if written.replace("-", "_") == module:
        sys.modules[f"{peer.package.rpartition('.')[0]}.{written}"] = stand_in
    parent = sys.modules.get(peer.package.rpartition(".")[0])
    if parent is not None:
        setattr(parent, module, stand_in)


def leave(peer, module):
    """Removes the stand-in, unless it stands for a newer version already."""
    stand_in = _STAND_INS.get(peer.package)
    if stand_in is None or vars(stand_in).get("__lichtfeld_peer__") is not peer:
        return
    names = [
        name for name, known in list(sys.modules.items())
        if isinstance(known, StandIn) and vars(known)["__lichtfeld_root__"] is stand_in
    ]  # fmt: skip
    for name in names:
        del sys.modules[name]
    bare_names.forget(_ALIASES[peer.package])
    parent = sys.modules.get(peer.package.rpartition(".")[0])
    if parent is not None and vars(parent).get(module) is stand_in:
        delattr(parent, module)
