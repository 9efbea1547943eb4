"""The panel: choose a folder, start, watch, cancel, look at the result."""

import functools
import importlib.metadata
import sys

import lichtfeld as lf
from lfs_plugins.types import Panel

from .. import pipeline, session
from ..config import CAMERA_MODELS, MATCH_TYPES

MODES = ["One camera for a size (AUTO)", "One camera", "One a folder", "One an image"]


def start():
    """Starts a run with the session's settings."""
    now = session.current
    now.problem = ""
    if not now.images:
        now.problem = "Choose a folder of images first."
        return
    now.job = pipeline.run_pipeline_async(
        now.images,
        now.output or None,
        on_progress=lambda stage, percent, message: lf.ui.request_redraw(),
        on_complete=lambda result: lf.ui.request_redraw(),
        **now.settings(),
    )


@functools.cache
def has_gpu():
    """Returns whether the library was built with CUDA.

    Importing it takes too long while drawing, so the name of its package decides: builds with CUDA
    have names of their own (``pycolmap-cuda12``). A library that is imported already is asked.
    """
    loaded = sys.modules.get("pycolmap")
    if loaded is not None:
        return bool(getattr(loaded, "has_cuda", False))
    names = importlib.metadata.packages_distributions().get("pycolmap", [])
    return any("cuda" in name for name in names)


def time_left(seconds):
    """Returns ``, about 1 min 20 s left``, or an empty text if there is no estimate."""
    if seconds is None:
        return ""
    seconds = max(1, round(seconds))
    if seconds < 60:
        return f", about {seconds} s left"
    if seconds < 3600:
        return f", about {seconds // 60} min {seconds % 60} s left"
    return f", about {seconds // 3600} h {seconds % 3600 // 60} min left"


class ReconstructionPanel(Panel):
    """Reconstructs a folder of photos."""

    label = "COLMAP"
    space = "SIDE_PANEL"
    order = 50

    def draw(self, layout):
        now = session.current
        now.note_end()
        running = now.job is not None and now.job.is_running
        self._draw_settings(layout, now, running)
        if running:
            self._draw_job(layout, now.job)
        elif layout.button("Reconstruct", (-1, 0)):
            start()
        if now.problem:
            layout.text_colored(now.problem, (1.0, 0.4, 0.4, 1.0))
        result = now.job.result if now.job is not None else None
        if result is not None:
            self._draw_result(layout, result)
        if now.runs and layout.collapsing_header("Last runs"):
            for line in now.runs:
                layout.bullet_text(line)

    def _draw_settings(self, layout, now, running):
        layout.begin_disabled(running)
        _, now.images = layout.path_input("Images", now.images, True, "Folder of photos")
        _, now.output = layout.path_input("Output", now.output, True, "Folder for the model")
        _, now.mode = layout.combo("Cameras", now.mode, MODES)
        _, now.model = layout.combo("Camera model", now.model, list(CAMERA_MODELS))
        _, now.match = layout.combo("Matching", now.match, list(MATCH_TYPES))
        if layout.collapsing_header("Sizes"):
            _, now.max_image_size = layout.input_int("Largest image, px", now.max_image_size)
            _, now.max_num_features = layout.input_int("Features an image", now.max_num_features)
        _, now.undistort = layout.checkbox("Undistort the images", now.undistort)
        if has_gpu():
            _, now.use_gpu = layout.checkbox("Use the graphics card", now.use_gpu)
        layout.end_disabled()

    def _draw_job(self, layout, job):
        left = time_left(job.seconds_left)
        layout.progress_bar(job.progress / 100.0, f"{job.stage} {job.progress:.0f} %{left}")
        layout.text_disabled(job.message)
        if layout.button("Cancel"):
            job.cancel()

    def _draw_result(self, layout, result):
        layout.separator()
        if not result.success:
            layout.text_wrapped(result.error or str(result.stage))
            return
        for line in result.summary(times=False).splitlines():
            layout.text_wrapped(line)
        whole = sum(result.stage_seconds.values()) or 1.0
        for stage, seconds in result.stage_seconds.items():
            layout.progress_bar(seconds / whole, f"{stage}: {seconds:.1f} s")
        app = getattr(lf, "app", None)
        if getattr(app, "open", None) is None:
            layout.text_selectable(result.sparse_path, 20)
        elif layout.button("Import to scene"):
            app.open(result.sparse_path)
