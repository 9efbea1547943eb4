"""Panels that are made from a template: the document, its data, and what the user does."""

import gc
import weakref

import lichtfeld as lf
import pytest
from lichtfeld.plugins.testing import PanelProbe
from waiting import until

TEMPLATE = """
<rml><head><title>Counter</title></head><body data-model="counter">
  <div class="setting-row"><span class="prop-label">Step</span>
    <input type="range" min="1" max="9" step="1" data-value="step"/></div>
  <p id="total" data-class-many="count > 5">{{ count }} of {{ name | upper }}</p>
  <div data-if="count > 5">Many</div>
  <div data-for="row : rows"><span>{{ row.name }}: {{ row.size }}</span></div>
  <button data-event-click="add(step)">Add</button>
  <button id="plain">Plain</button>
  <div id="im-root"></div>
</body></rml>
"""

CODE = """
    import lichtfeld as lf
    from lichtfeld import plugins

    calls = []

    class Counter(lf.ui.Panel):
        id = "counter"
        label = "Counter"
        space = "SIDE_PANEL"
        template = "counter.rml"
        style = ".many { color: #ff0000; }"

        def __init__(self):
            self.count = 0
            self.step = 2

        def on_bind_model(self, ctx):
            model = ctx.create_data_model("counter")
            model.bind_func("count", lambda: self.count)
            model.bind_func("name", lambda: "points")
            model.bind("step", lambda: self.step, self.set_step)
            model.bind_event("add", self.add)
            model.bind_record_list("rows")
            model.register_transform("upper", str.upper)
            self.handle = model.get_handle()

        def set_step(self, value):
            self.step = int(value)

        def on_mount(self, doc):
            calls.append("mount")
            self.doc = doc
            self.handle.update_record_list("rows", [{"name": "a", "size": 1}])
            doc.get_element_by_id("plain").add_event_listener("click", self.plain)

        def plain(self, event):
            calls.append((event.type(), event.target().tag_name, event.get_parameter("none", "-")))
            self.doc.get_element_by_id("total").set_text("reset")

        def on_unmount(self, doc):
            calls.append("unmount")

        def add(self, handle, event, args):
            self.count += int(args[0])
            handle.dirty("count")

        def draw(self, ui):
            if ui.button("Drawn"):
                calls.append("drawn")

    def on_load():
        lf.register_class(Counter)
        plugins.register_capability("counter.calls", lambda args: {"calls": [str(c) for c in calls]})
"""


@pytest.fixture(params=["shared", "process"])
def counter(request, home, manager):
    """The home with the plugin loaded, in the application's process or in one of its own."""
    tool = f'isolation = "{request.param}"'
    home.plugin("counter", CODE, files={"counter.rml": TEMPLATE}, tool=tool)
    assert manager.load("counter"), manager.get_error("counter")
    return home


def shown(panel="counter"):
    """The panel as text, when nothing changes any more."""
    text = []

    def settled():
        frame = lf.ui.draw_panel(panel)
        text[:] = [lf.ui.render_text(frame, 60)]
        return frame["widgets"] and frame.get("redraw", "on_input") == "on_input" and frame

    frame = until(settled)
    assert "error" not in frame, frame["error"]
    return text[0]


def calls():
    return lf.plugins.invoke("counter.calls", {})["calls"]


def test_a_panel_that_is_only_a_template_shows_its_data(counter):
    text = shown()
    for part in ("Step", "0 of POINTS", "a: 1", "Add", "Plain", "Drawn"):
        assert part in text, text
    assert "Many" not in text
    assert calls() == ["mount"]


def test_clicks_and_values_reach_the_plugin_and_come_back(counter):
    shown()
    lf.ui.send_input("counter", "Step", 4)
    shown()
    lf.ui.send_input("counter", "Add", "click")
    until(lambda: "4 of POINTS" in shown())
    lf.ui.send_input("counter", "Add", "click")
    until(lambda: "Many" in shown())
    lf.ui.send_input("counter", "Plain", "click")
    until(lambda: "reset" in shown())
    assert "('click', 'button', '-')" in calls()
    lf.ui.send_input("counter", "Drawn", "click")
    shown()
    until(lambda: "drawn" in calls())


def test_the_document_ends_with_the_plugin(counter, manager):
    shown()
    assert manager.unload("counter")
    assert lf.ui.rml.get_document("counter") is None
    assert manager.load("counter")
    assert "0 of POINTS" in shown()
    assert calls() == ["mount"]


MISTAKES = """
<rml><body data-model="wrong">
  <p>{{ missing }}</p>
  <p>{{ good }}</p>
  <button data-event-click="fail()">Fail</button>
  <p data-if="good ==">never</p>
</body></rml>
"""

WRONG = """
    import lichtfeld as lf

    class Wrong(lf.ui.Panel):
        id = "wrong"
        label = "Wrong"
        template = "wrong.rml"

        def on_bind_model(self, ctx):
            model = ctx.create_data_model("wrong")
            model.bind_func("good", lambda: "still here")
            model.bind_event("fail", self.fail)

        def fail(self):
            raise KeyError("on purpose")

    class Missing(lf.ui.Panel):
        id = "gone"
        template = "gone.rml"

    def on_load():
        lf.register_class(Wrong)
        lf.register_class(Missing)
"""


@pytest.fixture
def wrong(home, manager):
    path = home.plugin("wrong", WRONG, files={"wrong.rml": MISTAKES})
    assert manager.load("wrong")
    return path


def test_mistakes_are_named_with_their_place_and_the_rest_is_shown(wrong):
    frame = lf.ui.draw_panel("wrong")
    assert "still here" in lf.ui.render_text(frame, 60)
    found = {(w["location"]["line"], w["message"].split(": ")[0]) for w in frame["warnings"]}
    assert (3, "line 3, column 9") in found, frame["warnings"]
    assert any(line == 6 for line, _ in found), frame["warnings"]
    assert all(w["location"]["file"] == str(wrong / "wrong.rml") for w in frame["warnings"])


def test_an_exception_of_a_bound_function_is_in_the_log_and_in_the_panel(home, wrong):
    lf.ui.draw_panel("wrong")
    lf.ui.send_input("wrong", "Fail", "click")
    lf.ui.draw_panel("wrong")
    frame = lf.ui.draw_panel("wrong")
    assert any("KeyError: 'on purpose'" in w["message"] for w in frame["warnings"]), frame["warnings"]
    log = home.log("wrong")
    assert "fail failed" in log and "raise KeyError" in log


def test_a_template_that_does_not_exist_is_named_in_the_panel(home, wrong):
    frame = lf.ui.draw_panel("gone")
    (warning,) = frame["warnings"]
    assert "there is no template 'gone.rml'" in warning["message"]
    assert str(wrong / "gone.rml") in warning["message"]


def test_the_probe_draws_documents():
    class Plain(lf.ui.Panel):
        template = "builtin:docked-panel"

        def draw(self, layout):
            layout.label("inside")

    probe = PanelProbe(Plain())
    assert "inside" in probe.text()


ELEMENTS = """
    import lichtfeld as lf

    class Elements(lf.ui.Panel):
        id = "elements"
        template = "elements.rml"

        def on_mount(self, doc):
            self.doc = doc

    def on_load():
        lf.register_class(Elements)
"""


@pytest.fixture
def document(home, manager):
    rml = '<rml><body><div id="box" class="a b"><p>one</p><p>two</p></div></body></rml>'
    home.plugin("elements", ELEMENTS, files={"elements.rml": rml})
    assert manager.load("elements")
    lf.ui.draw_panel("elements")
    return lf.ui.rml.get_document("elements")


def test_elements_are_found_changed_made_and_removed(document):
    box = document.get_element_by_id("box")
    assert document.get_element_by_id("none") is None
    assert box == document.query_selector("div.a") and len({box, document.query_selector(".b")}) == 1
    assert [p.get_text() for p in document.query_selector_all("#box > p")] == ["one", "two"]
    assert box.num_children() == 2 and box.children()[0].parent() == box
    box.set_class("c", True)
    box.set_class("a", False)
    assert box.get_class_names() == "b c" and box.is_class_set("c")
    box.set_attribute("data-n", 3)
    assert box.get_attribute("data-n") == "3" and box.get_attribute("none", "d") == "d"
    box.remove_attribute("data-n")
    assert not box.has_attribute("data-n")
    box.set_property("color", "#00ff00")
    assert box.get_property("color") == "#00ff00"
    box.remove_property("color")
    new = box.append_child("p")
    new.set_inner_rml("th<b>r</b>ee")
    first = box.insert_before(document.create_element("p"), box.children()[0])
    first.set_text("<zero>")
    box.remove_child(box.children()[2])
    shown = lf.ui.draw_panel("elements")["widgets"]
    assert [widget["text"] for widget in shown] == ["<zero>", "one", "three"]
    document.title = "Another"
    assert document.title == "Another"


def test_what_is_wrong_with_an_element_is_said(document, manager):
    box = document.get_element_by_id("box")
    with pytest.raises(ValueError, match="did you mean `width`"):
        box.set_property("widht", "1dp")
    with pytest.raises(ValueError, match="not a selector"):
        document.query_selector("..")
    with pytest.raises(RuntimeError, match="itself"):
        box.append_child(document)
    with pytest.raises(TypeError, match="takes a function, not int"):
        box.add_event_listener("click", 3)
    manager.unload("elements")
    with pytest.raises(RuntimeError, match="document has ended"):
        box.get_text()


def test_nothing_of_a_plugin_stays_after_its_panel(home, manager):
    home.plugin("elements", ELEMENTS, files={"elements.rml": "<rml><body>x</body></rml>"})
    assert manager.load("elements")
    lf.ui.draw_panel("elements")
    import lfs_plugins.elements as module

    panel = weakref.ref(module.Elements)
    del module
    manager.unload("elements")
    gc.collect()
    assert panel() is None
