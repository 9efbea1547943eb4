"""Operators: actions with a name, that buttons, menus and other plugins invoke.

The class to derive from, and what ``lichtfeld.ui.ops`` has for what is registered. An id that nobody
has registered is a KeyError.
"""

from __future__ import annotations

import lichtfeld as _lf
from lichtfeld.plugins import Operator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    _Class = TypeVar("_Class", bound=type[Operator])

__all__ = ["Operator", "cancel", "cancel_modal", "info", "invoke", "is_running", "poll", "register", "unregister"]


def register(cls: _Class) -> _Class:
    """Registers an operator's class, as ``lichtfeld.register_class``; returns it, so it may decorate one."""
    _lf.register_class(cls)
    return cls


def unregister(cls: type[Operator]) -> None:
    """Takes an operator's class back, as ``lichtfeld.unregister_class``."""
    _lf.unregister_class(cls)


def invoke(operator_id: str, **values: Any) -> Any:
    """Runs an operator with properties of these values; its result says how it ended (``finished``, ``status``)."""
    return _lf.ui.ops.invoke(operator_id, **values)


def poll(operator_id: str) -> bool:
    """Whether an operator is possible now."""
    return _lf.ui.ops.poll(operator_id)


def is_running(operator_id: str) -> bool:
    """Whether an operator is at work, waiting for events."""
    return _lf.ui.ops.is_running(operator_id)


def cancel(operator_id: str) -> Any:
    """Ends an operator that is at work."""
    return _lf.ui.ops.cancel(operator_id)


def cancel_modal() -> bool:
    """Ends all operators that are at work; False if none was."""
    return _lf.ui.ops.cancel_modal()


def info(operator_id: str) -> dict[str, Any]:
    """What is known of an operator: id, label, description, plugin."""
    return _lf.ui.ops.info(operator_id)
