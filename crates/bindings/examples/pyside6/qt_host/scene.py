"""What the application offers to plugins: a scene."""

from __future__ import annotations

import threading
from collections.abc import Callable

import lichtfeld as lf


class Scene:
    """Nodes with names, of which one may be selected.

    A plugin in a process of its own calls these methods too. They then run in this process, on the
    thread that waits for the plugin or on another one, so they take a lock and use nothing of Qt.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._nodes: list[str] = []
        self.selected: str | None = None

    def add_node(self, name: str) -> int:
        """Adds a node and returns how many there are."""
        with self._lock:
            self._nodes.append(name)
            count = len(self._nodes)
        self._changed()
        return count

    def node_names(self) -> list[str]:
        """Returns the names of all nodes."""
        with self._lock:
            return list(self._nodes)

    def select(self, name: str | None) -> None:
        """Selects a node, or none."""
        self.selected = name
        self._changed()


def share(scene: Scene, show: Callable[[str], None]) -> None:
    """Offers the scene as `lichtfeld.get_scene()`, and a function that must run on the UI thread."""
    lf.plugins.share("get_scene", lambda: scene)
    lf.plugins.share("show_message", show, ui_thread=True)
