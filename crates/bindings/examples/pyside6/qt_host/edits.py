"""When the user edits a field: what is set between the beginning and the end is one step for undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QSlider, QWidget


class Edits(QObject):
    """Reports the beginning and the end of edits of one widget of a frame."""

    def __init__(self, send: Callable[..., None]) -> None:
        super().__init__()
        self._send = send
        self._is_edited = False

    def begin(self, *_: Any) -> None:
        """The user is at the field. More calls until the end are the same edit."""
        if not self._is_edited:
            self._is_edited = True
            self._send(edit=True)

    def end(self, *_: Any) -> None:
        """The user has left the field, or has completed a value in it."""
        if self._is_edited:
            self._is_edited = False
            self._send(edit=False)

    def of_handle(self, slider: QSlider) -> None:
        """Reports a handle that is held. A key that moves it is an edit of its own."""
        slider.sliderPressed.connect(self.begin)
        slider.sliderReleased.connect(self.end)

    def of_keyboard(self, field: QWidget) -> None:
        """Reports a field that has the keyboard."""
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follows the keyboard. A menu above the field, such as that for pasting, belongs to it."""
        if isinstance(event, QFocusEvent) and event.reason() != Qt.FocusReason.PopupFocusReason:
            if event.gotFocus():
                self.begin()
            else:
                # Else a number that was typed would be set after the end.
                if callable(complete := getattr(watched, "interpretText", None)):
                    complete()
                self.end()
        return False
