"""Saved templates and sheets are shown at once, without a reload of the plugin's code."""

import time

import lichtfeld as lf
import pytest
from waiting import until

CODE = """
    import lichtfeld as lf
    from lichtfeld import plugins

    calls = ["import"]

    class Counter(lf.ui.Panel):
        id = "counter"
        label = "Counter"
        template = "ui/counter.rml"

        def __init__(self):
            self.count = 0

        def on_bind_model(self, ctx):
            calls.append("bind")
            model = ctx.create_data_model("counter")
            model.bind_func("count", lambda: self.count)
            model.bind_event("add", self.add)
            self.handle = model.get_handle()

        def on_mount(self, doc):
            calls.append("mount")
            self.doc = doc
            self.plain = doc.get_element_by_id("plain")
            self.plain.add_event_listener("click", lambda event: calls.append("plain"))
            doc.get_element_by_id("note").set_text("set by the plugin")

        def on_unmount(self, doc):
            calls.append("unmount")

        def add(self):
            self.count += 1
            self.handle.dirty("count")

    def on_load():
        lf.register_class(Counter)
        plugins.register_capability("counter.calls", lambda args: {"calls": calls})
"""

TEMPLATE = """<rml><head><link type="text/template" href="frame.rml"/></head>
<body data-model="counter">
  <template src="frame"><p>{{ count }} so far</p></template>
  <p id="note">note</p>
  <button id="add" data-event-click="add()">Add</button>
  <button id="plain">Plain</button>
</body></rml>
"""

FRAME = '<template name="frame" content="in"><h2>Frame</h2><div id="in"/></template>'


@pytest.fixture(params=["shared", "process"])
def counter(request, home, manager):
    """The plugin's folder, loaded in the application's process or in one of its own, and watched."""
    files = {"ui/counter.rml": TEMPLATE, "ui/frame.rml": FRAME, "ui/counter.rcss": "p { color: #00ff00; }"}
    tool = f'isolation = "{request.param}"'
    path = home.plugin("counter", CODE, files=files, tool=tool)
    assert manager.load("counter"), manager.get_error("counter")
    manager.start_watcher()
    assert "0 so far" in text()
    return path


def frame():
    """The panel when nothing changes any more."""

    def settled():
        frame = lf.ui.draw_panel("counter")
        return frame["widgets"] and frame.get("redraw", "on_input") == "on_input" and frame

    return until(settled)


def text():
    return lf.ui.render_text(frame(), 60)


def calls():
    # During a reload there is no such capability.
    return lf.plugins.invoke("counter.calls", {}).get("calls", [])


def widget(label):
    return next(w for w in frame()["widgets"] if w.get("label") == label)


def test_a_saved_template_is_shown_and_the_state_stays(counter):
    lf.ui.send_input("counter", "Add", "click")
    until(lambda: "1 so far" in text())
    before = widget("Add")["id"]
    begun = time.perf_counter()
    changed = TEMPLATE.replace("so far", "clicks").replace("<p id", "<h1>New</h1><p id")
    (counter / "ui" / "counter.rml").write_text(changed.replace(">note<", ">another note<"))
    until(lambda: "1 clicks" in text())
    print(f"from the save to the frame: {1000 * (time.perf_counter() - begun):.1f} ms")
    assert "New" in text() and "set by the plugin" in text() and "Frame" in text()
    assert widget("Add")["id"] == before, "a front end keeps what it knows of the widget"
    lf.ui.send_input("counter", "Add", "click")
    until(lambda: "2 clicks" in text())
    lf.ui.send_input("counter", "Plain", "click")
    until(lambda: "plain" in (frame() and calls()))
    assert calls() == ["import", "bind", "mount", "plain"]


def test_what_the_template_names_is_watched_as_well(counter):
    (counter / "ui" / "frame.rml").write_text(FRAME.replace("Frame", "Another frame"))
    until(lambda: "Another frame" in text())

    def colors():
        return {tuple(w["color"]) for w in frame()["widgets"] if w.get("color")}

    assert (0.0, 1.0, 0.0, 1.0) in colors()
    (counter / "ui" / "counter.rcss").write_text("p { color: #ff0000; }")
    until(lambda: (1.0, 0.0, 0.0, 1.0) in colors())
    # One that did not exist when the template was read.
    (counter / "ui" / "counter.theme.rcss").write_text("p { color: #0000ff; }")
    until(lambda: (0.0, 0.0, 1.0, 1.0) in colors())
    assert calls() == ["import", "bind", "mount"]


def test_a_damaged_template_leaves_the_last_one_and_is_named(counter, home, manager):
    path = counter / "ui" / "counter.rml"
    path.write_text(TEMPLATE.replace("<p id", "\n   <b><p id"))
    until(lambda: manager.get_error("counter"))
    assert f"{path}:5:4" in manager.get_error("counter"), manager.get_error("counter")
    assert "is not closed" in manager.get_error("counter")
    assert manager.get_state("counter").name == "ACTIVE"
    until(lambda: frame()["warnings"])
    shown = frame()
    assert "0 so far" in lf.ui.render_text(shown, 60)
    (warning,) = shown["warnings"]
    assert warning["location"] == {"file": str(path), "line": 5}
    assert "column 4" in warning["message"] and "</b>" in warning["hint"]
    log = home.log("counter")
    assert "LR132" in log and f"{path}:5:4" in log, log
    path.write_text(TEMPLATE.replace("so far", "again"))
    until(lambda: "0 again" in text())
    until(lambda: manager.get_error("counter") is None)
    assert "warnings" not in frame()
    # One that cannot be read.
    path.write_bytes(b"<p>\xff</p>")
    until(lambda: manager.get_error("counter"))
    assert "cannot be read" in manager.get_error("counter")
    assert "0 again" in text()
    path.unlink()
    until(lambda: "there is no template" in (manager.get_error("counter") or ""))
    assert "0 again" in text()
    path.write_text(TEMPLATE)
    until(lambda: "0 so far" in text())
    assert calls() == ["import", "bind", "mount"]


def test_a_mistake_that_leaves_the_rest_is_shown_with_the_rest(counter, manager):
    path = counter / "ui" / "counter.rml"
    path.write_text(TEMPLATE.replace("count }}", "cuont }}").replace("so far", "or so"))
    until(lambda: "or so" in text())
    (warning,) = frame()["warnings"]
    assert warning["location"] == {"file": str(path), "line": 3}
    assert "count" in warning["hint"], warning
    (counter / "ui" / "counter.rcss").write_text("p {\n  colour: red;\n}")
    rcss = str(counter / "ui" / "counter.rcss")
    until(lambda: any(w["location"] == {"file": rcss, "line": 2} for w in frame()["warnings"]))
    assert manager.get_error("counter") is None


def test_files_that_no_template_names_reload_the_code(counter):
    (counter / "ui" / "other.rcss").write_text("p {}")
    until(lambda: calls() == ["import"])
    assert "0 so far" in text()


def test_without_hot_reload_nothing_is_read_again(home, manager):
    quiet = home.plugin(
        "counter", CODE, files={"ui/counter.rml": TEMPLATE, "ui/frame.rml": FRAME}, tool="hot_reload = false"
    )
    loud = home.plugin("loud", "value = 0\n")
    assert manager.load("counter") and manager.load("loud")
    text()
    manager.start_watcher()
    reloaded = []
    stop = manager.on_event(lambda change: reloaded.append(change.plugin))
    (quiet / "ui" / "counter.rml").write_text(TEMPLATE.replace("so far", "more"))
    (loud / "__init__.py").write_text("value = 1\n")
    until(lambda: reloaded == ["loud"])
    assert "0 so far" in text()
    stop()


def test_a_document_of_the_host_gets_a_reload(home, manager):
    home.plugin("counter", CODE.replace("on_mount", "on_nothing"), files={"ui/counter.rml": TEMPLATE})
    assert manager.load("counter")
    lf.ui.mount("counter", object())
    manager.start_watcher()
    assert "unmount" not in calls()
    (home.plugins / "counter" / "ui" / "counter.rml").write_text("<rml/>")
    until(lambda: calls() == ["import"])
