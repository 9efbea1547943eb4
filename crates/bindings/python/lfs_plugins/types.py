"""The classes that plugins derive from."""

from lichtfeld.plugins import (
    Event,
    Menu,
    Operator,
    Panel,
    PanelHeightMode,
    PanelOption,
    PanelSpace,
    PollDependency,
    PropertyGroup,
)

__all__ = [
    "Event",
    "Menu",
    "Operator",
    "Panel",
    "PanelHeightMode",
    "PanelOption",
    "PanelSpace",
    "PollDependency",
    "PropertyGroup",
]
