"""Begins a job, and is drawn on its interval."""

from lfs_plugins.types import Panel

from .job import Job


class JobPanel(Panel):
    label = "Jobs"
    space = "SIDE_PANEL"
    update_policy = "interval"
    update_interval_ms = 100

    def draw(self, layout):
        if layout.button("Run"):
            Job(20)
        layout.label("a job" if Job.all else "no job")
