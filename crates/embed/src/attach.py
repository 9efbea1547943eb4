"""Puts the plugin system onto the application's own module ``lichtfeld``.

The module stays the application's: a built-in one, one of an extension, or a package. It gets the
names that it does not have. Of ``log`` and ``ui``, if it has them as modules, each gets the names that
it does not have. ``lichtfeld.plugins`` is always the plugin system's: two of them under one name
would each manage half of the plugins. What an older one has besides is copied onto it.
"""

import importlib
import os
import sys
import types
from importlib.machinery import PathFinder
from importlib.util import find_spec

TOP = "lichtfeld"
PLUGINS = f"{TOP}.plugins"
PACKAGE = "lfs_plugins"
ROOT = "<embedded>"
#: The parts that an application may have as modules of its own.
PARTS = ("log", "ui")
NAMES = ("register_class", "unregister_class")


def attach(importer, files, make_native, module, directories):
    """Attaches to ``module``, else to the application's ``lichtfeld`` if it can be imported.

    ``directories`` contain modules of the application below ``lfs_plugins``. Returns the file of
    another copy of the plugin system, or a text for another module, that stands in the way; None if
    nothing does.
    """
    native = sys.modules.get(PLUGINS) if importer._Packages in sys.meta_path else None
    known = sys.modules.get(TOP)
    if module is None and known is None:
        module = _import_own()
    if module is None:
        module = known
    if module is not None and known is not None and known is not module:
        return _described(known)
    if module is None or _is_embedded(module):
        other = importer.install(files, make_native)
        if other is None:
            importlib.import_module(TOP)
            importlib.import_module(PACKAGE)
            _extend(directories)
        return other
    if _is_copy(module, native):
        return _described(module)
    sys.modules[TOP] = module
    importer.serve(files, make_native, own_top=True)
    _complete(module, native)
    _replace_package()
    _extend(directories)
    return None


def _described(module):
    return str(getattr(module, "__file__", None) or module)


def _is_embedded(module):
    """Whether it is the plugin system's own, from this program."""
    return str(getattr(module, "__file__", "")).startswith(ROOT)


def _is_copy(module, native):
    """Whether it belongs to another copy of the plugin system, such as an installed wheel."""
    plugins = getattr(module, "plugins", None)
    return plugins is not native and hasattr(plugins, "_PanelSession")


def _import_own():
    """Imports the application's ``lichtfeld`` if there is one; a wheel of this project is none."""
    spec = find_spec(TOP)
    if spec is None or any(map(_is_wheel, spec.submodule_search_locations or ())):
        return None
    return importlib.import_module(TOP)


def _is_wheel(directory):
    return directory.startswith(ROOT) or os.path.isdir(os.path.join(directory, "_for_children"))


def _complete(module, native):
    theirs = {part: getattr(module, part, None) for part in (*PARTS, "plugins")}
    ours = f"{ROOT}/{TOP}"
    path = list(getattr(module, "__path__", ()))
    if ours not in path:
        module.__path__ = [*path, ours]
    if native is None:
        # pybind11 enters the parts of a module there.
        sys.modules.pop(PLUGINS, None)
    plugins = importlib.import_module(PLUGINS)
    # The import sets it, but not if it was imported before.
    module.plugins = plugins
    plugins.__path__ = [f"{ROOT}/{TOP}/_plugins"]
    if theirs["plugins"] is not plugins:
        _add_missing(plugins, theirs["plugins"])
    own = {"plugins"}
    for part in PARTS:
        own |= _add_part(plugins, module, part, theirs[part], getattr(plugins, f"_{part}"))
    for name in NAMES:
        if not hasattr(module, name):
            setattr(module, name, getattr(plugins, name))
        if getattr(module, name) is getattr(plugins, name):
            own.add(name)
    if not hasattr(module, "__version__"):
        module.__version__ = plugins.host_version()
    _add_late(plugins, TOP, module)
    plugins._own_names(TOP, module, sorted(own))


def _add_late(plugins, name, module):
    """Adds the names that are Python code of ``lfs_plugins``; those of the application come first."""
    theirs = vars(module).get("__getattr__")

    def get(attribute):
        if theirs is not None:
            try:
                return theirs(attribute)
            except AttributeError:
                pass
        return plugins._late(name, attribute)

    module.__getattr__ = get


def _add_part(plugins, module, part, theirs, ours):
    """Adds ``lichtfeld.log`` or ``lichtfeld.ui``. Returns its name if the whole is the plugin system's."""
    full = f"{TOP}.{part}"
    if theirs is None or theirs is ours:
        setattr(module, part, ours)
        sys.modules[full] = ours
        return {part}
    if not isinstance(theirs, types.ModuleType):
        # `lichtfeld.log("text")` of the application; `import lichtfeld.log` gives the other one.
        sys.modules.setdefault(full, ours)
        return set()
    _add_missing(theirs, ours)
    if part == "ui":
        _add_late(plugins, full, theirs)
    sys.modules[full] = theirs
    same = [name for name in _public(ours) if vars(theirs).get(name) is vars(ours)[name]]
    plugins._own_names(full, theirs, same)
    return set()


def _public(module):
    return [name for name in vars(module) if not name.startswith("__")]


def _add_missing(module, source):
    for name in _public(source) if isinstance(source, types.ModuleType) else ():
        if not hasattr(module, name):
            setattr(module, name, vars(source)[name])


def _replace_package():
    """Makes ``lfs_plugins`` the plugin system's; what the application has imported of its own there
    stays."""
    known = sys.modules.get(PACKAGE)
    if known is not None and _is_embedded(known):
        return
    loaded = {}
    if known is not None:
        prefix = f"{PACKAGE}."
        loaded = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(prefix)}
        del sys.modules[PACKAGE]
    package = importlib.import_module(PACKAGE)
    if known is None:
        return
    _add_paths(package, getattr(known, "__path__", ()))
    for name, module in loaded.items():
        # A module that the plugin system has as well must be that: its classes are checked for.
        spec = PathFinder.find_spec(name, package.__path__) if name.count(".") == 1 else None
        if spec is None or not str(spec.origin).startswith(ROOT):
            sys.modules.setdefault(name, module)
            if name.count(".") == 1 and not hasattr(package, name.rpartition(".")[2]):
                setattr(package, name.rpartition(".")[2], module)
    _add_missing(package, known)


def _extend(directories):
    package = importlib.import_module(PACKAGE)
    found = PathFinder.find_spec(PACKAGE)
    on_path = (found.submodule_search_locations or ()) if found else ()
    beside = [one for one in on_path if not _is_wheel(os.path.join(os.path.dirname(one), TOP))]
    _add_paths(package, [*directories, *beside])


def _add_paths(package, directories):
    for directory in directories:
        if directory not in package.__path__ and not _is_wheel(directory):
            package.__path__.append(directory)
