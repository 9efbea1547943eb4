"""The package ``lichtfeld`` in a child process of a plugin.

The directory above is on the child's path, and serves the application's two packages alone: the
others beside them have other versions than the plugin asked for. The real package replaces this one.
"""

import importlib.util
import os
import sys
from importlib.machinery import PathFinder

_packages = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3))
_spec = PathFinder.find_spec(__name__, [_packages])
sys.modules[__name__] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules[__name__])
