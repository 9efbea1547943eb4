"""Panels and menus as a user sees them.

A plugin in a process of its own draws when it can: the application shows the frame before until the
next one has come, and nothing before the first. So a test draws until it sees what it waits for.
"""

import lichtfeld as lf
from waiting import until

SHOWS_A_PANEL = '''
import os
import lichtfeld as lf
from lfs_plugins.types import Panel

class Shown(Panel):
    id = "w.panel"
    label = "Worker"
    def draw(self, layout):
        layout.label("here")

def on_load(): lf.register_class(Shown)
def pid(): return os.getpid()
'''
"""The code of a plugin with the panel ``w.panel``; ``pid`` is the process that it runs in."""


def shown(id, words, draw=lf.ui.draw_panel):
    """Draws until ``words`` are shown; returns the frame."""
    frames = []

    def asked():
        frames[:] = [draw(id)]
        return words in lf.ui.render_text(frames[0])

    until(asked, lambda: f"{words!r} is not shown:\n{lf.ui.render_text(frames[0])}")
    return frames[0]


def error_shown(id, words, draw=lf.ui.draw_panel):
    """Draws until the message of an error with ``words`` is shown; returns that error."""
    frames = []

    def asked():
        frames[:] = [draw(id)]
        return words in (frames[0].get("error") or {}).get("message", "")

    until(asked, lambda: f"no error with {words!r}: {frames[0].get('error')}")
    return frames[0]["error"]
