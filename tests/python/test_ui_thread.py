"""An application with a UI thread: what belongs there runs there, whoever asks for it."""

import concurrent.futures
import os
import threading

import pytest

import lichtfeld as lf
import lichtfeld.plugins as native
from homes import module
from loops import Loop
from test_watch import Changes, save
from waiting import PATIENCE, until

ME = threading.get_ident


@pytest.fixture
def loop(manager):
    return Loop()


def aside(work):
    """Starts ``work`` on a thread of its own; returns a future."""
    future = concurrent.futures.Future()
    threading.Thread(target=lambda: future.set_result(work()), daemon=True).start()
    return future


def test_a_scheduled_call_runs_on_the_ui_thread_and_not_before(loop):
    futures = [loop.while_thread(lambda: lf.ui.schedule_on_ui_thread(ME))]
    futures.append(lf.ui.schedule_on_ui_thread(ME))
    assert not futures[1].done(), "nor at once on the UI thread itself"
    loop.run(lambda: futures[1].done())
    assert [future.result(PATIENCE) for future in futures] == [ME(), ME()]


def test_a_capability_that_requires_the_window_runs_on_the_ui_thread(loop):
    lf.plugins.register_capability("window", lambda args: {"thread": ME()})
    lf.plugins.register_capability("any", lambda args: {"thread": ME()}, requires_gui=False)

    def work():
        return ME(), *(lf.plugins.invoke(name, {})["thread"] for name in ("window", "any"))

    here, window, anywhere = loop.while_thread(work)
    assert (window, anywhere) == (ME(), here) and here != ME()
    assert lf.plugins.invoke("window", {})["thread"] == ME(), "at once"


def test_what_goes_through_another_thread_is_what_was_given(loop):
    """As on one thread: the objects, the exception, the circle, what is called in turn."""
    given = object()
    lf.plugins.register_capability("same", lambda args: {"same": args["x"] is given})
    lf.plugins.register_capability("raises", lambda args: 1 / 0)
    lf.plugins.register_capability("inner", lambda args: {"thread": ME()})
    lf.plugins.register_capability("outer", lambda args, context: context.capabilities.invoke("inner"))
    lf.plugins.register_capability(
        "circle", lambda args, context: context.capabilities.invoke("other"), requires_gui=False
    )
    lf.plugins.register_capability("other", lambda args, context: lf.plugins.invoke("circle"))
    names = ("same", "raises", "outer", "circle")
    answers = loop.while_thread(lambda: {name: lf.plugins.invoke(name, {"x": given}) for name in names})
    assert answers["same"] == {"success": True, "same": True}
    assert answers["raises"]["error_type"] == "ZeroDivisionError"
    assert answers["outer"]["thread"] == ME()
    assert answers["circle"]["error_type"] == "CircularCallError"
    assert answers["circle"]["error"].endswith("circle -> other -> circle")


def test_a_call_that_got_no_turn_is_not_done_later(home):
    native.set_limits(ui_thread=0.1)
    try:
        loop, calls = Loop(), []
        lf.plugins.register_capability("window", lambda args: calls.append(1))
        answer = aside(lambda: lf.plugins.invoke("window")).result(PATIENCE)
        assert answer["success"] is False and answer["error_type"] == "PluginTimeoutError"
        assert "did not begin it within 0.1 s, and it was cancelled (LR023;" in answer["error"]
        after = lf.ui.schedule_on_ui_thread(ME)
        loop.run(after.done)
        assert calls == []
    finally:
        native.shutdown()
        native.set_limits()


def test_an_application_that_has_ended_its_loop(manager, caplog):
    def post(job):
        raise RuntimeError("the loop is closed")

    lf.plugins.set_ui_thread(post)
    lf.plugins.register_capability("window", lambda args: None)
    future = aside(lambda: lf.ui.schedule_on_ui_thread(ME)).result(PATIENCE)
    assert future.cancelled() and "the loop is closed" in caplog.text
    answer = aside(lambda: lf.plugins.invoke("window")).result(PATIENCE)
    assert answer["error_type"] == "PluginError" and "takes no more work (LR023;" in answer["error"]
    lf.plugins.set_ui_thread(lambda job: None)  # takes it, and forgets it
    answer = aside(lambda: lf.plugins.invoke("window")).result(PATIENCE)
    assert "takes no more work" in answer["error"]


def test_the_end_of_the_manager_ends_the_wait(loop):
    lf.plugins.register_capability("window", lambda args: None)
    waiting = aside(lambda: lf.plugins.invoke("window"))
    until(lambda: not loop.jobs.empty())
    native.shutdown()
    answer = waiting.result(PATIENCE)
    # The manager ends without waiting for the call, which may be refused after it.
    assert answer["success"] is False


def test_it_is_taken_back(loop):
    assert lf.plugins.set_ui_thread(None) is None
    thread, future = aside(lambda: (ME(), lf.ui.schedule_on_ui_thread(ME))).result(PATIENCE)
    assert future.result(PATIENCE) == thread and loop.jobs.empty()
    with pytest.raises(TypeError, match="set_ui_thread takes a function .* not 3"):
        lf.plugins.set_ui_thread(3)


def test_it_may_be_set_before_the_manager_is_made_and_ends_with_it(home):
    loop = Loop()
    lf.plugins.register_capability("window", lambda args: {"thread": ME()})
    assert loop.while_thread(lambda: lf.plugins.invoke("window"))["thread"] == ME()
    native.shutdown()
    thread, future = aside(lambda: (ME(), lf.ui.schedule_on_ui_thread(ME))).result(PATIENCE)
    assert future.result(PATIENCE) == thread


def test_a_save_is_dealt_with_on_the_ui_thread(home, manager, loop):
    code = "import threading\nthread = threading.get_ident()\n"
    home.plugin("one", code)
    assert manager.load("one")
    manager.start_watcher()
    changes, asked = Changes(manager), []
    native.set_change_handler(lambda name, paths: asked.append(ME()))
    save(home.plugins / "one" / "__init__.py", code + "value = 1\n")
    loop.run(lambda: "reloaded" in changes.names())
    assert module("one").value == 1 and module("one").thread == ME() and asked == [ME()]


def test_poll_runs_on_the_ui_thread_alone(home, manager, loop):
    home.plugin(
        "p",
        """
        import threading
        import lichtfeld as lf
        from lfs_plugins.types import Panel

        threads, shown = [], True

        class Shown(Panel):
            id = "p.panel"
            @classmethod
            def poll(cls, context):
                threads.append(threading.get_ident())
                return shown

        def on_load(): lf.register_class(Shown)
        """,
    )
    assert manager.load("p")
    assert aside(lf.ui.panels).result(PATIENCE) == ["p.panel"], "before it was asked"
    assert lf.ui.panels() == ["p.panel"]
    module("p").shown = False
    assert aside(lf.ui.panels).result(PATIENCE) == ["p.panel"], "the last answer"
    assert lf.ui.panels() == [] == aside(lf.ui.panels).result(PATIENCE)
    assert set(module("p").threads) == {ME()}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_has_no_ui_thread(host):
    status, out, err = host.run(
        """
        import queue, threading
        jobs = queue.Queue()
        lf.plugins.set_ui_thread(jobs.put)
        lf.plugins.register_capability("window", lambda args: {"pid": os.getpid()})

        def fork():
            child = os.fork()
            if not child:
                same = lf.plugins.invoke("window")["pid"] == os.getpid()
                done = lf.ui.schedule_on_ui_thread(os.getpid).result(60) == os.getpid()
                os._exit(0 if same and done and jobs.empty() else 1)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

        thread = threading.Thread(target=fork)
        thread.start()
        thread.join()
        """
    )
    assert (status, out) == (0, "0\n"), err


WORKER = """
import threading
import lichtfeld as lf

def thread(): return "main" if threading.current_thread() is threading.main_thread() else "other"
def ask(name): return lf.plugins.invoke(name, {})
def on_load():
    lf.plugins.register_capability("w.window", lambda args: {"thread": thread()})
    lf.plugins.register_capability("w.any", lambda args: {"thread": thread()}, requires_gui=False)
    lf.plugins.register_capability("w.through", lambda args: ask("host.window"))
def from_a_thread():
    answers = []
    other = threading.Thread(target=lambda: answers.append(ask("host.window")))
    other.start()
    other.join()
    return answers[0]
def own(name): return ask(name)["thread"]
"""


def test_in_a_worker_it_is_the_main_thread(home, manager, loop):
    home.plugin("w", WORKER, tool='isolation = "process"')
    assert manager.load("w"), manager.get_error("w")
    import w

    lf.plugins.register_capability("host.window", lambda args: {"thread": ME()})
    assert lf.plugins.invoke("w.window")["thread"] == "main"
    assert lf.plugins.invoke("w.any")["thread"] == "other"
    assert (w.own("w.window"), w.own("w.any")) == ("main", "other")
    # The UI thread waits for the worker, whose main thread asks the UI thread in turn.
    assert lf.plugins.invoke("w.through")["thread"] == ME()
    # Nobody waits for what a thread of the plugin asks: it is posted to the application's UI thread.
    assert loop.while_thread(w.from_a_thread)["thread"] == ME()
