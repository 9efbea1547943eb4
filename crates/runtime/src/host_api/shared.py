"""What the application offers to plugins as ``lichtfeld``, for plugins in a process of their own.

By default they may use all that the application has set on ``lichtfeld``, on ``lichtfeld.ui`` and on
modules below ``lichtfeld``, and its modules below ``lfs_plugins``. Names with a leading underscore and the plugin system's own names are
left out: a worker has its own. A module that only happens to be an attribute (``lichtfeld.os``) is no
module of the application, unless it was shared by name.
"""

import functools
import importlib
import sys
import types
import weakref

import _lichtfeld_beside_plugins as beside_plugins
import _lichtfeld_operators as operators

_TOP = "lichtfeld"
#: What the application has for all plugins, wherever they run: modules with a function
#: ``answer(peer, what, *values)``, which checks what a worker sends.
SERVICES = {
    "leniency": "lfs_plugins._leniency",
    "manager": "lfs_plugins._remote_manager",
    "requests": "lfs_plugins._requests",
    "state": "lfs_plugins.ui.store",
    "tools": "lfs_plugins.tools",
}
#: Modules of the plugin system whose functions each process has itself, since they find out who calls.
_HERE = {"lfs_plugins._dialogs", "lfs_plugins._requests", "lfs_plugins._theme"}
#: The modules of the plugin system, each with its own names and values; set when they are made.
_OWN = {}
#: What was taken back, by its full name.
_WITHHELD = set()
#: Modules that were shared by name, by their full names.
_MODULES = {}
#: Classes whose calls are recorded in workers, and what is known of others.
_RECORDED = weakref.WeakSet()
_KNOWN = weakref.WeakKeyDictionary()


def own(module):
    """Remembers what a module of the plugin system contains by itself."""
    _OWN[module.__name__] = dict(vars(module))


def own_names(name, module, names):
    """Remembers which names of the application's own module belong to the plugin system. ``name`` is
    the module's name for plugins; it may have been made under another one."""
    _OWN[name] = {each: vars(module)[each] for each in names}
    _MODULES[name] = module


def share(name, value, ui_thread, recorded, call_on_ui_thread):
    """Sets ``lichtfeld.<name>`` for plugins in either place."""
    path = name.split(".")
    if not all(part.isidentifier() and not part.startswith("_") for part in path):
        raise ValueError(f"{name!r} is not a public name, such as 'get_scene' or 'selection.get'")
    owner = find(".".join([_TOP, *path[:-1]]))
    full = f"{_TOP}.{name}"
    if _is_own(_name_of(owner), path[-1], vars(owner).get(path[-1])) and path[-1] in vars(owner):
        raise ValueError(f"{full} belongs to the plugin system")
    if ui_thread:
        value = _on_ui_thread(full, value, call_on_ui_thread)
    if recorded:
        if not isinstance(value, type):
            raise TypeError(f"recorded=True is for a class, and {full} is a {type(value).__name__}")
        _RECORDED.add(value)
        _KNOWN.clear()
    if isinstance(value, types.ModuleType):
        _MODULES[full] = value
        sys.modules.setdefault(full, value)
    _WITHHELD.discard(full)
    setattr(owner, path[-1], value)


def unshare(name):
    """Keeps ``lichtfeld.<name>`` from plugins in processes of their own. Returns whether it was
    there."""
    full = f"{_TOP}.{name}"
    _WITHHELD.add(full)
    try:
        return hasattr(find(full.rpartition(".")[0]), name.rpartition(".")[2])
    except (AttributeError, PermissionError):
        return False


def other_process(value):
    """Returns the ``Peer`` of something that lives in a worker; None for all else."""
    if hasattr(type(value), "_lichtfeld_behind"):
        value = value._lichtfeld_behind
    if isinstance(getattr(type(value), "_peer", None), types.MemberDescriptorType):
        return value._peer
    return None


def _on_ui_thread(full, function, call_on_ui_thread):
    if not callable(function) or isinstance(function, type):
        raise TypeError(f"ui_thread=True is for a function, and {full} is a {type(function).__name__}")

    @functools.wraps(function, updated=())
    def on_ui_thread(*args, **kwargs):
        return call_on_ui_thread(function, args, kwargs)

    return on_ui_thread


def find(name):
    """Returns a module of the application by its full name; raises PermissionError for any other."""
    top, *path = name.split(".")
    module = sys.modules.get(_TOP)
    if top == beside_plugins.TOP and path:
        full = f"{top}.{path.pop(0)}"
        module = _MODULES[full] = beside_plugins.find(full)
        top = _TOP
    if top != _TOP or module is None:
        raise PermissionError(f"module {name!r:.99} is not shared with plugins")
    for part in path:
        module = get(module, part, own_modules=True)
        if not isinstance(module, types.ModuleType):
            raise PermissionError(f"{name!r:.99} is not a module")
    return module


def get(module, name, own_modules=False):
    """Returns an attribute of a module of the application, if workers may have it."""
    full = f"{_name_of(module)}.{name}"
    if name.startswith("_") or full in _WITHHELD:
        raise AttributeError(f"this application does not share {full}", name=name)
    value = getattr(module, name)
    if isinstance(value, types.ModuleType):
        if not _is_shared(full, value):
            raise AttributeError(f"this application does not share the module {full}", name=name)
        if own_modules and full == f"{_TOP}.ui":
            return value
    if _is_own(_name_of(module), name, value) or _is_here(value):
        raise AttributeError(f"{full} belongs to the plugin system", name=name)
    return value


def _is_here(value):
    return isinstance(value, (types.FunctionType, type)) and value.__module__ in _HERE


def _is_own(module, name, value):
    names = _OWN.get(module, {})
    return name in names and names[name] is value


def _is_shared(full, module):
    return _MODULES.get(full) is module or sys.modules.get(full) is module or module.__name__ == full


def _name_of(module):
    for full, known in _MODULES.items():
        if known is module:
            return full
    return module.__name__


class SharedModules:
    """The modules that a worker may ask its host for (``answering.py``)."""

    is_application = True

    @staticmethod
    def find(name):
        return find(name)

    @staticmethod
    def load(name):
        """Imports a module of the application."""
        parent, _, last = name.rpartition(".")
        if parent == beside_plugins.TOP:
            beside_plugins.find(name)
            return
        if find(parent) is not None and last.startswith("_") or name in _WITHHELD:
            raise ModuleNotFoundError(f"this application does not share {name}", name=name)
        if name not in sys.modules:
            try:
                value = get(find(parent), last)
            except AttributeError:
                value = importlib.import_module(name)
            if not isinstance(value, types.ModuleType):
                raise ModuleNotFoundError(f"{name} is not a module", name=name)
        if _is_own(parent, last, sys.modules.get(name)):
            raise ModuleNotFoundError(f"{name} belongs to the plugin system", name=name)

    @staticmethod
    def operator(name, args, events, kwargs):
        """Does something with an operator of the application or of a plugin."""
        return operators.answer(name, args, events, kwargs)

    @staticmethod
    def service(peer, service, what, values):
        """Asks one of ``SERVICES``, which is imported with the first plugin that uses it."""
        if service not in SERVICES:
            raise ValueError(f"{service!r:.99} is not a service")
        return importlib.import_module(SERVICES[service]).answer(peer, what, *values)

    @staticmethod
    def get(module, name):
        return get(module, name)

    @staticmethod
    def names(module):
        found = []
        for name in dir(module):
            try:
                get(module, name)
            except Exception:
                continue
            found.append(name)
        return found

    @staticmethod
    def name_of(module):
        return _name_of(module)

    @staticmethod
    def is_recorded(kind):
        if not _RECORDED:
            return False
        known = _KNOWN.get(kind)
        if known is None:
            known = _KNOWN[kind] = any(base in _RECORDED for base in kind.__mro__)
        return known
