"""Progress as counted work: what is done of all there is; it never goes back."""

import enum
import logging
import time

from .errors import Cancelled

logger = logging.getLogger(__name__)


class Stage(str, enum.Enum):
    """A step of a reconstruction."""

    EXTRACTING = "extracting"
    MATCHING = "matching"
    RECONSTRUCTING = "reconstructing"
    UNDISTORTING = "undistorting"
    DONE = "done"
    ERROR = "error"
    CANCELLED = "cancelled"

    def __str__(self):
        return self.value


WEIGHTS = {
    Stage.EXTRACTING: 25.0,
    Stage.MATCHING: 35.0,
    Stage.RECONSTRUCTING: 30.0,
    Stage.UNDISTORTING: 10.0,
}
"""The share of each stage in the whole, in percent."""


class Progress:
    """Counts the progress of one run.

    Calls ``listener(stage, stage_percent, overall_percent, message, seconds_left)`` at each step.
    """

    def __init__(self, listener, cancelled, undistort=True):
        self._listener = listener
        self._cancelled = cancelled
        self._stages = [s for s in WEIGHTS if undistort or s is not Stage.UNDISTORTING]
        self._total = sum(WEIGHTS[stage] for stage in self._stages)
        self._started = time.monotonic()
        self._since = self._started
        self._skipped = 0.0
        self.stage = None
        self.stage_percent = 0.0
        self.overall = 0.0
        self.message = ""
        self.seconds = {}

    def begin(self, stage, message):
        """Begins a stage and ends the one before it."""
        self.end()
        self.stage, self.stage_percent = stage, 0.0
        self._since = time.monotonic()
        self.report(0.0, message)

    def end(self):
        """Ends the current stage, if there is one."""
        if self.stage is not None:
            self.seconds[str(self.stage)] = round(time.monotonic() - self._since, 3)
            self.stage = None

    def check(self):
        """Raises Cancelled after a cancel."""
        if self._cancelled():
            raise Cancelled("cancelled")

    def skip(self, percent):
        """Notes a share of the stage that an earlier run did: the estimate of the time ignores it."""
        self._skipped += WEIGHTS[self.stage] * percent / self._total

    def skip_stage(self, stage):
        """Notes a whole stage that an earlier run did."""
        self._skipped += 100.0 * WEIGHTS[stage] / self._total

    def report(self, percent, message):
        """Reports how far the stage is, in percent."""
        self.stage_percent = max(self.stage_percent, min(100.0, float(percent)))
        before = sum(WEIGHTS[s] for s in self._stages[: self._stages.index(self.stage)])
        part = WEIGHTS[self.stage] * self.stage_percent / 100.0
        self.overall = max(self.overall, 100.0 * (before + part) / self._total)
        self.message = message
        try:
            self._listener(
                self.stage, self.stage_percent, self.overall, message, self.seconds_left()
            )
        except Exception:
            logger.exception("a progress callback raised; the reconstruction goes on")

    def seconds_left(self):
        """Returns an estimate from what this run has done, or None while that is too little."""
        done = self.overall - self._skipped
        if done < 3.0:
            return None
        return (time.monotonic() - self._started) * (100.0 - self.overall) / done
