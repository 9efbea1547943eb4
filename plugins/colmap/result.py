"""The result of a reconstruction: numbers, folders, warnings, and a picture on request."""

import dataclasses
import pathlib
from typing import Optional

from . import plot
from .errors import ColmapError
from .progress import Stage


@dataclasses.dataclass
class ReconstructionResult:
    """The result of one reconstruction. ``success`` is False after an error or a cancel."""

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
    """The mean number of images in which a point is seen."""
    models: list = dataclasses.field(default_factory=list)
    """``(folder, images, points)`` of every model, the largest first."""
    stage_seconds: dict = dataclasses.field(default_factory=dict)
    exception: Optional[BaseException] = None
    """The error that was raised, with its traceback."""

    def summary(self, times=True):
        """Returns the result as text; ``times`` adds the seconds of each stage."""
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

        Raises ColmapError if there is no model.
        """
        if not self.success:
            raise ColmapError(f"there is no model to draw: {self.error}")
        largest, _, _ = self.models[0]
        plot.write(largest, pathlib.Path(path))
