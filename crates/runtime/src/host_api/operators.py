"""``lichtfeld.ui.ops`` in a worker: its plugin's operators, and those of the application and of all other
plugins, which are asked for in the application.
"""

import functools
import sys

_OPS = "lichtfeld.ui.ops"
#: The functions whose first argument is the id of an operator.
_OF_ONE = ("invoke", "modal", "cancel", "poll", "is_running", "info")


def enter(peer):
    """Lets ``lichtfeld.ui.ops`` of this process reach the operators of the application of ``peer``."""
    ops = sys.modules[_OPS]
    own_ids = ops.list
    for name in _OF_ONE:
        setattr(ops, name, _of_one(peer, own_ids, name, getattr(ops, name)))
    cancel_all = ops.cancel_modal

    @functools.wraps(cancel_all)
    def cancel_modal(id=None):
        if id is not None:
            return ops.cancel(id)
        # The application also asks this process, which is busy with this very call.
        was_running = cancel_all()
        return ask(peer, "cancel_modal", ()) or was_running

    ops.cancel_modal = cancel_modal
    ops.list = functools.wraps(own_ids)(lambda: ask(peer, "list", ()))


def _of_one(peer, own_ids, name, own):
    @functools.wraps(own)
    def function(id, /, *args, **kwargs):
        if id in own_ids():
            return own(id, *args, **kwargs)
        return ask(peer, name, (id, *args), kwargs)

    return function


def ask(peer, name, args, kwargs=None):
    """Does something with an operator of the application."""
    ui = sys.modules["lichtfeld.ui"]
    args = [_Event(vars(value)) if isinstance(value, ui.Event) else value for value in args]
    events = [index for index, value in enumerate(args) if type(value) is _Event]
    result = peer.ask("operator", name, [dict(v) if type(v) is _Event else v for v in args], events, kwargs or {})
    if type(result) is tuple and len(result) == 3 and result[0] == _RESULT:
        return ui.OperatorResult(*result[1:])
    return result


class _Event(dict):
    """An event on its way."""


_RESULT = "\0operator result"


def answer(name, args, events, kwargs):
    """Does in the application what ``ask`` of a worker asks for."""
    ui, ops = sys.modules["lichtfeld.ui"], sys.modules[_OPS]
    if name not in (*_OF_ONE, "cancel_modal", "list"):
        raise ValueError(f"{name!r:.99} is nothing to do with an operator")
    if type(args) is not list or type(events) is not list or type(kwargs) is not dict:
        raise TypeError("arguments are a list and a dict")
    if not all(type(index) is int and type(args[index]) is dict for index in events):
        raise TypeError("an event is a dict")
    args = [ui.Event(**value) if index in events else value for index, value in enumerate(args)]
    result = getattr(ops, name)(*args, **kwargs)
    if isinstance(result, ui.OperatorResult):
        return _RESULT, result.status, result.data
    return result
