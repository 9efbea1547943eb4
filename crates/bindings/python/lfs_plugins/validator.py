"""Whether a directory is a plugin: ``validate_plugin(path)``; ``lichtfeld-plugins check`` reports more."""

import os
from typing import Union

from lichtfeld.plugins import _validate

__all__ = ["validate_plugin"]


def validate_plugin(path: Union[str, "os.PathLike[str]"]) -> list[str]:
    """What keeps ``path`` from being a plugin: for each mistake a line with file, line, column and
    what to type instead. Empty for one that can be loaded, as far as its manifest tells."""
    return _validate(path)
