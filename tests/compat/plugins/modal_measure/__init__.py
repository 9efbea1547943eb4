"""A modal operator that picks points, a draw handler that shows them, buttons that begin and end it."""

import lichtfeld as lf
from lfs_plugins.types import Event, Operator, Panel

OP_ID = "lfs_plugins.modal_measure.MEASURE_OT_pick"
points = []
log = []


class MEASURE_OT_pick(Operator):
    label = "Pick points"
    description = "Click two points"
    options = {"BLOCKING"}

    @classmethod
    def poll(cls, context) -> bool:
        return lf.has_scene()

    def invoke(self, context, event: Event) -> set:
        points.clear()
        log.append("invoked")
        return {"RUNNING_MODAL"}

    def modal(self, context, event: Event) -> set:
        if event.type == "ESC" or event.type == "RIGHTMOUSE":
            self.cancel(context)
            return {"CANCELLED"}
        if getattr(event, "over_gui", False):
            return {"PASS_THROUGH"}
        if event.type == "MOUSEMOVE":
            lf.ui.request_redraw()
            return {"RUNNING_MODAL"}
        if event.type == "LEFTMOUSE" and event.value == "PRESS":
            points.append((event.mouse_x, event.mouse_y))
            if len(points) >= 2:
                log.append("finished")
                return {"FINISHED"}
            return {"RUNNING_MODAL"}
        return {"PASS_THROUGH"}

    def cancel(self, context):
        log.append("cancelled")


class MEASURE_OT_clear(Operator):
    label = "Clear"

    def execute(self, context):
        points.clear()
        log.append(f"cleared {context.has_scene}")
        return {"FINISHED"}


class MeasurePanel(Panel):
    label = "Measure"
    space = "SIDE_PANEL"
    order = 5

    def draw(self, layout):
        if layout.button("Pick##measure"):
            result = lf.ui.ops.invoke(OP_ID)
            log.append(result.status)
        if layout.button("Stop##measure"):
            lf.ui.ops.cancel_modal()
        layout.operator_(MEASURE_OT_clear._class_id(), "Clear all")
        if layout.button("Clear by its id"):
            lf.ops.invoke("lfs_plugins.modal_measure.MEASURE_OT_clear")
        layout.label(f"{len(points)} points")


def draw_points(ctx):
    for x, y in points:
        ctx.draw_circle_2d((x, y), 4.0, (1, 1, 0, 1), 2.0)
    if len(points) == 2:
        ctx.draw_text_2d(points[1], "2 points", (1, 1, 1, 1))
    ctx.draw_line_2d((0, 0), (ctx.width, ctx.height), (1, 0, 0, 1))


_classes = [MEASURE_OT_pick, MEASURE_OT_clear, MeasurePanel]


def on_load():
    for cls in _classes:
        lf.register_class(cls)
    lf.add_draw_handler("modal_measure.points", draw_points, "POST_VIEW")


def on_unload():
    lf.remove_draw_handler("modal_measure.points")
    lf.ui.ops.cancel_modal()
    for cls in reversed(_classes):
        lf.unregister_class(cls)


def report():
    return log
