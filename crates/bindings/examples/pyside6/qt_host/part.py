"""Keeps Qt's widgets from frame to frame.

A panel draws all its widgets again each time; Qt's widgets stay. So each widget of a frame has a
`Part`, which is found again by the widget's id in the next frame and only updated. A slider that is
dragged, the caret in a text and the focus survive a drawing.
"""

from __future__ import annotations

import html
import json
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QDrag, QDropEvent, QIcon, QMouseEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget

from .frame import Item
from .pointer import BUTTONS

PAYLOAD = "application/x-lichtfeld-payload"
"""The type under which Qt carries what a widget carries."""


class View(Protocol):
    """What a part needs from the panel that it is in."""

    def send(self, data: dict[str, Any]) -> None:
        """Reports what the user did."""

    def pointed(self, event: QMouseEvent, widget: dict[str, Any]) -> None:
        """Reports what the pointer does at a widget, if the panel asks for it."""

    def make(self, item: Item) -> Part:
        """Makes the part of an item that has none yet."""

    def pixmap(self, picture: dict[str, Any]) -> QPixmap | None:
        """Returns a picture, or None if the application does not know it."""

    def paint(self, shape: dict[str, Any], color: QColor, layer: str) -> None:
        """Adds a shape to those that are painted over the panel."""

    def scroll_to(self, widget: QWidget, ratio: float) -> None:
        """Scrolls until a widget is visible, when the layout is complete."""

    def on_screen(self, x: float, y: float) -> QPoint:
        """Returns where a position of the panel is on the screen."""


class Part(QObject):
    """The Qt widgets of one widget of a frame."""

    is_clickable = False
    """Whether it reports clicks of the primary button itself."""

    is_wide = False
    """Whether it takes what is left of its line, if the frame gives it no width."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__()
        self.view = view
        self.item = item
        self.widget: QWidget | None = None
        self.beside: QWidget | None = None
        self._attached: dict[str, Part] = {}
        self._pressed: QPoint | None = None
        self._had_focus = False

    @property
    def field(self) -> QWidget | None:
        """The widget that a width is meant for: not the label beside it."""
        return self.widget

    def watched(self) -> list[QWidget]:
        """Returns the widgets inside of it whose events are its own."""
        return [self.field] if self.field is not None else []

    def update(self, item: Item) -> None:
        """Shows what a new frame says of this widget."""

    def dispose(self) -> None:
        """Removes it: the new frame does not have it."""
        for part in self._attached.values():
            part.dispose()
        if self.widget is not None:
            self.widget.removeEventFilter(self)
            self.widget.hide()
            self.widget.deleteLater()
        self.deleteLater()

    def send(self, **action: Any) -> None:
        """Reports what the user did with this widget."""
        self.view.send({"widget": self.item.id, **action})

    def apply(self, item: Item) -> None:
        """Shows a new frame: this widget, what all widgets have, and what is attached to it."""
        is_new = self.item is item
        self.item = item
        self.update(item)
        if self.widget is not None:
            if is_new:
                for watched in {self.widget, *self.watched()}:
                    watched.installEventFilter(self)
            self._common(self.widget, item.widget)
        old, self._attached = self._attached, {}
        for attached in item.attached:
            part = old.pop(attached.id, None) or self.view.make(attached)
            part.beside = self.widget
            part.apply(attached)
            self._attached[attached.id] = part
        for part in old.values():
            part.dispose()

    def _common(self, widget: QWidget, data: dict[str, Any]) -> None:
        widget.setEnabled(not data.get("disabled", False))
        tooltip = data.get("tooltip")
        # Qt takes a text with tags for HTML.
        widget.setToolTip(f"<qt>{html.escape(tooltip)}</qt>" if tooltip else "")
        widget.setAcceptDrops("accepts" in data)
        width, field = data.get("width"), self.field
        if width is not None and field is not None:
            if width > 0:
                field.setFixedWidth(round(width))
            else:
                field.setSizePolicy(QSizePolicy.Policy.Expanding, field.sizePolicy().verticalPolicy())
        # A panel may ask for it in each drawing, and the user may be elsewhere by then.
        wants_focus = bool(data.get("focus"))
        if wants_focus and not self._had_focus and field is not None:
            field.setFocus()
        self._had_focus = wants_focus

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Reports hovering, clicks and what is dragged; the rest is Qt's own."""
        data, kind = self.item.widget, event.type()
        if kind in (QEvent.Type.Enter, QEvent.Type.Leave) and watched is self.widget:
            self._hover(kind == QEvent.Type.Enter)
        elif isinstance(event, QMouseEvent):
            if self.widget is not None and self.widget.isEnabled():
                self.view.pointed(event, data)
            return self._mouse(event)
        elif isinstance(event, QDropEvent):  # Those of entering and moving are such, too.
            payload = _payload(event.mimeData())
            if payload is None or payload["type"] != data.get("accepts"):
                return False
            event.acceptProposedAction()
            if kind == QEvent.Type.Drop:
                self.send(drop=payload)
            return True
        return False

    def _hover(self, is_over: bool) -> None:
        if self.item.widget.get("wants_hover"):
            self.send(hover=is_over)
        for part in self._attached.values():
            part.hovered(is_over)

    def hovered(self, is_over: bool) -> None:
        """The pointer is over the widget that this is attached to, or has left it."""

    def _mouse(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self._pressed = event.position().toPoint()
        elif kind == QEvent.Type.MouseMove and self._pressed is not None:
            return self._drag(event)
        elif kind == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            self._pressed = None
            return self._clicked(event)
        return False

    def _clicked(self, event: QMouseEvent) -> bool:
        button = BUTTONS.get(event.button())
        asks = bool(self.item.widget.get("wants_click"))
        if button == "primary":
            if asks and not self.is_clickable:
                self.send(click="primary")
            return False
        has_menu = any(one.kind == "popup" for one in self.item.attached)
        if button is None or not (asks or has_menu or self.is_clickable):
            return False
        # It also opens the context menu of the widget.
        self.send(click=button)
        return True

    def _drag(self, event: QMouseEvent) -> bool:
        payload = self.item.widget.get("drag")
        if payload is None or self._pressed is None or self.widget is None:
            return False
        way = event.position().toPoint() - self._pressed
        if way.manhattanLength() < QApplication.startDragDistance():
            return False
        self._pressed = None
        if isinstance(self.widget, QAbstractButton):
            self.widget.setDown(False)
        mime = QMimeData()
        mime.setData(PAYLOAD, json.dumps(payload).encode())
        drag = QDrag(self.widget)
        drag.setMimeData(mime)
        for part in self._attached.values():
            if part.item.kind == "drag_preview" and part.widget is not None:
                drag.setPixmap(part.widget.grab())
        drag.exec(Qt.DropAction.CopyAction)
        return True


def _payload(mime: QMimeData) -> dict[str, str] | None:
    """Returns what is carried, or None if it is not from a panel."""
    if not mime.hasFormat(PAYLOAD):
        return None
    return json.loads(bytes(mime.data(PAYLOAD).data()))


def color(parts: list[float]) -> QColor:
    """Returns a colour of a frame: components from 0 to 1, perhaps with opacity."""
    return QColor.fromRgbF(*(min(max(part, 0.0), 1.0) for part in parts))


def icon(pixmap: QPixmap | None) -> QIcon:
    """Returns a picture as an icon, or an empty icon."""
    return QIcon() if pixmap is None else QIcon(pixmap)


def plain(text: str) -> str:
    """Returns a text for a button: Qt would take the letter after an ``&`` for a shortcut."""
    return text.replace("&", "&&")
