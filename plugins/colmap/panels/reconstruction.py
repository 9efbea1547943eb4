"""The panel: choose a folder, start, watch, cancel, look at what came out."""

import lichtfeld as lf
from lfs_plugins.types import Panel

from .. import pipeline
from ..utils import CAMERA_MODELS, CAMERA_MODES, MATCH_TYPES, InputError

MODES = ["One camera for a size (AUTO)", "One camera", "One a folder", "One an image"]


class ReconstructionPanel(Panel):
    """Reconstructs a folder of photos."""

    label = "COLMAP"
    space = "SIDE_PANEL"
    order = 50

    def __init__(self):
        self.images = ""
        self.output = ""
        self.mode = 0
        self.model = CAMERA_MODELS.index("OPENCV")
        self.match = MATCH_TYPES.index("auto")
        self.max_image_size = 3200
        self.max_num_features = 8192
        self.undistort = True
        self.job = None
        self.runs = []
        self.problem = ""

    def draw(self, layout):
        running = self.job is not None and self.job.is_running
        self._draw_settings(layout, running)
        if running:
            self._draw_job(layout)
        elif layout.button("Reconstruct", (-1, 0)):
            self._start()
        if self.problem:
            layout.text_colored(self.problem, (1.0, 0.4, 0.4, 1.0))
        result = self.job.result if self.job is not None else None
        if result is not None:
            self._draw_result(layout, result)
        if self.runs and layout.collapsing_header("Last runs"):
            for line in self.runs[-5:]:
                layout.bullet_text(line)

    def _draw_settings(self, layout, running):
        layout.begin_disabled(running)
        _, self.images = layout.path_input("Images", self.images, True, "Folder of photos")
        _, self.output = layout.path_input("Output", self.output, True, "Folder for the model")
        _, self.mode = layout.combo("Cameras", self.mode, MODES)
        _, self.model = layout.combo("Camera model", self.model, list(CAMERA_MODELS))
        _, self.match = layout.combo("Matching", self.match, list(MATCH_TYPES))
        if layout.collapsing_header("Sizes"):
            _, self.max_image_size = layout.input_int("Largest image, px", self.max_image_size)
            _, self.max_num_features = layout.input_int("Features an image", self.max_num_features)
        _, self.undistort = layout.checkbox("Undistort the images", self.undistort)
        layout.end_disabled()

    def _draw_job(self, layout):
        job = self.job
        layout.progress_bar(job.progress / 100.0, f"{job.stage} {job.progress:.0f} %")
        layout.text_disabled(job.message)
        if layout.button("Cancel"):
            job.cancel()

    def _draw_result(self, layout, result):
        layout.separator()
        if not result.success:
            layout.text_wrapped(result.error or str(result.stage))
            return
        for line in result.summary().splitlines():
            layout.text_wrapped(line)
        whole = sum(result.stage_seconds.values()) or 1.0
        for stage, seconds in result.stage_seconds.items():
            layout.progress_bar(seconds / whole, f"{stage}: {seconds:.1f} s")
        app = getattr(lf, "app", None)
        if app is None:
            layout.text_selectable(result.sparse_path, 20)
        elif layout.button("Import to scene"):
            app.open(result.sparse_path)

    def _start(self):
        self.problem = ""
        if not self.images:
            self.problem = "Choose a folder of images first."
            return
        try:
            self.job = pipeline.run_pipeline_async(
                self.images,
                self.output or None,
                on_progress=lambda stage, percent, message: lf.ui.request_redraw(),
                on_complete=self._ended,
                camera_mode=CAMERA_MODES[self.mode],
                camera_model=CAMERA_MODELS[self.model],
                match_type=MATCH_TYPES[self.match],
                max_image_size=self.max_image_size,
                max_num_features=self.max_num_features,
                undistort=self.undistort,
            )
        except InputError as error:
            self.problem = str(error)

    def _ended(self, result):
        self.runs.append(result.summary().splitlines()[0])
        lf.ui.request_redraw()
