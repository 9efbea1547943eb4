"""SIFT features of all images, in small batches so that a cancel is prompt."""

import collections
import os

from . import stoppable
from .utils import Stage


def batches(config, found):
    """``(names, shared)``: images that are read together, and whether they share one camera."""
    groups = collections.OrderedDict()
    for name in found.names:
        if config.camera_mode == "PER_IMAGE":
            group = ("each", name)
        elif config.camera_mode == "PER_FOLDER":
            group = (os.path.dirname(name), found.sizes[name])
        elif config.camera_mode == "SINGLE":
            group = ()
        else:  # AUTO: one lens and one sensor have one size
            group = found.sizes[name]
        groups.setdefault(group, []).append(name)
    return [(names, config.camera_mode != "PER_IMAGE") for names in groups.values()]


def _parts(names, size, alone):
    """The names in batches; the first one alone if it makes the camera that the others share."""
    if alone and names:
        yield names[:1]
        names = names[1:]
    for start in range(0, len(names), size):
        yield names[start : start + size]


def extract(database, config, found, done, progress, cancelled):
    """Extracts the features of the images that are not in ``done`` yet, and adds them to it."""
    import pycolmap

    options = pycolmap.FeatureExtractionOptions()
    options.max_image_size = config.max_image_size
    options.sift.max_num_features = config.max_num_features
    options.use_gpu = bool(config.use_gpu and pycolmap.has_cuda)
    size = max(2, min(8, os.cpu_count() or 2))
    total = len(found.names)
    progress.begin(Stage.EXTRACTING, f"{len(done)} of {total} images")
    for names, shared in batches(config, found):
        camera = _camera_of(database, names, done) if shared else None
        left = [name for name in names if name not in done]
        for part in _parts(left, size, alone=shared and camera is None):
            progress.check()
            reader = pycolmap.ImageReaderOptions(camera_model=config.camera_model)
            if camera is not None:
                reader.existing_camera_id = camera
            mode = pycolmap.CameraMode.SINGLE if shared else pycolmap.CameraMode.PER_IMAGE
            stoppable.run(
                lambda token, part=part, reader=reader, mode=mode: pycolmap.extract_features(
                    database,
                    config.image_path,
                    image_names=part,
                    camera_mode=mode,
                    reader_options=reader,
                    extraction_options=options,
                    cancellation_token=token,
                ),
                cancelled,
            )
            done.update(part)
            if shared and camera is None:
                camera = _camera_of(database, part, done)
            progress.tell(100.0 * len(done) / total, f"{len(done)} of {total} images")


def extracted(database):
    """The images that a database has features of."""
    import pycolmap

    if not database.exists():
        return set()
    with pycolmap.Database.open(database) as opened:
        return {
            image.name
            for image in opened.read_all_images()
            if opened.exists_descriptors(image.image_id)
        }


def _camera_of(database, names, done):
    """The camera that one of the images already has, or None."""
    import pycolmap

    if not database.exists():
        return None
    with pycolmap.Database.open(database) as opened:
        for image in opened.read_all_images():
            if image.name in done and image.name in names:
                return image.camera_id
    return None


def without_features(database, names):
    """The images in which no feature was found, or that could not be read after all."""
    import pycolmap

    with pycolmap.Database.open(database) as opened:
        counts = {
            image.name: opened.num_keypoints_for_image(image.image_id)
            for image in opened.read_all_images()
        }
    return [name for name in names if not counts.get(name)]
