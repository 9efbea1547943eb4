"""What is asked for, what comes out, and what can go wrong."""

import dataclasses
import enum
import hashlib
import json
import pathlib
from typing import Optional


class Stage(str, enum.Enum):
    """A step of a reconstruction."""

    EXTRACTING = "extracting"
    MATCHING = "matching"
    RECONSTRUCTING = "reconstructing"
    UNDISTORTING = "undistorting"
    DONE = "done"
    ERROR = "error"
    CANCELLED = "cancelled"

    def __str__(self):
        return self.value


class ColmapError(Exception):
    """A reconstruction did not succeed; the base of the others."""


class InputError(ColmapError):
    """The images or the settings cannot be used."""


class MappingError(ColmapError):
    """The images could not be brought into one model."""


class DiskFullError(ColmapError):
    """No space is left where the result goes. An earlier result is untouched."""


class Cancelled(ColmapError):
    """Somebody cancelled."""


CAMERA_MODES = ("AUTO", "SINGLE", "PER_FOLDER", "PER_IMAGE")
CAMERA_MODELS = ("OPENCV", "SIMPLE_RADIAL", "RADIAL", "PINHOLE", "SIMPLE_PINHOLE", "OPENCV_FISHEYE")
MATCH_TYPES = ("auto", "exhaustive", "sequential", "vocab_tree", "spatial")


@dataclasses.dataclass
class ColmapConfig:
    """What is asked for. Raises InputError where a value is not one of those there are."""

    image_path: pathlib.Path
    output_path: Optional[pathlib.Path] = None
    """Where results go; the plugin's data directory if None."""
    camera_mode: str = "AUTO"
    """AUTO: one camera for all images of a size."""
    camera_model: str = "OPENCV"
    match_type: str = "exhaustive"
    max_image_size: int = 3200
    """In pixels; larger images are scaled down for the features."""
    max_num_features: int = 8192
    vocab_tree_path: Optional[pathlib.Path] = None
    undistort: bool = True
    use_gpu: bool = True
    """Where pycolmap was built with CUDA; else it makes no difference."""

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
        """Names the features and matches of these images with these settings."""
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


@dataclasses.dataclass
class ReconstructionResult:
    """What came out. ``success`` is False after an error or a cancel."""

    success: bool
    sparse_path: Optional[str] = None
    """The folder of models; the largest is in its subfolder ``0``."""
    undistorted_path: Optional[str] = None
    num_cameras: int = 0
    num_images: int = 0
    """Images that have a pose in the largest model."""
    num_points: int = 0
    mean_reproj_error: float = 0.0
    """In pixels."""
    warnings: list = dataclasses.field(default_factory=list)
    error: Optional[str] = None
    stage: Stage = Stage.DONE
    """DONE, ERROR or CANCELLED."""
    num_input_images: int = 0
    mean_track_length: float = 0.0
    """In how many images a point is seen."""
    models: list = dataclasses.field(default_factory=list)
    """``(folder, images, points)`` of every model, the largest first."""
    stage_seconds: dict = dataclasses.field(default_factory=dict)
    exception: Optional[BaseException] = None
    """What was raised, with its traceback."""

    def summary(self, times=True):
        """The result in words; ``times`` adds how long each stage took."""
        if not self.success:
            return f"{self.stage}: {self.error}"
        lines = [
            f"{self.num_images} of {self.num_input_images} images registered, "
            f"{self.num_points} points, {self.num_cameras} camera(s)",
            f"mean reprojection error {self.mean_reproj_error:.2f} px, "
            f"mean track length {self.mean_track_length:.1f}",
        ]
        if len(self.models) > 1:
            others = ", ".join(str(images) for _, images, _ in self.models[1:])
            lines.append(f"{len(self.models)} models; the others have {others} images")
        if times:
            lines += [f"{stage}: {seconds:.1f} s" for stage, seconds in self.stage_seconds.items()]
        lines += [f"warning: {warning}" for warning in self.warnings]
        return "\n".join(lines)

    def plot(self, path):
        """Writes a picture of the largest model to ``path``, an SVG: from above and from the side.

        Raises ColmapError where there is no model, or its files have gone.
        """
        from . import plot

        plot.write(self, pathlib.Path(path))
