"""Modules that plugins find by their own entries on ``sys.path``, and those of editable libraries, as
their sources are now.

Python takes compiled code for that of a source if the source's time agrees, in whole seconds, and its
length. An author saves more often, and replaces ``1`` by ``2``. Here the times are in milliseconds.
Python itself then takes the compiled code for another source's, and compiles anew.
"""

import importlib.machinery as machinery
import sys

from _lichtfeld_code_version import ACTIVE
from _lichtfeld_site_environment import is_linked


class _FreshLoader(machinery.SourceFileLoader):
    def path_stats(self, path):
        stats = super().path_stats(path)
        return {**stats, "mtime": int(stats["mtime"] * 1000)}  # its lower 32 bits are compared


_finder_of_directory = machinery.FileFinder.path_hook(
    (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
    (_FreshLoader, machinery.SOURCE_SUFFIXES),
    (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES),
)


def _finder(path):
    own = any(code_version.paths.are_searched(path) for code_version in list(ACTIVE.values()))
    if own or is_linked(path):
        return _finder_of_directory(path)
    raise ImportError("not a directory that changes", path=path)


def install():
    """Installs the finder of such directories; once."""
    if _finder not in sys.path_hooks:
        sys.path_hooks.insert(0, _finder)


def uninstall():
    """Removes it. Directories that were searched keep theirs."""
    if _finder in sys.path_hooks:
        sys.path_hooks.remove(_finder)
