"""Long work on a thread of its own, so that the window never waits."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal


class Task(QObject):
    """Work with progress, which the user can cancel. Its signals arrive on the thread that made it."""

    progressed = Signal(str)
    ended = Signal(str)
    """The result as a text, or the error."""

    def __init__(self, work: Callable[[Task], object]) -> None:
        super().__init__()
        self._work = work
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def cancel(self) -> None:
        """Requests its end."""
        self._cancelled.set()

    def is_cancelled(self) -> bool:
        """Returns whether its end was requested; the plugin system asks this about every 50 ms."""
        return self._cancelled.is_set()

    def say(self, message: str) -> None:
        """Reports progress, a line for the user."""
        self.progressed.emit(message)

    def stage(self, stage: str, detail: str) -> None:
        """Reports the step that a load is at."""
        self.progressed.emit(f"{stage}: {detail}" if detail else stage)

    def _run(self) -> None:
        try:
            result = self._work(self)
        except Exception as error:
            # What, where and what to do: the errors of the plugin system say it.
            hint = getattr(error, "hint", "")
            self.ended.emit(f"{error}\n{hint}" if hint else str(error))
        else:
            self.ended.emit(str(result))
