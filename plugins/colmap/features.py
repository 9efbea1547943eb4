"""SIFT features of all images, and how many a database has."""

import contextlib
import os
import sqlite3

from . import shards

READING = 10.0
"""The share of the stage that ``images.find`` needs to read the files, in percent."""


def groups(config, found, known):
    """Groups the images that share a camera into requests to the helper.

    Leaves out images that have features already.
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
    """Extracts features of the images that have none in the database yet."""
    config, total = run.config, len(run.found.names)
    known = run.facts()["images"]
    before = sum(1 for name in run.found.names if known.get(name, [None])[0] is not None)
    if before:
        run.warnings.append(f"{before} of {total} images have features from an earlier run")
        run.progress.skip((100.0 - READING) * before / total)

    def report(done):
        done = min(done, total)
        percent = READING + (100.0 - READING) * done / total
        run.progress.report(percent, f"{done} of {total} images")

    request = {
        "database": str(run.database),
        "image_path": str(config.image_path),
        "groups": groups(config, run.found, known),
        "camera_model": config.camera_model,
        "max_image_size": config.max_image_size,
        "max_num_features": config.max_num_features,
        "use_gpu": config.use_gpu,
    }
    report(before)
    if run.executor is not None and request["groups"]:
        shards.extract(run, request, lambda done: report(before + done))
    elif request["groups"]:
        run.call(
            "extract", request, lambda _: report(max(before, count(run.database, "descriptors")))
        )
    known = run.facts()["images"]
    report(sum(1 for name in run.found.names if name in known))
    empty = [name for name in run.found.names if not known.get(name, [None])[0]]
    run.warnings += [f"{name}: no features were found in it" for name in empty]


def count(database, table):
    """Returns the number of rows in a table of a database; 0 if it cannot be read.

    Only for a database that another process has open: two copies of SQLite in one process, Python's
    and the library's, drop each other's locks (https://www.sqlite.org/howtocorrupt.html, 2.2.1).
    Read-only: else closing would remove files that the writer uses.
    """
    try:
        place = f"{database.absolute().as_uri()}?mode=ro"
        # sqlite3's own context manager commits, but does not close.
        with contextlib.closing(sqlite3.connect(place, uri=True, timeout=0.05)) as opened:
            return opened.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
    except sqlite3.Error:
        return 0
