"""An input event as a host's window reports it, and the last one of them.

``Event`` here wraps what the window gives: an object or a dict with ``type``, ``button``, ``key``,
``action``, ``mods`` and so on, numbered as in GLFW. What operators receive is ``lfs_plugins.types.Event``,
which may be wrapped as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional, Union

__all__ = ["Event", "get_last_event", "set_last_event"]

_BUTTONS = ("LEFTMOUSE", "RIGHTMOUSE", "MIDDLEMOUSE")
_KEYS = {
    32: "SPACE", 256: "ESC", 257: "RET", 258: "TAB", 259: "BACK_SPACE", 260: "INSERT", 261: "DEL",
    262: "RIGHT_ARROW", 263: "LEFT_ARROW", 264: "DOWN_ARROW", 265: "UP_ARROW",
}  # fmt: skip
_SHIFT, _CTRL, _ALT = 1, 2, 4
_RELEASE, _PRESS, _REPEAT = 0, 1, 2


class Event:
    """An event. What ``raw_event`` does not have is 0, False or empty."""

    TYPE_MOUSE_BUTTON = 0
    TYPE_MOUSE_MOVE = 1
    TYPE_SCROLL = 2
    TYPE_KEY = 3

    def __init__(self, raw_event: Any) -> None:
        self._raw = raw_event

    def _get(self, name: str, default: Any) -> Any:
        raw = self._raw
        found = raw.get(name) if isinstance(raw, Mapping) else getattr(raw, name, None)
        return default if found is None else found

    @property
    def type(self) -> Union[int, str]:
        """One of the constants; a word such as ``LEFTMOUSE`` for an event of an operator."""
        kind = self._get("type", -1)
        return kind if isinstance(kind, (int, str)) else -1

    @property
    def is_mouse_button(self) -> bool:
        """Whether a button of the mouse was pressed or released."""
        return self.type == self.TYPE_MOUSE_BUTTON or self.type in _BUTTONS

    @property
    def is_mouse_move(self) -> bool:
        """Whether the pointer has moved."""
        return self.type in (self.TYPE_MOUSE_MOVE, "MOUSEMOVE")

    @property
    def is_scroll(self) -> bool:
        """Whether the wheel was turned."""
        return self.type in (self.TYPE_SCROLL, "WHEELUPMOUSE", "WHEELDOWNMOUSE")

    @property
    def is_key(self) -> bool:
        """Whether a key was pressed or released."""
        kind = self.type
        return kind == self.TYPE_KEY or (isinstance(kind, str) and (kind in _KEYS.values() or kind.startswith("KEY_")))

    @property
    def type_str(self) -> str:
        """The type as operators have it: ``LEFTMOUSE``, ``MOUSEMOVE``, ``WHEELUPMOUSE``, ``KEY_A``, ``ESC``."""
        kind = self.type
        if isinstance(kind, str):
            return kind
        if self.is_mouse_button:
            return _BUTTONS[self.button] if 0 <= self.button < len(_BUTTONS) else f"BUTTON{self.button + 1}MOUSE"
        if self.is_mouse_move:
            return "MOUSEMOVE"
        if self.is_scroll:
            return "WHEELUPMOUSE" if self.scroll_y >= 0 else "WHEELDOWNMOUSE"
        if self.is_key:
            letter = 48 <= self.key <= 57 or 65 <= self.key <= 90
            return f"KEY_{chr(self.key)}" if letter else _KEYS.get(self.key, f"KEY_{self.key}")
        return "NONE"

    @property
    def value_str(self) -> str:
        """``PRESS``, ``RELEASE`` or ``NOTHING``."""
        value = self._get("value", None)
        if isinstance(value, str):
            return value
        if not (self.is_mouse_button or self.is_key):
            return "NOTHING"
        return {_PRESS: "PRESS", _REPEAT: "PRESS", _RELEASE: "RELEASE"}.get(self.action, "NOTHING")

    @property
    def mouse_x(self) -> float:
        """The place of the pointer, in pixels of the viewport."""
        return float(self._get("mouse_x", self._get("x", 0.0)))

    @property
    def mouse_y(self) -> float:
        """The place of the pointer, in pixels of the viewport."""
        return float(self._get("mouse_y", self._get("y", 0.0)))

    @property
    def delta_x(self) -> float:
        """How far the pointer has moved since the last event, in pixels."""
        return float(self._get("delta_x", 0.0))

    @property
    def delta_y(self) -> float:
        """How far the pointer has moved since the last event, in pixels."""
        return float(self._get("delta_y", 0.0))

    @property
    def scroll_x(self) -> float:
        """How far the wheel was turned to the side."""
        return float(self._get("scroll_x", 0.0))

    @property
    def scroll_y(self) -> float:
        """How far the wheel was turned; above 0 upwards."""
        return float(self._get("scroll_y", 0.0))

    @property
    def button(self) -> int:
        """The button: 0 left, 1 right, 2 middle; -1 for none."""
        known = _BUTTONS.index(str(self.type)) if self.type in _BUTTONS else -1
        return int(self._get("button", known))

    @property
    def key(self) -> int:
        """The code of the key; 0 for none."""
        return int(self._get("key", self._get("key_code", 0)))

    @property
    def action(self) -> int:
        """0 for released, 1 for pressed, 2 for held; -1 for none."""
        known = {"PRESS": _PRESS, "RELEASE": _RELEASE}.get(str(self._get("value", "")), -1)
        return int(self._get("action", known))

    @property
    def mods(self) -> int:
        """The modifiers as bits: 1 shift, 2 control, 4 alt."""
        known = _SHIFT * bool(self._get("shift", False)) | _CTRL * bool(self._get("ctrl", False))
        return int(self._get("mods", known | _ALT * bool(self._get("alt", False))))

    @property
    def shift(self) -> bool:
        """Whether shift is held."""
        return bool(self.mods & _SHIFT)

    @property
    def ctrl(self) -> bool:
        """Whether control is held."""
        return bool(self.mods & _CTRL)

    @property
    def alt(self) -> bool:
        """Whether alt is held."""
        return bool(self.mods & _ALT)

    @property
    def over_gui(self) -> bool:
        """Whether the pointer is over a panel."""
        return bool(self._get("over_gui", False))

    def __repr__(self) -> str:
        return f"Event({self.type_str!r}, {self.value_str!r})"


_last: Optional[Event] = None


def set_last_event(event: Optional[Event]) -> None:
    """Sets the last event; for the host."""
    global _last
    _last = event


def get_last_event() -> Optional[Event]:
    """Returns the last event that the host has set, or None."""
    return _last
