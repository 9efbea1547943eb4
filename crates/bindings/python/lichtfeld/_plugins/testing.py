"""``lichtfeld.plugins.testing``: the tools for authors' tests, by their documented name."""

from lichtfeld.testing import *  # noqa: F403
from lichtfeld.testing import __all__  # noqa: F401
