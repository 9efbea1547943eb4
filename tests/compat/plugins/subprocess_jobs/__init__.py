"""Long work in another Python."""

import lichtfeld as lf

from .job import Job
from .panel import JobPanel

_classes = [JobPanel]


def on_load():
    for cls in _classes:
        lf.register_class(cls)


def on_unload():
    Job.stop_all()
    for cls in reversed(_classes):
        lf.unregister_class(cls)


def report():
    """None until all that was begun has ended."""
    if not Job.all or any(job.running for job in Job.all):
        return None
    return [(job.percent, job.result, job.returncode) for job in Job.all], lf.packages.uv_path().endswith(("uv", "uv.exe"))
