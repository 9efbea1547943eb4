"""Finding the files of a folder that are images and can be read."""

import os

from .errors import InputError
from .features import READING
from .progress import Stage

SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff")


class Found:
    """The usable images of a folder: names relative to it, sizes, and warnings on those left out."""

    def __init__(self):
        self.names = []
        self.sizes = {}
        self.warnings = []


def find(run):
    """Finds and reads the images below the folder; leaves out the output and hidden folders.

    Raises InputError, with what was found, if fewer than two images can be used.
    """
    folder = run.config.image_path
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder")
    found = Found()
    candidates = list(_candidates(folder, run.output, found.warnings, run.progress.check))
    total = len(candidates)
    run.progress.begin(Stage.EXTRACTING, f"reading {total} images")

    def watch(done):
        done = done or 0
        run.progress.report(READING * done / total, f"reading: {done} of {total} images")

    request = {"image_path": str(folder), "names": candidates}
    read = run.call("inspect", request, watch) if candidates else {}
    for name in candidates:
        if isinstance(read[name], str):
            reason = f": {read[name]}" if read[name] else ""
            found.warnings.append(f"{name} cannot be read as an image{reason}; it is left out")
        else:
            found.names.append(name)
            found.sizes[name] = tuple(read[name])
    if len(found.names) < 2:
        what = "no image" if not found.names else f"only one image ({found.names[0]})"
        passed = "".join(f"; {warning}" for warning in found.warnings)
        raise InputError(
            f"{folder} has {what} that can be used; two are the least. "
            f"Looked for {', '.join(SUFFIXES)}{passed}"
        )
    return found


def _candidates(folder, outside, warnings, check):
    """Yields the names of files that look like images, sorted, each file once."""
    seen = {}
    for directory, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and os.path.join(directory, name) != str(outside)
        )
        check()
        for file in sorted(files):
            path = os.path.join(directory, file)
            name = os.path.relpath(path, folder).replace(os.sep, "/")
            if not file.lower().endswith(SUFFIXES) or file.startswith("."):
                continue
            # A link to another image of the folder would count that image twice.
            real = os.path.realpath(path)
            if real in seen:
                warnings.append(f"{name} is the same file as {seen[real]}; it counts once")
                continue
            seen[real] = name
            yield name
