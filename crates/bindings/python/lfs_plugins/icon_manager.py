"""Icons as textures. The application loads them; without its functions each icon is 0, which is none."""

from __future__ import annotations

import pathlib
from typing import Any

import lichtfeld as _lf

__all__ = ["get_icon", "get_plugin_icon", "get_scene_icon", "get_ui_icon"]


def get_icon(name: str) -> int:
    """Returns the application's icon ``<name>.png``."""
    return get_ui_icon(f"{name}.png")


def get_ui_icon(name: str) -> int:
    """Returns the application's icon of this file name."""
    return _loaded(getattr(_lf, "load_icon", None), name)


def get_scene_icon(name: str) -> int:
    """Returns the application's icon ``scene/<name>.png``."""
    return get_ui_icon(f"scene/{name}.png")


def get_plugin_icon(name: str, plugin_path: str, plugin_name: str) -> int:
    """Returns the icon ``icons/<name>.png`` in a plugin's folder, else the application's of this name."""
    load = getattr(_lf.ui, "load_plugin_icon", None)
    if load is not None and (pathlib.Path(plugin_path) / "icons" / f"{name}.png").is_file():
        found = _loaded(load, name, str(plugin_path), plugin_name)
        if found:
            return found
    return get_icon(name)


def _loaded(load: Any, *arguments: str) -> int:
    return int(load(*arguments) or 0) if load is not None else 0
