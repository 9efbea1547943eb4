"""What is shown above a panel: menus, popups, windows, and what is attached to another widget."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QCursor, QHideEvent
from PySide6.QtWidgets import QDialog, QFrame, QPushButton, QVBoxLayout, QWidget

from .body import Body
from .frame import Item
from .part import Part, View, plain


LOOKS = {
    "window": "background: #dde6f5;",
    "modal": "background: #f8e8d0; border: 2px solid #c88c3c;",
}
"""The look of this application's own windows and dialogs, as Qt's style sheets say it."""


def themed(window: QWidget, item: Item) -> None:
    """Gives a window the look of the application's own, if the plugin asks for it."""
    parts = [style["theme"] for style in item.widget.get("styles", []) if "theme" in style]
    look = LOOKS.get(parts[-1], "") if parts else ""
    sheet = f"{type(window).__name__} {{ {look} }}" if look else ""
    if sheet != window.styleSheet():
        window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        window.setStyleSheet(sheet)


class Popup(QFrame):
    """A window that a click outside of it closes."""

    def __init__(self, view: View, owner: QWidget | None, closed: Callable[[], None]) -> None:
        super().__init__(owner, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.body = Body(view)
        QVBoxLayout(self).addWidget(self.body)
        self._owner, self._closed = owner, closed
        self._is_quiet = False

    def leave(self) -> QWidget | None:
        """Closes it. Returns the window below it, which may be another menu."""
        self.hide()
        return None if self._owner is None else self._owner.window()

    def remove(self) -> None:
        """Removes it because the panel has closed it, so nobody is notified."""
        self._is_quiet = True
        self.body.dispose()
        self.hide()
        self.deleteLater()

    def hideEvent(self, event: QHideEvent) -> None:
        """Notifies the panel that the user has closed it."""
        super().hideEvent(event)
        if not self._is_quiet:
            self._closed()


class Opening(Part):
    """Something whose content is in a popup while the frame says that it is open."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self._popup: Popup | None = None
        self._is_closed = False

    def update(self, item: Item) -> None:
        """Opens or closes it as the frame says."""
        if not item.widget["open"]:
            self._is_closed = False
            self._remove()
        elif not self._is_closed:
            # Else this frame was drawn before the panel knew that the user has closed it.
            self._open(item)

    def _open(self, item: Item) -> None:
        owner = self.widget or self.beside
        if self._popup is None:
            self._popup = Popup(self.view, owner, self._closed)
        popup = self._popup
        themed(popup, item)
        popup.body.show_items(item.content)
        popup.adjustSize()
        if not popup.isVisible():
            popup.move(self.place(owner))
            popup.show()

    def place(self, owner: QWidget | None) -> QPoint:
        """Returns where on the screen it opens: below its widget, or at the pointer."""
        return QCursor.pos() if owner is None else owner.mapToGlobal(owner.rect().bottomLeft())

    def _closed(self) -> None:
        self._is_closed = True
        self.send(open=False)

    def _remove(self) -> None:
        if self._popup is not None:
            self._popup.remove()
            self._popup = None

    def dispose(self) -> None:
        """Removes the popup, then itself."""
        self._remove()
        super().dispose()


class Menu(Opening):
    """A menu that unfolds."""

    is_clickable = True

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._button = QPushButton()
        self._button.setFlat(True)
        self._button.clicked.connect(lambda: self.send(open=not self.item.widget["open"]))

    def update(self, item: Item) -> None:
        """Shows the label, and the entries while it is open."""
        self._button.setText(plain(f"{item.label} \N{BLACK DOWN-POINTING SMALL TRIANGLE}"))
        self._button.setAccessibleName(item.label)
        super().update(item)


class Dialog(QDialog):
    """A popup that blocks everything else until it is closed."""

    def __init__(self, view: View, owner: QWidget | None) -> None:
        super().__init__(owner)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.body = Body(view)
        QVBoxLayout(self).addWidget(self.body)


class Modal(Part):
    """A dialog."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self._dialog: Dialog | None = None

    def update(self, item: Item) -> None:
        """Opens or closes it as the frame says."""
        if not item.widget["open"]:
            self._remove()
            return
        if self._dialog is None:
            self._dialog = Dialog(self.view, self.beside)
            self._dialog.rejected.connect(lambda: self.send(open=False))
            self._dialog.setWindowTitle(item.label)
            self._dialog.show()
        themed(self._dialog, item)
        self._dialog.body.show_items(item.content)

    def _remove(self) -> None:
        if self._dialog is not None:
            self._dialog.body.dispose()
            self._dialog.hide()
            self._dialog.deleteLater()
            self._dialog = None

    def dispose(self) -> None:
        """Removes the dialog, then itself."""
        self._remove()
        super().dispose()


class ToolWindow(QWidget):
    """A separate window, which stays above the application's."""

    def __init__(self, view: View, owner: QWidget | None, closed: Callable[[], None]) -> None:
        super().__init__(owner, Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._closed = closed
        self.body = Body(view)
        QVBoxLayout(self).addWidget(self.body)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leaves it to the panel: the window is there while a frame contains it."""
        event.ignore()
        self._closed()


class Window(Part):
    """A separate window. The user can close it only if the frame says so."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self._window: ToolWindow | None = None

    def update(self, item: Item) -> None:
        """Shows title, position, size and content."""
        data = item.widget
        if self._window is None:
            self._window = ToolWindow(self.view, self.beside, self._closed)
            self._window.setWindowFlag(Qt.WindowType.WindowCloseButtonHint, bool(data["closable"]))
            if (position := data.get("position")) is not None:
                self._window.move(self.view.on_screen(*position))
            if (size := data.get("size")) is not None:
                self._window.resize(*(round(max(length, 1.0)) for length in size))
        self._window.setWindowTitle(item.label)
        themed(self._window, item)
        self._window.body.show_items(item.content)
        self._window.show()

    def _closed(self) -> None:
        if self.item.widget["closable"]:
            self.send(open=False)

    def dispose(self) -> None:
        """Removes the window, then itself."""
        if self._window is not None:
            self._window.body.dispose()
            self._window.hide()
            self._window.deleteLater()
        super().dispose()


class Tooltip(Part):
    """Content that is shown while the pointer is over another widget."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self._body = Body(view, margin=6)
        self._body.setWindowFlag(Qt.WindowType.ToolTip)

    def update(self, item: Item) -> None:
        """Keeps the content, and shows it if the pointer is there already."""
        self._body.show_items(item.content)
        self._body.adjustSize()
        self.hovered(self.beside is not None and self.beside.underMouse())

    def hovered(self, is_over: bool) -> None:
        """Shows the content while the pointer is over the widget."""
        if is_over:
            self._body.move(QCursor.pos() + QPoint(12, 18))
        self._body.setVisible(is_over)

    def dispose(self) -> None:
        """Removes the content, then itself."""
        self._body.dispose()
        self._body.hide()
        self._body.deleteLater()
        super().dispose()


class DragPreview(Part):
    """Content that follows the pointer while a widget is dragged: Qt drags a picture of it."""

    def __init__(self, view: View, item: Item) -> None:
        super().__init__(view, item)
        self.widget = self._body = Body(view, margin=4)

    def update(self, item: Item) -> None:
        """Keeps the content until it is dragged."""
        self._body.show_items(item.content)
        self._body.adjustSize()

    def dispose(self) -> None:
        """Removes the content, then itself."""
        self._body.dispose()
        super().dispose()


def _popup(view: View, item: Item) -> Part:
    return Modal(view, item) if item.widget["form"] == "modal" else Opening(view, item)


KINDS: dict[str, Callable[[View, Item], Part]] = {
    "menu": Menu,
    "popup": _popup,
    "window": Window,
    "tooltip": Tooltip,
    "drag_preview": DragPreview,
}
"""The parts of this file, by the kind of widget that they draw."""
