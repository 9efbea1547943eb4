"""Number fields that are dragged.

Older plugins import it; what was in it belongs to the application, and is not here. Importing the
module does nothing; a name of it raises an error that says what to use instead.
"""

from ._missing import missing as _missing


def __getattr__(name):
    raise _missing(__name__, name, "use layout.drag_float(label, value, ...) or layout.drag_int(label, value, ...) in draw")
