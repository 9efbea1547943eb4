"""The Python of the processes that plugins start.

In the application's process ``sys.executable`` is the application, or the Python that runs it, which
does not find a plugin's packages. `python` and `environment` are for plugins that start a process
themselves. For ``multiprocessing`` and loky, functions that choose the program and describe the
child are wrapped, each once; ``uninstall`` restores them. They change nothing for other callers. A
worker has its plugin's own Python, so nothing is wrapped there.
"""

import functools
import importlib.machinery as machinery
import os
import sys

#: The directory in the package ``lichtfeld`` from which a child imports the application's two packages.
FOR_CHILDREN = "_for_children"

#: Variables that would send the plugin's Python elsewhere, in capitals.
_MISLEADING = {
    "PYTHONEXECUTABLE",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONPLATLIBDIR",
    "VIRTUAL_ENV",
    "__PYVENV_LAUNCHER__",
}

_owner_of = None
_interpreter = ""
#: Returns the directory of the packages, or None; it is None itself if children inherit a path with them.
_packages = None
_wrapped = {}


def python(code_version):
    """Returns the interpreter of the plugin's environment, else the one of the application."""
    return code_version.python or _interpreter or sys.executable


def environment(code_version, plugins):
    """Returns the variables for a child process that runs `python`.

    ``plugins`` is the directory of the plugins, or None if it is not known here.
    """
    variables = {
        name: value for name, value in os.environ.items() if name.upper() not in _MISLEADING
    }
    programs = os.path.dirname(python(code_version))
    others = variables.get("PATH", "").split(os.pathsep)
    others = [entry for entry in others if entry and entry != programs]
    variables["PATH"] = os.pathsep.join([programs, *others])
    root = os.path.dirname(programs)
    if os.path.isfile(os.path.join(root, "pyvenv.cfg")):
        variables["VIRTUAL_ENV"] = root
    if plugins is not None:
        variables["LFS_RESOLVED_PLUGIN_DIR"] = plugins
    packages = _for_children()
    if packages is not None:
        variables["PYTHONPATH"] = packages
    return variables


def _for_children():
    """Returns the directory from which a child imports the application's two packages, or None."""
    if _packages is not None:
        package = os.path.join(_packages() or "", "lichtfeld")
    else:
        native = getattr(sys.modules.get("lichtfeld.plugins"), "__file__", None)
        package = os.path.dirname(native or "")
    found = os.path.join(package, FOR_CHILDREN)
    return found if os.path.isabs(found) and os.path.isdir(found) else None


def _caller():
    return None if _owner_of is None else _owner_of(sys._getframe(1))


def _wrap(module, name, make):
    original = vars(module).get(name)
    known = _wrapped.get((module.__name__, name))
    if original is None or (known is not None and known[2] is original):
        return
    replacement = functools.wraps(original)(make(original))
    _wrapped[module.__name__, name] = (module, original, replacement)
    setattr(module, name, replacement)


def _wrap_spawn(spawn):
    """A plugin's child is started by a Python even if ``sys.executable`` is no Python."""

    def executable(original):
        def get_executable():
            given = original()
            # Another program was set by the application, which knows best.
            if given and os.fsdecode(given) != sys.executable:
                return given
            if _caller() is None:
                return given
            return os.fsencode(_interpreter) if isinstance(given, bytes) else _interpreter

        return get_executable

    def command(original):
        def get_command_line(**given):
            line = original(**given)
            if "-c" not in line or _caller() is None:
                return line  # a frozen application's own way
            # Python 3.10 writes the program in without asking get_executable().
            return [spawn.get_executable(), *line[1:]]

        return get_command_line

    if _interpreter != sys.executable:
        _wrap(spawn, "get_executable", executable)
        _wrap(spawn, "get_command_line", command)
    _wrap_preparation(spawn)


def _wrap_preparation(spawn):
    """A plugin's child does not run the application's main file, which would start it once more.

    The child gets functions of the plugin's modules, which it imports by their names.
    """

    def preparation(original):
        def get_preparation_data(*given, **named):
            data = original(*given, **named)
            if _caller() is not None:
                data.pop("init_main_from_name", None)
                data.pop("init_main_from_path", None)
                packages = None if _packages is None else _for_children()
                if packages is not None and "sys_path" in data:
                    # Before a wheel of this project, which may lie on the path in another version.
                    data["sys_path"] = [packages, *data["sys_path"]]
            return data

        return get_preparation_data

    _wrap(spawn, "get_preparation_data", preparation)


def _wrap_fork_exec(module):
    """loky's children begin with ``-m loky...``, which only the plugin's own Python finds."""

    def starting(original):
        def fork_exec(command, *given, **named):
            code_version = _caller()
            if code_version is not None and os.fsdecode(command[0]) == sys.executable:
                command = [python(code_version), *command[1:]]
            return original(command, *given, **named)

        return fork_exec

    _wrap(module, "fork_exec", starting)


_WRAP = {"multiprocessing.spawn": _wrap_spawn}
for _loky in ("loky", "joblib.externals.loky"):
    _WRAP[f"{_loky}.backend.spawn"] = _wrap_preparation
    _WRAP[f"{_loky}.backend.fork_exec"] = _wrap_fork_exec


class _Loader:
    """Runs a module by its own loader, then wraps its functions."""

    def __init__(self, loader, wrap):
        self.loader = loader
        self.wrap = wrap

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        self.wrap(module)


class _Finder:
    """Sees the modules of ``_WRAP`` when they are imported, by whatever code."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        wrap = _WRAP.get(fullname)
        spec = None if wrap is None else machinery.PathFinder.find_spec(fullname, path)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, wrap)
        return spec


def install(owner_of, interpreter, packages):
    """Wraps the functions, now or when their modules are imported. ``interpreter`` is the one that
    environments are made for; ``packages`` returns the directory of the application's packages, or is
    None if children find them by their path."""
    global _owner_of, _interpreter, _packages
    _owner_of, _interpreter, _packages = owner_of, interpreter, packages
    if _Finder not in sys.meta_path:
        # At its first import the finder of plugins goes before it.
        sys.meta_path.insert(0, _Finder)
    for name, wrap in _WRAP.items():
        if name in sys.modules:
            wrap(sys.modules[name])


def uninstall():
    """Restores the functions, unless other code has wrapped them again."""
    global _owner_of, _packages
    if _Finder in sys.meta_path:
        sys.meta_path.remove(_Finder)
    for key, (module, original, replacement) in list(_wrapped.items()):
        if vars(module).get(key[1]) is replacement:
            setattr(module, key[1], original)
            del _wrapped[key]
    if not _wrapped:
        _owner_of = _packages = None
