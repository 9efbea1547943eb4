"""The plugins with their states and errors, and what the user can do with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lfs_plugins import PluginManager
from lfs_plugins.plugin import StateChange
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from .loop import UiThread
from .task import Task


class PluginList(QWidget):
    """A list of all plugins, with a button for each operation."""

    progressed = Signal(str)
    """A line about the work that goes on."""

    def __init__(self, manager: PluginManager, ui: UiThread, wake: Callable[[], None]) -> None:
        super().__init__()
        self._manager, self._wake = manager, wake
        self._task: Task | None = None
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(["Plugin", "Version", "State"])
        self.tree.setRootIsDecorated(False)
        self.tree.currentItemChanged.connect(lambda: self._show_error())
        self.error = QLabel()
        self.error.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.hide()
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.buttons: dict[str, QPushButton] = {}
        column = QVBoxLayout(self)
        column.addWidget(self.tree, 1)
        column.addWidget(self.error)
        column.addLayout(
            self._row(
                {"Load": self._load, "Reload": self._reload, "Unload": self._unload}
            )
        )
        column.addLayout(self._row({"Enable": self._enable, "Disable": self._disable}))
        column.addLayout(self._row({"Install...": self._ask_source, "Cancel": self.cancel}))
        column.addWidget(self.progress)
        column.addWidget(self.message)
        # Events come on any thread, while the operation goes on.
        self._unsubscribe = manager.on_event(lambda change: ui.post(partial(self._changed, change)))
        self.refresh()

    def _row(self, actions: dict[str, Callable[[], None]]) -> QHBoxLayout:
        row = QHBoxLayout()
        for label, action in actions.items():
            button = self.buttons[label] = QPushButton(label)
            # `clicked` passes whether a button is checked, which no action wants.
            button.clicked.connect(lambda _checked=False, action=action: action())
            row.addWidget(button)
        self.buttons.get("Cancel", QPushButton()).setEnabled(False)
        return row

    def _changed(self, change: StateChange) -> None:
        self.message.setText(f"{change.plugin}: {change.to_state.name} ({change.cause})")
        self.refresh()
        self._wake()

    def refresh(self) -> None:
        """Shows the plugins that there are now, also those whose manifest has errors."""
        chosen = self.chosen()
        self.tree.clear()
        rows = [(info.name, info.version) for info in self._manager.discover()]
        rows += [(str(one["name"]), "") for one in self._manager.rejected()]
        for name, version in rows:
            state = self._manager.get_state(name)
            row = QTreeWidgetItem([name, version, state.name if state else "UNLOADED"])
            self.tree.addTopLevelItem(row)
            if name == chosen:
                self.tree.setCurrentItem(row)
        for column in range(3):
            self.tree.resizeColumnToContents(column)
        self._show_error()

    def chosen(self) -> str | None:
        """Returns the name of the plugin that is selected."""
        row = self.tree.currentItem()
        return None if row is None else row.text(0)

    def choose(self, name: str) -> None:
        """Selects a plugin."""
        for index in range(self.tree.topLevelItemCount()):
            row = self.tree.topLevelItem(index)
            if row is not None and row.text(0) == name:
                self.tree.setCurrentItem(row)

    def _show_error(self) -> None:
        name = self.chosen()
        self.error.setText((self._manager.get_error(name) or "") if name else "")

    def run(self, work: Callable[[Task], object]) -> None:
        """Starts long work, with its progress below the list. One at a time."""
        if self._task is not None:
            return
        task = self._task = Task(work)
        task.progressed.connect(self.message.setText)
        task.progressed.connect(self.progressed)
        task.ended.connect(self._ended)
        self.progress.show()
        self.buttons["Cancel"].setEnabled(True)
        task.start()

    def cancel(self) -> None:
        """Ends the work that goes on."""
        if self._task is not None:
            self._task.cancel()

    @property
    def is_busy(self) -> bool:
        """Whether work goes on."""
        return self._task is not None

    def _ended(self, result: str) -> None:
        self._task = None
        self.progress.hide()
        self.buttons["Cancel"].setEnabled(False)
        self.message.setText(result)
        self.refresh()
        self._wake()

    def _with_chosen(self, work: Callable[[str, Task], object]) -> None:
        name = self.chosen()
        if name is not None:
            self.run(lambda task: work(name, task))

    def load(self, name: str, task: Task) -> str:
        """Loads a plugin; the task sees its progress and may cancel it."""
        is_loaded = self._manager.load(
            name, on_progress=task.say, on_stage=task.stage, should_cancel=task.is_cancelled
        )
        return f"{name} is loaded" if is_loaded else (self._manager.get_error(name) or "")

    def install(self, source: str) -> None:
        """Installs a plugin, and loads it."""
        self.run(
            lambda task: "installed "
            + self._manager.install(
                source, on_progress=task.say, should_cancel=task.is_cancelled
            )
        )

    def _load(self) -> None:
        self._with_chosen(self.load)

    def _reload(self) -> None:
        self._with_chosen(lambda name, task: self._manager.reload(name) and f"{name} is reloaded")

    def _unload(self) -> None:
        self._with_chosen(lambda name, task: self._manager.unload(name) and f"{name} is unloaded")

    def _enable(self) -> None:
        def enabled(name: str, task: Task) -> str:
            self._manager.enable(name)
            return self.load(name, task)

        self._with_chosen(enabled)

    def _disable(self) -> None:
        def disabled(name: str, task: Task) -> str:
            self._manager.disable(name)
            return f"{name} is disabled"

        self._with_chosen(disabled)

    def _ask_source(self) -> None:
        text = "A folder, a .zip file or its URL, or owner/name of GitHub"
        source, accepted = QInputDialog.getText(self, "Install a plugin", text)
        if accepted and source.strip():
            self.install(source.strip())

    def end(self) -> None:
        """Cancels what goes on, and hears of no more changes."""
        self.cancel()
        self._unsubscribe()
