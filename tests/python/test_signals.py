"""Signals, and the state of the application as signals: in the application's process and in a worker."""

import gc
import threading
import weakref

import pytest

import lichtfeld as lf
from homes import module
from lfs_plugins import ui
from lfs_plugins.ui import PanelStateBinding, RuntimeState, StateSignal
from lfs_plugins.ui.signals import Batch, ComputedSignal, Signal, ThrottledSignal, batch
from lfs_plugins.ui.store import batch_updates, invalidate_panel, native_value, new_bug_report_state
from lfs_plugins.ui.subscription_registry import SubscriptionRegistry

from offers import offered, run  # noqa: F401 - fixtures
from panels import shown
from waiting import until


@pytest.fixture(autouse=True)
def state():
    yield RuntimeState
    RuntimeState.reset()


def test_a_signal_notifies_of_changes_alone():
    signal, seen = Signal(1, name="count"), []
    stop = signal.subscribe(seen.append)
    signal.value = 1
    signal.value = 2
    signal.value = 3
    assert (seen, signal.value, signal.peek()) == ([2, 3], 3, 3)
    stop()
    stop()
    signal.value = 4
    assert seen == [2, 3]
    assert repr(signal) == "<Signal 'count' value=4>"
    with pytest.raises(TypeError, match="callback must be a function of one value, not 7"):
        signal.subscribe(7)


def test_arrays_can_be_values():
    numpy = pytest.importorskip("numpy")
    signal, seen = Signal(numpy.zeros(3)), []
    signal.subscribe(lambda value: seen.append(value.sum()))
    signal.value = numpy.ones(3)
    assert seen == [3.0]


def test_an_error_of_a_subscriber_is_not_the_setter_s(manager, capfd):
    signal, seen = Signal(0), []
    signal.subscribe(lambda value: 1 / 0)
    signal.subscribe(seen.append)
    signal.value = 1
    assert seen == [1]


def test_a_batch_notifies_once_and_at_its_end():
    first, second, seen = Signal(0), Signal(0), []
    first.subscribe(lambda value: seen.append(("first", value)))
    second.subscribe(lambda value: seen.append(("second", value)))
    with Batch():
        second.value = 1
        with batch():
            first.value = 1
            first.value = 2
        assert seen == [] and first.value == 2
        second.value = 0
    assert seen == [("first", 2)], "a value that is back again is no change"
    with pytest.raises(KeyError), batch():
        first.value = 3
        raise KeyError
    assert seen[-1] == ("first", 3)


def test_a_batch_is_that_of_its_thread():
    signal, seen = Signal(0), []
    signal.subscribe(seen.append)
    with batch():
        other = threading.Thread(target=setattr, args=(signal, "value", 1))
        other.start()
        other.join()
        assert seen == [1]


def test_subscribers_see_the_newest_value_last():
    signal, seen = Signal(0), []
    signal.subscribe(lambda value: setattr(signal, "value", min(value + 1, 3)))
    signal.subscribe(seen.append)
    signal.value = 1
    assert seen == [3]


def test_computed_signals_are_computed_when_they_are_read():
    calls = []
    a, b = Signal(2), Signal(3)
    product = ComputedSignal(lambda: calls.append(1) or a.value * b.value, [a, b])
    assert calls == [] and product.value == 6 and product.value == 6 and len(calls) == 1
    twice, seen = ComputedSignal(lambda: 2 * product.value, [product]), []
    twice.subscribe(seen.append)
    with batch():
        a.value, b.value = 3, 4
        assert product.value == 12
    a.value, b.value = 4, 3
    assert seen == [24, 32, 24] or seen == [24]
    with batch():
        a.value, b.value = 6, 2
    assert seen[-1] == 24
    with pytest.raises(TypeError, match="dependencies must be signals, not 7"):
        ComputedSignal(lambda: 1, [7])
    with pytest.raises(AttributeError):
        product.value = 7


def test_a_computed_signal_lives_with_its_subscribers_and_no_longer():
    a, seen = Signal(1), []
    stop = ComputedSignal(lambda: a.value + 1, [a]).subscribe(seen.append)
    gc.collect()
    a.value = 2
    assert seen == [3]
    known = weakref.ref(stop.__self__)
    stop()
    del stop
    gc.collect()
    assert known() is None and not a._kept and not list(a._dependents)


def test_a_throttled_signal_tells_the_rest_by_flush():
    signal, seen = ThrottledSignal(0, max_rate_hz=1e-6), []
    signal.subscribe(seen.append)
    for value in (1, 2, 3):
        signal.value = value
    assert (seen, signal.value) == ([1], 3)
    signal.flush()
    signal.flush()
    assert seen == [1, 3]
    with pytest.raises(ValueError, match="max_rate_hz must be above 0"):
        ThrottledSignal(0, 0)


def test_the_registry_ends_all_of_an_owner():
    registry, signal, seen, ended = SubscriptionRegistry.instance(), Signal(0), [], []
    stop = signal.subscribe_as("dialog", seen.append)
    signal.subscribe_as("dialog", seen.append)
    signal.subscribe_as("other", seen.append)
    registry.register("dialog", lambda: ended.append(1))
    registry.register(owner="dialog", unsubscribe_fn=lambda: ended.append(2))()
    assert ended == [2]
    stop()
    registry.unsubscribe_all("dialog")
    registry.unregister_all("dialog")
    signal.value = 1
    assert seen == [1] and ended == [2, 1]
    registry.unsubscribe_all("other")
    assert not signal.subscriptions
    with pytest.raises(TypeError, match="unsubscribe must be a function"):
        registry.register("dialog", None)


def test_the_state_has_all_fields_and_says_how_to_set_them():
    assert RuntimeState.training_progress.value == 0.0 and not RuntimeState.can_start_training.value
    RuntimeState.update(iteration=50, total_iterations=200, trainer_loaded=True)
    assert RuntimeState.training_progress.value == 0.25 and RuntimeState.can_start_training.value
    assert ui.AppState.has_trainer.value and ui.AppState.max_iterations.value == 200
    assert StateSignal("iteration", 7) is RuntimeState.iteration and RuntimeState.iteration.value == 50
    assert native_value("iteration", 7) == 50 and native_value("loss", 7) == 7 and native_value("none", 7) == 7
    with pytest.raises(AttributeError, match="is a signal; write `RuntimeState.iteration.value = 5`"):
        RuntimeState.iteration = 5
    with pytest.raises(AttributeError, match="no field 'iterations'; did you mean 'iteration'"):
        RuntimeState.iterations
    with pytest.raises(AttributeError):
        RuntimeState.update(iteration=3, nothing=4)
    assert RuntimeState.iteration.value == 50
    RuntimeState.reset()
    assert RuntimeState.iteration.value == 0 and RuntimeState.bug_report_state.value == new_bug_report_state()


class Handle:
    def __init__(self):
        self.calls = []

    def dirty(self, name):
        self.calls.append(name)

    def dirty_all(self):
        self.calls.append("all")

    def request_update(self):
        self.calls.append("update")


def test_a_binding_refreshes_a_panel_once_for_each_batch():
    handle, refreshed = Handle(), []
    binding = PanelStateBinding().set_handle(handle)
    assert not binding.active
    assert binding.watch(
        RuntimeState.iteration, RuntimeState.loss, RuntimeState.training_progress,
        refresh=lambda: refreshed.append(RuntimeState.iteration.value), dirty=("title", "bar"), immediate=True,
    ) is binding  # fmt: skip
    assert binding.active and refreshed == [0] and handle.calls == ["title", "bar"]
    with batch_updates():
        RuntimeState.iteration.value = 5
        RuntimeState.loss.value = 0.5
    assert refreshed == [0, 5] and handle.calls == ["title", "bar"] * 2
    binding.close()
    RuntimeState.iteration.value = 6
    assert not binding.active and refreshed == [0, 5]
    for dirty, expected in [(None, ["update"]), ("*", ["all"]), ("one", ["one"]), (["a", "b"], ["a", "b"])]:
        handle.calls.clear()
        invalidate_panel(handle, dirty)
        assert handle.calls == expected


FOLLOWS = """
from lfs_plugins.ui import PanelStateBinding
from lfs_plugins.ui.state import AppState
from lfs_plugins.ui.signals import batch

seen, batches, own = [], [], []
def on_load():
    AppState.iteration.subscribe_as("asks", seen.append)
    global binding
    binding = PanelStateBinding().watch(AppState.iteration, AppState.loss, refresh=lambda: batches.append(
        (AppState.iteration.peek(), AppState.loss.peek())))
def saw(): return list(seen)
def saw_batches(): return list(batches)
def values(): return AppState.iteration.value, AppState.has_scene.value, AppState.trainer_state.value
def assign(name, value): getattr(AppState, name).value = value
def assign_two(): AppState.update(iteration=70, loss=0.7)
def end(): AppState.unbind_native_store()
def begin(): AppState.bind_native_store()
"""


def test_a_plugin_follows_the_state(run):
    RuntimeState.has_scene.value = True
    plugin = run(FOLLOWS)
    assert plugin.values() == (0, True, "idle"), "what was set before it was loaded"
    RuntimeState.iteration.value = 5
    until(lambda: plugin.saw() == [5])
    with batch_updates():
        RuntimeState.loss.value = 0.25
        RuntimeState.iteration.value = 6
        RuntimeState.training_state.value = "running"
    until(lambda: plugin.saw()[-1] == 6)
    assert plugin.values() == (6, True, "running")
    assert until(plugin.saw_batches)[-1] == (6, 0.25) and (5, 0.25) not in plugin.saw_batches()


def test_what_a_plugin_assigns_is_the_application_s_value(run):
    plugin, seen = run(FOLLOWS), []
    stop = RuntimeState.iteration.subscribe(lambda value: seen.append((value, RuntimeState.loss.peek())))
    plugin.assign_two()
    until(lambda: seen)
    assert seen == [(70, 0.7)] and RuntimeState.loss.value == 0.7
    assert plugin.saw() == [70], "it is notified of its own change once"
    RuntimeState.iteration.value = 71
    until(lambda: plugin.saw()[-1] == 71)
    assert plugin.saw() == [70, 71]
    stop()


def test_a_plugin_in_a_process_of_its_own_cannot_set_what_would_break_others(home, manager):
    home.plugin("asks", FOLLOWS, tool='isolation = "process"')
    assert manager.load("asks"), manager.get_traceback("asks")
    plugin = module("asks")
    for name, value in [("iteration", "text"), ("is_training", 1), ("account_state", 3), ("account_state", {1: 2})]:
        plugin.assign(name, value)
    until(lambda: home.log("asks").count("the application did not take") == 4)
    assert "RuntimeState.iteration must be a int, not 'text'" in home.log("asks")
    assert RuntimeState.iteration.value == 0 and RuntimeState.account_state.value == {}
    plugin.assign("account_state", {"name": "x", "plans": [1, 2.5, None]})
    assert RuntimeState.account_state.value == {"name": "x", "plans": [1, 2.5, None]}
    plugin.assign("account_state", {"many": list(range(20_000))})
    until(lambda: "has more than 10000 values" in home.log("asks"))
    plugin.end()
    RuntimeState.iteration.value = 9
    plugin.begin()
    assert plugin.values()[0] == 9


def test_an_error_of_a_plugin_s_subscriber_is_in_its_log(run, home):
    plugin = run("""
from lfs_plugins.ui import AppState
def broken(value): raise ValueError(f"of the plugin {value}")
def on_load(): AppState.iteration.subscribe(broken)
def value(): return AppState.iteration.value
""")
    RuntimeState.iteration.value = 3
    until(lambda: "ValueError: of the plugin 3" in home.log("asks"))
    log = home.log("asks")
    assert "a subscriber of StateSignal 'iteration' failed" in log and "__init__.py" in log and "_notify.py" not in log
    assert plugin.value() == 3


@pytest.mark.parametrize("place", ["shared", "process"])
def test_a_panel_that_has_read_the_state_is_drawn_again(home, manager, place):
    home.plugin("shows", """
        import lichtfeld as lf
        from lfs_plugins.types import Panel
        from lfs_plugins.ui import RuntimeState

        class Shows(Panel):
            id = "shows.panel"
            label = "Shows"
            def draw(self, layout):
                layout.label(f"at {RuntimeState.iteration.value}, loss {RuntimeState.loss.peek()}")

        def on_load(): lf.register_class(Shows)
    """, tool=f'isolation = "{place}"')
    assert manager.load("shows"), manager.get_traceback("shows")
    shown("shows.panel", "at 0")
    until(lambda: (not lf.ui.due()) or lf.ui.draw_panel("shows.panel") is None)
    RuntimeState.iteration.value = 12
    until(lambda: "shows.panel" in lf.ui.due())
    shown("shows.panel", "at 12")


SUBSCRIBES = """
from lfs_plugins.ui import AppState, Signal
from lfs_plugins.ui.subscription_registry import SubscriptionRegistry

class Big: pass
own = Signal(0)
def seen(value): pass
AppState.loss.subscribe(seen)                      # while it is imported
def on_load():
    AppState.iteration.subscribe(seen)
    AppState.iteration.subscribe_as("forgets", lambda value: None)
    AppState.training_progress.subscribe([].append)
    own.subscribe(seen)
    SubscriptionRegistry.instance().register("forgets", lambda: None)
    FAIL
"""


def left():
    gc.collect()
    fields = [RuntimeState.iteration, RuntimeState.loss, RuntimeState.training_progress]
    return [len(field.subscriptions) for field in fields], SubscriptionRegistry.instance()._entries


def test_subscriptions_end_with_their_plugin(home, manager):
    before = left()
    home.plugin("forgets", SUBSCRIBES.replace("FAIL", ""))
    for _ in range(2):
        assert manager.load("forgets"), manager.get_traceback("forgets")
        assert left()[0] == [before[0][0] + 2, before[0][1] + 1, before[0][2] + 1]
        assert manager.reload("forgets")
        assert left()[0] == [before[0][0] + 2, before[0][1] + 1, before[0][2] + 1], "those of the old version ended"
        module("forgets").own.subscribe(print)
        manager.unload("forgets")
        assert left() == before
    report = manager.unload_report("forgets")
    assert report["freed"] == [] and report["modules"] == [], "nothing was forgotten"


def test_a_failed_load_leaves_no_subscription(home, manager):
    before = left()
    path = home.plugin("forgets", SUBSCRIBES.replace("FAIL", "raise ValueError('no')"))
    assert not manager.load("forgets") and left() == before
    (path / "__init__.py").write_text(SUBSCRIBES.replace("FAIL", ""), encoding="utf-8")
    assert manager.load("forgets")
    loaded = left()[0]
    (path / "__init__.py").write_text(SUBSCRIBES.replace("FAIL", "raise ValueError('no')"), encoding="utf-8")
    assert not manager.reload("forgets") or manager.get_error("forgets")
    assert left()[0] == loaded, "those of the version that still runs"
    manager.unload("forgets")
    assert left() == before


def test_a_signal_that_nobody_keeps_takes_its_subscriptions_along(home, manager):
    home.plugin("makes", """
        from lfs_plugins.ui import Signal
        def many():
            for _ in range(1000):
                Signal(0).subscribe(print)
    """)
    assert manager.load("makes")
    before = len(gc.get_objects())
    module("makes").many()
    gc.collect()
    assert len(gc.get_objects()) < before + 1000
