"""The application's ``lichtfeld`` in a worker: what is not there is asked for in the application.

``lichtfeld.get_scene``, ``import lichtfeld.selection`` and ``from lichtfeld import io`` work as in the
application's process, and so does ``import lfs_plugins.part`` for modules of the application. Each use
sees what the application has now.
"""

import enum
import functools
import importlib
import sys
import types
from importlib.machinery import ModuleSpec

import _lichtfeld_operators as operators
from _lichtfeld_marks import MODULE

_TOP = "lichtfeld"
_LOG = f"{_TOP}.log"
_TOPS = (f"{_TOP}.", "lfs_plugins.")
#: These have names of their own here, and the application's for the rest.
_MIXED = (_TOP, f"{_TOP}.ui")
#: Names that Python code of this process serves (``lfs_plugins/_host_names.py``): they are about this
#: process, or would make a question for each text of a panel.
_HERE = {_TOP: ("PLUGIN_API_VERSION", "ops", "packages"), f"{_TOP}.ui": ("loc_clear", "loc_clear_all", "loc_load", "loc_set", "tr")}
#: Functions of ``lichtfeld.plugins`` that ask the manager, which is the application's.
_OF_MANAGER = (
    "check_updates disable discover enable get_error get_state get_traceback install install_from_registry "
    "list_loaded load load_all rejected reload search start_watcher startup_load_status stop_watcher uninstall "
    "unload update"
).split()


class HostModule(types.ModuleType):
    """A module of the application."""

    def __init__(self, name, peer):
        super().__init__(name, f"Module {name!r} of the application.")
        vars(self)["_lichtfeld_peer"] = peer
        self.__path__ = []
        self.__spec__ = ModuleSpec(name, None, is_package=True)

    def __getattr__(self, name):
        value = _attribute(vars(self)["_lichtfeld_peer"], self.__name__, name)
        return _kept(self, name, value)

    def __setattr__(self, name, value):
        if name.startswith("__") or isinstance(value, types.ModuleType):
            vars(self)[name] = value
        else:
            vars(self)["_lichtfeld_peer"].ask("set", self.__name__, name, value)

    def __dir__(self):
        return vars(self)["_lichtfeld_peer"].ask("dir", self.__name__)

    def __repr__(self):
        return f"<module {self.__name__!r} of the application>"


def _attribute(peer, module, name):
    if name.startswith("_"):
        raise AttributeError(f"module {module!r} has no attribute {name!r}", name=name)
    return peer.fetch(module, name)


def _mixed_attribute(peer, mixed, module, name):
    late = sys.modules[f"{_TOP}.plugins"]._late
    if name in _HERE[module]:
        return late(module, name)
    try:
        return _kept(mixed, name, _attribute(peer, module, name))
    except AttributeError:
        # The application has none of its own, and what the plugin system has instead is here as well.
        if not importlib.import_module("lfs_plugins._host_names").is_here(module, name):
            raise
        return late(module, name)


def _mixed_names(peer, mixed, module):
    here = importlib.import_module("lfs_plugins._host_names").names_here(module)
    return sorted({*vars(mixed), *peer.ask("dir", module), *here})


def _kept(module, name, value):
    """Keeps classes that cross by value, of enums and exceptions: each use would make a question."""
    if isinstance(value, type) and issubclass(value, (enum.Enum, BaseException)):
        vars(module)[name] = value
    return value


class _Log(HostModule):
    """The application's own module ``lichtfeld.log``, and what only the plugin system's has."""

    def __init__(self, peer, own):
        super().__init__(_LOG, peer)
        vars(self)["_lichtfeld_own"] = own

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(vars(self)["_lichtfeld_own"], name)


def _use_log_of(peer):
    """Lets ``lichtfeld.log`` be the application's own, if it has one."""
    top = sys.modules[_TOP]
    try:
        theirs = peer.ask("get", _TOP, "log")
    except (AttributeError, PermissionError):
        return  # it is the plugin system's, as here
    if type(theirs) is str and theirs.startswith(MODULE):
        theirs = sys.modules[_LOG] = _Log(peer, top.log)
    top.log = peer.fetched(_TOP, "log", theirs)


class _Finder:
    """Serves ``import lichtfeld.part`` and ``import lfs_plugins.part`` for modules of the application."""

    def __init__(self, peer):
        self.peer = peer

    def find_spec(self, fullname, path=None, target=None):
        if not fullname.startswith(_TOPS) or fullname.rpartition(".")[2].startswith("_"):
            return None
        try:
            self.peer.ask("module", fullname)
        except (ImportError, PermissionError, AttributeError):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        return HostModule(spec.name, self.peer)

    def exec_module(self, module):
        pass


#: The application, once it is known.
_application = []


def capability(name, args):
    """Calls a capability of the application or of another plugin. Returns its answer, or None if there
    is none of this name."""
    return _application[0].capability(name, args) if _application else None


def ask_service(service, what, *values):
    """Asks a part of the plugin system in the application; see ``SERVICES`` of ``shared.py``. Returns None
    if there is no application yet."""
    return _application[0].ask("service", service, what, list(values)) if _application else None


def _ask_manager(name, *args, **kwargs):
    return importlib.import_module("lfs_plugins._remote_manager").ask("plugins", name, args, kwargs)


def enter(peer):
    """Lets this process use what the application of ``peer`` offers."""
    _application[:] = [peer]
    # The last one: what this process has itself is its own.
    sys.meta_path.append(_Finder(peer))

    def module(name):
        known = sys.modules.get(name)
        if known is None:
            known = sys.modules[name] = HostModule(name, peer)
        return known

    peer.module = module
    for name in _OF_MANAGER:
        setattr(sys.modules[f"{_TOP}.plugins"], name, functools.partial(_ask_manager, name))
    operators.enter(peer)
    _use_log_of(peer)
    for name in _MIXED:
        mixed = sys.modules[name]
        mixed.__getattr__ = functools.partial(_mixed_attribute, peer, mixed, name)
        mixed.__dir__ = functools.partial(_mixed_names, peer, mixed, name)
