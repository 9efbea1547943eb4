"""Images without the distortion of the lens, for the steps after the reconstruction."""

import os
import shutil

from .progress import Stage

WRITING = 90.0
"""The share of the stage that writes the images, in percent; the rest checks them."""

ENDS = {".jpg": b"\xff\xd9", ".jpeg": b"\xff\xd9", ".png": b"IEND\xae\x42\x60\x82"}
"""The last bytes of a complete file (JPEG: ITU T.81, B.1.1.3; PNG: ISO 15948, 11.2.5)."""


def undistort(run, model, count, target):
    """Writes undistorted images and their cameras of one model into ``target``.

    Raises OSError if an image is incomplete: the library reports no error when the disk is full.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    run.progress.begin(Stage.UNDISTORTING, f"0 of {count} images")

    def written():
        return [path for path in (target / "images").rglob("*") if path.is_file()]

    def watch(_):
        done = min(len(written()), count)
        run.progress.report(WRITING * done / count, f"{done} of {count} images")

    request = {
        "target": str(target),
        "model": str(model),
        "image_path": str(run.config.image_path),
    }
    run.call("undistort", request, watch)
    watch(None)
    whole = sum(1 for path in written() if _is_whole(path))
    if whole < count:
        raise OSError(f"only {whole} of {count} undistorted images were written whole to {target}")
    run.progress.report(100.0, f"{count} of {count} images")


def _is_whole(path):
    size = path.stat().st_size
    end = ENDS.get(path.suffix.lower(), b"")
    with path.open("rb") as file:
        file.seek(max(0, size - len(end)), os.SEEK_SET)
        return size > 0 and file.read() == end if end else size > 0
