"""Steps of operators and panels between a host and its workers, with Python values: ``invoke`` and
``modal``, and the callbacks of a panel that get a document.

Run on the other side's thread that draws, unlike calls of functions; what crosses is as in
``remote.py``. ``peer`` is its ``Peer``.
"""

import sys


def ask(peer, limit, what, name, given):
    """Does a step in the other process within ``limit`` seconds.

    Returns of an operator its status and the rest of its result, or None if it does not run; raises
    what it raises.
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
        return True, *peer.write(result)
    except BaseException as error:
        return False, *peer.failure(error)


def _invoke(ui, name, properties):
    return _parts(ui.ops.invoke(name, **properties))


def _modal(ui, name, event):
    # An event of the host's own class comes as a reference.
    return _parts(ui.ops.modal(name, ui.Event(**event) if isinstance(event, dict) else event))


def _parts(result):
    return None if result is None else (result.status, result.data)


def _mount(ui, name, given):
    document, context = given
    ui.mount(name, document, context)


def _unmount(ui, name, given):
    ui.unmount(name)


def _scene_changed(ui, name, given):
    return ui._tell_scene_changed(name)


_STEPS = {
    "invoke": _invoke,
    "modal": _modal,
    "mount": _mount,
    "unmount": _unmount,
    "scene_changed": _scene_changed,
}
