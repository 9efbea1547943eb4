"""The whole way from a folder of images to a published model.

Everything is made in ``.work`` beside the results and published by rename, so that a cancel or a
failure leaves an earlier result whole. The user's images are only ever read.
"""

import hashlib
import json
import os
import pathlib
import shutil
import threading

from . import features, images, matching, reconstruction, undistort
from .progress import Progress
from .runner import ColmapJob
from .utils import Cancelled, ColmapConfig, InputError, ReconstructionResult, Stage

_publishing = threading.Lock()

MARKER = ".made-by-colmap-plugin"
"""The file that tells a published result from a folder of the user's."""


def run_pipeline(
    image_path, output_path=None, *, progress=None, raise_on_error=False, **settings
):
    """Reconstructs the images of a folder and returns the result.

    ``progress(current, total, message)`` hears of it, out of 100. ``settings`` are those of
    ColmapConfig. Returns a result with ``success=False`` after an error; with ``raise_on_error``
    the error itself is raised (ColmapError and its subclasses).
    """
    listener = None
    if progress is not None:

        def listener(stage, percent, overall, message):
            progress(int(overall), 100, message)

    job = ColmapJob(lambda: _config(image_path, output_path, settings), listener=listener)
    result = job.run()
    if raise_on_error and result.exception is not None:
        raise result.exception
    return result


def run_pipeline_async(
    image_path, output_path=None, *, on_progress=None, on_complete=None, on_error=None, **settings
):
    """Starts a reconstruction and returns its ColmapJob at once.

    ``on_progress(stage, percent, message)`` hears of it. Exactly one of ``on_complete(result)``
    (cancel included, with ``success=False``) and ``on_error(exception)`` is called at the end; where
    there is no ``on_error``, ``on_complete`` is given the failed result.
    """
    listener = None
    if on_progress is not None:

        def listener(stage, percent, overall, message):
            on_progress(str(stage), percent, message)

    job = ColmapJob(
        lambda: _config(image_path, output_path, settings),
        listener=listener,
        on_complete=on_complete,
        on_error=on_error,
    )
    job.start()
    return job


def _config(image_path, output_path, settings):
    return ColmapConfig(image_path=image_path, output_path=output_path, **settings)


def default_output(image_path):
    """Where results go if nothing was said: the plugin's data directory, a folder for each path."""
    root = os.environ.get("LFS_RESOLVED_PLUGIN_DIR")
    home = pathlib.Path(root).parent if root else pathlib.Path.home() / ".lichtfeld"
    path = hashlib.sha256(str(image_path).encode()).hexdigest()[:8]
    return home / "data" / "colmap" / f"{image_path.name}-{path}"


def execute(config, listener, cancelled):
    """Does the work; returns the result or raises. ``listener`` is Progress's."""
    import pycolmap

    pycolmap.logging.minloglevel = 2
    output = config.output_path or default_output(config.image_path)
    progress = Progress(listener, cancelled, config.undistort)
    _refuse_what_is_not_ours(config, output)
    found = images.find(config.image_path, outside=output, check=progress.check)
    warnings = found.warnings
    names = found.names
    work = output / ".work" / config.key(names)
    work.mkdir(parents=True, exist_ok=True)
    for other in (output / ".work").iterdir():
        # A database of other images or other settings is not this one's.
        if other != work:
            shutil.rmtree(other, ignore_errors=True)
    database = work / "database.db"

    done = features.extracted(database) & set(names)
    if done:
        warnings.append(f"{len(done)} of {len(names)} images have features from an earlier run")
    features.extract(database, config, found, done, progress, cancelled)
    empty = features.without_features(database, names)
    warnings += [f"{name}: no features were found in it" for name in empty]

    kind = matching.choose(config, len(names), matching.has_places(database), warnings)
    marker = work / "matched.json"
    if _read(marker) == kind:
        warnings.append("the matches are from an earlier run")
    else:
        matching.match(database, config, kind, names, progress, cancelled)
        marker.write_text(json.dumps(kind), encoding="utf-8")

    sparse = work / "sparse"
    models = reconstruction.reconstruct(database, config, len(names), sparse, progress, cancelled)
    best = models[0]
    undistorted = None
    if config.undistort:
        undistorted = work / "undistorted"
        count = best.num_reg_images()
        undistort.undistort(sparse / "0", config, count, undistorted, progress, cancelled)
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
        num_cameras=best.num_cameras(),
        num_images=best.num_reg_images(),
        num_points=best.num_points3D(),
        mean_reproj_error=best.compute_mean_reprojection_error(),
        warnings=warnings,
        stage=Stage.DONE,
        num_input_images=len(names),
        mean_track_length=best.compute_mean_track_length(),
        models=[
            (str(output / "sparse" / str(index)), model.num_reg_images(), model.num_points3D())
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


def run(job):
    """Runs a job to its end; every outcome is a result."""
    config = None
    try:
        config = job.make_config()
        return execute(config, job.heard, job.is_cancelled)
    except Cancelled as error:
        return ReconstructionResult(
            False, error="cancelled", stage=Stage.CANCELLED, exception=error
        )
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        return ReconstructionResult(False, error=text, stage=Stage.ERROR, exception=error)
