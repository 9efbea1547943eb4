"""A reconstruction in the background: started, watched, cancelled."""

import logging
import threading
import time

from .progress import Stage

logger = logging.getLogger(__name__)

UNLOAD_LIMIT = 4.0
"""How long unloading the plugin waits for jobs to end, in seconds."""

_running = set()
"""The jobs that go on. After a reload the same set serves the version before, whose jobs they are."""
_handed_over = False


class ColmapJob:
    """One reconstruction. Its attributes may be read from any thread, for instance by a panel."""

    def __init__(self, work, listener=None, on_complete=None, on_error=None):
        """``work(job)`` does it and returns the result, whatever happens."""
        self._work = work
        self._listener = listener
        self._on_complete = on_complete
        self._on_error = on_error
        self._cancel = threading.Event()
        self._ended = threading.Event()
        self._thread = None
        self.stage = Stage.EXTRACTING
        self.stage_percent = 0.0
        self.progress = 0.0
        """Overall, from 0 to 100."""
        self.seconds_left = None
        """An estimate; None while nobody can tell."""
        self.message = "starting"
        self.result = None

    def start(self):
        """Begins on a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="colmap-job", daemon=True)
        _running.add(self)
        self._thread.start()

    def cancel(self):
        """Asks it to end; returns at once. One that has ended takes no notice."""
        self._cancel.set()

    def is_cancelled(self):
        """Whether somebody asked it to end."""
        return self._cancel.is_set()

    def pause(self, seconds):
        """Waits, or until somebody asks it to end."""
        self._cancel.wait(seconds)

    @property
    def is_running(self):
        """Whether it goes on."""
        return not self._ended.is_set()

    def wait(self, timeout=None):
        """Waits for the end, at most ``timeout`` seconds; the result, or None if it goes on."""
        self._ended.wait(timeout)
        return self.result

    def join(self, timeout):
        """Waits until its thread is gone as well."""
        self._ended.wait(timeout)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def heard(self, stage, percent, overall, message, seconds_left):
        """Progress; called by the pipeline."""
        self.stage, self.stage_percent = stage, percent
        self.progress, self.message = overall, message
        self.seconds_left = seconds_left
        if self._listener is not None:
            self._listener(stage, percent, overall, message)

    def run(self):
        """Does the work on this thread and returns the result; the callbacks have been called."""
        _running.add(self)
        try:
            result = self._work(self)
            self.result, self.stage, self.seconds_left = result, result.stage, None
            if result.success:
                self.progress = 100.0
            self.message = result.error or "done"
            self._tell(result)
        finally:
            self._ended.set()
            _running.discard(self)
        return result

    def _tell(self, result):
        failed = result.stage is Stage.ERROR and self._on_error is not None
        callback, value = (
            (self._on_error, result.exception) if failed else (self._on_complete, result)
        )
        if callback is None:
            return
        try:
            callback(value)
        except Exception:
            logger.exception("a callback at the end of a reconstruction raised")


def hand_over():
    """The running jobs, for the version after this one; `cancel_all` leaves them to it."""
    global _handed_over
    _handed_over = True
    return _running


def take_over(jobs):
    """Goes on with the jobs of the version before, or with one's own where that was refused."""
    global _running, _handed_over
    jobs |= _running
    _running, _handed_over = jobs, False


def cancel_all(limit=UNLOAD_LIMIT):
    """Cancels what runs and waits for it, at most ``limit`` seconds in all; for unloading."""
    if _handed_over:
        return
    jobs = list(_running)
    for job in jobs:
        job.cancel()
    until = time.monotonic() + limit
    for job in jobs:
        job.join(max(0.1, until - time.monotonic()))
