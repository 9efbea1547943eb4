"""Nodes, the selection, transforms, cameras, files, and a drawing over the view."""

import math

import lichtfeld as lf
from lfs_plugins.types import Panel

HANDLER = "scene_overlay"
log = []


class OverlayPanel(Panel):
    label = "Scene"
    space = "SIDE_PANEL"
    poll_dependencies = {"SCENE", "SELECTION"}

    @classmethod
    def poll(cls, context):
        return context.has_scene

    def draw(self, layout):
        scene = lf.get_scene()
        if scene is None or not scene.is_valid():
            layout.label("No scene")
            return
        for node in scene.get_nodes():
            changed, visible = layout.checkbox(f"{node.name}##{node.id}", node.visible)
            if changed:
                node.visible = visible
                scene.notify_changed()
        names = lf.get_selected_node_names()
        layout.label(f"selected: {', '.join(names) or 'nothing'}")
        if layout.button("Select the statue"):
            lf.select_node("statue")
        if layout.button("Move up"):
            self.move(names)
        if layout.button("Orbit"):
            self.orbit()
        if layout.button("Hide low opacity"):
            self.hide_low()
        if layout.button("Add a group"):
            scene.add_group(f"group {len(scene.get_nodes())}")
        if layout.button("Open"):
            self.open()
        if layout.button("Render"):
            image = lf.render_at((0, 0, 5), (0, 0, 0), 8, 6, fov=50.0)
            log.append(("render", list(image.shape)))

    def move(self, names):
        for name in names:
            parts = lf.decompose_transform(lf.get_node_transform(name))
            x, y, z = parts["translation"]
            lf.set_node_transform(name, lf.compose_transform([x, y + 1.0, z], [0, 0, 0], parts["scale"]))
            log.append((name, lf.get_node_transform(name)[7]))

    def orbit(self):
        for step in range(4):
            angle = step * math.pi / 2
            lf.set_camera((5 * math.cos(angle), 1.0, 5 * math.sin(angle)), (0, 0, 0))
        lf.set_camera_fov(45.0)
        view, camera = lf.get_current_view(), lf.get_camera()
        log.append(("view", view.fov, [round(part, 3) for part in camera.eye], view.width))

    def hide_low(self):
        model = lf.get_scene().combined_model()
        mask = model.get_opacity()[:, 0] < 0.5
        log.append(("deleted", model.soft_delete(mask)))

    def open(self):
        path = lf.ui.open_ply_file_dialog()
        if path and lf.io.get_supported_formats():
            lf.load_file(path, is_dataset=False)
        lf.app.open(path)
        log.append((path, lf.get_scene_path(), lf.has_selection()))


def draw(ctx):
    scene = lf.get_scene()
    for node in scene.get_nodes(lf.NodeType.POINTCLOUD):
        ctx.draw_point_3d(node.centroid, (1.0, 0.2, 0.2, 1.0), 6.0)
    ctx.draw_line_3d((0, 0, 0), (0, 1, 0), (0, 1, 0, 1))


def on_load():
    lf.register_class(OverlayPanel)
    lf.add_draw_handler(HANDLER, draw)


def on_unload():
    lf.remove_draw_handler(HANDLER)
    lf.unregister_class(OverlayPanel)


def report():
    settings = lf.get_render_settings()
    return {"log": log, "degree": settings.sh_degree, "background": list(settings.background_color)}
