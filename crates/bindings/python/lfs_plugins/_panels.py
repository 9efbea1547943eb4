"""Panels that are registered: what they are, and what may be changed of them afterwards."""

from __future__ import annotations

import dataclasses
from typing import Optional, Union

import lichtfeld.plugins as _native
from lichtfeld.plugins import PanelSpace

__all__ = [
    "PanelInfo",
    "PanelSummary",
    "get_main_panel_tabs",
    "get_panel",
    "get_panel_names",
    "is_panel_enabled",
    "set_panel_enabled",
    "set_panel_label",
    "set_panel_order",
    "set_panel_parent",
    "set_panel_space",
]

_Space = Union[str, PanelSpace]


@dataclasses.dataclass(frozen=True)
class PanelInfo:
    """A registered panel. ``space`` equals a member of ``PanelSpace``; ``plugin`` is None for one of the
    application."""

    id: str
    label: str
    space: str
    parent: str = ""
    order: int = 100
    enabled: bool = True
    plugin: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class PanelSummary:
    """A panel in a list."""

    id: str
    label: str
    order: int
    enabled: bool


def _space(space: _Space) -> str:
    name = str(getattr(space, "value", space))
    known = [one.value for one in PanelSpace]
    if name not in known:
        raise ValueError(f"space must be one of {', '.join(known)}, not {name!r}")
    return name


def get_panel(panel_id: str) -> Optional[PanelInfo]:
    """Returns what is known of a panel, or None if no panel has this id."""
    state = _native._panel_state(panel_id)
    if state is None:
        return None
    label = state["label"] or state["id"]
    names = ("id", "parent", "order", "enabled", "plugin")
    return PanelInfo(label=label, space=state["space"], **{name: state[name] for name in names})


def get_panel_names(space: _Space = PanelSpace.FLOATING) -> list[str]:
    """Returns the ids of the panels of a space, shown or not, in their order."""
    return _native._panel_ids(_space(space))


def get_main_panel_tabs() -> list[PanelSummary]:
    """Returns the panels of ``MAIN_PANEL_TAB`` in their order."""
    found = [get_panel(name) for name in get_panel_names(PanelSpace.MAIN_PANEL_TAB)]
    return [PanelSummary(one.id, one.label, one.order, one.enabled) for one in found if one is not None]


def is_panel_enabled(panel_id: str) -> bool:
    """Returns whether a panel may be shown; False if there is none of this id."""
    state = _native._panel_state(panel_id)
    return state is not None and bool(state["enabled"])


def set_panel_enabled(panel_id: str, enabled: bool) -> bool:
    """Shows a panel, or hides it until it is enabled again. Returns whether there is one of this id.

    As all that is set here, it counts until the panel is registered again.
    """
    return _native._change_panel(panel_id, enabled=bool(enabled))


def set_panel_label(panel_id: str, label: str) -> bool:
    """Changes the title of a panel. Returns whether there is one of this id."""
    return _native._change_panel(panel_id, label=str(label))


def set_panel_order(panel_id: str, order: int) -> bool:
    """Changes the place of a panel among the others. Returns whether there is one of this id."""
    return _native._change_panel(panel_id, order=int(order))


def set_panel_space(panel_id: str, space: _Space) -> bool:
    """Moves a panel to another place of the window. Returns whether there is one of this id."""
    return _native._change_panel(panel_id, space=_space(space))


def set_panel_parent(panel_id: str, parent: str) -> bool:
    """Makes a panel a part of another one, or of none. Returns whether there is one of this id."""
    return _native._change_panel(panel_id, parent=str(parent))
