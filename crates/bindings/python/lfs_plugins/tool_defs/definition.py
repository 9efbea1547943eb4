"""The definition of a tool of the viewport.

Older plugins import it; what was in it belongs to the application, and is not here. Importing the
module does nothing; a name of it raises an error that says what to use instead.
"""

from .._missing import missing as _missing


def __getattr__(name):
    raise _missing(__name__, name, "derive from lfs_plugins.types.Operator and show it by layout.operator_(id) or a Menu")
