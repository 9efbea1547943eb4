"""The state of the application as ``poll`` and operators receive it, and operators that wait for events."""

import lichtfeld.plugins as _native

_context = _native._context()

OperatorContext = _context.OperatorContext
get_context = _context.get_context
reset_context = _context.reset_context
#: ``lichtfeld.ui.context``, if the application has none of its own.
context = get_context

__all__ = ["OperatorContext", "context", "get_context", "reset_context"]
