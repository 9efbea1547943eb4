"""Structure from motion: a folder of photos becomes cameras and points.

``run_pipeline(folder)`` reconstructs and returns the result; ``run_pipeline_async(folder, ...)``
returns a job at once. The panel starts the same jobs.
"""

from .config import ColmapConfig
from .errors import Cancelled, ColmapError, DiskFullError, InputError, MappingError
from .pipeline import run_pipeline, run_pipeline_async
from .progress import Stage
from .result import ReconstructionResult
from .runner import ColmapJob

__all__ = [
    "Cancelled",
    "ColmapConfig",
    "ColmapError",
    "ColmapJob",
    "DiskFullError",
    "InputError",
    "MappingError",
    "ReconstructionResult",
    "Stage",
    "run_pipeline",
    "run_pipeline_async",
]


def on_load():
    import lichtfeld as lf

    from .panels.reconstruction import ReconstructionPanel

    lf.register_class(ReconstructionPanel)


def on_unload():
    import lichtfeld as lf

    from . import runner
    from .panels.reconstruction import ReconstructionPanel

    runner.cancel_all()
    lf.unregister_class(ReconstructionPanel)


def on_before_reload():
    import lichtfeld as lf

    from . import runner, session

    kept = session.current.keep()
    # A host without `carry_over` ends running jobs, and so does a worker process; the next version
    # starts them again and resumes.
    carry_over = getattr(lf.plugins, "carry_over", None)
    if carry_over is not None and carry_over():
        kept["live"] = {"jobs": runner.hand_over(), **session.current.live()}
    return kept


def on_after_reload(state):
    from . import runner, session
    from .panels import reconstruction

    state = state or {}
    if "live" in state:
        runner.take_over(state["live"]["jobs"])
    session.current.restore(state, reconstruction.start)
