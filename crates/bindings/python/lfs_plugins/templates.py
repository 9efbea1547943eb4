"""New plugins: ``create_plugin("my_plugin")``."""

import os
import pathlib
from typing import Optional, Union

from lichtfeld.plugins import PluginManager

__all__ = ["create_plugin"]


def create_plugin(
    name: str,
    target_dir: Optional[Union[str, "os.PathLike[str]"]] = None,
    template: str = "panel",
) -> pathlib.Path:
    """Makes a plugin that loads as it is, in a directory of its name; returns that directory.

    It is made in ``target_dir``, else in the plugins directory. ``template`` is ``"panel"``,
    ``"operator"`` or ``"minimal"``.

    Raises FileExistsError where there is something of this name, which is not touched; PluginError
    for a name that a plugin cannot have.
    """
    return PluginManager.instance().create(name, target_dir, template)
