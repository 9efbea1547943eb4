"""SIFT features of all images, and what a database knows of them."""

import contextlib
import os
import sqlite3

from . import shards

READING = 10.0
"""How much of the stage is looking at the files, in percent; ``images.find`` does it."""


def groups(config, found, known):
    """Images that share a camera, as requests to the helper; what has features is left out.

    ``known`` is ``{name: [features or None, camera, number]}``.
    """
    grouped = {}
    for name in found.names:
        if config.camera_mode in ("PER_IMAGE", "SINGLE"):
            group = ()
        elif config.camera_mode == "PER_FOLDER":
            group = (os.path.dirname(name), found.sizes[name])
        else:  # AUTO: one lens and one sensor have one size
            group = found.sizes[name]
        grouped.setdefault(group, []).append(name)
    alone = config.camera_mode == "PER_IMAGE"
    requests = []
    for names in grouped.values():
        left = [name for name in names if known.get(name, [None])[0] is None]
        cameras = [known[name][1] for name in names if name in known]
        if left:
            camera = cameras[0] if cameras and not alone else None
            requests.append({"names": left, "alone": alone, "camera": camera})
    return requests


def extract(run):
    """Extracts the features of the images that the database has none of yet."""
    config, total = run.config, len(run.found.names)
    known = run.facts()["images"]
    before = sum(1 for name in run.found.names if known.get(name, [None])[0] is not None)
    if before:
        run.warnings.append(f"{before} of {total} images have features from an earlier run")
        run.progress.skip((100.0 - READING) * before / total)

    def tell(done):
        done = min(done, total)
        percent = READING + (100.0 - READING) * done / total
        run.progress.tell(percent, f"{done} of {total} images")

    request = {
        "database": str(run.database),
        "image_path": str(config.image_path),
        "groups": groups(config, run.found, known),
        "camera_model": config.camera_model,
        "max_image_size": config.max_image_size,
        "max_num_features": config.max_num_features,
        "use_gpu": config.use_gpu,
    }
    tell(before)
    if run.executor is not None and request["groups"]:
        shards.extract(run, request, lambda done: tell(before + done))
    elif request["groups"]:
        run.call(
            "extract", request, lambda _: tell(max(before, count(run.database, "descriptors")))
        )
    known = run.facts()["images"]
    tell(sum(1 for name in run.found.names if name in known))
    empty = [name for name in run.found.names if not known.get(name, [None])[0]]
    run.warnings += [f"{name}: no features were found in it" for name in empty]


def count(database, table):
    """How many rows a table has of a database that the helper is writing; 0 where it cannot be read.

    Only for a database that another process has open: two copies of SQLite in one process, Python's
    and the library's, drop each other's locks (https://www.sqlite.org/howtocorrupt.html, 2.2.1).
    Read-only, since closing would else tidy up what the writer is using.
    """
    try:
        place = f"{database.absolute().as_uri()}?mode=ro"
        # Not sqlite3's own context manager: that one commits, but does not close.
        with contextlib.closing(sqlite3.connect(place, uri=True, timeout=0.05)) as opened:
            return opened.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
    except sqlite3.Error:
        return 0
