"""Who gets what by ``import <name>`` if a plugin is called like a package that others import.

A process has one ``sys.modules``, so one module has the bare name there. Without such a package it is
the plugin, by an alias. A package in the environment of another plugin gets the name from the alias:
its own modules, and packages that use it, can import it by that name only. Nobody loses by it, because
the import hook knows the importer (see `package_for` and `for_host`):

- code of a plugin whose environment has the package gets the package;
- other plugins, and the plugin that is called like it, get the plugin;
- the application keeps what it got first.

The order in which the plugins are loaded does not matter for plugins.

An *owner* is a ``CodeVersion``, or an ``Alias`` for a stand-in. It has ``module``, ``package``,
``sites`` (the site-packages of its environment in this process), and what is kept of it here while it
is not active: ``aliased``, ``displaced`` and ``had_by_host``.
"""

import importlib.machinery as machinery
import os
import sys

#: The owners that have the bare name in ``sys.modules``, by that name.
_aliases = {}
#: The active owners whose bare name a package of another plugin has; usually empty. Read by the hook.
displaced = {}
#: The names by which the application has got a plugin before it was displaced.
_had_by_host = set()
#: What each directory of packages has added to ``sys.path``: itself, and the entries of its ``.pth`` files.
_entries = {}


class Alias:
    """The owner of the bare name of a plugin that runs in a process of its own."""

    sites = ()

    def __init__(self, module, package):
        self.module = module
        self.package = package
        self.aliased = self.displaced = self.had_by_host = False


def outside(name, path=None):
    """Returns the spec of a top-level module that is not a plugin's, or None. ``path`` is
    ``sys.path`` if it is left out."""
    if name in sys.builtin_module_names:
        return machinery.BuiltinImporter.find_spec(name)
    return machinery.FrozenImporter.find_spec(name) or machinery.PathFinder.find_spec(name, path)


def seen_by(name, sites):
    """Returns the spec of a top-level module in the application or in the environment ``sites``, or
    None. What other plugins have installed does not count."""
    foreign = {entry for site, entries in _entries.items() if site not in sites for entry in entries}
    return outside(name, [entry for entry in sys.path if entry not in foreign])


def _is_installed(file):
    """Returns whether a file is in the environment of a plugin."""
    return isinstance(file, str) and any(
        file.startswith(entry + os.sep) for entries in _entries.values() for entry in entries
    )


def _is_of_environment(module):
    try:
        names = object.__getattribute__(module, "__dict__")
        places = (names.get("__file__"), *(names.get("__path__") or ()))
    except Exception:  # something else that was put into sys.modules
        return False
    return any(map(_is_installed, places))


def claim(owner):
    """Makes ``import <module>`` import a plugin, whose package is in ``sys.modules``. Returns False if
    something else has that name."""
    module = owner.module
    package = sys.modules[owner.package]
    known = sys.modules.get(module)
    owner.displaced = False
    owner.aliased = known is package or (known is None and outside(module) is None)
    if owner.aliased:
        sys.modules[module] = package
        _aliases[module] = owner
    elif seen_by(module, owner.sites) is None and (known is None or _is_of_environment(known)):
        owner.displaced = True
        displaced[module] = owner
        # A successor: the application goes on getting the plugin.
        owner.had_by_host = module in _had_by_host
    return owner.aliased


def leave(owner):
    """Called when the modules of a plugin have left ``sys.modules``."""
    for names in (_aliases, displaced):
        if names.get(owner.module) is owner:
            del names[owner.module]


def forget(owner):
    """Called when a plugin was unloaded for good, or has another version in ``sys.modules``."""
    leave(owner)
    if owner.package not in sys.modules:
        _had_by_host.discard(owner.module)


def enter(owner, modules):
    """Called before ``modules``, those of a plugin, return to ``sys.modules``. Removes the aliases from
    them if a package has got the name meanwhile."""
    if owner.aliased and outside(owner.module) is None:
        _aliases[owner.module] = owner
    elif owner.aliased:
        _displace(owner, modules)
    elif owner.displaced:
        displaced[owner.module] = owner
        if owner.had_by_host:
            _had_by_host.add(owner.module)


def _displace(owner, modules):
    top = owner.module
    for name in [name for name in modules if name == top or name.startswith(top + ".")]:
        modules.pop(name, None)
    owner.aliased, owner.displaced, owner.had_by_host = False, True, True
    displaced[top] = owner
    _had_by_host.add(top)


def site_added(directory, entries):
    """Called after ``entries`` were appended to ``sys.path`` for the packages in ``directory``. Gives
    the bare names of plugins to these packages, and returns the names."""
    _entries[directory] = entries
    taken = [top for top in _aliases if machinery.PathFinder.find_spec(top, list(entries)) is not None]
    for top in taken:
        _displace(_aliases.pop(top), sys.modules)
    return taken


def package_for(top, sites):
    """Returns the package of the plugin that ``import top`` means for a plugin with this environment,
    or None if it means what is in ``sys.modules``."""
    owner = displaced.get(top)
    if owner is None or seen_by(top, sites) is not None:
        return None
    return owner.package


def for_host(name, names):
    """Returns what ``import name`` means in a module that is no plugin's, with the globals ``names``:
    the full names of ``name``'s first part and of all of it. None if it means what is in
    ``sys.modules``."""
    top, _, rest = name.partition(".")
    owner = displaced.get(top)
    if owner is None or top not in _had_by_host or _is_installed(names.get("__file__")):
        return None
    if str(names.get("__name__")).partition(".")[0] == top:
        return None  # code that the package itself runs in a dict
    return owner.package, f"{owner.package}.{rest}" if rest else owner.package
