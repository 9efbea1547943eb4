"""Steps of operators between a host and its workers: ``invoke`` and ``modal``, with Python values.

Run on the other side's thread that draws, unlike calls of functions; what crosses is as in
``remote.py``. ``peer`` is its ``Peer``.
"""

import sys


def ask(peer, limit, what, name, given):
    """Does a step in the other process within ``limit`` seconds.

    Returns the operator's status and the rest of its result, or None if it does not run; raises what
    it raises.
    """
    peer.link.refuse_in_a_fork()
    if peer.dropped:
        peer.forget_dropped()
    body, files = peer.write((what, name, given))
    succeeded, body, files = peer.link.operate(body, files, limit)
    if succeeded:
        return peer.read(body, files)
    raise peer.exception(body, files)


def answer(peer, body, files):
    """Does the step that the other process asks for."""
    try:
        what, name, given = peer.read(body, files)
        result = _STEPS[what](sys.modules["lichtfeld.ui"], name, given)
        peer.flush()
        return True, *peer.write(None if result is None else (result.status, result.data))
    except BaseException as error:
        return False, *peer.failure(error)


def _invoke(ui, name, properties):
    return ui.ops.invoke(name, **properties)


def _modal(ui, name, event):
    # An event of the host's own class comes as a reference.
    return ui.ops.modal(name, ui.Event(**event) if isinstance(event, dict) else event)


_STEPS = {"invoke": _invoke, "modal": _modal}
