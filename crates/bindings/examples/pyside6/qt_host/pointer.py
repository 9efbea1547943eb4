"""What the pointer does beside hovering and clicking: reported if a panel asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

BUTTONS = {
    Qt.MouseButton.LeftButton: "primary",
    Qt.MouseButton.RightButton: "secondary",
    Qt.MouseButton.MiddleButton: "middle",
}

NOTCH = 120.0
"""What Qt reports for one line of the wheel: eighths of a degree."""


@dataclass
class Held:
    """A button that was pressed on a widget, or beside all of them, and is held."""

    target: dict[str, Any]
    button: Qt.MouseButton
    start: QPoint
    at: QPoint
    has_moved: bool = False


class Pointer:
    """The double clicks, drags and turns of the wheel of one panel."""

    def __init__(self, content: QWidget, send: Callable[[dict[str, Any]], None]) -> None:
        self._content, self._send = content, send
        self._wants: dict[str, Any] = {}
        self._held: Held | None = None
        self._last: object = None

    def show(self, frame: dict[str, Any]) -> None:
        """Keeps what a new frame asks for anywhere in the panel."""
        self._wants = frame.get("wants", {})

    def mouse(self, event: QMouseEvent, widget: dict[str, Any] | None) -> None:
        """Reports what an event at a widget, or with None beside all, means to the panel."""
        kind, held = event.type(), self._held
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self._pressed(event, widget)
        elif held is not None and held.button not in event.buttons():
            # It was released here, or where only Qt knows: while it dragged a payload.
            self._held = None
            self._moved(event, held, ended=True)
        elif held is not None and kind == QEvent.Type.MouseMove:
            self._moved(event, held, ended=False)

    def wheel(self, event: QWheelEvent) -> bool:
        """Reports turns of the wheel, instead of scrolling, and returns whether the panel asks for them."""
        if not self._wants.get("wheel"):
            return False
        turned = event.angleDelta()
        self._send({"wheel": [-turned.x() / NOTCH, turned.y() / NOTCH]})
        event.accept()
        return True

    def _at(self, event: QMouseEvent) -> QPoint:
        return self._content.mapFromGlobal(event.globalPosition().toPoint())

    def _pressed(self, event: QMouseEvent, widget: dict[str, Any] | None) -> None:
        def asks(what: str) -> bool:
            return bool(self._wants.get(what) or (widget or {}).get(f"wants_{what}"))

        double, drag, button = asks("double_click"), asks("drag"), BUTTONS.get(event.button())
        # What a widget leaves alone, Qt offers to each widget around it.
        event_id = (event.type(), event.timestamp(), self._at(event))
        if event_id == self._last or button is None or not (double or drag):
            return
        self._last = event_id
        target = {} if widget is None else {"widget": widget["id"]}
        if double and event.type() == QEvent.Type.MouseButtonDblClick:
            self._send({**target, "double_click": button})
        # The same button again: its release was not reported here.
        if drag and (self._held is None or self._held.button == event.button()):
            self._held = Held(target, event.button(), self._at(event), self._at(event))

    def _moved(self, event: QMouseEvent, held: Held, *, ended: bool) -> None:
        at, start = self._at(event), held.start
        if at == held.at and not ended:
            return  # Qt has offered it to a widget inside of this one.
        held.at = at
        held.has_moved |= (at - start).manhattanLength() >= QApplication.startDragDistance()
        if held.has_moved:
            drag = {"start": [start.x(), start.y()], "at": [at.x(), at.y()], "ended": ended}
            self._send({**held.target, "drag": {"button": BUTTONS[held.button], **drag}})
