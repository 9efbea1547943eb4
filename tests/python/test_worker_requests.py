"""A plugin in a process of its own asks the front end as one in the application's process does."""

import os
import signal

import pytest

import lichtfeld as lf
from front_end import FrontEnd, click
from loops import Loop
from test_requests import CODE, PICK
from waiting import until

MORE = '''
import asyncio, os

def await_it(): return asyncio.run(ask())
def had(): return list(got)
def pid(): return os.getpid()
def dim(): return lf.ui.theme().palette.text_dim
def flood():
    try:
        for _ in range(100):
            confirm()
    except Exception as error:
        return type(error).__name__, str(error), error.code
def listed(): return {"open_folder_dialog", "open_folder_dialog_async", "theme"} <= set(dir(lf.ui))
def provide():
    lf.ui.provide_theme("mine")
def steal():
    from lfs_plugins.ui.store import StateSignal
    StateSignal("ui_theme", {}).value = {"name": "mine"}
def ask_wrongly(*values):
    import _lichtfeld_host_modules as modules
    return modules.ask_service("requests", *values)
'''


@pytest.fixture
def asks(home, manager):
    home.plugin("asks", CODE + MORE, tool='isolation = "process"')
    assert manager.load("asks"), manager.get_traceback("asks") or manager.get_error("asks")
    import lfs_plugins.asks as module

    return module


def test_each_way_of_asking(asks, home, tmp_path):
    assert asks.listed()
    assert asks.folder() == "" and "requests of the kind open_folder" in home.log("asks")
    loop = Loop()
    front = FrontEnd(open_folder=tmp_path, open_file="/a.png", input="b", confirm="No")
    assert loop.while_thread(lambda: asks.folder("Where", start_dir="/x")) == str(tmp_path)
    assert loop.while_thread(asks.await_it) == ("/a.png", "b")
    loop.while_thread(lambda: asks.confirm() and None)
    loop.run(lambda: asks.had())
    assert asks.had() == ["No"]
    assert {one.plugin for one in front.seen} == {"asks"} and len(front.threads) == 1
    assert (front.seen[0].title, front.seen[0].directory, front.seen[0].blocking) == ("Where", "/x", False)


def test_a_drawing_that_asks_is_shown_when_the_user_has_answered(asks, manager):
    loop, front = Loop(), FrontEnd()
    loop.run(lambda: lf.ui.draw_panel(PICK)["widgets"])
    click(PICK, "Browse")
    loop.run(lambda: lf.ui.draw_panel(PICK) and front.later)
    frame = lf.ui.draw_panel(PICK)
    assert "error" not in frame and frame["widgets"], "the application draws on with the last frame"
    front.next().answer("/chosen")
    loop.run(lambda: lf.ui.draw_panel(PICK) and asks.had())
    assert asks.had() == ["/chosen"]


def test_a_plugin_that_waits_for_the_user_is_unloaded(asks, manager):
    loop, front = Loop(), FrontEnd()
    loop.run(lambda: lf.ui.draw_panel(PICK)["widgets"])
    click(PICK, "Browse")
    loop.run(lambda: lf.ui.draw_panel(PICK) and front.later)
    request = front.next()
    assert loop.while_thread(lambda: manager.unload("asks"))
    assert [one.id for one in front.withdrawn] == [request.id]
    assert manager.unload_report("asks")["error"] is None


def test_requests_end_with_the_process(asks):
    front = FrontEnd()
    asks.confirm()
    request = front.next()
    os.kill(asks.pid(), signal.SIGKILL)
    until(lambda: front.withdrawn)
    assert front.withdrawn[0].id == request.id and not request.is_open


def test_the_application_s_own_function_counts(asks, monkeypatch):
    monkeypatch.setattr(lf.ui, "open_folder_dialog", lambda title="", start_dir="": f"own {title}", raising=False)
    assert asks.folder("x") == "own x"


def test_what_a_worker_sends_is_checked(asks):
    FrontEnd()
    name, text, code = asks.flood()
    assert (name, code) == ("PluginLimitError", "LR024") and "64 requests without an answer" in text
    with pytest.raises(ValueError, match="1048577 bytes"):
        asks.call("set_clipboard_text", "x" * 1048577)
    for wrong in (("open", 3, True, None), ("open", {"kind": "confirm"}, True, None), ("withdraw", "x"), ("other",)):
        if wrong[0] == "withdraw":
            assert asks.ask_wrongly(*wrong) is None
            continue
        with pytest.raises((TypeError, ValueError)):
            asks.ask_wrongly(*wrong)


def test_the_theme_is_there(asks):
    try:
        lf.ui.provide_theme("light", palette={"text_dim": (0.1, 0.2, 0.3)})
        until(lambda: asks.dim() == (0.1, 0.2, 0.3, 1.0))
        lf.ui.provide_theme("light", palette={"text_dim": (0.5, 0.5, 0.5)})
        until(lambda: asks.dim() == (0.5, 0.5, 0.5, 1.0))
        with pytest.raises(RuntimeError, match="is for the application"):
            asks.provide()
        asks.steal()
        assert lf.ui.get_theme() == "light"
    finally:
        lf.ui.provide_theme()
