"""The classes that plugins derive from."""

from lichtfeld.plugins import Event, Menu, Operator, Panel, PanelHeightMode, PanelSpace

__all__ = ["Event", "Menu", "Operator", "Panel", "PanelHeightMode", "PanelSpace"]
