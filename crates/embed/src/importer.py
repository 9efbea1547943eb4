"""Imports the packages ``lichtfeld`` and ``lfs_plugins`` from text that the program contains.

Nothing of them lies on ``sys.path``. A copy that does, such as an installed wheel, is never imported:
it would be a second plugin runtime in this process, which knows nothing of the application's manager.

The files have names below ``<embedded>``. Their source is found through the loader, so that
tracebacks and ``inspect`` show it.
"""

import importlib.machinery as machinery
import sys

ROOT = "<embedded>"
NATIVE = "lichtfeld.plugins"

#: The text of each file, by its name below `ROOT`.
_files = {}
#: Makes the native module, if the interpreter ran before it could become a built-in one.
_make_native = None
#: The packages that are imported from here. An application with its own ``lichtfeld`` keeps that.
_served = {"lichtfeld", "lfs_plugins"}


class _Source(machinery.SourceFileLoader):
    """Loads a module from its text; compiled code is not kept."""

    def get_data(self, path):
        try:
            return _files[path].encode()
        except KeyError:
            raise FileNotFoundError(path) from None

    def path_stats(self, path):
        raise FileNotFoundError(path)


class _Native:
    """Loads the native module in an interpreter that was initialized by other code."""

    @staticmethod
    def create_module(spec):
        return _make_native()

    @staticmethod
    def exec_module(module):
        pass


class _Directory:
    """Finds the modules in one directory below `ROOT`: an entry of ``sys.path_hooks``."""

    def __init__(self, path):
        # Python joins paths with the separator of the system.
        self.path = path.replace("\\", "/")
        if self.path != ROOT and not self.path.startswith(ROOT + "/"):
            raise ImportError(path)

    def find_spec(self, fullname, target=None):
        stem = f"{self.path}/{fullname.rpartition('.')[2]}"
        for file, is_package in ((f"{stem}/__init__.py", True), (f"{stem}.py", False)):
            if file in _files:
                loader = _Source(fullname, file)
                spec = machinery.ModuleSpec(fullname, loader, origin=file, is_package=is_package)
                spec.has_location = True
                if is_package:
                    spec.submodule_search_locations.append(stem)
                return spec
        return None

    def iter_modules(self, prefix=""):
        """Returns the names of the modules for ``pkgutil``, each with whether it is a package."""
        found = {}
        for file in _files:
            if file.startswith(self.path + "/"):
                name, _, rest = file[len(self.path) + 1 :].partition("/")
                if rest == "__init__.py":
                    found[name] = True
                elif not rest and name != "__init__.py":
                    found.setdefault(name[: -len(".py")], False)
        return [(prefix + name, is_package) for name, is_package in sorted(found.items())]


class _Packages:
    """Finds the two packages before any other finder does, and the native module."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        if fullname in _served:
            return _Directory(ROOT).find_spec(fullname)
        if fullname == NATIVE:
            is_built_in = NATIVE in sys.builtin_module_names
            loader = machinery.BuiltinImporter if is_built_in else _Native
            return machinery.ModuleSpec(NATIVE, loader, origin="built-in")
        return None


def install(files, make_native):
    """Makes the packages importable. ``files`` has the text of each file, by its path with ``/``.

    Returns the file of another copy of ``lichtfeld`` that is imported already, or None.
    """
    if _Packages in sys.meta_path:
        return None
    known = sys.modules.get("lichtfeld") or sys.modules.get("lfs_plugins")
    if known is not None:
        return str(getattr(known, "__file__", None) or known)
    serve(files, make_native)
    return None


def serve(files, make_native, own_top=False):
    """Makes the packages importable, whatever is imported already. With ``own_top`` the application has
    a module ``lichtfeld`` of its own, and only what lies below it comes from here."""
    global _make_native
    if own_top:
        _served.discard("lichtfeld")
    if _Packages in sys.meta_path:
        return
    _make_native = make_native
    _files.update((f"{ROOT}/{path}", text) for path, text in files)
    sys.meta_path.insert(0, _Packages)
    sys.path_hooks.append(_Directory)
