"""Incremental structure from motion: poses and points from matches."""

import shutil

from .errors import MappingError
from .progress import Stage


def reconstruct(run, target):
    """Writes the models of a database to ``target/0``, ``target/1`` ..., the largest first.

    Returns facts about the models in that order. Raises MappingError if there is no model.
    """
    count = len(run.found.names)
    raw = target.with_name(target.name + ".raw")
    for folder in (raw, target):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    run.progress.begin(Stage.RECONSTRUCTING, f"0 of {count} images registered")

    def watch(registered):
        done = min(registered or 0, count)
        run.progress.report(100.0 * done / count, f"{done} of {count} images registered")

    request = {
        "database": str(run.database),
        "image_path": str(run.config.image_path),
        "raw": str(raw),
        "target": str(target),
        "min_model_size": max(3, count // 5),
    }
    models = run.call("reconstruct", request, watch)
    shutil.rmtree(raw, ignore_errors=True)
    if not models:
        raise MappingError(
            "the images could not be brought into one model: they show too little of the same. "
            "Take more photos with more overlap, or use exhaustive matching"
        )
    run.progress.report(100.0, f"{models[0]['images']} of {count} images registered")
    return models
