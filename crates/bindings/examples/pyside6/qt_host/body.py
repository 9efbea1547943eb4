"""Arranges the parts of a panel, or of a container in it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from .frame import FLOATING, Item, lines
from .part import Part, View

GAP = 6
"""The space between two widgets, in pixels."""


class Body(QWidget):
    """Shows items one below the other, or in another flow."""

    def __init__(self, view: View, parent: QWidget | None = None, margin: int = 0) -> None:
        super().__init__(parent)
        self._view = view
        self._parts: dict[tuple[str, str], Part] = {}
        self._shape: object = None
        self._next_x = 0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(margin, margin, margin, margin)
        self._layout.setSpacing(GAP)

    def show_items(self, items: list[Item], flow: dict[str, Any] | None = None) -> None:
        """Shows the items of a new frame. Those that were there before keep their Qt widgets."""
        flow = flow or {"type": "column"}
        old, self._parts = self._parts, {}
        for item in items:
            key = (item.id, item.kind)
            self._parts[key] = old.pop(key) if key in old else self._view.make(item)
        for part in old.values():
            part.dispose()
        shape = (flow, self._columns(flow), [_place(item) for item in items])
        if shape != self._shape:
            self._shape = shape
            self._arrange(items, flow)
        last: QWidget | None = None
        for item in items:
            part = self._parts[item.id, item.kind]
            part.beside = last
            part.apply(item)
            last = part.widget or last

    def _columns(self, flow: dict[str, Any]) -> int:
        """Returns how many columns a grid has; with 0, as many as fit."""
        return int(flow.get("columns", 1)) or max(1, self.width() // 160)

    def _widget(self, item: Item) -> QWidget | None:
        return self._parts[item.id, item.kind].widget

    def _arrange(self, items: list[Item], flow: dict[str, Any]) -> None:
        _clear(self._layout)
        kind = flow["type"]
        if kind == "grid":
            self._grid(items, self._columns(flow))
        elif kind == "row":
            self._line(items)
        elif kind == "split":
            self._split(items, float(flow["factor"]))
        else:
            for line in lines(items):
                self._line(line)
        self._layout.addStretch(1)

    def _grid(self, items: list[Item], columns: int) -> None:
        grid = QGridLayout()
        placed = [widget for item in items if (widget := self._widget(item)) is not None]
        for index, widget in enumerate(placed):
            grid.addWidget(widget, index // columns, index % columns)
        self._layout.addLayout(grid)

    def _split(self, items: list[Item], factor: float) -> None:
        line = QHBoxLayout()
        placed = [widget for item in items if (widget := self._widget(item)) is not None]
        for index, widget in enumerate(placed):
            share = factor if index == 0 else (1.0 - factor) / (len(placed) - 1)
            # A label would take no more than its text.
            line.addWidget(widget, max(1, round(share * 100)))
        self._layout.addLayout(line)

    def _line(self, items: list[Item]) -> None:
        line = QHBoxLayout()
        line.setSpacing(0)
        is_first, grows = True, False
        for item in items:
            widget, data = self._widget(item), item.widget
            if item.kind == "cursor":
                self._move(data)
            if widget is None or item.kind in FLOATING:
                continue
            line.addSpacing(self._before(line, data, is_first))
            is_wide = _is_wide(self._parts[item.id, item.kind], data)
            line.addWidget(widget, 1 if is_wide else 0)
            grows, is_first = grows or is_wide, False
        if not grows:
            line.addStretch(1)
        if not is_first:
            self._layout.addLayout(line)

    def _move(self, data: dict[str, Any]) -> None:
        """Moves what follows. Qt goes on and never back: what is above stays where it is."""
        down = (data.get("y") or 0.0) - self._layout.sizeHint().height()
        if down > 0.0:
            self._layout.addSpacing(round(down))
        self._next_x = max(0, round(data.get("x") or 0.0))

    def _before(self, line: QHBoxLayout, data: dict[str, Any], is_first: bool) -> int:
        """Returns the space before a widget, in pixels."""
        if is_first:
            moved, self._next_x = self._next_x, 0
            return moved or round(data.get("indent", 0.0))
        place = data.get("same_line") or {"offset": 0.0, "spacing": -1.0}
        if place["offset"] > 0.0:
            return max(0, round(place["offset"]) - line.sizeHint().width())
        return GAP if place["spacing"] < 0.0 else round(place["spacing"])

    def dispose(self) -> None:
        """Removes what is in it."""
        for part in self._parts.values():
            part.dispose()
        self._parts = {}


def _place(item: Item) -> tuple[object, ...]:
    """Returns all that decides where a widget is: if nothing of it changes, nothing is moved."""
    data = item.widget
    place = data.get("same_line") or {}
    at = (data.get("x"), data.get("y")) if item.kind == "cursor" else ()
    size = data.get("size") or ()
    widths = (data.get("indent"), data.get("width"))
    return (item.id, item.kind, *widths, *place.values(), *at, *size)


def _is_wide(part: Part, data: dict[str, Any]) -> bool:
    """Returns whether a widget takes what is left of its line."""
    wanted = data.get("width") or (data.get("size") or (0.0,))[0]
    return wanted < 0.0 or (part.is_wide and wanted == 0.0)


def _clear(layout: QLayout) -> None:
    """Takes everything out of a layout; the widgets stay."""
    while (taken := layout.takeAt(0)) is not None:
        inner = taken.layout()
        if isinstance(inner, QBoxLayout | QGridLayout):
            _clear(inner)
            inner.deleteLater()
