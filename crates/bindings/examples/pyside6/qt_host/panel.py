"""One panel of a plugin, as a widget of Qt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import lichtfeld as lf
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QVBoxLayout, QWidget

from . import colors, containers, paint, values, widgets, windows
from .body import Body
from .frame import Item, tree
from .part import Part, View
from .pointer import Pointer

KINDS: dict[str, Callable[[View, Item], Part]] = {
    **widgets.KINDS,
    **values.KINDS,
    **colors.KINDS,
    **containers.KINDS,
    **windows.KINDS,
    **paint.KINDS,
}
"""What draws each kind of widget. A frame with another kind is of a newer plugin system."""


class Pictures:
    """The pictures that panels may show: files, textures of this application, and pixels of plugins."""

    def __init__(self) -> None:
        self.textures: dict[int, QPixmap] = {}
        self._pixels: dict[int, tuple[int, QPixmap]] = {}
        self._files: dict[str, QPixmap] = {}

    def find(self, picture: dict[str, Any]) -> QPixmap | None:
        """Returns a picture, or None if it is not known."""
        if "texture" in picture:
            return self.textures.get(picture["texture"])
        if "pixels" in picture:
            return self._uploaded(picture["pixels"])
        name = str(picture["named"])
        if name not in self._files and Path(name).is_file():
            self._files[name] = QPixmap(name)
        found = self._files.get(name)
        return None if found is None or found.isNull() else found

    def _uploaded(self, texture: dict[str, Any]) -> QPixmap | None:
        """Returns the pixels of a texture; those of a version are asked for once."""
        version, pixmap = self._pixels.get(texture["id"], (0, None))
        if pixmap is not None and version == texture["version"]:
            return pixmap
        found = lf.ui.texture(texture["id"])
        if found is None:
            return None
        pixels = QImage(
            found["pixels"].cast("B"), found["width"], found["height"], found["width"] * 4,
            QImage.Format.Format_RGBA8888,
        )  # fmt: skip
        pixmap = QPixmap.fromImage(pixels)
        self._pixels[texture["id"]] = found["version"], pixmap
        return pixmap

    def keep(self, ids: set[int]) -> None:
        """Frees the pixels of all textures of plugins but these."""
        self._pixels = {id: kept for id, kept in self._pixels.items() if id in ids}


class PanelView(QScrollArea):
    """Shows the frames of one panel, and reports what the user does with them."""

    def __init__(self, id: str, pictures: Pictures, wake: Callable[[], None]) -> None:
        super().__init__()
        self.id = id
        self.unknown: set[str] = set()
        self.textures: set[int] = set()
        self._pictures, self._wake = pictures, wake
        self._shapes: dict[str, paint.Shapes] = {}
        self._content = QWidget()
        self._behind = paint.Canvas(self._content)
        self._body = Body(self)
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._over = paint.Canvas(self._content)
        self._pointer = Pointer(self._content, self.send)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self._body)
        column.addWidget(self._message)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(self._content)
        self._content.installEventFilter(self)
        self._content.setMouseTracking(True)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)

    # What the window calls.

    def draw(self) -> None:
        """Draws the panel now."""
        self.show_frame(lf.ui.draw_panel(self.id))

    def show_frame(self, frame: dict[str, Any]) -> None:
        """Shows a frame: its widgets, the error that ended it, and warnings for the author."""
        self._shapes = {"window": [], "foreground": [], "background": []}
        self._pointer.show(frame)
        self.textures = {texture["id"] for texture in frame.get("textures", [])}
        self._body.show_items(tree(frame["widgets"]))
        self._behind.show_shapes(self._shapes["background"])
        self._over.show_shapes(self._shapes["window"] + self._shapes["foreground"])
        self._over.raise_()
        error, warnings = frame.get("error"), frame.get("warnings", [])
        lines = [error["traceback"] or error["message"]] if error else []
        lines += [f"{_where(one)}{one['message']}\n{one['hint']}" for one in warnings]
        self._message.setStyleSheet(f"color: {'firebrick' if error else 'darkgoldenrod'};")
        self._message.setText("\n".join(lines))
        self._message.setVisible(bool(lines))

    def set_surface(self, **surface: Any) -> None:
        """Tells the panel what it is drawn on; if it would see a difference, it is due."""
        if self.id in lf.ui.panels():
            lf.ui.set_surface(self.id, **surface)
            self._wake()

    # What its parts call, as `View` describes.

    def send(self, data: dict[str, Any]) -> None:
        """Reports what the user did: the panel sees it when it is drawn next."""
        try:
            lf.ui.push_input(self.id, data)
        except KeyError:
            return  # The plugin was unloaded, and this window is about to know it.
        self._wake()

    def pointed(self, event: QMouseEvent, widget: dict[str, Any]) -> None:
        """Reports what the pointer does at a widget, if the panel asks for it."""
        self._pointer.mouse(event, widget)

    def make(self, item: Item) -> Part:
        """Makes the part of an item. A kind that is not known is skipped with its content."""
        if item.kind not in KINDS:
            self.unknown.add(item.kind)
        return KINDS.get(item.kind, Part)(self, item)

    def pixmap(self, picture: dict[str, Any]) -> QPixmap | None:
        """Returns a picture, or None if the application does not know it."""
        return self._pictures.find(picture)

    def paint(self, shape: dict[str, Any], color: QColor, layer: str) -> None:
        """Adds a shape to those of this frame."""
        self._shapes[layer].append((shape, color))

    def on_screen(self, x: float, y: float) -> QPoint:
        """Returns where a position of the panel is on the screen."""
        return self._content.mapToGlobal(QPoint(round(x), round(y)))

    def scroll_to(self, widget: QWidget, ratio: float) -> None:
        """Scrolls the innermost area around a widget, when the layout is complete."""
        QTimer.singleShot(0, widget, lambda: _scroll(widget, ratio))

    # What Qt calls.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tells the panel its new size."""
        super().resizeEvent(event)
        size, corner = self.viewport().size(), self.mapToGlobal(QPoint(0, 0))
        view = self.window().size()
        self.set_surface(
            size=(size.width(), size.height()),
            position=(corner.x(), corner.y()),
            viewport=(view.width(), view.height()),
            scale=self.devicePixelRatioF(),
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tells the panel what the pointer does; keeps the shapes as large as the content."""
        kind = event.type()
        if isinstance(event, QWheelEvent) and self._pointer.wheel(event):
            return True
        if isinstance(event, QMouseEvent):
            self._pointer.mouse(event, None)
        if kind == QEvent.Type.Resize:
            for canvas in (self._behind, self._over):
                canvas.resize(self._content.size())
        elif kind in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.set_surface(hovered=kind == QEvent.Type.Enter)
        elif kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self.set_surface(pointer=(event.position().x(), event.position().y()))
        return super().eventFilter(watched, event)

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        had = old is not None and self.isAncestorOf(old)
        has = new is not None and self.isAncestorOf(new)
        if had != has:
            self.set_surface(focused=has)


def _where(warning: dict[str, Any]) -> str:
    place = warning.get("location")
    return f"{place['file']}:{place['line']}: " if place else ""


def _scroll(widget: QWidget, ratio: float) -> None:
    around: QWidget | None = widget.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    content = around.widget() if isinstance(around, QScrollArea) else None
    if content is not None and isinstance(around, QScrollArea):
        top = widget.mapTo(content, QPoint(0, 0)).y()
        spare = around.viewport().height() - widget.height()
        around.verticalScrollBar().setValue(round(top - spare * ratio))
