"""Reads the points of a cloud with NumPy, thins it out, adds another, selects gaussians."""

import lichtfeld as lf
import numpy as np
from lfs_plugins.types import Operator, Panel

found = []


class CLOUD_OT_thin(Operator):
    label = "Thin out"

    def execute(self, context):
        scene = lf.get_scene()
        cloud = scene.get_node("cloud").point_cloud()
        points, colors = cloud.means.cpu().numpy(), cloud.colors.cpu().numpy()
        keep = np.arange(len(points)) % 2 == 0
        cloud.set_data(lf.Tensor.from_numpy(points[keep]), lf.Tensor.from_numpy(colors[keep]))
        scene.notify_changed()
        return {"status": "FINISHED", "kept": int(keep.sum())}


class StatsPanel(Panel):
    label = "Statistics"
    space = "SIDE_PANEL"

    def draw(self, layout):
        cloud = lf.get_scene().get_node("cloud").point_cloud()
        points = np.asarray(cloud.means.numpy())
        layout.label(f"{len(points)} points, {points.dtype}")
        layout.label(f"mean {points.mean(axis=0).round(2).tolist()}")
        layout.label(f"red {int(np.asarray(cloud.colors.numpy())[:, 0].max())}")
        layout.plot_lines("Heights", points[:16, 1])
        if layout.button("Thin out"):
            found.append(lf.ui.ops.invoke(CLOUD_OT_thin._class_id()).kept)
        if layout.button("Select the left"):
            model = lf.get_scene().combined_model()
            mask = (model.means_raw.numpy()[:, 0] < 30).astype(np.uint8)
            lf.get_scene().set_selection_mask(lf.Tensor.from_numpy(mask))
            found.append(int(mask.sum()))
        if layout.button("Add a cloud"):
            grid = np.stack(np.meshgrid(range(3), range(3), range(3)), -1).reshape(-1, 3).astype(np.float32)
            name = f"grid {len(found)}"
            lf.get_scene().add_point_cloud(name, lf.Tensor.from_numpy(grid), lf.Tensor.zeros((27, 3), "uint8"))
            found.append(len(lf.get_scene().get_node(name).point_cloud().means))
        if layout.button("Image"):
            image = lf.capture_viewport().image
            found.append((list(image.shape), float(np.asarray(image.numpy()).mean())))


_classes = [CLOUD_OT_thin, StatsPanel]


def on_load():
    for cls in _classes:
        lf.register_class(cls)


def on_unload():
    for cls in reversed(_classes):
        lf.unregister_class(cls)


def report():
    return found
