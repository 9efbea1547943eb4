"""Step five: a file is saved, and the watcher brings the new code."""

import threading
import time

import files

TIMEOUT = 30.0
OLD = "Hello from plugin!"
NEW = "Hello from the file just saved!"


def run(demo):
    """Saves a change and waits until the new code is active."""
    path = demo.plugins_dir / "hello_panel" / "__init__.py"
    text = path.read_text(encoding="utf-8")
    if OLD not in text:
        demo.output.fail(f"{path} does not have the line that the demo edits")
        return
    arrived = threading.Event()
    moments = []

    def on_event(event):
        if event.plugin == "hello_panel" and _name(event.to_state) == "ACTIVE":
            moments.append(time.perf_counter())
            arrived.set()

    # The handle keeps the subscription alive until the end of this function.
    subscription = demo.manager.on_event(on_event)
    demo.manager.start_watcher()
    files.save(path, text.replace(OLD, NEW))
    saved = time.perf_counter()
    seen = arrived.wait(TIMEOUT)
    panel = demo.panel_text()
    del subscription
    if not seen or NEW not in panel:
        demo.output.block(panel)
        demo.output.fail(f"the save was not seen within {TIMEOUT:.0f} s")
        return
    milliseconds = (moments[0] - saved) * 1000
    demo.output.say(f"   the new code was active {milliseconds:.0f} ms after the save; now:")
    demo.output.block(panel)
    demo.output.facts["reload"] = {"ms": round(milliseconds, 1), "text": panel}


def _name(state):
    return getattr(state, "name", str(state)).upper()
