"""A small host in PySide6, as docs/hosts.md builds it: texts and buttons of all panels in a window."""

import sys
import threading

import lichtfeld as lf
from lfs_plugins import PluginManager
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QPushButton, QVBoxLayout, QWidget


class UiThread(QObject):
    """Runs functions on the thread of the window, whoever asks for it."""

    posted = Signal(object)

    def __init__(self):
        super().__init__()
        self.posted.connect(self.run, Qt.ConnectionType.QueuedConnection)

    def run(self, job):
        job()


class Window(QMainWindow):
    def __init__(self):
        super().__init__()
        self.column = QVBoxLayout()
        self.setCentralWidget(QWidget())
        self.centralWidget().setLayout(self.column)
        self.views = {}
        self.timer = QTimer(singleShot=True)
        self.timer.timeout.connect(self.draw)

        self.ui = UiThread()
        lf.plugins.set_host_version("2.1.0")        # before the manager is made; else 1.0.0
        lf.plugins.set_ui_thread(self.ui.posted.emit)
        lf.plugins.set_redraw_handler(lambda: self.ui.posted.emit(self.draw))
        self.manager = PluginManager.instance()     # ~/.lichtfeld, or LFS_RESOLVED_PLUGIN_DIR
        self.offer()
        self.manager.load_all()                     # {"name": True or False}
        self.manager.start_watcher()                # a save reloads the plugin
        self.draw()

    def draw(self):
        for id in lf.ui.due():                      # those that have something new to show
            self.show_frame(id, lf.ui.draw_panel(id))
        for id in set(self.views) - set(lf.ui.panels()):
            self.views.pop(id).deleteLater()        # unloaded, or hidden by its `poll`
        wait = lf.ui.next_due()                     # seconds; None: until somebody wakes us
        if wait is not None:
            self.timer.start(int(wait * 1000) + 1)

    def show_frame(self, id, frame):
        view = QWidget()
        column = QVBoxLayout(view)
        for widget in frame["widgets"]:
            if widget["kind"] == "text":
                column.addWidget(QLabel(widget["text"], textFormat=Qt.TextFormat.PlainText))
            elif widget["kind"] == "button":
                button = QPushButton(widget["label"])
                button.clicked.connect(lambda *_, of=widget["id"]: self.click(id, of))
                column.addWidget(button)
        if frame.get("error"):
            column.addWidget(QLabel(frame["error"]["traceback"], textFormat=Qt.TextFormat.PlainText))
        old = self.views.get(id)
        if old is None:
            self.column.addWidget(view)
        else:
            self.column.replaceWidget(old, view)
            old.deleteLater()
        self.views[id] = view

    def click(self, id, widget):
        lf.ui.push_input(id, {"widget": widget, "click": "primary"})
        self.draw()

    def install(self, source):
        """A folder, a .zip file or its URL, or `owner/name` of GitHub."""

        def work():
            try:
                name = self.manager.install(source, on_progress=say, should_cancel=cancel.is_set)
            except Exception as error:
                say(f"{error} {getattr(error, 'hint', '')}")
            else:
                say(f"installed {name}")
            self.ui.posted.emit(self.draw)

        def say(line):                              # called on the thread that installs
            self.ui.posted.emit(lambda: self.statusBar().showMessage(line))

        cancel = threading.Event()
        threading.Thread(target=work, daemon=True).start()
        return cancel                               # cancel.set() ends it, and nothing is left

    def offer(self):
        nodes = ["room", "camera"]
        lf.plugins.share("node_names", lambda: list(nodes))
        lf.plugins.share("show_message", self.statusBar().showMessage, ui_thread=True)

    def closeEvent(self, event):
        self.timer.stop()
        lf.plugins.shutdown()                       # on_unload of all, in reverse order
        super().closeEvent(event)


if __name__ == "__main__":
    application = QApplication(sys.argv)
    window = Window()
    window.show()
    sys.exit(application.exec())
