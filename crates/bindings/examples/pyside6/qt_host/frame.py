"""A frame as a tree: what is inside each widget, what is attached to it, and the lines they form.

``lf.ui.draw_panel`` returns the widgets as one flat list in the order of drawing. ``depth`` is the
number of containers around a widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

ATTACHED = frozenset({"tooltip", "drag_preview"})
"""Kinds that are shown on occasion of the widget before them; a context menu is one, too."""

FLOATING = frozenset({"draw", "scroll_here", "popup", "window"})
"""Kinds that take no place among the other widgets."""


@dataclass
class Item:
    """A widget, what is inside it, and what is attached to it."""

    widget: dict[str, Any]
    content: list[Item] = field(default_factory=list)
    attached: list[Item] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The widget's id, which an input sends back."""
        return str(self.widget["id"])

    @property
    def kind(self) -> str:
        """The kind of the widget, such as ``button``."""
        return str(self.widget["kind"])

    @property
    def label(self) -> str:
        """The text that the user reads on it, or an empty text."""
        return str(self.widget.get("label", ""))

    @property
    def is_attached(self) -> bool:
        """Whether it belongs to the widget before it."""
        return self.kind in ATTACHED or self.widget.get("form") == "context"


def tree(widgets: Iterable[dict[str, Any]]) -> list[Item]:
    """Returns the outermost items of a frame."""
    levels: list[list[Item]] = [[]]
    for widget in widgets:
        item = Item(widget)
        depth = min(int(widget["depth"]), len(levels) - 1)
        around = levels[depth]
        if item.is_attached and around:
            around[-1].attached.append(item)
        else:
            around.append(item)
        levels[depth + 1 :] = [item.content]
    return levels[0]


def lines(items: Iterable[Item]) -> list[list[Item]]:
    """Returns the lines that the items form one below the other."""
    result: list[list[Item]] = []
    has_ended = True
    for item in items:
        if item.kind == "new_line":
            if has_ended:
                result.append([item])
            has_ended = True
        elif not has_ended and ("same_line" in item.widget or item.kind in FLOATING):
            result[-1].append(item)
        else:
            result.append([item])
            has_ended = False
    return result
