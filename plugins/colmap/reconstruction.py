"""Incremental structure from motion: poses and points from matches."""

import shutil

from . import stoppable
from .utils import MappingError, Stage


def reconstruct(database, config, count, target, progress, cancelled):
    """Makes the models of a database in ``target/0``, ``target/1`` ..., the largest first.

    Returns the models in that order. Raises MappingError where there is none.
    """
    import pycolmap

    options = pycolmap.IncrementalPipelineOptions()
    # The library's least model of ten images would throw small sets away.
    options.min_model_size = min(options.min_model_size, max(3, count // 5))
    raw = target.with_name(target.name + ".raw")
    shutil.rmtree(raw, ignore_errors=True)
    raw.mkdir(parents=True)
    progress.begin(Stage.RECONSTRUCTING, f"0 of {count} images registered")
    registered = {"count": 0}

    def first_pair():
        registered["count"] = max(2, registered["count"])

    def next_image():
        registered["count"] += 1

    def watch():
        done = min(registered["count"], count)
        progress.tell(100.0 * done / count, f"{done} of {count} images registered")

    models = stoppable.run(
        lambda token: pycolmap.incremental_mapping(
            database,
            config.image_path,
            raw,
            options=options,
            initial_image_pair_callback=first_pair,
            next_image_callback=next_image,
            cancellation_token=token,
        ),
        cancelled,
        watch,
    )
    if not models:
        raise MappingError(
            "the images could not be brought into one model: they show too little of the same. "
            "Take more photos with more overlap, or use exhaustive matching"
        )
    ordered = sorted(
        models.values(), key=lambda model: (-model.num_reg_images(), -model.num_points3D())
    )
    shutil.rmtree(target, ignore_errors=True)
    for index, model in enumerate(ordered):
        folder = target / str(index)
        folder.mkdir(parents=True)
        model.write(folder)
    shutil.rmtree(raw, ignore_errors=True)
    best = ordered[0].num_reg_images()
    progress.tell(100.0, f"{best} of {count} images registered")
    return ordered
