"""Signals of its own, the state of the application, and functions that the training calls."""

import lichtfeld as lf
from lfs_plugins.types import Panel
from lfs_plugins.ui import RuntimeState
from lfs_plugins.ui.signals import Batch, ComputedSignal, Signal
from lfs_plugins.ui.store import PanelStateBinding
from lfs_plugins.ui.subscription_registry import SubscriptionRegistry

OWNER = "signal_monitor"
best = Signal(9.0, "best")
seen = Signal(0, "seen")
summary = ComputedSignal(lambda: f"best {best.value:.2f}", [best])
changes, steps = [], []
scoped = None


def on_loss(loss):
    with Batch():
        seen.value += 1
        best.value = min(best.value, loss)


@lf.on_training_start
def started(_hook):
    steps.append("start")


def after_step(context):
    steps.append((context.iteration, round(context.loss, 3)))


@lf.on_training_end
def ended(_hook):
    steps.append("end")


class MonitorPanel(Panel):
    id = "signal_monitor.panel"
    label = "Monitor"
    space = "SIDE_PANEL"

    def on_mount(self, doc):
        self.binding = PanelStateBinding().watch(RuntimeState.iteration, refresh=lf.ui.request_redraw)

    def on_unmount(self, doc):
        self.binding.close()

    def draw(self, layout):
        layout.label(f"iteration {RuntimeState.iteration.value} of {RuntimeState.total_iterations.value}")
        layout.label(summary.value)
        layout.progress_bar(RuntimeState.training_progress.value, RuntimeState.trainer_state.value)
        if RuntimeState.can_start_training.value and layout.button("Start"):
            lf.start_training()
        if layout.button("Pause") and lf.trainer_state() == "running":
            lf.pause_training()
        layout.label(f"trainer: {lf.trainer_state()}")


def on_load():
    global scoped
    lf.register_class(MonitorPanel)
    RuntimeState.loss.subscribe_as(OWNER, on_loss)
    summary.subscribe_as(OWNER, changes.append)
    scoped = lf.ScopedHandler()
    scoped.on_post_step(after_step)
    lf.log.info("has trainer: %s" % lf.has_trainer())


def on_unload():
    scoped.clear()
    SubscriptionRegistry.instance().unsubscribe_all(OWNER)
    lf.unregister_class(MonitorPanel)


def report():
    params = lf.optimization_params()
    if best.value > 0.25 or steps[-1:] != ["end"]:
        return None
    return {"steps": steps, "best": best.value, "changed": bool(changes), "iterations": params.iterations}
