"""Qt's event loop as the plugin system uses it: functions reach its thread, and drawings wake it."""

from __future__ import annotations

import math
from collections.abc import Callable

import lichtfeld as lf
from PySide6.QtCore import QObject, Qt, QTimer, Signal


class UiThread(QObject):
    """Runs functions on the thread that made it."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, job: Callable[[], object]) -> None:
        """Runs `job()` on the UI thread, soon. May be called on any thread."""
        self._posted.emit(job)

    def _run(self, job: Callable[[], object]) -> None:
        job()


class Redraws(QObject):
    """Calls `draw` when panels may have to be drawn, and otherwise lets the process sleep."""

    _woken = Signal()

    def __init__(self, draw: Callable[[], None]) -> None:
        super().__init__()
        self._draw = draw
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._turn)
        self._woken.connect(self._start, Qt.ConnectionType.QueuedConnection)

    def wake(self) -> None:
        """Draws what is due, soon. May be called on any thread."""
        self._woken.emit()

    def _start(self) -> None:
        # Many requests before the loop is back are one drawing.
        self._timer.start(0)

    def stop(self) -> None:
        """Draws nothing any more."""
        self._draw = lambda: None
        self._timer.stop()

    def _turn(self) -> None:
        self._draw()
        # A panel with an interval, or a hidden one that may be shown again. None: nothing will
        # happen until somebody wakes this.
        wait = lf.ui.next_due()
        if wait is not None:
            self._timer.start(math.ceil(wait * 1000))
