"""A small application in the shape of the one that published plugins were written for: a scene with
nodes and arrays, a selection, a camera, a training, files and dialogs.

``Application`` offers all of it on ``lichtfeld`` and has the loop of a window: plugins' functions run on
the thread that calls ``pump``.
"""

import queue
import sys
import types

import lichtfeld as lf
import scene
from lfs_plugins.tools import ToolRegistry
from lfs_plugins.types import Panel
from lfs_plugins.ui import RuntimeState

DIALOGS = {
    "open_folder_dialog": "/data/garden",
    "open_image_dialog": "/data/photo.png",
    "open_video_file_dialog": "/data/film.mp4",
    "open_json_file_dialog": "/data/path.json",
    "open_ply_file_dialog": "/data/garden.ply",
    "save_json_file_dialog": "/data/saved.json",
    "save_ply_file_dialog": "/data/saved.ply",
}
"""What the user chooses in each dialog."""

ANSWERS = {"confirm": "Delete", "input": "renamed", "message": True, "notify": True, "get_clipboard": "copied"}
"""What the front end answers to requests."""


class Settings:
    """Values that are read and set as attributes and by name."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def get(self, name, default=None):
        return getattr(self, name, default)

    def set(self, name, value):
        setattr(self, name, value)


class HookPanel(Panel):
    """Draws what plugins hook into panels of the application, wherever that is."""

    id = "compat.hooks"
    label = "Hooks"
    space = "SIDE_PANEL"

    def draw(self, layout):
        layout.label("Panels of the application")
        for point in lf.ui.get_hook_points():
            panel, _, section = point.partition(".")
            lf.ui.invoke_hooks(panel, section, True, layout)
            lf.ui.invoke_hooks(panel, section, False, layout)


class Application:
    """Offers all this to plugins; ``close`` takes it back."""

    def __init__(self):
        self.scene = scene.Scene()
        self.camera = scene.Camera()
        self.selected = ["garden"]
        self.log = []
        self.missed = set()
        self._jobs = queue.SimpleQueue()
        self._training = types.SimpleNamespace(state="ready", iteration=0, loss=1.0)
        self._shared = []
        self._before = dict(vars(lf)), dict(vars(lf.ui))
        self._offer()
        self._note_missing()
        lf.plugins.set_ui_thread(self._jobs.put)
        lf.plugins.set_request_handler(self._answer)
        RuntimeState.update(has_scene=True, num_gaussians=65, trainer_loaded=True, training_state="ready")
        lf.register_class(HookPanel)

    # What it offers. ----------------------------------------------------------------------------

    def _offer(self):
        for name in dir(self):
            if name.startswith("api_"):
                setattr(lf, name.removeprefix("api_"), getattr(self, name))
            elif name.startswith("ui_"):
                setattr(lf.ui, name.removeprefix("ui_"), getattr(self, name))
        for kind in (scene.Tensor, scene.NodeType, scene.BackgroundMode, scene.MaskMode):
            setattr(lf, kind.__name__, kind)
        for name, chosen in DIALOGS.items():
            setattr(lf.ui, name, self._dialog(name, chosen))
        self._share("DrawContext", scene.DrawContext, recorded=True)
        self._share("selection", _module("selection", self, "get_mask select_all select_none"))
        self._share("io", _module("io", self, "get_supported_formats is_dataset_path"))
        self._share("app", _module("app", self, "open"))
        self._share("scene", _module("scene", self, "get_node_names"))

    def _share(self, name, value, **options):
        self._shared.append(name)
        lf.plugins.share(name, value, **options)

    def _dialog(self, name, chosen):
        def dialog(*arguments, **named):
            self.log.append(name)
            return chosen

        return dialog

    def _answer(self, request):
        """Answers what a plugin asks of the user, as ``ANSWERS`` says; other requests are not for this host."""
        if request.kind not in ANSWERS:
            return False
        self.log.append(request.kind)
        request.answer(ANSWERS[request.kind])
        return True

    def _note_missing(self):
        """Keeps the names that plugins ask for and that neither this nor the plugin system has."""
        for space in (lf, lf.ui):
            late = space.__getattr__

            def asked(name, space=space, late=late):
                try:
                    return late(name)
                except AttributeError:
                    if not name.startswith("_"):
                        self.missed.add(f"{space.__name__}.{name}")
                    raise

            space.__getattr__ = asked

    # The scene.

    def api_get_scene(self):
        return self.scene

    def api_get_render_scene(self):
        return self.scene

    def api_has_scene(self):
        return True

    def api_get_scene_generation(self):
        return self.scene.generation

    def api_get_scene_path(self):
        return "/data/garden.ply"

    def api_load_file(self, path, is_dataset=False, output_path="", init_path=""):
        self.log.append(f"load_file {path} {is_dataset}")
        self.scene.add_group(f"file {sum(one.startswith('load_file') for one in self.log)}")

    def api_export_scene(self, path, *arguments, **named):
        self.log.append(f"export_scene {path}")

    def api_remove_node(self, name, keep_children=False):
        self.scene.remove_node(name, keep_children)

    def api_select_node(self, name):
        if self.scene.get_node(name) is None:
            raise RuntimeError(f"there is no node '{name}'")
        self.selected[:] = [name]
        RuntimeState.update(has_selection=True, selection_generation=RuntimeState.selection_generation.value + 1)

    def api_deselect_all(self):
        self.selected.clear()

    def api_has_selection(self):
        return bool(self.selected)

    def api_get_selected_node_name(self):
        return self.selected[0] if self.selected else ""

    def api_get_selected_node_names(self):
        return list(self.selected)

    def api_get_node_transform(self, name):
        node = self.scene.get_node(name)
        return None if node is None else [value for row in node.local_transform for value in row]

    def api_set_node_transform(self, name, matrix):
        flat = list(matrix)
        self.scene.get_node(name).local_transform = [flat[row * 4 : row * 4 + 4] for row in range(4)]

    def api_compose_transform(self, translation, euler_deg, scale):
        x, y, z = translation
        a, b, c = scale
        return [a, 0.0, 0.0, x, 0.0, b, 0.0, y, 0.0, 0.0, c, z, 0.0, 0.0, 0.0, 1.0]

    def api_decompose_transform(self, matrix):
        return {"translation": [matrix[3], matrix[7], matrix[11]], "scale": [matrix[0], matrix[5], matrix[10]]}

    def get_mask(self):
        return self.scene.selection_mask

    def select_all(self):
        self.scene.set_selection_mask(scene.Tensor.full((40,), 1, "uint8"))

    def select_none(self):
        self.scene.clear_selection()

    def get_supported_formats(self):
        return [".ply", ".spz", ".sog"]

    def is_dataset_path(self, path):
        return str(path).endswith("garden")

    def open(self, path, **named):
        self.log.append(f"open {path}")

    def get_node_names(self):
        return [node.name for node in self.scene.get_nodes()]

    # The view.

    def api_get_camera(self):
        return self.camera

    def api_set_camera(self, eye, target, up=(0.0, 1.0, 0.0)):
        self.camera.eye, self.camera.target, self.camera.up = tuple(eye), tuple(target), tuple(up)

    def api_set_camera_fov(self, fov):
        self.camera.fov = float(fov)

    def api_get_current_view(self):
        return scene.View(self.camera)

    def api_get_viewport_render(self):
        return scene.ViewportRender()

    def api_capture_viewport(self):
        return scene.ViewportRender()

    def api_render_at(self, eye, target, width, height, fov=60.0, up=None, bg_color=None):
        return scene.Tensor.full((height, width, 3), 0.25)

    def api_render_view(self, rotation, translation, width, height, fov=60.0, bg_color=None):
        return scene.Tensor.full((height, width, 3), 0.25)

    def api_get_render_settings(self):
        return Settings(background_color=(0.0, 0.0, 0.0), sh_degree=3, point_cloud_mode=False)

    def api_total_gpu_bytes(self):
        return 8 << 30

    # The training.

    def api_context(self):
        return Settings(iteration=self._training.iteration, loss=self._training.loss, num_gaussians=65)

    def api_has_trainer(self):
        return True

    def api_trainer_state(self):
        return self._training.state

    def api_trainer_error(self):
        return ""

    def api_finish_reason(self):
        return None

    def api_start_training(self):
        self._training.state = "running"

    def api_pause_training(self):
        self._training.state = "paused"

    def api_resume_training(self):
        self._training.state = "running"

    def api_stop_training(self):
        self._training.state = "stopped"

    def api_reset_training(self):
        self._training.state, self._training.iteration = "ready", 0

    def api_dataset_params(self):
        return Settings(data_path="/data/garden", images="images", resize_factor=1, output_path="/data/out")

    def api_optimization_params(self):
        return Settings(iterations=30000, sh_degree=3, mask_mode=scene.MaskMode.NONE)

    # The window.

    def ui_get_active_tool(self):
        return ToolRegistry.get_active_id()

    def ui_set_active_tool(self, tool_id):
        self.log.append(f"tool {tool_id}")

    def api_load_icon(self, name):
        return 1 + len(name)

    def ui_load_plugin_icon(self, name, plugin_path, plugin_name):
        return 100 + len(name)

    def ui_load_camera_path(self, path):
        self.log.append(f"load_camera_path {path}")
        return True

    def ui_save_camera_path(self, path):
        self.log.append(f"save_camera_path {path}")
        return True

    # What it does, with all plugins. --------------------------------------------------------------

    def pump(self):
        """Runs what waits for the thread of the window."""
        while not self._jobs.empty():
            self._jobs.get()()

    def draw_view(self):
        """Draws the viewport; returns what draw handlers have drawn."""
        calls = []
        for timing in ("PRE_VIEW", "POST_VIEW", "POST_UI"):
            context = scene.DrawContext()
            lf.call_draw_handlers(timing, context)
            calls += [(timing, *call) for call in context.calls]
        return calls

    def train(self, steps):
        """Some steps of a training, as plugins see them. Returns how many functions were called."""
        called = lf.call_handlers("training_start", None)
        for _ in range(steps):
            self._training.iteration += 1
            self._training.loss = round(1.0 / (self._training.iteration + 1), 3)
            RuntimeState.update(iteration=self._training.iteration, loss=self._training.loss)
            for event in ("iteration_start", "pre_optimizer_step", "post_step"):
                called += lf.call_handlers(event, self.api_context())
        return called + lf.call_handlers("training_end", None)

    def change_scene(self):
        self.scene.notify_changed()
        RuntimeState.update(scene_generation=self.scene.generation)
        lf.ui.scene_changed()

    def close(self):
        lf.unregister_class(HookPanel)
        lf.plugins.set_request_handler(None)
        lf.plugins.set_ui_thread(None)
        ToolRegistry.clear()
        lf.ui.clear_all_hooks()
        RuntimeState.reset()
        for name in self._shared:
            sys.modules.pop(f"lichtfeld.{name}", None)
        for space, names in zip((lf, lf.ui), self._before, strict=True):
            for name in set(vars(space)) - set(names):
                delattr(space, name)
            for name, value in names.items():
                if vars(space).get(name) is not value:
                    setattr(space, name, value)


def _module(name, application, functions):
    module = types.ModuleType(f"lichtfeld.{name}")
    for function in functions.split():
        setattr(module, function, getattr(application, function))
    return module
