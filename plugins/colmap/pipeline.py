"""The whole way from a folder of images to a published model.

Everything is made in ``.work`` beside the results and published by rename, so that a cancel or a
failure leaves an earlier result whole. The user's images are only ever read.
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
"""With less free space than this, in bytes, what the library fails of is the disk."""

_publishing = threading.Lock()

MARKER = ".made-by-colmap-plugin"
"""The file that tells a published result from a folder of the user's."""


def run_pipeline(
    image_path, output_path=None, *, progress=None, raise_on_error=False, executor=None, **settings
):
    """Reconstructs the images of a folder and returns the result.

    ``progress(current, total, message)`` hears of it, out of 100. ``settings`` are those of
    ColmapConfig. ``executor``, a ``concurrent.futures.Executor``, does the extraction and the
    matching in parts; its workers need the folder of images at the same path, and it is not shut
    down. Returns a result with ``success=False`` after an error; with ``raise_on_error`` the error
    itself is raised (ColmapError and its subclasses).
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

    ``on_progress(stage, percent, message)`` hears of it. Exactly one of ``on_complete(result)``
    (cancel included, with ``success=False``) and ``on_error(exception)`` is called at the end; where
    there is no ``on_error``, ``on_complete`` is given the failed result. The rest is as for
    ``run_pipeline``.
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
        """Every outcome is a result."""
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
    """Where results go if nothing was said: the plugin's data directory, a folder for each path."""
    root = os.environ.get("LFS_RESOLVED_PLUGIN_DIR")
    home = pathlib.Path(root).parent if root else pathlib.Path.home() / ".lichtfeld"
    path = hashlib.sha256(str(image_path).encode()).hexdigest()[:8]
    return home / "data" / "colmap" / f"{image_path.name}-{path}"


class Run:
    """What the stages of one run share."""

    def __init__(self, config, job, executor=None):
        self.config = config
        self.executor = executor
        self.output = config.output_path or default_output(config.image_path)
        self.progress = Progress(job.heard, job.is_cancelled, config.undistort)
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
        """The file of features and matches."""
        return self.work / "database.db"

    def call(self, name, request, watch=lambda told: None):
        """A function of the helper, which is started when it is first needed; see its ``call``."""
        if self._process is None:
            self._process = Process()
        return self._process.call(name, request, self._cancelled, watch)

    def facts(self):
        """What the database knows; see ``helper.facts``."""
        return self.call("facts", {"database": str(self.database)})


def disk_full(error, folder):
    """The DiskFullError that tells what really happened; None where it is something else."""
    if isinstance(error, Cancelled):
        return None
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    told = f"{error} {error.__cause__ or ''}"
    said = getattr(error, "errno", None) in FULL or any(word in told for word in FULL_SAID)
    # The library says many things then, or nothing; what is free tells it from other errors.
    library = isinstance(error, (HelperDied, OSError, RuntimeError))
    if not said and not (library and free < LEAST_SPACE):
        return None
    return DiskFullError(
        f"the disk of {folder} is full ({free / 2**20:.1f} MiB free); an earlier result is "
        "untouched. Free some space and start again: it goes on where it ended"
    )


def execute(run):
    """Does the work; returns the result or raises."""
    config, output, progress = run.config, run.output, run.progress
    _refuse_what_is_not_ours(config, output)
    run.found = images.find(run)
    names, warnings = run.found.names, run.warnings
    warnings += run.found.warnings
    run.work = output / ".work" / config.key(names)
    run.work.mkdir(parents=True, exist_ok=True)
    for other in (output / ".work").iterdir():
        # A database of other images or other settings is not this one's.
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
    """Results are replaced by later results; a folder of somebody else's is not."""
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
    """Puts a folder in its place; the one that was there goes only when the new one is whole."""
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
