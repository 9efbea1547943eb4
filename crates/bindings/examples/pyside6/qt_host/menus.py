"""Menus of plugins in the menu bar, their operators, and their capabilities."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import lichtfeld as lf
from PySide6.QtWidgets import QMenu, QMenuBar

from .frame import Item, tree
from .part import plain

Say = Callable[[str], None]


class PluginMenu(QMenu):
    """A menu that a plugin draws, when the user opens it."""

    def __init__(self, id: str, wake: Callable[[], None]) -> None:
        frame = lf.ui.draw_menu(id)
        super().__init__(plain(frame["panel"]["label"]))
        self._id, self._wake = id, wake
        self.aboutToShow.connect(lambda: self._show(self, lf.ui.draw_menu(id)))

    def _show(self, menu: QMenu, frame: dict[str, Any]) -> None:
        menu.clear()
        self._fill(menu, tree(frame["widgets"]))

    def _fill(self, menu: QMenu, items: list[Item]) -> None:
        for item in items:
            enabled = not item.widget.get("disabled", False)
            if item.kind == "separator":
                menu.addSeparator()
            elif item.kind == "menu":
                inner = menu.addMenu(plain(item.label))
                inner.setEnabled(enabled)
                self._fill(inner, item.content)
                inner.aboutToShow.connect(partial(self._unfold, inner, item.id))
            elif item.kind in ("menu_item", "button", "selectable"):
                shortcut = item.widget.get("shortcut")
                text = plain(item.label)
                action = menu.addAction(f"{text}\t{shortcut}" if shortcut else text)
                action.setEnabled(enabled)
                action.setToolTip(item.widget.get("tooltip") or "")
                if item.widget.get("selected"):
                    action.setCheckable(True)
                    action.setChecked(True)
                action.triggered.connect(partial(self._click, item.id))
            elif item.kind == "text":
                menu.addAction(plain(item.widget["text"])).setEnabled(False)
            else:
                self._fill(menu, item.content)

    def _unfold(self, menu: QMenu, widget: str) -> None:
        """Fills a menu in this menu: its entries are in the frame once it is open."""
        lf.ui.push_input(self._id, {"widget": widget, "open": True})
        items = tree(lf.ui.draw_menu(self._id)["widgets"])
        menu.clear()
        for item in _all(items):
            if item.id == widget:
                self._fill(menu, item.content)

    def _click(self, widget: str, _checked: bool = False) -> None:
        lf.ui.push_input(self._id, {"widget": widget, "click": "primary"})
        # A menu is not drawn when it is due: what was clicked is seen in a drawing of now.
        lf.ui.draw_menu(self._id)
        self._wake()


def _all(items: list[Item]) -> list[Item]:
    return [one for item in items for one in (item, *_all(item.content))]


class Menus:
    """The menus of plugins, the menu of operators and the menu of capabilities."""

    def __init__(self, bar: QMenuBar, say: Say, wake: Callable[[], None]) -> None:
        self._bar, self._say, self._wake = bar, say, wake
        self.shown: dict[str, PluginMenu] = {}
        self.operators = bar.addMenu("Operators")
        self.operators.aboutToShow.connect(self._show_operators)
        self.capabilities = bar.addMenu("Capabilities")
        self.capabilities.aboutToShow.connect(self._show_capabilities)

    def sync(self) -> None:
        """Shows the menus that there are now: those that `poll` does not hide."""
        ids = lf.ui.menus("MENU_BAR")
        for id in [id for id in self.shown if id not in ids]:
            menu = self.shown.pop(id)
            self._bar.removeAction(menu.menuAction())
            menu.deleteLater()
        for id in ids:
            if id not in self.shown:
                menu = self.shown[id] = PluginMenu(id, self._wake)
                self._bar.insertMenu(self.operators.menuAction(), menu)

    def _show_operators(self) -> None:
        self.operators.clear()
        for id in lf.ui.ops.list():
            info = lf.ui.ops.info(id)
            action = self.operators.addAction(plain(info["label"] or id))
            action.setToolTip(info["description"])
            action.setEnabled(lf.ui.ops.poll(id))
            action.triggered.connect(partial(self._invoke, id))

    def _invoke(self, id: str, _checked: bool = False) -> None:
        try:
            self._say(f"{id}: {lf.ui.ops.invoke(id).status}")
        except Exception as error:
            # Whatever the plugin raises: it is in its log, with the traceback.
            self._say(f"{id}: {error}")
        self._wake()

    def _show_capabilities(self) -> None:
        self.capabilities.clear()
        for one in lf.plugins.list_capabilities():
            action = self.capabilities.addAction(plain(one["name"]))
            action.setToolTip(one["description"])
            action.triggered.connect(partial(self._call, one["name"]))

    def _call(self, name: str, _checked: bool = False) -> None:
        answer = lf.plugins.invoke(name, {})
        self._say(f"{name}: {answer if answer['success'] else answer['error']}")
        self._wake()
