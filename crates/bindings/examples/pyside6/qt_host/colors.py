"""Colours that the user chooses."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QFormLayout, QLabel, QPushButton, QSlider, QWidget

from .edits import Edits
from .frame import Item
from .part import Part, View, color, plain


COMPONENTS = ("Red", "Green", "Blue", "Opacity")


class Color(Part):
    """A colour: a button that opens a dialog."""

    is_clickable = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._button = QPushButton()
        self._button.setAccessibleName(item.label)
        self._edits = Edits(self.send)
        self._button.clicked.connect(self._choose)

    def update(self, item: Item) -> None:
        """Shows label and colour."""
        shown = color(item.widget["value"])
        ink = "black" if shown.lightnessF() > 0.5 else "white"
        self._button.setText(plain(item.label))
        self._button.setStyleSheet(
            f"background-color: {shown.name()}; color: {ink}; padding: 3px 10px;"
        )

    def _choose(self) -> None:
        value = self.item.widget["value"]
        dialog = QColorDialog(color(value), self._button)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setOption(QColorDialog.ColorDialogOption.ShowAlphaChannel, len(value) > 3)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.currentColorChanged.connect(self._set)
        dialog.finished.connect(self._edits.end)
        dialog.setWindowTitle(self.item.label)
        self._edits.begin()
        dialog.open()

    def _set(self, chosen: QColor) -> None:
        """Reports a colour, with as many components as the panel's value has."""
        parts = [chosen.redF(), chosen.greenF(), chosen.blueF(), chosen.alphaF()]
        self.send(set=parts[: len(self.item.widget["value"])])


class ColorPicker(Part):
    """A colour: the picker itself, a slider for each component."""

    is_wide = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = QWidget()
        form = QFormLayout(self.widget)
        form.setContentsMargins(0, 0, 0, 0)
        self._shown = QLabel()
        self._shown.setTextFormat(Qt.TextFormat.PlainText)
        form.addRow(self._shown)
        self._sliders: list[QSlider] = []
        self._edits = Edits(self.send)
        for name, _ in zip(COMPONENTS, item.widget["value"], strict=False):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(0, 255)
            slider.setAccessibleName(f"{item.label} {name}")
            slider.valueChanged.connect(self._changed)
            self._edits.of_handle(slider)
            form.addRow(name, slider)
            self._sliders.append(slider)

    def update(self, item: Item) -> None:
        """Shows the colour, without reporting it as set."""
        value = item.widget["value"]
        for slider, part in zip(self._sliders, value, strict=False):
            blocker = QSignalBlocker(slider)
            if not slider.isSliderDown():
                slider.setValue(round(part * 255))
            blocker.unblock()
        self._shown.setText(item.label)
        self._shown.setStyleSheet(f"border-left: 24px solid {color(value).name()}; padding-left: 6px;")

    def _changed(self) -> None:
        self.send(set=[slider.value() / 255 for slider in self._sliders])


def _color(view: View, item: Item) -> Part:
    return ColorPicker(view, item) if item.widget["form"] == "picker" else Color(view, item)


KINDS: dict[str, Callable[[View, Item], Part]] = {"color": _color}
"""The parts of this file, by the kind of widget that they draw."""
