"""The settings of a reconstruction and the values that they accept."""

import dataclasses
import hashlib
import json
import pathlib
from typing import Optional

from .errors import InputError

CAMERA_MODES = ("AUTO", "SINGLE", "PER_FOLDER", "PER_IMAGE")
CAMERA_MODELS = ("OPENCV", "SIMPLE_RADIAL", "RADIAL", "PINHOLE", "SIMPLE_PINHOLE", "OPENCV_FISHEYE")
MATCH_TYPES = ("auto", "exhaustive", "sequential", "vocab_tree", "spatial")


@dataclasses.dataclass
class ColmapConfig:
    """The settings of one reconstruction. Raises InputError if a value is not accepted."""

    image_path: pathlib.Path
    output_path: Optional[pathlib.Path] = None
    """The folder of the results; the plugin's data directory if None."""
    camera_mode: str = "AUTO"
    """AUTO: all images of one size share a camera."""
    camera_model: str = "OPENCV"
    match_type: str = "exhaustive"
    max_image_size: int = 3200
    """In pixels; larger images are scaled down for the features."""
    max_num_features: int = 8192
    vocab_tree_path: Optional[pathlib.Path] = None
    undistort: bool = True
    use_gpu: bool = True
    """Only has an effect if pycolmap was built with CUDA."""

    def __post_init__(self):
        self.image_path = pathlib.Path(self.image_path).expanduser().absolute()
        if self.output_path is not None:
            self.output_path = pathlib.Path(self.output_path).expanduser().absolute()
        if self.vocab_tree_path is not None:
            self.vocab_tree_path = pathlib.Path(self.vocab_tree_path).expanduser().absolute()
        self.camera_mode = _one_of("camera_mode", str(self.camera_mode).upper(), CAMERA_MODES)
        self.camera_model = _one_of("camera_model", str(self.camera_model).upper(), CAMERA_MODELS)
        self.match_type = _one_of("match_type", str(self.match_type).lower(), MATCH_TYPES)
        for name, least in (("max_image_size", 64), ("max_num_features", 64)):
            value = getattr(self, name)
            if not isinstance(value, int) or value < least:
                raise InputError(
                    f"{name} must be a whole number of at least {least}, not {value!r}"
                )

    def key(self, images):
        """Returns a key for the features and matches of these images with these settings."""
        facts = [
            self.camera_mode,
            self.camera_model,
            self.match_type,
            self.max_image_size,
            self.max_num_features,
            str(self.vocab_tree_path),
        ]
        for name in images:
            stat = (self.image_path / name).stat()
            facts.append([name, stat.st_size, stat.st_mtime_ns])
        text = json.dumps([str(self.image_path), facts])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _one_of(name, value, known):
    if value not in known:
        raise InputError(f"{name} is {value!r}, but must be one of {', '.join(known)}")
    return value
