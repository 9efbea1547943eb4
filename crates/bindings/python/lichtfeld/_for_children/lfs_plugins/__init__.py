"""The package ``lfs_plugins`` in a child process of a plugin: see ``lichtfeld`` beside this.

Plugins are imported by their names here: no manager runs, and nothing is activated.
"""

import importlib.util
import os
import sys
from importlib.machinery import PathFinder

_packages = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3))
_spec = PathFinder.find_spec(__name__, [_packages])
_module = sys.modules[__name__] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
_module._native._import_on_demand()
