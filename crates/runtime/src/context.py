"""What ``poll`` and operators receive as ``context``: the state of the application as attributes.

A value is the field of ``RuntimeState`` if the application has set it; else that of the application's own
``lichtfeld.ui.context()``, or of a function such as ``lichtfeld.has_scene()``; else 0, False or empty.
Nothing is imported before it is asked for: most plugins ask for none of it.
"""

import importlib
import sys

#: The attributes: the field of RuntimeState, the function of ``lichtfeld``, what stands for nothing.
_ATTRIBUTES = {
    "has_scene": ("has_scene", "has_scene", False),
    "scene_generation": ("scene_generation", "get_scene_generation", 0),
    "has_trainer": ("trainer_loaded", "has_trainer", False),
    "is_training": ("training_running", None, False),
    "trainer_state": ("training_state", "trainer_state", "idle"),
    "iteration": ("iteration", "trainer_current_iteration", 0),
    "max_iterations": ("total_iterations", "trainer_total_iterations", 0),
    "loss": ("loss", "trainer_current_loss", 0.0),
    "has_selection": ("has_selection", "has_selection", False),
    "num_gaussians": ("num_gaussians", "get_num_gaussians", 0),
    "selection_submode": ("active_submode", None, 0),
    "pivot_mode": ("pivot_mode", None, 0),
    "transform_space": ("transform_space", None, 0),
}


class OperatorContext:
    """The state of the application, and the operators that receive events (see ``dispatch_modal_event``)."""

    def __init__(self):
        self._handlers = []

    def __getattr__(self, name):
        known = _ATTRIBUTES.get(name)
        if known is not None:
            return _value(name, *known)
        if not name.startswith("_"):
            of_host = _of_host()
            if of_host is not None:
                return getattr(of_host, name)
        raise AttributeError(f"the context has no {name!r}; it has {', '.join(dir(self))}", name=name, obj=self)

    @property
    def is_paused(self):
        """Whether the training is paused."""
        return self.trainer_state == "paused"

    @property
    def can_transform(self):
        """Whether what is selected can be moved."""
        can = getattr(sys.modules["lichtfeld"], "can_transform_selection", None)
        return bool(can()) if can is not None else self.has_selection

    def modal_handler_add(self, operator):
        """Lets an operator receive events, the latest first. Returns True."""
        if operator not in self._handlers:
            self._handlers.append(operator)
        return True

    def modal_handler_remove(self, operator):
        """Lets an operator receive no more events."""
        if operator in self._handlers:
            self._handlers.remove(operator)

    def has_modal_handlers(self):
        """Returns whether any operator receives events."""
        return bool(self._handlers)

    def get_modal_handlers(self):
        """Returns the operators that receive events, as a new list."""
        return list(self._handlers)

    def dispatch_modal_event(self, event):
        """Passes an event to the operators until one does not pass it on. Returns whether one kept it.

        An operator that has finished or was cancelled, or that raises, receives no more events.
        """
        for operator in reversed(self.get_modal_handlers()):
            try:
                result = operator.modal(self, event)
            except BaseException:
                self.modal_handler_remove(operator)
                raise
            status = result.get("status") if isinstance(result, dict) else result
            words = {status} if isinstance(status, str) else set(status or ())
            if words & {"FINISHED", "CANCELLED"}:
                self.modal_handler_remove(operator)
            if "PASS_THROUGH" not in words:
                return True
        return False

    def __dir__(self):
        return sorted({*_ATTRIBUTES, *(name for name in object.__dir__(self) if not name.startswith("_"))})

    def __repr__(self):
        return "<context of the application>"


def _value(name, field, function, nothing):
    store = importlib.import_module("lfs_plugins.ui.store")
    signal = getattr(store.RuntimeState, field)
    if signal.is_set:
        return signal.value
    of_host = _of_host()
    if of_host is not None and hasattr(of_host, name):
        return getattr(of_host, name)
    found = getattr(sys.modules["lichtfeld"], function, None) if function is not None else None
    return nothing if found is None else found()


def _of_host():
    """Returns the application's own context, or None if it has none."""
    context = getattr(sys.modules["lichtfeld.ui"], "context", None)
    return None if context is None or context is get_context else context()


_context = OperatorContext()


def get_context():
    """Returns the context that ``poll`` and operators receive."""
    return _context


def reset_context():
    """Lets no operator receive events any more."""
    _context._handlers.clear()


for _public in (OperatorContext, get_context, reset_context):
    _public.__module__ = "lfs_plugins.op_context"
