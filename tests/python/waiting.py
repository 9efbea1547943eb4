"""How the tests wait, and how much the heavy ones do.

A test waits for an event and never for a time: on a machine whose processors are all busy, anything
takes as long as it takes. What should be fast is measured by ``cargo xtask bench``, not here.

``LICHTFELD_LONG=1`` in the environment makes the heavy cases long: 200 reloads under calls instead
of 15, 100 MB of prints instead of 5, a minute of any operation at any time instead of two seconds.
"""

import os
import time

PATIENCE = 300.0
"""How long a test waits for what takes a second, before it fails: a deadlock, not a busy machine."""

LONG = os.environ.get("LICHTFELD_LONG", "0") not in ("", "0")
"""Whether the heavy cases are long in this run."""


def until(asked, otherwise="did not happen"):
    """Asks again and again until the answer is true, and returns it.

    Fails after `PATIENCE` with ``otherwise``, a text or a function that returns one.
    """
    deadline = time.monotonic() + PATIENCE
    while not (answer := asked()):
        if time.monotonic() > deadline:
            raise AssertionError(otherwise() if callable(otherwise) else otherwise)
        time.sleep(0.005)
    return answer


def scaled(small, long):
    """Returns how much a heavy case does: ``long`` with ``LICHTFELD_LONG``, else ``small``."""
    return long if LONG else small
