"""What plugins ask of the application, answered by Qt: dialogs, the clipboard, pages of the web."""

from __future__ import annotations

from collections.abc import Callable

import lichtfeld as lf
from lichtfeld.plugins import Request
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QMessageBox, QWidget

ICONS = {
    "info": QMessageBox.Icon.Information,
    "success": QMessageBox.Icon.Information,
    "warning": QMessageBox.Icon.Warning,
    "error": QMessageBox.Icon.Critical,
}


class Dialogs:
    """Answers requests on the UI thread. A drawing that waits gets a dialog with a loop of its own."""

    def __init__(
        self, window: QWidget, say: Callable[[str], None], post: Callable[[Callable[[], object]], None]
    ) -> None:
        self._window, self._say, self._post = window, say, post
        self._open: dict[int, QDialog] = {}

    def answer(self, request: Request) -> bool:
        """Called for each request; returns whether this application answers such requests."""
        kind = getattr(self, f"_{request.kind}", None)
        if kind is None:
            return False
        kind(request)
        return True

    def withdrawn(self, request: Request) -> None:
        """Closes the dialog of a plugin that does not wait any more. Called on any thread."""
        self._post(lambda: self._close(request.id))

    def _close(self, id: int) -> None:
        dialog = self._open.pop(id, None)
        if dialog is not None:
            dialog.reject()

    def _show(self, request: Request, dialog: QDialog, answer: Callable[[], str | bool | None]) -> None:
        """Opens a dialog, and answers when it is closed: by ``answer()``, or that it was cancelled."""
        self._open[request.id] = dialog

        def finished(result: int) -> None:
            # It is not there any more if the request was withdrawn.
            if self._open.pop(request.id, None) is not None:
                request.answer(answer() if result else None)

        dialog.finished.connect(finished)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if request.blocking:
            dialog.exec()
        else:
            dialog.open()

    def _files(self, request: Request) -> QFileDialog:
        dialog = QFileDialog(self._window, request.title, request.fields.get("directory", ""))
        filters = [
            f"{one['name']} ({' '.join('*.' + suffix for suffix in one['suffixes'])})"
            for one in request.fields.get("filters", [])
        ]
        dialog.setNameFilters([*filters, "All files (*)"])
        return dialog

    def _open_file(self, request: Request) -> None:
        dialog = self._files(request)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._show(request, dialog, lambda: dialog.selectedFiles()[0])

    def _open_folder(self, request: Request) -> None:
        dialog = QFileDialog(self._window, request.title, request.directory)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._show(request, dialog, lambda: dialog.selectedFiles()[0])

    def _save_file(self, request: Request) -> None:
        dialog = self._files(request)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        for one in request.filters[:1]:
            dialog.setDefaultSuffix(one["suffixes"][0])
        dialog.selectFile(request.name)
        self._show(request, dialog, lambda: dialog.selectedFiles()[0])

    def _box(self, request: Request, style: str, buttons: list[str]) -> None:
        box = QMessageBox(ICONS[style], request.title, request.message, parent=self._window)
        box.setTextFormat(Qt.TextFormat.PlainText)
        for label in buttons:
            box.addButton(label, QMessageBox.ButtonRole.ActionRole)
        if len(buttons) > 1:
            # So that Escape and the cross close it.
            close = box.addButton(QMessageBox.StandardButton.Close)
            close.hide()
            box.setEscapeButton(close)

        def chosen() -> str | bool | None:
            button = box.clickedButton()
            label = None if button is None else button.text()
            return label if label in buttons else None

        self._show(request, box, chosen if request.kind == "confirm" else lambda: True)

    def _message(self, request: Request) -> None:
        self._box(request, request.style, ["OK"])

    def _confirm(self, request: Request) -> None:
        self._box(request, "info", request.buttons)

    def _input(self, request: Request) -> None:
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(request.title)
        dialog.setLabelText(request.message)
        dialog.setTextValue(request.value)
        self._show(request, dialog, dialog.textValue)

    def _notify(self, request: Request) -> None:
        self._say(request.message)
        request.answer(True)

    def _get_clipboard(self, request: Request) -> None:
        request.answer(QGuiApplication.clipboard().text())

    def _set_clipboard(self, request: Request) -> None:
        QGuiApplication.clipboard().setText(request.text)
        request.answer(True)

    def _has_clipboard_image(self, request: Request) -> None:
        request.answer(not QGuiApplication.clipboard().image().isNull())

    def _save_clipboard_image(self, request: Request) -> None:
        request.answer(QGuiApplication.clipboard().image().save(request.path))

    def _open_url(self, request: Request) -> None:
        request.answer(QDesktopServices.openUrl(QUrl(request.url)))


def provide_theme(window: QWidget) -> None:
    """Lets plugins have the colours of Qt's palette."""
    palette = window.palette()
    roles = {
        "background": palette.window(), "surface": palette.base(), "text": palette.windowText(),
        "text_dim": palette.placeholderText(), "primary": palette.highlight(), "border": palette.mid(),
    }  # fmt: skip
    colors = {name: brush.color().getRgbF() for name, brush in roles.items()}
    is_dark = palette.window().color().lightness() < palette.windowText().color().lightness()
    name = "dark" if is_dark else "light"
    lf.ui.provide_theme(name, palette=colors, is_dark=is_dark, scale=window.devicePixelRatioF())
