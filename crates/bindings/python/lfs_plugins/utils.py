"""Helpers of the application's own panels.

Older plugins import it; what was in it belongs to the application, and is not here. Importing the
module does nothing; a name of it raises an error that says what to use instead.
"""

from ._missing import missing as _missing


def __getattr__(name):
    raise _missing(__name__, name, "use the standard library; lichtfeld.plugins.data_dir(), cache_dir() and settings() for what a plugin keeps, lichtfeld.log for messages")
