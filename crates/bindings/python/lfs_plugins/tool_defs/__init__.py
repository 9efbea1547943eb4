"""Definitions of the viewport's tools: see ``definition``."""

from .definition import ContextLike, PivotModeDef, SubmodeDef, ToolDef

__all__ = ["ContextLike", "PivotModeDef", "SubmodeDef", "ToolDef"]
