"""The main window: a dock for each panel, the list of plugins, and the scene."""

from __future__ import annotations

import lichtfeld as lf
from lfs_plugins import PluginManager
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QListWidget, QMainWindow, QWidget

from .dialogs import Dialogs, provide_theme
from .loop import Redraws, UiThread
from .menus import Menus
from .panel import PanelView, Pictures
from .plugins import PluginList
from .scene import Scene, share
from .task import Task

AREAS = {
    "MAIN_PANEL_TAB": Qt.DockWidgetArea.LeftDockWidgetArea,
    "VIEWPORT_OVERLAY": Qt.DockWidgetArea.BottomDockWidgetArea,
    "STATUS_BAR": Qt.DockWidgetArea.BottomDockWidgetArea,
    "SCENE_HEADER": Qt.DockWidgetArea.TopDockWidgetArea,
}
"""Where the panels of a space are; all others are on the right."""

WIDTHS = {Qt.DockWidgetArea.RightDockWidgetArea: 480}
"""How wide the docks of an area are at first, in pixels."""


class MainWindow(QMainWindow):
    """The application. It belongs to the thread that makes it, the UI thread."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Plugins in Qt")
        self.resize(1200, 800)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self._ui = UiThread()
        self.redraws = Redraws(self.draw)
        lf.plugins.set_host_version("2.1.0")
        lf.plugins.set_ui_thread(self._ui.post)
        lf.plugins.set_redraw_handler(self.redraws.wake)
        self.dialogs = Dialogs(self, self.say, self._ui.post)
        lf.plugins.set_request_handler(self.dialogs.answer, self.dialogs.withdrawn)
        provide_theme(self)

        self.scene = Scene(lambda: self._ui.post(self._scene_changed))
        share(self.scene, self.say)
        self.nodes = QListWidget()
        self.nodes.setAccessibleName("Scene")
        self.nodes.currentTextChanged.connect(lambda name: self.scene.select(name or None))
        self.setCentralWidget(self.nodes)

        self.manager = PluginManager.instance()
        self.panels: dict[str, PanelView] = {}
        self.pictures = Pictures()
        self.docks: dict[str, QDockWidget] = {}
        self.plugins = PluginList(self.manager, self._ui, self.redraws.wake)
        self._dock("Plugins", self.plugins, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.menus = Menus(self.menuBar(), self.say, self.redraws.wake)
        self._is_ended = False

    def start(self) -> None:
        """Loads all plugins without waiting for them, and reloads those whose files are saved."""

        def load_all(task: Task) -> str:
            task.say("loading plugins")
            loaded = self.manager.load_all()
            self.manager.start_watcher()
            return f"{sum(loaded.values())} of {len(loaded)} plugins are loaded"

        self.plugins.run(load_all)

    def draw(self) -> None:
        """Draws the panels that are due; one that is new gets a dock, one that is gone loses it."""
        shown = lf.ui.panels()
        for id in [id for id in self.panels if id not in shown]:
            self.panels.pop(id)
            dock = self.docks.pop(id)
            self.removeDockWidget(dock)
            dock.deleteLater()
        for id in shown:
            if id not in self.panels:
                self._add(id)
        self.menus.sync()
        for id in lf.ui.due():
            if id in self.panels:
                self.panels[id].draw()
        self.pictures.keep(set().union(*(view.textures for view in self.panels.values())))

    def _add(self, id: str) -> None:
        info = lf.ui.panel_info(id)
        view = self.panels[id] = PanelView(id, self.pictures, self.redraws.wake)
        area = AREAS.get(info["space"], Qt.DockWidgetArea.RightDockWidgetArea)
        self.docks[id] = self._dock(info["label"], view, area)
        last = lf.ui.last_frame(id)
        if last is not None:
            view.show_frame(last)

    def _dock(self, label: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(label)
        dock.setWidget(widget)
        before = [one for one in self.docks.values() if self.dockWidgetArea(one) == area]
        self.addDockWidget(area, dock)
        if before:
            self.tabifyDockWidget(before[-1], dock)
        dock.show()
        self.resizeDocks([dock], [WIDTHS.get(area, 300)], Qt.Orientation.Horizontal)
        return dock

    def say(self, message: str) -> None:
        """Shows a line to the user."""
        self.statusBar().showMessage(message)

    def _scene_changed(self) -> None:
        names = self.scene.node_names()
        if names != [self.nodes.item(row).text() for row in range(self.nodes.count())]:
            self.nodes.clear()
            self.nodes.addItems(names)
        # Panels that show the scene say by `on_scene_changed` whether they are drawn again.
        lf.ui.scene_changed()
        self.redraws.wake()

    def end(self) -> None:
        """Unloads all plugins and ends their processes."""
        if not self._is_ended:
            self._is_ended = True
            self.redraws.stop()
            self.plugins.end()
            lf.plugins.shutdown()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ends before the window is gone: plugins may still use it."""
        self.end()
        super().closeEvent(event)
