"""Uses the scene of an application whose module is made with nanobind or pybind11."""

import lichtfeld as lf
import numpy as np
from lfs_plugins.types import Panel


class Scene(Panel):
    id = "scene.panel"
    label = "Scene"

    def draw(self, layout):
        scene = lf.get_scene()
        for node in scene.nodes:
            layout.label(f"{node.name}: {node.kind.name}, {'visible' if node.visible else 'hidden'}")
        cloud = scene.find("cloud")
        points = np.asarray(cloud.points)
        layout.label(f"{points.shape} {points.dtype}, sum {points.sum():.1f}")
        layout.label(f"a camera: {scene.nodes[1].kind is lf.NodeKind.CAMERA}")
        layout.label(f"a node: {isinstance(cloud, lf.Node)}")
        layout.label(f"selected: {list(scene.selection)}")
        if layout.button("Change"):
            scene.select(["left", "cloud"])
            scene.nodes[2].visible = True
            cloud.set_points(np.ones((5, 3), np.float32))
        try:
            scene.find("nobody")
        except lf.SceneError as error:
            layout.label(f"{type(error).__name__}: {error}")


def marker(canvas):
    canvas.text(10.5, 20, f"{len(lf.get_scene().selection)} selected")


def on_load():
    lf.register_class(Scene)
    lf.add_draw_handler("marker", marker)
    lf.plugins.when_unloaded(marker, lambda: lf.remove_draw_handler("marker"))


def on_unload():
    lf.unregister_class(Scene)
    lf.remove_draw_handler("marker")
