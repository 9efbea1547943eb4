"""Images without the lens's distortion, for what comes after the reconstruction."""

import shutil

from . import stoppable
from .utils import Stage


def undistort(model, config, count, target, progress, cancelled):
    """Writes undistorted images and their cameras of one model into ``target``."""
    import pycolmap

    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    progress.begin(Stage.UNDISTORTING, f"0 of {count} images")

    def watch():
        done = sum(1 for path in (target / "images").rglob("*") if path.is_file())
        progress.tell(100.0 * min(done, count) / count, f"{min(done, count)} of {count} images")

    stoppable.run(
        lambda token: pycolmap.undistort_images(
            target, model, config.image_path, cancellation_token=token
        ),
        cancelled,
        watch,
    )
    progress.tell(100.0, f"{count} of {count} images")
