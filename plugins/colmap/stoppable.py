"""Runs a call of the library so that it can be stopped, and watches it meanwhile."""

import threading

from .utils import Cancelled

TICK = 0.2
"""How often a running call is looked at, in seconds."""


def run(call, cancelled, watch=lambda: None):
    """Runs ``call(token)``; ``cancelled()`` ends it, ``watch()`` is called every 0.2 s.

    Raises Cancelled where it was stopped, else what the call raised.
    """
    import pycolmap

    token = pycolmap.CancellationToken()
    outcome = {}

    def target():
        try:
            outcome["result"] = call(token)
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=target, name="colmap-stage", daemon=True)
    thread.start()
    stopped = False
    while thread.is_alive():
        thread.join(TICK if not stopped else 0.05)
        if not stopped and cancelled():
            token.cancel()
            stopped = True
        elif not stopped:
            watch()
    error = outcome.get("error")
    if isinstance(error, InterruptedError) or (stopped and error is not None):
        raise Cancelled("cancelled") from error
    if error is not None:
        raise error
    if stopped:
        raise Cancelled("cancelled")
    return outcome.get("result")
