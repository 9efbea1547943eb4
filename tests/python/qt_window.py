"""The user of the PySide6 example: finds its widgets, clicks, types, and sees what plugins log.

Imported by the programs of test_qt_host.py, which have Qt; the tests themselves need none.
"""

import logging
import os
import time

import lichtfeld as lf
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from qt_host.part import PAYLOAD
from qt_host.window import MainWindow
from waiting import PATIENCE


class User(logging.Handler):
    """A window of the example, and what its plugins have logged."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.application = QApplication([])
        self.lines = []
        logger = logging.getLogger("lichtfeld.plugins")
        logger.addHandler(self)
        logger.setLevel(logging.INFO)
        self.window = MainWindow()
        self.window.show()

    def emit(self, record):
        self.lines.append(record.getMessage())

    def until(self, asked, otherwise="did not happen"):
        """Lets Qt do its work until the answer is true, and returns it."""
        deadline = time.monotonic() + PATIENCE
        while not (answer := asked()):
            assert time.monotonic() < deadline, otherwise() if callable(otherwise) else otherwise
            QTest.qWait(5)
        return answer

    def told(self, line):
        """Waits until a plugin has logged this line, and forgets all that were logged."""
        self.until(lambda: line in self.lines, lambda: f"{line}: {self.lines}")
        lines = list(self.lines)
        self.lines.clear()
        return lines

    def done(self):
        """Waits until the plugin list has ended its work; returns its message."""
        self.until(lambda: not self.window.plugins.is_busy)
        return self.window.plugins.message.text()

    def start(self):
        """Loads all plugins."""
        self.window.start()
        return self.done()

    def load(self, name):
        """Loads a plugin as the user does: selects it, and presses the button."""
        plugins = self.window.plugins
        plugins.choose(name)
        self.press(plugins.buttons["Load"])
        self.done()

    def panel(self, label):
        """Shows a panel, waits until it is drawn, and returns its view."""

        def found():
            for id, dock in self.window.docks.items():
                if dock.windowTitle() == label and lf.ui.last_frame(id):
                    dock.raise_()
                    return self.window.panels[id]
            return None

        view = self.until(found, f"no panel {label}")
        self.until(lambda: lf.ui.last_frame(view.id)["widgets"] or lf.ui.last_frame(view.id).get("error"))

        def is_in_front():
            # Qt arranges docks that were added a moment ago once more.
            self.window.docks[view.id].raise_()
            return view.isVisible() and not view.visibleRegion().isEmpty()

        self.until(is_in_front, f"{label} is not in front")
        self.quiet()
        self.lines.clear()
        return view

    def quiet(self):
        """Waits until no panel is due: all that the user did has been drawn."""
        self.until(lambda: not any(lf.ui.next_due() == 0.0 for _ in range(3)))
        QTest.qWait(20)

    def named(self, name, kind=QWidget):
        """Returns the visible widgets of a kind with this text or this name."""
        return [
            widget
            for widget in self.application.allWidgets()
            if isinstance(widget, kind) and widget.isVisible() and name in names(widget)
        ]

    def one(self, name, kind=QWidget):
        """Waits for the visible widget of a kind with this text or this name."""
        return self.until(lambda: self.named(name, kind), lambda: f"{name}: {self.shown()}")[0]

    def gone(self, name):
        """Waits until no visible widget has this name."""
        self.until(lambda: not self.named(name), f"{name} is still there")

    def shown(self):
        """Returns the texts of all that is visible, for messages."""
        widgets = self.application.allWidgets()
        return sorted({name for one in widgets if one.isVisible() for name in names(one) if name})

    def press(self, widget, button=Qt.MouseButton.LeftButton):
        """Clicks on a widget."""
        at = QPoint(min(10, widget.width() // 2), widget.height() // 2)
        QTest.mouseClick(widget, button, Qt.KeyboardModifier.NoModifier, at)

    def click(self, name, button=Qt.MouseButton.LeftButton):
        """Clicks on the widget with this name, and waits until that has been drawn."""
        self.press(self.one(name), button)
        self.quiet()

    def hover(self, name, shows=None):
        """Moves the pointer over the widget with this name, and waits until another is shown."""
        widget = self.one(name)

        def moved():
            # Qt reports no movement to where the pointer is already.
            for x in (2, 8):
                QTest.mouseMove(widget, QPoint(x, widget.height() // 2))
                QTest.qWait(10)
            return shows is None or self.named(shows)

        self.until(moved, lambda: f"{shows}: {self.shown()}")

    def choose(self, menu: QMenu, label):
        """Opens a menu of the menu bar, and chooses an entry."""
        menu.aboutToShow.emit()
        texts = [action.text() for action in menu.actions()]
        [action] = [one for one in menu.actions() if one.text().split("\t")[0] == label] or [texts]
        assert not isinstance(action, list), f"{label}: {texts}"
        action.trigger()

    def end(self):
        """Closes the window. What Qt would delete later is deleted, so that its errors are seen."""
        self.window.close()
        QTest.qWait(10)


def names(widget):
    """Returns what a user would call a widget: its text, or its name for a screen reader."""
    text = widget.text().replace("&&", "&") if hasattr(widget, "text") else ""
    return {text, widget.accessibleName(), widget.windowTitle() if widget.isWindow() else ""} - {""}


def drop(source_payload, target):
    """Drops a payload on a widget. Qt's own loop while dragging cannot be driven without a display."""
    mime = QMimeData()
    mime.setData(PAYLOAD, source_payload)
    at, actions = QPointF(5, 5), Qt.DropAction.CopyAction
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at.toPoint(), actions, mime, button, keys)
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QApplication.sendEvent(target, QDropEvent(at, actions, mime, button, keys))
    return enter.isAccepted()


def drag(widget, start, to, button=Qt.MouseButton.LeftButton):
    """Moves the pointer over a widget in three steps while a button is held."""
    keys, (x, y) = Qt.KeyboardModifier.NoModifier, start
    QTest.mousePress(widget, button, keys, QPoint(x, y))
    for part in (0.3, 0.7, 1.0):
        at = QPointF(x + (to[0] - x) * part, y + (to[1] - y) * part)
        # QTest moves the pointer without a button.
        move = QMouseEvent(
            QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, button, keys
        )
        QApplication.sendEvent(widget, move)
    QTest.mouseRelease(widget, button, keys, QPoint(*to))


def double_click(widget, button=Qt.MouseButton.LeftButton, at=(3, 3)):
    """Clicks twice on a widget."""
    keys = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(widget, button, keys, QPoint(*at))
    QTest.mouseDClick(widget, button, keys, QPoint(*at))
    QTest.mouseRelease(widget, button, keys, QPoint(*at))


def wheel(widget, lines):
    """Turns the wheel over a widget by so many lines up."""
    window = widget.window()
    at = widget.mapTo(window, widget.rect().center())
    QTest.wheelEvent(window.windowHandle(), QPointF(at), QPoint(0, 120 * lines))


def text_of(view):
    """Returns the texts of the labels of a panel, in no order."""
    return {label.text() for label in view.findChildren(QLabel) if label.isVisible()}


HOME = os.path.dirname(os.environ["LFS_RESOLVED_PLUGIN_DIR"])
