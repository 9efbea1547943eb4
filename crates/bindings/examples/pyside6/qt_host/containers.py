"""Widgets that contain others: arrangements, trees, tables, parts that scroll."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QScrollArea,
    QTableWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from .body import Body
from .frame import Item
from .part import Part, View, color, plain
from .widgets import sized

INDENT = 16
"""How far the content of a tree is to the right of its node, in pixels."""


class Group(Part):
    """Several widgets that count as one."""

    is_wide = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self.body = Body(view)

    def update(self, item: Item) -> None:
        """Shows what is inside."""
        self.body.show_items(item.content, self.flow(item))

    def flow(self, item: Item) -> dict[str, object] | None:
        """Returns how it arranges what is inside."""
        return None

    def dispose(self) -> None:
        """Removes what is inside, then itself."""
        self.body.dispose()
        super().dispose()


class MenuBar(Group):
    """A bar of menus, side by side."""

    def flow(self, item: Item) -> dict[str, object]:
        """Returns a row."""
        return {"type": "row"}


class Arrangement(Group):
    """A row, a column, a box, a split or a grid."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        if item.widget["flow"]["type"] == "box":
            frame = QFrame()
            frame.setFrameShape(QFrame.Shape.StyledPanel)
            QVBoxLayout(frame).addWidget(self.body)
            self.widget = frame
        self._font = self.body.font()

    def flow(self, item: Item) -> dict[str, object]:
        """Returns what the frame says."""
        return item.widget["flow"]

    def update(self, item: Item) -> None:
        """Shows what is inside: larger, pressed or red."""
        super().update(item)
        data, palette = item.widget, QPalette()
        if data["active"]:
            palette.setColor(QPalette.ColorRole.Button, palette.highlight().color())
        if data["alert"]:
            red = Qt.GlobalColor.red
            for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
                palette.setColor(role, red)
        if palette != self.body.palette():
            self.body.setPalette(palette)
        font = type(self._font)(self._font)
        font.setPointSizeF(font.pointSizeF() * max(0.1, data["scale"][1]))
        if font != self.body.font():
            self.body.setFont(font)


class Child(Group):
    """A part of the panel that scrolls by itself."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.body)
        shapes = QFrame.Shape
        area.setFrameShape(shapes.StyledPanel if item.widget["border"] else shapes.NoFrame)
        self.widget = self._area = area

    def update(self, item: Item) -> None:
        """Shows what is inside, in this size."""
        super().update(item)
        sized(self._area, item.widget["size"])


class Header(Part):
    """A header that unfolds what follows it; the content is not inside it."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._button = QToolButton()
        self._button.setAutoRaise(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.clicked.connect(self._fold)
        self._button.setStyleSheet("font-weight: bold;")

    def _fold(self) -> None:
        self.send(open=not self.item.widget["open"])

    def update(self, item: Item) -> None:
        """Shows the label, and whether it is open."""
        arrow(self._button, item)


class Tree(Part):
    """A node of a tree; a leaf cannot be folded."""

    is_wide = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = QWidget()
        self._button, self._body = QToolButton(), Body(view)
        self._button.setAutoRaise(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.clicked.connect(self._fold)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._button)
        column.addWidget(self._body)
        self._body.setContentsMargins(INDENT, 0, 0, 0)

    def _fold(self) -> None:
        if not self.item.widget["leaf"]:
            self.send(open=not self.item.widget["open"])

    def update(self, item: Item) -> None:
        """Shows the node, and what is inside if it is open."""
        arrow(self._button, item)
        self._body.show_items(item.content)
        self._body.setVisible(bool(item.content))

    def dispose(self) -> None:
        """Removes what is inside, then itself."""
        self._body.dispose()
        super().dispose()


def arrow(button: QToolButton, item: Item) -> None:
    """Shows a label with an arrow that says whether something is open."""
    arrows = Qt.ArrowType
    shape = arrows.DownArrow if item.widget["open"] else arrows.RightArrow
    button.setArrowType(arrows.NoArrow if item.widget.get("leaf") else shape)
    button.setText(plain(item.label))


class Table(Part):
    """A table, whose cells contain widgets."""

    is_wide = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._table = QTableWidget()
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._table.verticalHeader().hide()
        self._bodies: dict[tuple[int, int], Body] = {}

    def update(self, item: Item) -> None:
        """Shows columns and rows."""
        columns, rows = item.widget["columns"], item.content
        table, header = self._table, self._table.horizontalHeader()
        table.setColumnCount(len(columns))
        header.setVisible(bool(item.widget["headers"]))
        table.setHorizontalHeaderLabels([column["label"] for column in columns])
        modes = QHeaderView.ResizeMode
        for index, column in enumerate(columns):
            width = column.get("width", 0.0)
            header.setSectionResizeMode(index, modes.Interactive if width > 0.0 else modes.Stretch)
            if width > 0.0:
                table.setColumnWidth(index, round(width))
        self._trim(len(rows))
        table.setRowCount(len(rows))
        for row, line in enumerate(rows):
            self._row(row, line, len(columns))
        table.resizeRowsToContents()
        height = sum(table.rowHeight(row) for row in range(len(rows))) + 4
        if item.widget["headers"]:
            height += header.sizeHint().height()
        table.setFixedHeight(min(height, 400))

    def _trim(self, rows: int) -> None:
        for place in [place for place in self._bodies if place[0] >= rows]:
            self._bodies.pop(place).dispose()

    def _row(self, row: int, line: Item, columns: int) -> None:
        content: dict[int, list[Item]] = {column: [] for column in range(columns)}
        fills = dict.fromkeys(content, line.widget.get("color"))
        for cell in line.content:
            column = cell.widget.get("column", -1)
            if column in content:
                content[column] += cell.content
                fills[column] = cell.widget.get("color") or fills[column]
        for column, items in content.items():
            body = self._bodies.get((row, column))
            if body is None:
                body = self._bodies[row, column] = Body(self.view, margin=2)
                body.setAutoFillBackground(True)
                self._table.setCellWidget(row, column, body)
            palette, fill = QPalette(), fills[column]
            if fill is not None:
                palette.setColor(body.backgroundRole(), color(fill))
            body.setPalette(palette)
            body.show_items(items)

    def dispose(self) -> None:
        """Removes what is in the cells, then itself."""
        self._trim(0)
        super().dispose()


KINDS: dict[str, Callable[[View, Item], Part]] = {
    "group": Group,
    "layout": Arrangement,
    "child": Child,
    "header": Header,
    "tree": Tree,
    "table": Table,
    # They are inside a table, which draws them; elsewhere they count as one widget.
    "table_row": Group,
    "table_cell": Group,
    "menu_bar": MenuBar,
}
"""The parts of this file, by the kind of widget that they draw."""
