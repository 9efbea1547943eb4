"""The loop of an application with a window, on the thread that runs it."""

import queue
import threading

import lichtfeld as lf
from waiting import PATIENCE


class Loop:
    """Makes the calling thread the UI thread; ``run`` does what was posted to it."""

    def __init__(self):
        self.jobs = queue.Queue()
        lf.plugins.set_ui_thread(self.jobs.put)

    def run(self, until):
        """Does jobs until ``until()`` is true. Call this on the UI thread."""
        while not until():
            try:
                self.jobs.get(timeout=0.02)()
            except queue.Empty:
                continue

    def while_thread(self, work):
        """Does jobs until ``work``, on a thread of its own, has returned. Returns what it returned."""
        done = []
        thread = threading.Thread(target=lambda: done.append(work()), daemon=True)
        thread.start()
        deadline = threading.Timer(PATIENCE, lambda: done.append("the thread did not end"))
        deadline.daemon = True
        deadline.start()
        self.run(lambda: done or not thread.is_alive())
        deadline.cancel()
        assert done, "the thread has raised"
        return done[0]
