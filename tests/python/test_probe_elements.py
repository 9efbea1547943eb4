"""Tests of authors find, read and use the elements of panels that are made from a template."""

import lichtfeld as lf
import pytest
from lichtfeld.plugins.testing import ElementNotFound, PanelProbe

TEMPLATE = """<rml><body data-model="m">
  <h2>Crop</h2>
  <div class="rows"><div data-for="row : rows" class="item" data-event-click="pick(it_index)">{{ row }}</div></div>
  <p id="picked" data-class-on="picked >= 0">{{ picked }}</p>
  <div><input id="name" type="text" data-value="name"/></div>
  <div><input type="checkbox" data-checked="on"/><label>Shown</label></div>
  <button id="apply" data-event-click="apply()">Apply</button>
  <button disabled="disabled">Undo</button>
  <button>Same</button><span><button>Same</button></span>
</body></rml>"""

CODE = """
    import lichtfeld as lf

    class Crop(lf.ui.Panel):
        id = "crop"
        template = "crop.rml"

        def __init__(self):
            self.picked, self.name, self.on = -1, "", False

        def on_bind_model(self, ctx):
            model = ctx.create_data_model("m")
            model.bind_func("rows", lambda: ["left", "right"])
            model.bind_func("picked", lambda: self.picked)
            model.bind("name", lambda: self.name, lambda value: setattr(self, "name", value))
            model.bind("on", lambda: self.on, lambda value: setattr(self, "on", value))
            model.bind_event("pick", self.pick)
            model.bind_event("apply", self.apply)
            self.handle = model.get_handle()

        def pick(self, handle, event, args):
            self.picked = int(args[0])
            self.handle.dirty("picked")

        def apply(self):
            self.picked = len(self.name)
            self.handle.dirty("picked")

    def on_load():
        lf.register_class(Crop)
"""


@pytest.fixture(params=["class", "shared", "process"])
def probe(request, home, manager):
    """A probe of the panel's class, and of the panel of a loaded plugin in both places."""
    place = "shared" if request.param == "class" else request.param
    home.plugin("crop", CODE, files={"crop.rml": TEMPLATE}, tool=f'isolation = "{place}"')
    assert manager.load("crop"), manager.get_error("crop")
    if request.param == "class":
        import lfs_plugins.crop as module

        return PanelProbe(module.Crop)
    return PanelProbe("crop").wait(lambda probe: probe.document)


def picked(probe, text):
    return probe.wait(lambda probe: probe.find("#picked").text == text)


def test_elements_are_found_and_read(probe):
    heading = probe.find("h2")
    assert heading.text == "Crop" and heading.tag == "h2" and heading.parent.tag == "body"
    items = probe.find_all(".rows > .item")
    assert [item.text for item in items if item.is_shown] == ["left", "right"]
    assert "on" not in probe.find("#picked").classes
    assert probe.find("#name").get("type") == "text"
    assert probe.find(".rows").find_all(".item")[-1].text == "right"
    assert probe.find("button[disabled]").style["color"].startswith("#")
    assert repr(probe.find("#apply")) == "<Element button#apply 'Apply'>"
    assert probe.find("#apply") == probe.find("#apply")


def test_elements_are_used_by_text_id_and_selector(probe):
    probe.click("right")
    picked(probe, "1")
    assert "on" in probe.find("#picked").classes
    probe.click(".item:first-child")
    picked(probe, "0")
    probe.type("#name", "four")
    probe.click("apply")
    picked(probe, "4")
    probe.find("#name").set("seven77")
    probe.click("Apply")
    picked(probe, "7")
    probe.set("Shown", True)
    probe.wait(lambda probe: "checked" in probe.find("input[type=checkbox]").attributes)


def test_what_is_not_there_or_not_clear_is_refused_with_a_list(probe):
    with pytest.raises(ElementNotFound, match=r"no element '#aply'; did you mean '#apply'\? There are: .*h2 'Crop'"):
        probe.find("#aply")
    with pytest.raises(ElementNotFound, match="there are 2 elements '.item': div.item 'left', div.item 'right'"):
        probe.find(".item")
    with pytest.raises(ValueError, match="not a selector"):
        probe.find("..")
    with pytest.raises(LookupError, match="there are 2 widgets 'Same' to click"):
        probe.click("Same")
    with pytest.raises(ValueError, match="disabled"):
        probe.find("button[disabled]").click()
    with pytest.raises(LookupError, match="no widget 'nothing' to click"):
        probe.click("nothing")


def test_themes_and_panels_without_a_template(probe):
    before = probe.find("body").style["color"]
    probe.set_theme("light")
    probe.wait(lambda probe: probe.find("body").style["color"] != before)

    class Plain(lf.ui.Panel):
        def draw(self, layout):
            layout.label("x")

    with pytest.raises(ElementNotFound, match="not made from a template"):
        PanelProbe(Plain).find("p")
