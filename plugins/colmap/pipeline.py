"""All steps from a folder of images to a published model.

A run works in ``.work`` beside the results and publishes by rename, so that a cancel or a failure
leaves an earlier result complete. The images of the user are only read.
"""

import errno
import hashlib
import json
import os
import pathlib
import shutil
import threading

from . import features, images, matching, reconstruction, undistort
from .config import ColmapConfig
from .errors import Cancelled, DiskFullError, InputError
from .progress import Progress, Stage
from .result import ReconstructionResult
from .runner import ColmapJob
from .stoppable import HelperDied, Process

FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
FULL_SAID = ("disk is full", "No space left", "not enough space")
LEAST_SPACE = 2**20
"""With less free space than this, in bytes, an error of the library means a full disk."""

_publishing = threading.Lock()

MARKER = ".made-by-colmap-plugin"
"""The file that marks a published result; a folder without it belongs to the user."""


def run_pipeline(
    image_path, output_path=None, *, progress=None, raise_on_error=False, executor=None, **settings
):
    """Reconstructs the images of a folder and returns the result.

    Calls ``progress(current, total, message)``; the total is 100. ``settings`` are those of
    ColmapConfig. ``executor``, a ``concurrent.futures.Executor``, does the extraction and the
    matching in parts; its workers need the folder of images at the same path. It is not shut down.
    After an error the result has ``success=False``; with ``raise_on_error`` the error is raised
    (ColmapError and its subclasses).
    """
    listener = None
    if progress is not None:

        def listener(stage, percent, overall, message):
            progress(int(overall), 100, message)

    job = ColmapJob(_work(image_path, output_path, settings, executor), listener=listener)
    result = job.run()
    if raise_on_error and result.exception is not None:
        raise result.exception
    return result


def run_pipeline_async(
    image_path,
    output_path=None,
    *,
    on_progress=None,
    on_complete=None,
    on_error=None,
    executor=None,
    **settings,
):
    """Starts a reconstruction and returns its ColmapJob at once.

    Calls ``on_progress(stage, percent, message)``. At the end it calls exactly one of
    ``on_complete(result)``, after a cancel with ``success=False``, and ``on_error(exception)``. If
    there is no ``on_error``, ``on_complete`` gets the failed result. The other arguments are those
    of ``run_pipeline``.
    """
    listener = None
    if on_progress is not None:

        def listener(stage, percent, overall, message):
            on_progress(str(stage), percent, message)

    job = ColmapJob(
        _work(image_path, output_path, settings, executor),
        listener=listener,
        on_complete=on_complete,
        on_error=on_error,
    )
    job.start()
    return job


def _work(image_path, output_path, settings, executor):
    def work(job):
        """Turns every outcome into a result."""
        try:
            config = ColmapConfig(image_path=image_path, output_path=output_path, **settings)
            with Run(config, job, executor) as run:
                return execute(run)
        except Cancelled as error:
            return ReconstructionResult(
                False, error="cancelled", stage=Stage.CANCELLED, exception=error
            )
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            return ReconstructionResult(False, error=text, stage=Stage.ERROR, exception=error)

    return work


def default_output(image_path):
    """Returns the output folder for images at a path, in the plugin's data directory."""
    root = os.environ.get("LFS_RESOLVED_PLUGIN_DIR")
    home = pathlib.Path(root).parent if root else pathlib.Path.home() / ".lichtfeld"
    path = hashlib.sha256(str(image_path).encode()).hexdigest()[:8]
    return home / "data" / "colmap" / f"{image_path.name}-{path}"


class Run:
    """The state that the stages of one run share."""

    def __init__(self, config, job, executor=None):
        self.config = config
        self.executor = executor
        self.output = config.output_path or default_output(config.image_path)
        self.progress = Progress(job.on_progress, job.is_cancelled, config.undistort)
        self.pause = job.pause
        self.found = None
        self.warnings = []
        self.work = None
        self._cancelled = job.is_cancelled
        self._process = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if self._process is not None:
            self._process.close()
        full = None if error is None else disk_full(error, self.output)
        if full is not None:
            raise full from error

    @property
    def database(self):
        """The file with the features and matches."""
        return self.work / "database.db"

    def call(self, name, request, watch=lambda reported: None):
        """Calls a function of the helper, as `Process.call` does; starts the helper if needed."""
        if self._process is None:
            self._process = Process()
        return self._process.call(name, request, self._cancelled, watch)

    def facts(self):
        """Returns what the database has; see ``helper.facts``."""
        return self.call("facts", {"database": str(self.database)})


def disk_full(error, folder):
    """Returns a DiskFullError if a full disk caused the error, else None."""
    if isinstance(error, Cancelled):
        return None
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    text = f"{error} {error.__cause__ or ''}"
    said = getattr(error, "errno", None) in FULL or any(word in text for word in FULL_SAID)
    # The library has many messages for a full disk, or none; the free space decides.
    library = isinstance(error, (HelperDied, OSError, RuntimeError))
    if not said and not (library and free < LEAST_SPACE):
        return None
    return DiskFullError(
        f"the disk of {folder} is full ({free / 2**20:.1f} MiB free); an earlier result is "
        "untouched. Free some space and start again: it goes on where it ended"
    )


def execute(run):
    """Runs all stages; returns the result or raises."""
    config, output, progress = run.config, run.output, run.progress
    _refuse_what_is_not_ours(config, output)
    run.found = images.find(run)
    names, warnings = run.found.names, run.warnings
    warnings += run.found.warnings
    run.work = output / ".work" / config.key(names)
    run.work.mkdir(parents=True, exist_ok=True)
    for other in (output / ".work").iterdir():
        # A database of other images or other settings is of no use here.
        if other != run.work:
            shutil.rmtree(other, ignore_errors=True)

    features.extract(run)
    kind = matching.choose(config, len(names), run.facts()["places"], warnings)
    marker = run.work / "matched.json"
    if _read(marker) == kind:
        warnings.append("the matches are from an earlier run")
        progress.skip_stage(Stage.MATCHING)
    else:
        matching.match(run, kind)
        marker.write_text(json.dumps(kind), encoding="utf-8")

    sparse = run.work / "sparse"
    models = reconstruction.reconstruct(run, sparse)
    best = models[0]
    undistorted = None
    if config.undistort:
        undistorted = run.work / "undistorted"
        undistort.undistort(run, sparse / "0", best["images"], undistorted)
    progress.end()
    progress.check()

    with _publishing:
        _publish(sparse, output / "sparse")
        if undistorted is not None:
            _publish(undistorted, output / "undistorted")
    return ReconstructionResult(
        success=True,
        sparse_path=str(output / "sparse"),
        undistorted_path=str(output / "undistorted") if undistorted is not None else None,
        num_cameras=best["cameras"],
        num_images=best["images"],
        num_points=best["points"],
        mean_reproj_error=best["error"],
        warnings=warnings,
        stage=Stage.DONE,
        num_input_images=len(names),
        mean_track_length=best["track"],
        models=[
            (str(output / "sparse" / str(index)), model["images"], model["points"])
            for index, model in enumerate(models)
        ],
        stage_seconds=progress.seconds,
    )


def _read(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _refuse_what_is_not_ours(config, output):
    """Raises InputError if a result would replace a folder that was not made here."""
    if output == config.image_path:
        raise InputError(
            f"the output folder {output} is the folder of images; choose another, for instance "
            f"{output / 'colmap'}"
        )
    for name in ("sparse", "undistorted"):
        target = output / name
        if target.is_dir() and any(target.iterdir()) and not (target / MARKER).is_file():
            raise InputError(
                f"{target} holds files that were not made here, and results would replace them; "
                f"choose another output folder, or move {target} away"
            )


def _publish(made, target):
    """Moves a folder to its place; removes the one that was there after the new one is complete."""
    (made / MARKER).write_text("Made by the COLMAP plugin, which replaces it.\n", encoding="utf-8")
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.replace(target, old)
    try:
        os.replace(made, target)
    except OSError:
        if old.exists():
            os.replace(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)
