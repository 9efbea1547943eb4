"""What is painted: curves, and the shapes that a plugin draws itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from .frame import Item
from .part import Part, View, color
from .widgets import sized

Shapes = list[tuple[dict[str, Any], QColor]]


class Canvas(QWidget):
    """Shapes over, or behind, the widgets of a panel. It never takes a click."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._shapes: Shapes = []

    def show_shapes(self, shapes: Shapes) -> None:
        """Shows the shapes of a new frame."""
        if shapes != self._shapes:
            self._shapes = shapes
            self.update()
        self.setVisible(bool(shapes))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the shapes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for shape, ink in self._shapes:
            _paint(painter, shape, ink)


def _paint(painter: QPainter, shape: dict[str, Any], ink: QColor) -> None:
    kind = shape["type"]
    if shape.get("filled"):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
    else:
        painter.setPen(QPen(ink, max(shape.get("thickness", 1.0), 1.0)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    if kind == "path":
        points = QPolygonF([QPointF(*point) for point in shape["points"]])
        if shape["closed"] or shape["filled"]:
            painter.drawPolygon(points)
        else:
            painter.drawPolyline(points)
    elif kind == "rect":
        rect = QRectF(QPointF(*shape["min"]), QPointF(*shape["max"]))
        painter.drawRoundedRect(rect, shape["rounding"], shape["rounding"])
    elif kind == "circle":
        painter.drawEllipse(QPointF(*shape["centre"]), shape["radius"], shape["radius"])
    elif kind == "text":
        corner = QPointF(*shape["at"])
        painter.drawText(QRectF(corner, QSize(4000, 4000)), shape["text"])


class Shape(Part):
    """A shape that the plugin draws; it takes no place among the widgets."""

    def update(self, item: Item) -> None:
        """Adds the shape to those of this frame."""
        data = item.widget
        self.view.paint(data["shape"], color(data["color"]), data.get("layer", "window"))


class Curve(QWidget):
    """A curve; a missing value is a gap."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(100, 40)
        self._data: dict[str, Any] = {}

    def show_curve(self, data: dict[str, Any]) -> None:
        """Shows the values of a new frame."""
        if data != self._data:
            self._data = data
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the curve and its label."""
        painter, area = QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, self.palette().color(QPalette.ColorRole.Base))
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawText(area.adjusted(4, 2, -4, -2), self._data.get("label", ""))
        values = self._data.get("values", [])
        known = [value for value in values if value is not None]
        if not known:
            return
        low = self._data.get("min")
        high = self._data.get("max")
        low = min(known) if low is None else low
        high = max(known) if high is None else high
        step = area.width() / max(1, len(values) - 1)
        before: QPointF | None = None
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
        for index, value in enumerate(values):
            if value is None:
                before = None
                continue
            share = min(max((value - low) / ((high - low) or 1.0), 0.0), 1.0)
            point = QPointF(step * index, area.height() * (1.0 - share))
            if before is not None:
                painter.drawLine(before, point)
            before = point


class Plot(Part):
    """A curve with its label."""

    is_wide = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._curve = Curve()
        self._curve.setAccessibleName(item.label)

    def update(self, item: Item) -> None:
        """Shows the values."""
        self._curve.show_curve(item.widget)
        sized(self._curve, item.widget["size"])


class Cursor(Part):
    """Moves what follows; the line that it is in does that."""


class ScrollHere(Part):
    """Scrolls until what was drawn last is visible."""

    def update(self, item: Item) -> None:
        """Scrolls when the layout is complete."""
        if self.beside is not None:
            self.view.scroll_to(self.beside, item.widget["ratio"])


KINDS: dict[str, Callable[[View, Item], Part]] = {
    "draw": Shape,
    "plot": Plot,
    "cursor": Cursor,
    "scroll_here": ScrollHere,
}
"""The parts of this file, by the kind of widget that they draw."""
