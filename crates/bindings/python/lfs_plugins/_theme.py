"""``lichtfeld.ui.theme()``: the colours and sizes of the application, and other themes that it has.

The application provides them (``lichtfeld.ui.provide_theme``); until then they are those of a dark theme. A
panel that has read the theme is drawn again when it changes, and nobody waits for it: a plugin in a process
of its own has it there.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Optional

import lichtfeld.plugins as _native

from ._requests import tell
from .ui import _mirror
from .ui.store import StateSignal

__all__ = [
    "Theme", "ThemePalette", "ThemeSizes", "ThemeVignette", "get_theme", "get_ui_scale", "get_ui_scale_preference",
    "provide_theme", "set_theme", "set_ui_scale", "theme", "themes",
]  # fmt: skip

_Color = tuple[float, float, float, float]


@dataclasses.dataclass(frozen=True)
class ThemePalette:
    """Colours: red, green, blue and alpha, from 0 to 1."""

    background: _Color = (0.09, 0.10, 0.12, 1.0)
    surface: _Color = (0.13, 0.14, 0.17, 1.0)
    surface_bright: _Color = (0.20, 0.22, 0.26, 1.0)
    primary: _Color = (0.26, 0.55, 0.93, 1.0)
    primary_dim: _Color = (0.18, 0.38, 0.66, 1.0)
    secondary: _Color = (0.42, 0.46, 0.54, 1.0)
    text: _Color = (0.93, 0.94, 0.96, 1.0)
    text_dim: _Color = (0.62, 0.65, 0.70, 1.0)
    border: _Color = (0.29, 0.31, 0.36, 1.0)
    success: _Color = (0.27, 0.72, 0.42, 1.0)
    warning: _Color = (0.94, 0.68, 0.21, 1.0)
    error: _Color = (0.90, 0.31, 0.31, 1.0)
    info: _Color = (0.33, 0.64, 0.92, 1.0)
    toolbar_background: _Color = (0.11, 0.12, 0.14, 0.94)
    row_even: _Color = (1.0, 1.0, 1.0, 0.02)
    row_odd: _Color = (1.0, 1.0, 1.0, 0.05)
    overlay_border: _Color = (0.29, 0.31, 0.36, 0.8)
    overlay_icon: _Color = (0.80, 0.82, 0.86, 1.0)
    overlay_text: _Color = (0.93, 0.94, 0.96, 1.0)
    overlay_text_dim: _Color = (0.62, 0.65, 0.70, 1.0)


@dataclasses.dataclass(frozen=True)
class ThemeSizes:
    """Lengths in pixels before scaling."""

    window_rounding: float = 6.0
    frame_rounding: float = 4.0
    popup_rounding: float = 4.0
    scrollbar_rounding: float = 6.0
    tab_rounding: float = 4.0
    border_size: float = 1.0
    window_padding: tuple[float, float] = (10.0, 10.0)
    frame_padding: tuple[float, float] = (8.0, 4.0)
    item_spacing: tuple[float, float] = (8.0, 6.0)
    toolbar_button_size: float = 32.0
    toolbar_padding: float = 4.0
    toolbar_spacing: float = 4.0


@dataclasses.dataclass(frozen=True)
class ThemeVignette:
    """How the border of the view is darkened."""

    enabled: bool = False
    intensity: float = 0.0
    radius: float = 0.75
    softness: float = 0.5


@dataclasses.dataclass(frozen=True)
class Theme:
    """A theme. ``is_dark`` says whether texts are lighter than their background."""

    name: str = "dark"
    palette: ThemePalette = ThemePalette()
    sizes: ThemeSizes = ThemeSizes()
    vignette: ThemeVignette = ThemeVignette()
    is_dark: bool = True


class _Provided(StateSignal[dict[str, Any]]):
    """What the application has provided; a plugin does not change it."""

    def check(self, value: object) -> None:
        raise PermissionError("the theme is the application's; ask for another one by lichtfeld.ui.set_theme(name)")


_provided: _Provided = _Provided("ui_theme", {})  # type: ignore[assignment]
if _native._is_worker():
    # The values that came when this process began were those of the fields that it had then.
    _mirror.follow()

#: The last theme that was made, and of what.
_made: tuple[Any, Theme] = (None, Theme())


def provide_theme(
    name: str = "dark",
    *,
    palette: Optional[dict[str, Any]] = None,
    sizes: Optional[dict[str, Any]] = None,
    vignette: Optional[dict[str, Any]] = None,
    is_dark: bool = True,
    scale: float = 1.0,
    scale_preference: float = 0.0,
    themes: Optional[list[dict[str, Any]]] = None,
) -> None:
    """Provides the theme of the application for its plugins; for the application, from any thread.

    ``palette`` has colours of ``ThemePalette`` as sequences of three or four numbers from 0 to 1, ``sizes``
    those of ``ThemeSizes``, ``vignette`` those of ``ThemeVignette``; what is left out has a default.
    ``scale`` is the number of display pixels in a pixel of the user interface, ``scale_preference`` what the
    user has chosen, 0 for that of the system. ``themes`` are the themes that there are, each with ``id`` and
    ``name``. Panels that use the theme are drawn again.

    Raises ValueError for an unknown name or what is no colour, RuntimeError in a process of a plugin.
    """
    if _native._is_worker():
        raise RuntimeError("lichtfeld.ui.provide_theme is for the application; a plugin calls set_theme(name)")
    given: dict[str, Any] = {
        "name": str(name),
        "palette": _checked(ThemePalette, palette),
        "sizes": _checked(ThemeSizes, sizes),
        "vignette": _checked(ThemeVignette, vignette),
        "is_dark": bool(is_dark),
        "scale": float(scale),
        "scale_preference": float(scale_preference),
        "themes": [{"id": str(one["id"]), "name": str(one["id"]), **one} for one in themes or []],
    }
    _provided.value = given


def _checked(kind: Any, given: Optional[dict[str, Any]]) -> dict[str, Any]:
    defaults = {field.name: field.default for field in dataclasses.fields(kind)}
    checked = {}
    for name, value in (given or {}).items():
        if name not in defaults:
            raise ValueError(f"{kind.__name__} has no {name!r}; it has {', '.join(defaults)}")
        default = defaults[name]
        if isinstance(default, tuple):
            numbers = [float(part) for part in value]
            if len(default) == 4 and len(numbers) == 3:
                numbers.append(1.0)
            if len(numbers) != len(default):
                raise ValueError(f"{kind.__name__}.{name} has {len(default)} numbers, not {value!r:.99}")
            checked[name] = numbers
        else:
            checked[name] = type(default)(value)
    return checked


def theme() -> Theme:
    """Returns the theme of the application: ``theme().palette.text_dim`` is a colour for a text."""
    global _made
    given = _provided.value
    source, made = _made
    if source is given:
        return made
    parts = {}
    for part, kind in (("palette", ThemePalette), ("sizes", ThemeSizes), ("vignette", ThemeVignette)):
        values = {name: tuple(one) if isinstance(one, list) else one for name, one in given.get(part, {}).items()}
        parts[part] = kind(**values)
    made = Theme(name=given.get("name", "dark"), is_dark=given.get("is_dark", True), **parts)
    _made = (given, made)
    return made


def get_theme() -> str:
    """Returns the id of the theme of the application."""
    return theme().name


def themes() -> list[dict[str, Any]]:
    """Returns the themes of the application: dicts with ``id`` and ``name``."""
    known = [dict(one) for one in _provided.value.get("themes", [])]
    return known or [{"id": get_theme(), "name": get_theme()}]


def set_theme(name: str) -> None:
    """Asks the application for another theme, by its id. Does not wait."""
    tell({"kind": "set_theme", "name": str(name)})


def get_ui_scale() -> float:
    """Returns the number of display pixels in a pixel of the user interface."""
    return float(_provided.value.get("scale", 1.0))


def get_ui_scale_preference() -> float:
    """Returns the scale that the user has chosen; 0.0 for that of the system."""
    return float(_provided.value.get("scale_preference", 0.0))


def set_ui_scale(scale: float) -> None:
    """Asks the application for another scale; 0.0 for that of the system. Does not wait. Raises ValueError
    for one that is not between 0.25 and 8."""
    tell({"kind": "set_scale", "scale": float(scale)})
