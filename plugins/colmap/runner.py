"""A reconstruction in the background: started, watched, cancelled."""

import logging
import threading
import weakref

from .utils import Stage

logger = logging.getLogger(__name__)

UNLOAD_LIMIT = 5.0
"""How long unloading the plugin waits for jobs to end, in seconds."""

_running = weakref.WeakSet()


class ColmapJob:
    """One reconstruction. Its attributes may be read from any thread, for instance by a panel."""

    def __init__(self, make_config, listener=None, on_complete=None, on_error=None):
        self.make_config = make_config
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

    @property
    def is_running(self):
        """Whether it goes on."""
        return not self._ended.is_set()

    def wait(self, timeout=None):
        """Waits for the end, at most ``timeout`` seconds; the result, or None if it goes on."""
        self._ended.wait(timeout)
        return self.result

    def heard(self, stage, percent, overall, message):
        """Progress; called by the pipeline."""
        self.stage, self.stage_percent = stage, percent
        self.progress, self.message = overall, message
        if self._listener is not None:
            self._listener(stage, percent, overall, message)

    def run(self):
        """Does the work on this thread and returns the result; the callbacks have been called."""
        from . import pipeline

        _running.add(self)
        result = pipeline.run(self)
        self.result, self.stage = result, result.stage
        if result.success:
            self.progress = 100.0
        self.message = result.error or "done"
        self._tell(result)
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


def cancel_all(limit=UNLOAD_LIMIT):
    """Cancels what runs and waits for it; for unloading."""
    jobs = list(_running)
    for job in jobs:
        job.cancel()
    for job in jobs:
        job.wait(limit)
