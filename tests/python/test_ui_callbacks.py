"""The callbacks of a panel beside `draw`, and calls that wait when their plugin goes."""

import time

import lichtfeld as lf
import pytest
from waiting import PATIENCE, until

PANELS = """
    import lichtfeld as lf
    from lfs_plugins.types import Panel

    calls = []
    redraw = False

    class Clock(Panel):
        id = "clock"
        update_interval_ms = 1

        def draw(self, layout):
            calls.append("draw")

        def on_update(self, document):
            calls.append(("update", document))
            return redraw

        def on_scene_changed(self, document):
            calls.append("scene")
            return redraw

    def on_load():
        lf.register_class(Clock)
"""


@pytest.fixture
def module(home, manager):
    """The plugin with the panels, loaded."""
    home.plugin("told", PANELS)
    assert manager.load("told"), manager.get_error("told")
    import lfs_plugins.told as module

    return module


def over():
    """Waits until an interval of 1 ms is over."""
    time.sleep(0.002)


def test_on_update_decides_on_the_interval_whether_to_draw(module):
    assert lf.ui.panel_info("clock")["interval_ms"] == 1
    assert "clock" in lf.ui.due(), "never drawn"
    assert module.calls == [], "not asked before it is shown"
    lf.ui.draw_panel("clock")
    over()
    assert "clock" not in lf.ui.due()
    assert module.calls == ["draw", ("update", None)]
    module.redraw = True
    over()
    assert "clock" in lf.ui.due()
    asked = len(module.calls)
    assert "clock" in lf.ui.due(), "until it is drawn"
    assert len(module.calls) == asked, "and not asked again"
    lf.ui.draw_panel("clock")
    assert module.calls[asked:] == ["draw"]


def test_on_update_that_raises_is_logged_once(home, module):
    module.Clock.on_update = lambda self, document: 1 / 0
    lf.ui.draw_panel("clock")
    for _ in range(3):
        over()
        assert "clock" not in lf.ui.due()
    log = home.log("told")
    assert log.count("panel 'clock': on_update failed") == 1
    assert "ZeroDivisionError" in log


def test_panels_that_are_shown_hear_of_a_changed_scene(module):
    lf.ui.scene_changed()
    assert module.calls == []
    lf.ui.draw_panel("clock")
    lf.ui.scene_changed()
    assert module.calls == ["draw", "scene"]
    module.redraw = True
    lf.ui.scene_changed()
    assert "clock" in lf.ui.due()


WAITS = """
    import lichtfeld as lf

    calls = []

    def work():
        calls.append("work")

    def later():
        return lf.ui.schedule_on_ui_thread(work)
"""


@pytest.mark.parametrize("how", ["unload", "reload"])
def test_a_call_that_waits_is_cancelled_when_its_plugin_goes(home, manager, how):
    home.plugin("waits", WAITS)
    assert manager.load("waits")
    import lfs_plugins.waits as module

    def outer():
        # Inside of a call, calls wait for its end.
        future = module.later()
        assert not future.done()
        getattr(manager, how)("waits")
        return future

    future = lf.ui.schedule_on_ui_thread(outer).result(PATIENCE)
    assert future.cancelled()
    assert module.calls == []
    if how == "unload":
        assert "call of work on the UI thread" in manager.unload_report("waits")["freed"]


def test_a_call_that_ended_leaves_nothing_behind(home, manager):
    home.plugin("waits", WAITS)
    assert manager.load("waits")
    import lfs_plugins.waits as module

    assert module.later().result(PATIENCE) is None
    assert module.calls == ["work"]
    manager.unload("waits")
    assert manager.unload_report("waits")["freed"] == []


def test_a_panel_in_a_worker_is_asked_before_it_is_drawn(home, manager):
    home.plugin(
        "away",
        """
        import lichtfeld as lf
        from lfs_plugins.types import Panel

        class Counter(Panel):
            id = "away"
            update_interval_ms = 1
            updates = 0

            def on_update(self, document):
                self.updates += 1

            def draw(self, layout):
                layout.label(f"updates: {self.updates}")

        def on_load():
            lf.register_class(Counter)
        """,
        tool='isolation = "process"',
    )
    assert manager.load("away"), manager.get_error("away")
    assert manager.load_report("away")["place"] == "worker"

    def updates():
        over()
        assert "away" in lf.ui.due(), "drawn on its interval"
        # There is no frame before the worker has sent its first one.
        texts = [widget["text"] for widget in lf.ui.draw_panel("away")["widgets"]]
        return int(texts[0].removeprefix("updates: ")) if texts else 0

    until(lambda: updates() >= 2)
