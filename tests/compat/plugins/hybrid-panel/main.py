"""Shells by the space, and a template whose `im-root` is filled by draw()."""

import sys
from pathlib import Path

import lichtfeld as lf

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from hybrid_state import State  # noqa: E402

state = State()


class Hybrid(lf.ui.Panel):
    id = "hybrid.main"
    label = "Hybrid"
    space = lf.ui.PanelSpace.FLOATING
    size = (420, 300)
    template = str(HERE / "hybrid.rml")
    style = ".count { color: #ffcc00; }"
    height_mode = lf.ui.PanelHeightMode.FILL

    def on_bind_model(self, ctx):
        model = ctx.create_data_model("hybrid")
        model.bind_func("count", lambda: state.count)
        model.bind_event("count_up", lambda handle, event, args: self.count_up(handle))
        self.handle = model.get_handle()

    def count_up(self, handle):
        state.count += 1
        handle.dirty("count")

    def draw(self, ui):
        if ui.button("From draw"):
            state.count += 10
            self.handle.dirty("count")
        changed, state.shade = ui.color_edit3("Shade", state.shade)
        if changed:
            state.log.append("shade")


class Docked(lf.ui.Panel):
    id = "hybrid.docked"
    label = "Docked"
    space = "SIDE_PANEL"
    template = "builtin:docked-panel"

    def draw(self, ui):
        ui.label(f"count {state.count}")


class Status(lf.ui.Panel):
    id = "hybrid.status"
    label = "Status"
    space = lf.ui.PanelSpace.STATUS_BAR
    template = "builtin:status-bar"
    update_interval_ms = 500

    def draw(self, ui):
        ui.text_disabled(f"{state.count} counted")


class Overlay(lf.ui.Panel):
    id = "hybrid.overlay"
    label = "Overlay"
    space = "VIEWPORT_OVERLAY"

    def draw(self, ui):
        ui.draw_circle(20, 20, 5, (1, 0, 0, 1))
        ui.draw_line(0, 0, 40, 40, (0, 1, 0, 1), 2.0)


class Hidden(lf.ui.Panel):
    id = "hybrid.hidden"
    label = "Hidden"
    space = "FLOATING"

    @classmethod
    def poll(cls, context):
        return context.is_training

    def draw(self, ui):
        ui.label("while it trains")


_classes = [Hybrid, Docked, Status, Overlay, Hidden]


def on_load():
    for cls in _classes:
        lf.register_class(cls)
    lf.ui.set_panel_enabled("hybrid.docked", True)
    info = lf.ui.get_panel("hybrid.docked")
    state.log.append((info.label, str(info.space), info.order))


def on_unload():
    for cls in reversed(_classes):
        lf.unregister_class(cls)


def report():
    return {"count": state.count, "log": state.log}
