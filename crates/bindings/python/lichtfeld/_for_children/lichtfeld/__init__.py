"""The package ``lichtfeld`` in a child process of a plugin.

The directory above is on the child's path, and serves the application's two packages alone: the
others beside them have other versions than the plugin asked for. The real package replaces this one.
"""

import importlib.util
import json
import os
import sys
from importlib.machinery import PathFinder

# A Rust application names its home itself, and has written it down for its children.
_home = os.path.join(os.path.dirname(__file__), os.pardir, "home.json")
if os.path.isfile(_home):
    with open(_home, encoding="utf-8") as _file:
        os.environ.update(json.load(_file))

_packages = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3))
_spec = PathFinder.find_spec(__name__, [_packages])
sys.modules[__name__] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules[__name__])
