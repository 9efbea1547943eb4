"""Widgets without a value: texts, buttons, pictures and what separates them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from .frame import Item
from .part import Part, View, color, icon, plain

STYLES = {
    "primary": "font-weight: bold;",
    "success": "color: darkgreen; font-weight: bold;",
    "warning": "color: darkorange; font-weight: bold;",
    "error": "color: firebrick; font-weight: bold;",
    "small": "padding: 0px 4px;",
    "invisible": "border: none; background: transparent;",
}
"""What a button means to the user, as Qt's style sheets say it."""


def sized(widget: QWidget, size: list[float] | None) -> None:
    """Gives a widget the size of a frame: 0 is the natural size, a negative one all that there is."""
    width, height = size or (0.0, 0.0)
    if width > 0.0:
        widget.setFixedWidth(round(width))
    elif width < 0.0:
        widget.setSizePolicy(QSizePolicy.Policy.Expanding, widget.sizePolicy().verticalPolicy())
    if height > 0.0:
        widget.setFixedHeight(round(height))
    elif height < 0.0:
        widget.setSizePolicy(widget.sizePolicy().horizontalPolicy(), QSizePolicy.Policy.Expanding)


def tinted(pixmap: QPixmap | None, tint: list[float] | None) -> QPixmap | None:
    """Returns a picture multiplied by a colour and its opacity."""
    if pixmap is None or tint is None:
        return pixmap
    ink, modes = color(tint), QPainter.CompositionMode
    opaque = QColor(ink)
    opaque.setAlphaF(1.0)
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.setCompositionMode(modes.CompositionMode_Multiply)
    painter.fillRect(image.rect(), opaque)
    # What was transparent stays so.
    painter.setCompositionMode(modes.CompositionMode_DestinationIn)
    painter.drawPixmap(0, 0, pixmap)
    painter.fillRect(image.rect(), ink)
    painter.end()
    return QPixmap.fromImage(image)


class Text(Part):
    """Text, which Qt must not take for HTML."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        style = item.widget.get("style")
        # A wrapped or centred text needs the whole line.
        self.is_wide = style in ("wrapped", "centered")
        self._label.setWordWrap(style == "wrapped")
        if style == "heading":
            font = self._label.font()
            font.setPointSizeF(font.pointSizeF() * 1.3)
            font.setBold(True)
            self._label.setFont(font)
        elif style == "selectable":
            self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        elif style == "centered":
            self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def update(self, item: Item) -> None:
        """Shows the text."""
        text, style = str(item.widget["text"]), item.widget.get("style")
        self._label.setText(f"\N{BULLET} {text}" if style == "bullet" else text)
        palette = QLabel().palette()
        role = self._label.foregroundRole()
        if (wanted := item.widget.get("color")) is not None:
            palette.setColor(role, color(wanted))
        elif style == "disabled":
            palette.setColor(role, palette.color(palette.ColorGroup.Disabled, role))
        self._label.setPalette(palette)


class Button(Part):
    """A button, perhaps with a picture instead of its label."""

    is_clickable = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._button = QPushButton()
        self._button.setAutoDefault(False)
        self._button.clicked.connect(lambda: self.send(click="primary"))

    def update(self, item: Item) -> None:
        """Shows label, picture, style and size."""
        data, button = item.widget, self._button
        size = data.get("size") or [0.0, 0.0]
        picture = data.get("picture")
        pixmap = self.view.pixmap(picture) if picture else None
        image = icon(tinted(pixmap, data.get("tint")))
        button.setIcon(image)
        button.setText(plain(item.label) if image.isNull() else "")
        button.setAccessibleName(item.label)
        if not image.isNull():
            button.setIconSize(QSize(*(round(max(length, 16.0)) for length in size)))
        button.setFlat(data["style"] in ("small", "invisible"))
        button.setStyleSheet(STYLES.get(data["style"], ""))
        selected = bool(data.get("selected", False))
        button.setCheckable(selected)
        button.setChecked(selected)
        if data["style"] == "invisible":
            button.setText("")
        sized(button, size)


class ColorButton(Button):
    """A field of a colour that can be clicked."""

    def update(self, item: Item) -> None:
        """Shows the colour."""
        filled = color(item.widget["color"]).name(QColor.NameFormat.HexArgb)
        self._button.setStyleSheet(f"background-color: {filled}; border: 1px solid gray;")
        self._button.setAccessibleName(item.label)
        size = item.widget.get("size") or [0.0, 0.0]
        sized(self._button, [length or 24.0 for length in size])


class Radio(Part):
    """A radio button. Which of them are one choice is known to the panel alone."""

    is_clickable = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._button = QRadioButton()
        self._button.setAutoExclusive(False)
        self._button.clicked.connect(lambda: self.send(click="primary"))

    def update(self, item: Item) -> None:
        """Shows whether it is chosen."""
        self._button.setText(plain(item.label))
        self._button.setChecked(bool(item.widget["selected"]))


class Line(Part):
    """A line of a list, or of a menu, that can be clicked."""

    is_clickable = True
    is_wide = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._button = QPushButton()
        self._button.setFlat(True)
        self._button.setCheckable(True)
        self._button.setStyleSheet("text-align: left; padding: 2px 6px;")
        self._button.clicked.connect(self.clicked)

    def clicked(self) -> None:
        """Reports the click. Whether the line is selected is for the panel to say."""
        self._button.setChecked(bool(self.item.widget["selected"]))
        self.send(click="primary")

    def update(self, item: Item) -> None:
        """Shows label, shortcut, and whether it is selected."""
        shortcut = item.widget.get("shortcut")
        self._button.setText(plain(f"{item.label}    {shortcut}" if shortcut else item.label))
        self._button.setAccessibleName(item.label)
        self._button.setChecked(bool(item.widget["selected"]))
        sized(self._button, [0.0, item.widget.get("height", 0.0)])


class MenuItem(Line):
    """An entry of a menu, which closes the menus that it is in."""

    def clicked(self) -> None:
        """Reports the click, then closes the menus."""
        super().clicked()
        window = self._button.window()
        while callable(leave := getattr(window, "leave", None)):
            window = leave()


class Progress(Part):
    """Progress, with a text on it."""

    is_wide = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._bar = QProgressBar()
        self._bar.setRange(0, 1000)

    def update(self, item: Item) -> None:
        """Shows how much is done."""
        size = item.widget.get("size") or [0.0, 0.0]
        self._bar.setValue(round(min(max(item.widget["fraction"], 0.0), 1.0) * 1000))
        # After a per cent sign Qt would put numbers of its own.
        self._bar.setFormat(item.widget["overlay"].replace("%", "%\N{ZERO WIDTH SPACE}"))
        sized(self._bar, size)


class Image(Part):
    """A part of a picture, or its name if the application does not know it."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setFrameShape(QFrame.Shape.Box)

    def update(self, item: Item) -> None:
        """Shows the picture, from `uv0` to `uv1`, multiplied by the tint."""
        data = item.widget
        pixmap = self.view.pixmap(data["picture"])
        sized(self._label, data.get("size"))
        if pixmap is None:
            self._label.setText(str(next(iter(data["picture"].values()))))
            return
        (left, top), (right, bottom) = data["uv0"], data["uv1"]
        width, height = pixmap.width(), pixmap.height()
        x, y = round(left * width), round(top * height)
        part = pixmap.copy(x, y, round(right * width) - x, round(bottom * height) - y)
        self._label.setFrameShape(QFrame.Shape.NoFrame)
        self._label.setPixmap(tinted(part, data.get("tint")) or part)
        self._label.setScaledContents(True)


class Separator(Part):
    """A horizontal line."""

    is_wide = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        self.widget = line


class Space(Part):
    """A small space, or an empty line."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = QWidget()
        self.widget.setFixedHeight(4 if item.kind == "spacing" else 16)


KINDS: dict[str, Callable[[View, Item], Part]] = {
    "text": Text,
    "button": Button,
    "color_button": ColorButton,
    "radio": Radio,
    "selectable": Line,
    "menu_item": MenuItem,
    "progress": Progress,
    "image": Image,
    "separator": Separator,
    "spacing": Space,
    "new_line": Space,
}
"""The parts of this file, by the kind of widget that they draw."""
