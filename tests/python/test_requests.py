"""What plugins ask of the front end: dialogs, notifications, the clipboard, another theme."""

import asyncio
import inspect
import os
import pathlib
import re
import threading
import time

import pytest

import lichtfeld as lf
import lichtfeld.plugins as native
from front_end import FrontEnd, click
from homes import module
from loops import Loop

#: The dialogs of existing plugins: a contract, written out here.
SIGNATURES = """
open_folder_dialog(title='Select Folder', start_dir='')
open_image_dialog(start_dir='')
open_environment_map_dialog(start_dir='')
open_ply_file_dialog(start_dir='')
open_mesh_file_dialog(start_dir='')
open_checkpoint_file_dialog()
open_ppisp_file_dialog(start_dir='')
open_json_file_dialog()
open_csv_file_dialog()
open_xml_file_dialog()
open_las_file_dialog()
open_video_file_dialog()
open_dataset_folder_dialog(default_path='')
select_colmap_sparse_folder_dialog(default_path='')
save_las_file_dialog(default_name='export')
save_laz_file_dialog(default_name='export')
save_json_file_dialog(default_name='config.json')
save_png_file_dialog(default_name='export.png')
save_jpg_file_dialog(default_name='export.jpg')
save_ply_file_dialog(default_name='export')
save_sog_file_dialog(default_name='export')
save_spz_file_dialog(default_name='export')
save_usd_file_dialog(default_name='export')
save_usdz_file_dialog(default_name='export')
save_html_file_dialog(default_name='viewer')
save_rad_file_dialog(default_name='export')
message_dialog(title, message, style='info', callback=None)
confirm_dialog(title, message, buttons=('OK', 'Cancel'), callback=None)
input_dialog(title, message, default_value='', callback=None)
show_confirm_dialog(title='', message='')
set_clipboard_text(text)
has_clipboard_image()
save_clipboard_image(path)
open_url(url)
reveal_in_file_manager(path)
theme()
set_theme(name)
get_theme()
themes()
set_ui_scale(scale)
get_ui_scale()
get_ui_scale_preference()
"""

CODE = '''
import lichtfeld as lf
from lfs_plugins.types import Panel

got = []

def folder(*args, **kwargs):
    return lf.ui.open_folder_dialog(*args, **kwargs)

def call(name, *args, **kwargs):
    return getattr(lf.ui, name)(*args, **kwargs)

def confirm():
    return lf.ui.confirm_dialog("Sure?", "Really?", ["Yes", "No"], got.append)

def fail(answer):
    raise ValueError("broken callback")

def confirm_and_fail():
    lf.ui.confirm_dialog("Sure?", "Really?", ["Yes"], fail)

async def ask():
    return await lf.ui.open_image_dialog_async(), await lf.ui.input_dialog("Name", "Which?", "a")

class Pick(Panel):
    label = "Pick"
    def draw(self, layout):
        if layout.button("Browse"):
            got.append(lf.ui.open_folder_dialog("Where", start_dir="/tmp"))
        layout.text_colored("dim", lf.ui.theme().palette.text_dim)

def on_load():
    lf.register_class(Pick)

def on_unload():
    lf.unregister_class(Pick)
'''
PICK = "lfs_plugins.asks.Pick"


@pytest.fixture
def asks(home, manager):
    home.plugin("asks", CODE)
    assert manager.load("asks"), manager.get_traceback("asks")
    return module("asks")


def text_of(name, function):
    parts = []
    for one in inspect.signature(function).parameters.values():
        parts.append(one.name if one.default is one.empty else f"{one.name}={one.default!r}")
    return f"{name}({', '.join(parts)})"


def test_the_names_and_arguments_are_those_of_existing_plugins(home):
    wanted = SIGNATURES.split("\n")[1:-1]
    names = [line.partition("(")[0] for line in wanted]
    assert [text_of(name, getattr(lf.ui, name)) for name in names] == wanted
    assert set(names) <= set(dir(lf.ui))
    for name in names:
        if name.endswith("_dialog") and name.startswith(("open_", "save_", "select_")):
            assert text_of("", getattr(lf.ui, f"{name}_async")).endswith("callback=None)")


def test_without_a_front_end_the_user_has_cancelled_and_the_log_says_so_once(asks, home):
    for _ in range(2):
        assert asks.folder() == "" and asks.call("save_png_file_dialog", "a.png") == ""
        assert asks.call("show_confirm_dialog", "a", "b") is False
        assert asks.call("get_clipboard_text") is None and asks.call("has_clipboard_image") is False
        assert asks.call("notify", "hello") is None and asks.call("set_clipboard_text", "x") is None
        assert asks.confirm().result(0) == "" and asks.got.pop() == ""
    lines = [line for line in home.log("asks").splitlines() if "does not answer requests" in line]
    kinds = ["open_folder", "save_file", "confirm", "get_clipboard", "has_clipboard_image", "notify", "set_clipboard"]
    assert len(lines) == len(kinds), lines
    assert all(any(f"of the kind {kind}:" in line for line in lines) for kind in kinds)


def test_an_answer_reaches_the_plugin(asks, tmp_path):
    front = FrontEnd(open_folder=tmp_path, open_file="/a.png", confirm="OK", get_clipboard="text", save_file=None)
    assert asks.folder("Where", start_dir=pathlib.Path("/data")) == str(tmp_path)
    assert asks.call("open_image_dialog", "/x") == "/a.png"
    assert asks.call("save_ply_file_dialog") == ""
    assert asks.call("show_confirm_dialog", title="T", message="M") is True
    assert asks.call("get_clipboard_text") == "text"
    folder, image, save, question, _ = front.seen
    assert (folder.plugin, folder.kind, folder.title, folder.directory) == ("asks", "open_folder", "Where", "/data")
    assert folder.blocking and not folder.is_open and repr(folder) == f"<Request {folder.id} 'open_folder' of asks>"
    assert image.directory == "/x" and "png" in image.filters[0]["suffixes"]
    assert save.name == "export" and save.filters == [{"name": "PLY files", "suffixes": ["ply"]}]
    assert question.fields == {"title": "T", "message": "M", "buttons": ["OK", "Cancel"]}
    with pytest.raises(AttributeError, match="a request of the kind open_folder has no buttons"):
        folder.buttons  # noqa: B018


def test_a_dialog_in_a_drawing_takes_as_long_as_the_user_likes(home):
    native.set_limits(draw=0.2)
    try:
        manager = native.PluginManager.instance()
        home.plugin("asks", CODE)
        assert manager.load("asks")
        Loop()

        def slow(request):
            # The application goes on in the dialog's own loop: the panel is not drawn twice at once.
            deadline = time.monotonic() + 0.7
            while time.monotonic() < deadline:
                lf.ui.draw_panel(PICK)
            return "/chosen"

        FrontEnd(open_folder=slow)
        lf.ui.draw_panel(PICK)
        click(PICK, "Browse")
        frame = lf.ui.draw_panel(PICK)
        assert "error" not in frame, frame["error"]["traceback"]
        assert module("asks").got == ["/chosen"]
        slow = re.findall(r"took (\d+) ms", home.log("asks"))
        assert all(int(took) < 700 for took in slow), slow
    finally:
        native.shutdown()
        native.set_limits()


@pytest.mark.parametrize("place", ["shared", "process"])
def test_nobody_waits_longer_than_the_application_allows(home, place):
    native.set_limits(request=0.3)
    try:
        manager = native.PluginManager.instance()
        home.plugin("asks", CODE, tool=f'isolation = "{place}"')
        assert manager.load("asks"), manager.get_traceback("asks") or manager.get_error("asks")
        loop, front = Loop(), FrontEnd()
        assert loop.while_thread(module("asks").folder) == ""
        loop.run(lambda: front.withdrawn)
        assert not front.seen[0].is_open
    finally:
        native.shutdown()
        native.set_limits()


def test_on_the_thread_that_draws_an_answer_that_comes_later_is_none(asks, home):
    Loop()
    front = FrontEnd()
    assert asks.folder() == "" and asks.folder() == ""
    assert len(front.withdrawn) == 2 and not front.seen[0].is_open
    told = [line for line in home.log("asks").splitlines() if "use the variant with _async" in line]
    assert len(told) == 1, told
    with pytest.raises(Exception, match="is not open") as refused:
        front.seen[0].answer("/late")
    assert refused.value.code == "LR024"


def test_another_thread_waits_and_the_front_end_is_asked_on_its_own(asks):
    loop, front = Loop(), FrontEnd()

    def answer_later():
        if front.later:
            front.later.pop().answer("/chosen")

    loop.jobs.put(answer_later)
    done = []

    def work():
        done.append(asks.folder())
        return done

    def pump():
        answer_later()
        return bool(done)

    threading.Thread(target=work, daemon=True).start()
    loop.run(pump)
    assert done == ["/chosen"] and front.threads == {threading.get_ident()}
    assert not front.seen[0].blocking


def test_a_callback_comes_on_the_ui_thread_and_its_error_is_the_plugin_s(asks, home):
    loop, front = Loop(), FrontEnd()
    answer = asks.confirm()
    assert not answer.done() and not front.seen, "a drawing does not wait"
    loop.run(lambda: front.seen)
    request = front.next()
    assert request.buttons == ["Yes", "No"] and not request.blocking
    with pytest.raises(Exception, match="'Maybe' is not a button of the question"):
        request.answer("Maybe")
    request.answer("No")
    assert answer.result(0) == "No" and asks.got == [], "later, on the UI thread"
    loop.run(lambda: asks.got)
    assert asks.got == ["No"]
    asks.confirm_and_fail()
    loop.run(lambda: front.later)
    front.next().answer("Yes")
    loop.run(lambda: "broken callback" in home.log("asks"))


def test_a_coroutine_awaits(asks):
    loop, front = Loop(), FrontEnd(open_file="/a.png", input="b")
    assert loop.while_thread(lambda: asyncio.run(asks.ask())) == ("/a.png", "b")
    assert front.seen[1].value == "a"


def test_what_takes_no_argument_is_called_without_one(asks):
    FrontEnd(message=None)
    called = []
    lf.ui.message_dialog("T", "M", "error", lambda: called.append("nothing"))
    lf.ui.message_dialog("T", "M", callback=called.append)
    assert called == ["nothing", "OK"]
    with pytest.raises(ValueError, match="style must be one of info, success, warning, error, not 'loud'"):
        lf.ui.message_dialog("T", "M", "loud")
    with pytest.raises(TypeError, match="callback must be a function"):
        lf.ui.input_dialog("T", "M", callback="x")


def test_an_unload_takes_the_requests_back(asks, manager):
    front = FrontEnd()
    answer = asks.confirm()
    request = front.next()
    assert manager.unload("asks")
    assert answer.cancelled() and asks.got == []
    assert [one.id for one in front.withdrawn] == [request.id] and not request.is_open
    assert manager.unload_report("asks")["freed"] == []


def test_a_plugin_takes_a_request_back(asks):
    front = FrontEnd()
    answer = asks.confirm()
    assert answer.cancel() and answer.cancelled()
    assert len(front.withdrawn) == 1 and asks.got == []


def test_what_is_too_large_or_no_answer_is_refused(asks, home, caplog):
    with pytest.raises(ValueError, match="the text of a request has 1048577 bytes"):
        asks.call("set_clipboard_text", "x" * 1048577)
    with pytest.raises(ValueError, match="does not begin with http"):
        asks.call("open_url", "file:///etc/passwd")
    with pytest.raises(ValueError, match="the scale 100 is not"):
        asks.call("set_ui_scale", 100)
    front = FrontEnd(open_file=lambda request: request.answer(3))
    assert asks.call("open_json_file_dialog") == "" and "an answer is a text, a path" in caplog.text
    for _ in range(64):
        asks.confirm()
    with pytest.raises(Exception, match="64 requests without an answer") as refused:
        asks.confirm()
    assert refused.value.code == "LR024" and type(refused.value).__name__ == "PluginLimitError"
    front.next().decline()
    assert asks.confirm()


def test_an_application_may_answer_some(asks, home):
    FrontEnd(open_folder=NotImplemented, confirm="Yes")
    assert asks.folder() == "" and "requests of the kind open_folder" in home.log("asks")
    assert asks.confirm().result(0) == "Yes"


def test_the_application_s_own_function_counts(asks, monkeypatch):
    monkeypatch.setattr(lf.ui, "open_folder_dialog", lambda title="", start_dir="": f"own {title}", raising=False)
    assert asks.folder("x") == "own x"


def test_the_theme_is_there_without_waiting_and_panels_follow_it(asks):
    assert lf.ui.theme().palette.text_dim == lf.ui.ThemePalette().text_dim and lf.ui.get_theme() == "dark"
    lf.ui.draw_panel(PICK)
    try:
        assert PICK not in lf.ui.due()
        lf.ui.provide_theme(
            "light", palette={"text_dim": (0.1, 0.2, 0.3)}, is_dark=False, scale=1.5, themes=[{"id": "light"}, {"id": "x"}]
        )
        assert PICK in lf.ui.due()
        (text,) = [one for one in lf.ui.draw_panel(PICK)["widgets"] if one.get("text") == "dim"]
        assert text["color"] == pytest.approx([0.1, 0.2, 0.3, 1.0])
        theme = lf.ui.theme()
        assert (theme.name, theme.is_dark, theme.sizes.frame_rounding) == ("light", False, 4.0)
        assert lf.ui.get_ui_scale() == 1.5 and lf.ui.get_ui_scale_preference() == 0.0
        assert [one["id"] for one in lf.ui.themes()] == ["light", "x"]
        with pytest.raises(ValueError, match="ThemePalette has no 'txt'"):
            lf.ui.provide_theme("light", palette={"txt": (0, 0, 0)})
        with pytest.raises(ValueError, match="has 4 numbers"):
            lf.ui.provide_theme("light", palette={"text": (0, 0)})
    finally:
        lf.ui.provide_theme()
    front = FrontEnd(set_theme=True, set_scale=True)
    asks.call("set_theme", "x")
    asks.call("set_ui_scale", 2)
    assert [one.fields for one in front.seen] == [{"name": "x"}, {"scale": 2.0}]


def test_no_answer_is_waited_for_in_a_forked_process(asks):
    FrontEnd(open_folder="/parent")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, repr(asks.folder()).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 99) == b"''"
