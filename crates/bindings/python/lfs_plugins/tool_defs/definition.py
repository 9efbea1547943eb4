"""The definition of a tool of the viewport: what a host shows of it in its toolbar.

A label may have a key, by which it is translated; see ``lichtfeld.ui.tr``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Optional, Protocol

import lichtfeld as _lf

__all__ = ["ContextLike", "PivotModeDef", "SubmodeDef", "ToolDef"]


class ContextLike(Protocol):
    """What ``poll`` of a tool is given, at least."""

    has_scene: bool
    num_gaussians: int


def _localized(key: str, text: str) -> str:
    if not key:
        return text
    translated = str(_lf.ui.tr(key))
    return text if translated in ("", key) else translated


@dataclasses.dataclass(frozen=True)
class SubmodeDef:
    """A way in which a tool works."""

    id: str
    label: str
    icon: str
    shortcut: str = ""
    label_key: str = ""

    def localized_label(self) -> str:
        """Returns the label in the language of the application."""
        return _localized(self.label_key, self.label)


@dataclasses.dataclass(frozen=True)
class PivotModeDef:
    """A point around which a tool works."""

    id: str
    label: str
    icon: str
    label_key: str = ""

    def localized_label(self) -> str:
        """Returns the label in the language of the application."""
        return _localized(self.label_key, self.label)


@dataclasses.dataclass(frozen=True)
class ToolDef:
    """A tool. Tools of a ``group`` are shown together, those with a smaller ``order`` first.

    ``operator`` is the id of an operator that is invoked when the tool is activated. With ``action_only``
    the tool does that and does not become the active one; ``selected()`` then says whether its button is
    shown as pressed. ``plugin_path`` has a folder ``icons`` with ``<icon>.png``.
    """

    id: str
    label: str
    icon: str
    group: str = "default"
    order: int = 100
    description: str = ""
    shortcut: str = ""
    gizmo: str = ""
    operator: str = ""
    submodes: tuple[SubmodeDef, ...] = ()
    pivot_modes: tuple[PivotModeDef, ...] = ()
    poll: Optional[Callable[[Any], bool]] = None
    plugin_name: str = ""
    plugin_path: str = ""
    action_only: bool = False
    selected: Optional[Callable[[], bool]] = None
    label_key: str = ""
    description_key: str = ""

    def localized_label(self) -> str:
        """Returns the label in the language of the application."""
        return _localized(self.label_key, self.label)

    def localized_description(self) -> str:
        """Returns the description in the language of the application."""
        return _localized(self.description_key, self.description)

    def can_activate(self, context: Any) -> bool:
        """Returns whether the tool can be used now; raises what its ``poll`` raises."""
        return True if self.poll is None else bool(self.poll(context))

    def to_dict(self) -> dict[str, Any]:
        """Returns the tool as plain data, without its functions, in the language of the application."""
        fields = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name not in ("poll", "selected", "submodes", "pivot_modes")
        }
        return {
            **fields,
            "label": self.localized_label(),
            "description": self.localized_description(),
            "submodes": [{**vars(one), "label": one.localized_label()} for one in self.submodes],
            "pivot_modes": [{**vars(one), "label": one.localized_label()} for one in self.pivot_modes],
        }
