"""Panels of loaded plugins: when they are drawn, what is known of them, and what stays apart."""

import threading

import lichtfeld as lf
import pytest
from waiting import PATIENCE

HEAD = """
    import lichtfeld as lf
    from lfs_plugins.types import Panel

    calls = []
"""


def panel_id(plugin, name):
    return f"lfs_plugins.{plugin}.{name}"


def test_a_panel_is_mounted_when_first_drawn_and_unmounted_when_it_goes(home, manager):
    home.plugin(
        "mounts",
        HEAD
        + """
    class Box(Panel):
        id = "box"
        def __init__(self):
            calls.append("init")
        def on_mount(self, document):
            calls.append("mount")
        def on_unmount(self, document):
            calls.append("unmount")
        def draw(self, layout):
            calls.append("draw")

    class Never(Panel):
        def on_unmount(self, document):
            calls.append("never drawn")

    def on_load():
        lf.register_class(Box)
        lf.register_class(Never)
    """,
    )
    assert manager.load("mounts")
    import lfs_plugins.mounts as module

    assert module.calls == ["init"]
    lf.ui.draw_panel("box")
    lf.ui.draw_panel("box")
    assert module.calls == ["init", "mount", "draw", "draw"]
    manager.unload("mounts")
    assert module.calls[4:] == ["unmount"]


def test_the_older_way_to_register(home, manager):
    home.plugin(
        "older",
        """
        import lichtfeld as lf

        class Old:
            panel_label = "Old one"
            panel_space = "SIDE_PANEL"
            panel_order = 7

            def draw(self, layout):
                layout.label("still here")

        def on_load():
            lf.ui.register_panel(Old)
        """,
    )
    assert manager.load("older"), manager.get_error("older")
    info = lf.ui.panel_info(panel_id("older", "Old"))
    assert (info["label"], info["space"], info["order"]) == ("Old one", "SIDE_PANEL", 7)
    assert "still here" in lf.ui.render_text(lf.ui.draw_panel(panel_id("older", "Old")))


def test_a_panel_that_raises_stays_with_itself_and_is_logged_once(home, manager):
    code = (
        HEAD
        + """
    class Broken(Panel):
        id = "broken"
        def draw(self, layout):
            layout.label("before")
            raise ValueError("no image")

    class Well(Panel):
        id = "well"
        def draw(self, layout):
            layout.label("fine")

    def on_load():
        lf.register_class(Broken)
        lf.register_class(Well)
    """
    )
    home.plugin("half", code)
    assert manager.load("half")
    for _ in range(3):
        frame = lf.ui.draw_panel("broken")
    assert frame["error"]["message"] == "no image"
    assert frame["error"]["location"]["line"] == 11
    assert 'raise ValueError("no image")' in lf.ui.render_text(frame)
    assert "fine" in lf.ui.render_text(lf.ui.draw_panel("well"))
    assert manager.get_state("half").value == "active"
    assert home.log("half").count("panel 'broken' cannot be drawn") == 1

    assert manager.reload("half")
    lf.ui.draw_panel("broken")
    assert home.log("half").count("panel 'broken' cannot be drawn") == 2, "told again"
    home.plugin("half", code.replace('raise ValueError("no image")', "pass"))
    assert manager.reload("half")
    assert "error" not in lf.ui.draw_panel("broken")


def test_messages_that_change_in_each_drawing_do_not_fill_the_log(home, manager):
    home.plugin(
        "noisy",
        HEAD
        + """
    class Noisy(Panel):
        id = "noisy"
        count = 0
        def draw(self, layout):
            self.count += 1
            raise ValueError(f"number {self.count}")

    lf.register_class(Noisy)
    """,
    )
    assert manager.load("noisy")
    for _ in range(60):
        lf.ui.draw_panel("noisy")
    log = home.log("noisy")
    assert log.count("cannot be drawn") == 32
    assert log.count("not logged until the plugin is reloaded") == 1


def test_warnings_are_logged_once_with_file_and_line(home, manager):
    home.plugin(
        "same",
        HEAD
        + """
    class Same(Panel):
        id = "same"
        def draw(self, layout):
            layout.push_id("a")

    lf.register_class(Same)
    """,
    )
    assert manager.load("same")
    for _ in range(3):
        frame = lf.ui.draw_panel("same")
    assert frame["warnings"]
    lines = [line for line in home.log("same").splitlines() if "panel 'same'" in line]
    assert len(lines) == 1 and "__init__.py:" in lines[0], lines


def test_a_panel_is_drawn_on_input_on_request_or_on_its_interval(home, manager):
    home.plugin(
        "paces",
        HEAD
        + """
    class Still(Panel):
        id = "still"
        def draw(self, layout):
            calls.append("draw")
            layout.button("Run")
            layout.button("Animate") and lf.ui.request_redraw()

    class Ticking(Panel):
        id = "ticking"
        update_policy = "interval"
        update_interval_ms = 0.5

    class Slow(Panel):
        id = "slow"
        update_interval_ms = 3_600_000

    for cls in (Still, Ticking, Slow):
        lf.register_class(cls)
    """,
    )
    assert manager.load("paces")
    import lfs_plugins.paces as module

    intervals = [lf.ui.panel_info(id)["interval_ms"] for id in ("still", "ticking", "slow")]
    assert intervals == [None, 1, 3_600_000]
    assert lf.ui.due() == ["slow", "still", "ticking"], "none was drawn yet"
    for id in lf.ui.due():
        lf.ui.draw_panel(id)
    assert "still" not in lf.ui.due() and "slow" not in lf.ui.due()

    lf.ui.send_input("still", "Run")
    assert "still" in lf.ui.due()
    before = len(module.calls)
    lf.ui.draw_panel("still")
    assert len(module.calls) == before + 2, "an input arrived: drawn once more at once"
    assert "still" not in lf.ui.due()

    thread = threading.Thread(target=lf.ui.request_redraw)
    thread.start()
    thread.join()
    assert "still" in lf.ui.due() and "slow" in lf.ui.due()


def test_slow_drawings_are_counted(home, manager):
    home.plugin(
        "slow",
        HEAD
        + """
    import time

    class Slow(Panel):
        id = "slow"
        def draw(self, layout):
            time.sleep(0.3)

    class Quick(Panel):
        id = "quick"

    lf.register_class(Slow)
    lf.register_class(Quick)
    """,
    )
    assert manager.load("slow")
    for id in ("quick", "slow", "slow"):
        lf.ui.draw_panel(id)
    slow, quick = lf.ui.stats()  # The slowest first.
    assert (slow["id"], slow["plugin"], slow["draws"], slow["slow"]) == ("slow", "slow", 2, 2)
    assert slow["worst_ms"] >= slow["mean_ms"] >= 300
    assert (quick["id"], quick["draws"]) == ("quick", 1)


def test_a_call_on_the_ui_thread_returns_a_future(manager):
    future = lf.ui.schedule_on_ui_thread(lambda a, b=0: a + b, 1, b=2)
    assert future.result(PATIENCE) == 3
    results = []
    thread = threading.Thread(
        target=lambda: results.append(lf.ui.schedule_on_ui_thread(max, 1, 2).result(PATIENCE))
    )
    thread.start()
    thread.join()
    assert results == [2]
    with pytest.raises(TypeError, match="takes a function and its arguments, not 3"):
        lf.ui.schedule_on_ui_thread(3)


def test_a_call_inside_a_call_runs_after_it(manager):
    order = []

    def outer():
        order.append("begin")
        inner = lf.ui.schedule_on_ui_thread(order.append, "inner")
        assert not inner.done()
        order.append("end")

    lf.ui.schedule_on_ui_thread(outer).result(PATIENCE)
    assert order == ["begin", "end", "inner"]


def test_a_call_that_was_cancelled_does_not_run(manager):
    calls = []
    lf.ui.schedule_on_ui_thread(
        lambda: lf.ui.schedule_on_ui_thread(calls.append, 1).cancel()
    ).result(PATIENCE)
    assert calls == []


def test_an_exception_of_a_call_is_in_the_future_and_in_the_log(home, manager):
    home.plugin(
        "calls",
        """
        import lichtfeld as lf

        def fail():
            raise ValueError("late")

        def start():
            return lf.ui.schedule_on_ui_thread(fail)
        """,
    )
    assert manager.load("calls")
    import lfs_plugins.calls as module

    with pytest.raises(ValueError, match="late"):
        module.start().result(PATIENCE)
    assert home.log("calls").count('raise ValueError("late")') == 1
