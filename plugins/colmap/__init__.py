"""Structure from motion: a folder of photos becomes cameras and points.

``run_pipeline(folder)`` does it and returns; ``run_pipeline_async(folder, ...)`` returns a job at
once. The panel is made of the same job.
"""

from .pipeline import run_pipeline, run_pipeline_async
from .runner import ColmapJob
from .utils import (
    Cancelled,
    ColmapConfig,
    ColmapError,
    DiskFullError,
    InputError,
    MappingError,
    ReconstructionResult,
    Stage,
)

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
    from . import session

    return session.current.keep()


def on_after_reload(state):
    from . import session
    from .panels import reconstruction

    session.current.restore(state or {}, reconstruction.start)
