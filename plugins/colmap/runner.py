"""Reconstructions in the background: start, watch, cancel."""

import logging
import threading
import time

from .progress import Stage

logger = logging.getLogger(__name__)

UNLOAD_LIMIT = 4.0
"""The longest wait for jobs when the plugin is unloaded, in seconds."""

_running = set()
"""The running jobs. After a reload the old version, which started them, uses the same set."""
_handed_over = False


class ColmapJob:
    """One reconstruction. Any thread may read its attributes, for instance a panel."""

    def __init__(self, work, listener=None, on_complete=None, on_error=None):
        """``work(job)`` reconstructs and returns a result; it never raises."""
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
        """The overall progress, from 0 to 100."""
        self.seconds_left = None
        """An estimate, or None while there is none."""
        self.message = "starting"
        self.result = None

    def start(self):
        """Starts the work on a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="colmap-job", daemon=True)
        _running.add(self)
        self._thread.start()

    def cancel(self):
        """Asks the job to end and returns at once. Has no effect on a job that has ended."""
        self._cancel.set()

    def is_cancelled(self):
        """Returns whether `cancel` was called."""
        return self._cancel.is_set()

    def pause(self, seconds):
        """Waits for some seconds, or until `cancel` is called."""
        self._cancel.wait(seconds)

    @property
    def is_running(self):
        """Whether the job has not ended yet."""
        return not self._ended.is_set()

    def wait(self, timeout=None):
        """Waits for the end, at most ``timeout`` seconds; returns the result, or None if it runs on."""
        self._ended.wait(timeout)
        return self.result

    def join(self, timeout):
        """Waits for the end of the job and of its thread, at most ``timeout`` seconds each."""
        self._ended.wait(timeout)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def on_progress(self, stage, percent, overall, message, seconds_left):
        """Takes over the progress; the pipeline calls this."""
        self.stage, self.stage_percent = stage, percent
        self.progress, self.message = overall, message
        self.seconds_left = seconds_left
        if self._listener is not None:
            self._listener(stage, percent, overall, message)

    def run(self):
        """Does the work on this thread, calls the callbacks, and returns the result."""
        _running.add(self)
        try:
            result = self._work(self)
            self.result, self.stage, self.seconds_left = result, result.stage, None
            if result.success:
                self.progress = 100.0
            self.message = result.error or "done"
            self._call_back(result)
        finally:
            self._ended.set()
            _running.discard(self)
        return result

    def _call_back(self, result):
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
    """Returns the running jobs for the next version; `cancel_all` leaves them alone from now on."""
    global _handed_over
    _handed_over = True
    return _running


def take_over(jobs):
    """Takes over the jobs of the old version, or takes its own back if the next one was refused."""
    global _running, _handed_over
    jobs |= _running
    _running, _handed_over = jobs, False


def cancel_all(limit=UNLOAD_LIMIT):
    """Cancels the running jobs and waits for them, at most ``limit`` seconds in all."""
    if _handed_over:
        return
    jobs = list(_running)
    for job in jobs:
        job.cancel()
    until = time.monotonic() + limit
    for job in jobs:
        job.join(max(0.1, until - time.monotonic()))
