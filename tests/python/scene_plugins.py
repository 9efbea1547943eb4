"""Twenty plugins that use the scene of ``scene_host.py``, as published ones use the application. Each has
``run(app)``, which a test calls where the application is, with its ``Application``; in it ``plugin`` is the
module of the plugin."""

PLUGINS = {}


def plugin(name, code):
    """Enters a plugin; the function that it decorates uses it and returns a result."""

    def enter(run):
        PLUGINS[name] = ("import lichtfeld as lf\n" + code, run)
        return run

    return enter


@plugin("outliner", '''
def rows(): return [(node.name, node.type.value, node.visible) for node in lf.get_scene()]
def hide(name): lf.get_scene().find(name).visible = False
''')
def outliner(app, plugin):
    plugin.hide("splat 3")
    return plugin.rows(), app.scene.find("splat 3").visible


@plugin("renamer", '''
def rename():
    for number, node in enumerate(lf.get_scene().get_nodes()):
        if node.type is lf.NodeType.SPLAT:
            node.name = f"renamed {number}"
    try:
        lf.get_scene()[1].name = ""
    except lf.SceneError as error:
        return str(error), type(error).__name__
''')
def renamer(app, plugin):
    return plugin.rename(), [node.name for node in app.scene], app.scene.generation


@plugin("scene_statistics", '''
def count():
    import collections
    return dict(collections.Counter(node.type.name for node in lf.get_scene()))
def generation(): return lf.get_scene().generation, len(lf.scene), "root" in lf.scene
''')
def scene_statistics(app, plugin):
    return plugin.count(), plugin.generation()


@plugin("selector", '''
from lichtfeld import selection
def invert():
    chosen = set(selection.get())
    selection.select(*[node.name for node in lf.get_scene() if node.name not in chosen])
    return selection.get() == lf.get_selected_node_names()
def wrong():
    try: selection.select("nobody")
    except lf.SceneError as error: return str(error)
''')
def selector(app, plugin):
    return plugin.invert(), plugin.wrong(), app.selected


@plugin("camera_path", '''
import math
keys = []
def record(count):
    for step in range(count):
        angle = 2 * math.pi * step / count
        lf.set_camera((math.cos(angle), 0.0, math.sin(angle)), (0, 0, 0), fov=50 + step)
        camera = lf.get_camera()
        keys.append((tuple(round(v, 6) for v in camera.eye), camera.fov))
    return keys
''')
def camera_path(app, plugin):
    return plugin.record(4), app.camera.fov


@plugin("measure", '''
points = [(0, 0, 0), (3, 4, 0)]
def draw(context):
    context.draw_line(points[0], points[1], (1, 0, 0), thickness=2.0)
    for point in points:
        context.draw_point(point, (1, 1, 0))
    context.draw_text((10, context.height - 10), "5.00 m")
def on_load(): lf.add_draw_handler("measure", draw)
def stop(): lf.remove_draw_handler("measure")
''')
def measure(app, plugin):
    drawn = app.draw()
    plugin.stop()
    return drawn, app.draw()


@plugin("overlay", '''
class Overlay:
    def __init__(self): self.frames = 0
    def draw(self, context):
        self.frames += 1
        for x in range(0, context.width, 64):
            context.draw_line((x, 0), (x, context.height), (0.5, 0.5, 0.5))
overlay = Overlay()
def on_load(): lf.add_draw_handler("grid", overlay.draw)
def frames(): return overlay.frames
''')
def overlay(app, plugin):
    drawn = [app.draw(), app.draw()]
    return drawn, plugin.frames()


@plugin("training_log", '''
losses = []
def on_step(step):
    state = lf.trainer_state()
    losses.append((step, state.iteration, state.loss))
    return len(losses)
handler = None
def start():
    global handler
    handler = lf.on_post_step(on_step)
def stop(): handler.close()
def seen(): return losses
''')
def training_log(app, plugin):
    plugin.start()
    steps = [app.step(number) for number in range(3)]
    plugin.stop()
    return steps, plugin.seen(), app.step(9)


@plugin("scoped", '''
def during(step):
    with lf.on_post_step(lambda number: number * 2) as handler:
        return step()
''')
def scoped(app, plugin):
    return plugin.during(lambda: app.step(21)), app.step(1)


@plugin("splat_importer", '''
from lichtfeld.io import load_file
import lichtfeld.io
import pathlib
def load():
    nodes = [load_file(pathlib.Path("/data") / f"{name}.ply", is_dataset=name == "b") for name in "ab"]
    try: lf.io.load_file("scene.obj")
    except lf.SceneError as error: refused = str(error)
    return [node.name for node in nodes], refused, lf.io.FORMATS, nodes[0] in lf.get_scene().get_nodes()
''')
def splat_importer(app, plugin):
    return plugin.load(), app.loaded


@plugin("dialogs", '''
def choose(): return lf.ui.open_folder_dialog("Choose", start="/home"), lf.ui.theme()["accent"]
''')
def dialogs(app, plugin):
    return plugin.choose(), app.dialogs


@plugin("transformer", '''
def move(name, x, y, z):
    matrix = lf.Matrix([[1, 0, 0, x], [0, 1, 0, y], [0, 0, 1, z], [0, 0, 0, 1]])
    lf.set_node_transform(name, lf.get_node_transform(name) @ matrix)
    found = lf.get_node_transform(name)
    return found.translation(), found == matrix, found != lf.Matrix(), isinstance(found, lf.Matrix)
''')
def transformer(app, plugin):
    return plugin.move("splat 0", 1, 2, 3), plugin.move("splat 0", 1, 1, 1), app.scene.find("splat 0").transform.rows


@plugin("exporter", '''
class Csv(lf.Exporter):
    extension = ".csv"
    def __init__(self):
        super().__init__("CSV")
        self.count = 0
    def accepts(self, node):
        return super().accepts(node) and node.type is not lf.NodeType.GROUP
    def text_of(self, node):
        self.count += 1
        return f"{self.count};{super().text_of(node)}"
csv = Csv()
def on_load(): lf.register_exporter(csv)
def count(): return csv.count, csv.title, isinstance(csv, lf.Exporter)
''')
def exporter(app, plugin):
    made = app.exporters[0]
    return made.export(app.scene), made.title, plugin.count()


@plugin("batch_reader", '''
def read():
    nodes = lf.get_scene().get_nodes()
    with lf.plugins.batch():
        together = [(node.name, node.visible, node.locked) for node in nodes]
    shots = lf.plugins.snapshot(nodes, "name visible locked")
    return together == [(shot.name, shot.visible, shot.locked) for shot in shots], together
''')
def batch_reader(app, plugin):
    return plugin.read()


@plugin("settings_of_dataset", '''
def params():
    found = lf.dataset_params()
    found["images"] += 1
    return found, lf.dataset_params()["images"], lf.BackgroundMode.IMAGE + 1
''')
def settings_of_dataset(app, plugin):
    return plugin.params()


@plugin("renderer", '''
def render(): return len(lf.render_at(lf.get_camera(), (32, 16)))
def from_thread():
    import threading
    found = []
    thread = threading.Thread(target=lambda: found.append(render()))
    thread.start(); thread.join()
    return found
''')
def renderer(app, plugin):
    return plugin.render(), plugin.from_thread()


@plugin("polite", '''
def look():
    found = hasattr(lf, "get_scene"), hasattr(lf, "capture_viewport"), getattr(lf, "stop_training", None)
    try: lf.export_scene("x")
    except AttributeError as error: return found, "export_scene" in str(error)
def names(): return [name for name in dir(lf) if name in ("get_scene", "Node", "selection", "plugins", "_private")]
''')
def polite(app, plugin):
    return plugin.look(), plugin.names()


@plugin("builder", '''
def build():
    scene = lf.get_scene()
    made = [scene.add(f"group {number}") for number in range(3)]
    made[0].locked = True
    try: scene.add("group 1")
    except lf.SceneError as error: text = str(error)
    scene.remove("group 2")
    return len(scene), text, [node.name for node in scene if node.locked], made[0] is scene.find("group 0")
''')
def builder(app, plugin):
    return plugin.build(), [node.name for node in app.scene][-2:]


@plugin("panel", '''
from lfs_plugins.types import Panel
class Nodes(Panel):
    id = "scene.nodes"
    label = "Nodes"
    def draw(self, layout):
        scene = lf.get_scene()
        layout.label(f"{len(scene)} nodes")
        for node in scene:
            changed, visible = layout.checkbox(node.name, node.visible)
            if changed:
                node.visible = visible
def on_load(): lf.register_class(Nodes)
''')
def panel(app, plugin):
    import lichtfeld as lf

    frame = lf.ui.draw_panel("scene.nodes")
    lf.ui.send_input("scene.nodes", "splat 2", False)
    lf.ui.draw_panel("scene.nodes")
    return lf.ui.render_text(frame), app.scene.find("splat 2").visible


@plugin("modal", '''
from lfs_plugins.types import Operator
class Pick(Operator):
    id = "scene.pick"
    label = "Pick"
    picked = None
    def invoke(self, context, event):
        self.picked = []
        return {"RUNNING_MODAL"}
    def modal(self, context, event):
        if event.value == "done":
            lf.select_node(self.picked[-1])
            return {"FINISHED"}
        self.picked.append(event.value)
        return {"RUNNING_MODAL"}
def on_load(): lf.register_class(Pick)
''')
def modal(app, plugin):
    import lichtfeld as lf

    steps = [lf.ui.ops.invoke("scene.pick")]
    steps += [lf.ui.ops.modal("scene.pick", lf.ui.Event(value=value)) for value in ("splat 4", "done")]
    return [str(getattr(step, "status", step)) for step in steps], app.selected
