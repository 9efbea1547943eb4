"""The names of ``lichtfeld.ui``, by another way: ``lfs_plugins.ui.Panel`` is ``lichtfeld.ui.Panel``."""

import lichtfeld as _lf

from ._missing import missing as _missing


def __getattr__(name: str):
    try:
        return getattr(_lf.ui, name)
    except AttributeError:
        raise _missing(__name__, name, "see docs/panels.md for what lichtfeld.ui has") from None


def __dir__():
    return [name for name in dir(_lf.ui) if not name.startswith("_")]
