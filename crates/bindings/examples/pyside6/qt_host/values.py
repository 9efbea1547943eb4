"""Widgets with a value that the user sets: numbers, texts, choices."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from .edits import Edits
from .frame import Item
from .part import Part, View, plain

STEPS = 1000
"""The positions of a slider for a fraction."""


class Labelled(Part):
    """A field with its label beside it.

    While the user is in a field, it is the user's: a frame changes it only if its value differs from
    that of the frame before. So a drawing that comes between two letters takes none away.
    """

    is_wide = True

    def __init__(self, view: View, item: Item, *fields: QWidget) -> None:
        super().__init__(view, item)
        self.fields = fields
        self._seen: object = None
        self.widget = QWidget()
        line = QHBoxLayout(self.widget)
        line.setContentsMargins(0, 0, 0, 0)
        for index, field in enumerate(fields):
            field.setAccessibleName(item.label if index == 0 else f"{item.label} {index + 1}")
            line.addWidget(field, 1)
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        line.addWidget(self._label)
        self.edits = Edits(self.send)

    def watched(self) -> list[QWidget]:
        """Returns the fields, and what they are made of."""
        return [part for field in self.fields for part in (field, *field.findChildren(QWidget))]

    @property
    def field(self) -> QWidget:
        """The first field."""
        return self.fields[0]

    def update(self, item: Item) -> None:
        """Shows label and value."""
        self._label.setText(item.label)
        self._label.setVisible(bool(item.label))
        value = item.widget["value"]
        if value != self._seen or not self._is_edited():
            self.show_value(item, value)
        self._seen = value

    def _is_edited(self) -> bool:
        """Returns whether the user is in a field, also while another window is in front."""
        focus = self.field.window().focusWidget()
        return focus is not None and any(one is focus or one.isAncestorOf(focus) for one in self.fields)

    def show_value(self, item: Item, value: Any) -> None:
        """Shows the value of a frame."""


class CheckBox(Part):
    """A check box."""

    is_clickable = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._box = QCheckBox()
        self._box.clicked.connect(lambda checked: self.send(set=checked))

    def update(self, item: Item) -> None:
        """Shows label and value."""
        self._box.setText(plain(item.label))
        self._box.setChecked(bool(item.widget["value"]))


class Slider(QWidget):
    """A handle between two numbers, and the number at its side."""

    def __init__(self, data: dict[str, Any], changed: Callable[[], None]) -> None:
        super().__init__()
        self._low, self._high = float(data["min"]), float(data["max"])
        self._is_whole = _is_whole(data["value"])
        self._text = data.get("format") or ("%d" if self._is_whole else "%.3f")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        span = self._high - self._low
        self._steps = max(1, round(span)) if self._is_whole and span <= 1e6 else STEPS
        self.slider.setRange(0, self._steps)
        self.slider.valueChanged.connect(self._note)
        self.slider.valueChanged.connect(lambda: changed())
        self.setFocusProxy(self.slider)
        self._number = QLabel()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.slider, 1)
        line.addWidget(self._number)

    def value(self) -> float:
        """The number that the handle is at."""
        return self._low + (self._high - self._low) * self.slider.value() / self._steps

    def setValue(self, value: float) -> None:
        """Moves the handle, unless the user holds it."""
        if not self.slider.isSliderDown():
            share = (value - self._low) / ((self._high - self._low) or 1.0)
            blocker = QSignalBlocker(self.slider)
            self.slider.setValue(round(share * self._steps))
            blocker.unblock()
            self._show(value)

    def _note(self) -> None:
        self._show(self.value())

    def _show(self, value: float) -> None:
        self._number.setText(_formatted(self._text, value))


class NumberField(QDoubleSpinBox):
    """A number that is typed or, if it has no buttons, dragged with the mouse."""

    def __init__(self, data: dict[str, Any], changed: Callable[[], None]) -> None:
        super().__init__()
        is_whole = _is_whole(data["value"])
        before, digits, after = _split_format(data.get("format") or "")
        self.setDecimals(0 if is_whole else digits)
        low, high = data.get("min"), data.get("max")
        self.setRange(-1e15 if low is None else low, 1e15 if high is None else high)
        self.setPrefix(before)
        self.setSuffix(after)
        self.setSingleStep(data["step"] or (1.0 if is_whole else 0.1))
        self.setKeyboardTracking(False)
        self.valueChanged.connect(lambda: changed())
        self.edits: Edits | None = None
        self._speed = data["step"] or (0.25 if is_whole else 0.01)
        self._from: tuple[float, float] | None = None
        self._is_dragged = False
        if data["form"] != "input":
            self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
            self.lineEdit().setCursor(Qt.CursorShape.SizeHorCursor)
            self.lineEdit().installEventFilter(self)

    def report(self, edits: Edits) -> None:
        """Reports typing: from getting the keyboard, or from the next letter after Return."""
        self.edits = edits
        edits.of_keyboard(self)
        self.lineEdit().textEdited.connect(edits.begin)
        self.lineEdit().returnPressed.connect(lambda: (self.interpretText(), edits.end()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Changes the number while the mouse drags over it."""
        if isinstance(event, QMouseEvent):
            x = event.globalPosition().x()
            if event.type() == QEvent.Type.MouseButtonPress:
                self._from = (x, self.value())
            elif event.type() == QEvent.Type.MouseButtonRelease:
                self._from = None
                # It keeps the keyboard, but each drag is an edit of its own.
                if self._is_dragged and self.edits is not None:
                    self.edits.end()
                self._is_dragged = False
            elif event.type() == QEvent.Type.MouseMove and self._from is not None:
                begun, value = self._from
                self._is_dragged = True
                if self.edits is not None:
                    self.edits.begin()
                self.setValue(value + (x - begun) * self._speed)
                return True
        return super().eventFilter(watched, event)


class Number(Labelled):
    """One number or several."""

    def __init__(self, view: View, item: Item) -> None:
        data = item.widget
        is_slider = data["form"] == "slider" and None not in (data.get("min"), data.get("max"))
        self._made = [
            (Slider if is_slider else NumberField)({**data, "value": value}, self._changed)
            for value in _listed(data["value"])
        ]
        super().__init__(view, item, *self._made)
        for field in self._made:
            if isinstance(field, Slider):
                self.edits.of_handle(field.slider)
            else:
                field.report(self.edits)

    def show_value(self, item: Item, value: Any) -> None:
        """Shows the numbers, without reporting them as set."""
        for field, number in zip(self._made, _listed(value), strict=False):
            blocker = QSignalBlocker(field)
            field.setValue(float(number))
            blocker.unblock()

    def _changed(self) -> None:
        value = self.item.widget["value"]
        numbers: list[float] = [
            round(field.value()) if _is_whole(old) else field.value()
            for field, old in zip(self._made, _listed(value), strict=False)
        ]
        self.send(set=numbers if isinstance(value, list) else numbers[0])


class TextField(Labelled):
    """A text of one line, which is sent with each letter or by Enter."""

    def __init__(self, view: View, item: Item, *more: QWidget) -> None:
        self._line = QLineEdit()
        super().__init__(view, item, self._line, *more)
        self._line.setPlaceholderText(item.widget.get("hint") or item.widget.get("title") or "")
        self.edits.of_keyboard(self._line)
        self._line.textEdited.connect(self.edits.begin)
        if item.widget.get("commit") == "enter":
            self._line.returnPressed.connect(lambda: self.send(set=self._line.text()))
        else:
            self._line.textEdited.connect(lambda text: self.send(set=text))
        self._line.returnPressed.connect(self.edits.end)

    def show_value(self, item: Item, value: Any) -> None:
        """Shows the text; the caret stays where it is."""
        if value != self._line.text():
            caret = self._line.cursorPosition()
            self._line.setText(value)
            self._line.setCursorPosition(caret)


class LongText(Labelled):
    """A text of several lines."""

    def __init__(self, view: View, item: Item) -> None:
        self._edit = QPlainTextEdit()
        super().__init__(view, item, self._edit)
        self._edit.setPlaceholderText(item.widget["hint"])
        self._edit.setFixedHeight(round(item.widget["height"]))
        self._edit.textChanged.connect(lambda: self.send(set=self._edit.toPlainText()))
        self.edits.of_keyboard(self._edit)

    def show_value(self, item: Item, value: Any) -> None:
        """Shows the text, without reporting it as set."""
        if value != self._edit.toPlainText():
            blocker = QSignalBlocker(self._edit)
            self._edit.setPlainText(value)
            blocker.unblock()


class PathField(TextField):
    """A path that the user types, or chooses in a dialog."""

    def __init__(self, view: View, item: Item) -> None:
        choose = QPushButton("...")
        choose.setMaximumWidth(30)
        choose.clicked.connect(self._choose)
        super().__init__(view, item, choose)

    def _choose(self) -> None:
        data = self.item.widget
        dialog = QFileDialog(self.widget, data["title"] or self.item.label, data["value"])
        is_folder = data["form"] == "folder"
        modes = QFileDialog.FileMode
        dialog.setFileMode(modes.Directory if is_folder else modes.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.send(set=path))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


class Combo(Labelled):
    """A list that unfolds."""

    def __init__(self, view: View, item: Item) -> None:
        self._box = QComboBox()
        super().__init__(view, item, self._box)
        self._box.activated.connect(lambda index: self.send(set=index))

    def update(self, item: Item) -> None:
        """Shows items and value; a choice is made at once, so it is never the user's alone."""
        super().update(item)
        self.show_value(item, item.widget["value"])

    def show_value(self, item: Item, value: Any) -> None:
        """Shows the items, and the one that is chosen."""
        items = item.widget["items"]
        if items != [self._box.itemText(index) for index in range(self._box.count())]:
            self._box.clear()
            self._box.addItems(items)
        self._box.setCurrentIndex(value if 0 <= value < len(items) else -1)


class Choices(Part):
    """A list of items that is always visible, below its label."""

    is_wide = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = QWidget()
        self._label, self._list = QLabel(), QListWidget()
        self._list.setAccessibleName(item.label)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._label)
        column.addWidget(self._list)
        self._list.itemClicked.connect(lambda one: self.send(set=self._list.row(one)))

    def update(self, item: Item) -> None:
        """Shows the items, and the one that is chosen."""
        items, value = item.widget["items"], item.widget["value"]
        self._label.setText(item.label)
        if items != [self._list.item(row).text() for row in range(self._list.count())]:
            self._list.clear()
            self._list.addItems(items)
        self._list.setCurrentRow(value if 0 <= value < len(items) else -1)
        rows = item.widget["form"]["list"]["rows"] or min(max(len(items), 2), 6)
        self._list.setFixedHeight(rows * max(self._list.sizeHintForRow(0), 16) + 6)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_whole(value: object) -> bool:
    return isinstance(value, int)


def _split_format(text: str) -> tuple[str, int, str]:
    """Returns what is before a number of printf's syntax, its digits, and what is after it."""
    found = re.search(r"%[-+ 0-9]*(?:\.(\d+))?[dioufFgGeE]", text)
    if found is None:
        return "", 3, ""
    digits = int(found[1]) if found[1] else 3
    return text[: found.start()], min(digits, 12), text[found.end() :].replace("%%", "%")


def _formatted(text: str, value: float) -> str:
    """Returns a number in printf's syntax. A plugin's format may be wrong."""
    try:
        return text % value
    except (TypeError, ValueError):
        return f"{value:g}"


def _choice(view: View, item: Item) -> Part:
    return Combo(view, item) if item.widget["form"] == "combo" else Choices(view, item)


def _text(view: View, item: Item) -> Part:
    return LongText(view, item) if item.widget["height"] > 0.0 else TextField(view, item)


KINDS: dict[str, Callable[[View, Item], Part]] = {
    "checkbox": CheckBox,
    "number": Number,
    "text_input": _text,
    "path_input": PathField,
    "choice": _choice,
}
"""The parts of this file, by the kind of widget that they draw."""
