"""Which files of a folder are images, and which of them can be read."""

import os

from .utils import InputError

SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff")


class Found:
    """The usable images of a folder: names relative to it, sizes, and what was passed over."""

    def __init__(self):
        self.names = []
        self.sizes = {}
        self.warnings = []


def find(folder, outside=None, check=lambda: None):
    """Finds and reads the images below ``folder``, ``outside`` and hidden folders left out.

    ``check`` is called for each image and may raise. Raises InputError where fewer than two can be
    used, and says what was found.
    """
    import pycolmap

    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder")
    found = Found()
    seen = {}
    for directory, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and os.path.join(directory, name) != str(outside)
        )
        for file in sorted(files):
            path = os.path.join(directory, file)
            name = os.path.relpath(path, folder).replace(os.sep, "/")
            if not file.lower().endswith(SUFFIXES) or file.startswith("."):
                continue
            check()
            # A link to an image that is there already would count it twice.
            real = os.path.realpath(path)
            if real in seen:
                found.warnings.append(f"{name} is the same file as {seen[real]}; it counts once")
                continue
            seen[real] = name
            try:
                bitmap = pycolmap.Bitmap.read(path, False)
            except Exception as error:
                bitmap, reason = None, f": {error}"
            else:
                reason = ""
            if bitmap is None or bitmap.is_empty:
                found.warnings.append(f"{name} cannot be read as an image{reason}; it is left out")
                continue
            found.names.append(name)
            found.sizes[name] = (bitmap.width, bitmap.height)
    if len(found.names) < 2:
        what = "no image" if not found.names else f"only one image ({found.names[0]})"
        passed = "".join(f"; {warning}" for warning in found.warnings)
        raise InputError(
            f"{folder} has {what} that can be used; two are the least. "
            f"Looked for {', '.join(SUFFIXES)}{passed}"
        )
    return found
