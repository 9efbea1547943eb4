"""Documents as elements in frames: what a front end gets that draws them, and what it reports."""

import lichtfeld as lf
import pytest
from waiting import until

CODE = """
    import lichtfeld as lf
    from lichtfeld import plugins

    heard = []

    class Tree(lf.ui.Panel):
        id = "tree"
        template = "tree.rml"

        def __init__(self):
            self.count = 0
            self.name = "x"

        def on_bind_model(self, ctx):
            model = ctx.create_data_model("tree")
            model.bind_func("count", lambda: self.count)
            model.bind("name", lambda: self.name, self.rename)
            model.bind_event("add", self.add)
            self.handle = model.get_handle()

        def on_mount(self, doc):
            self.doc = doc
            for kind in ("focus", "mouseover", "scroll"):
                box = doc.get_element_by_id("name")
                box.add_event_listener(kind, lambda event: heard.append((event.type(),)))

        def rename(self, value):
            self.name = value
            heard.append(("name", value))

        def add(self):
            self.count += 1
            self.handle.dirty("count")
            self.doc.get_element_by_id("name").focus()

        def draw(self, layout):
            layout.label("drawn")

    def boxes(args):
        panel = lf.ui.get_panel_instance("tree") if hasattr(lf.ui, "get_panel_instance") else None
        doc = lf.ui.rml.get_document("tree")
        e = doc.get_element_by_id("name")
        return {"box": [e.absolute_left, e.absolute_top, e.absolute_width, e.offset_height,
                        e.offset_top, e.client_width, e.scroll_height, e.scroll_top]}

    def on_load():
        lf.register_class(Tree)
        plugins.register_capability("tree.heard", lambda args: {"heard": [list(one) for one in heard]})
        plugins.register_capability("tree.boxes", boxes)
"""

TEMPLATE = """<rml><head><title>Tree</title></head><body data-model="tree">
  <p id="total" class="hint big">{{ count }}</p>
  <div data-if="count > 0" id="more">more</div>
  <input id="name" type="text" data-value="name" placeholder="name"/>
  <button id="add" class="btn btn--primary" data-event-click="add()">Add</button>
  <div id="im-root"/>
</body></rml>
"""


@pytest.fixture(params=["shared", "process"])
def tree(request, home, manager):
    path = home.plugin("tree", CODE, files={"tree.rml": TEMPLATE}, tool=f'isolation = "{request.param}"')
    assert manager.load("tree"), manager.get_error("tree")
    lf.ui.set_surface("tree", document="tree")
    return path


def drawn():
    """A frame with a document; a worker may be late."""
    return until(lambda: (frame := lf.ui.draw_panel("tree")).get("document") and frame)


def document():
    return drawn()["document"]


def node(document, id):
    return next(node for node in document["nodes"] if node.get("id") == id)


def text_of(document, id):
    at = document["nodes"].index(node(document, id))
    return document["nodes"][at + 1].get("text")


def heard():
    return lf.plugins.invoke("tree.heard", {})["heard"]


def send(id, **action):
    lf.ui.push_input("tree", {"element": node(document(), id)["node"], **action})


def test_a_frame_has_the_elements_that_a_front_end_draws(tree):
    frame = drawn()
    assert [widget["text"] for widget in frame["widgets"]] == ["drawn"], "only those of draw()"
    tree = frame["document"]
    assert tree["title"] == "Tree" and tree["base"] == 0 and "changed" not in tree
    body = tree["nodes"][0]
    assert body["tag"] == "body" and body["depth"] == 0
    total = node(tree, "total")
    assert total["classes"] == ["hint", "big"] and total["depth"] == 1
    assert dict(total["style"])["color"].startswith("#")
    assert text_of(tree, "total") == "0"
    assert dict(node(tree, "name")["attributes"])["placeholder"] == "name"
    assert dict(node(tree, "more")["style"])["display"] == "none"
    # Nothing has changed: the same version.
    again = document()
    assert again["version"] == tree["version"] and again["nodes"] == tree["nodes"]
    lf.ui.set_surface("tree", document="widgets")
    frame = until(lambda: "document" not in (frame := lf.ui.draw_panel("tree")) and frame)
    assert len(frame["widgets"]) > 1


def test_what_has_changed_is_named(tree):
    before = document()
    send("add", click="primary")
    after = until(lambda: (now := document())["version"] != before["version"] and now)
    assert after["base"] == before["version"]
    changed = set(after["changed"])
    total = after["nodes"].index(node(after, "total"))
    assert after["nodes"][total + 1]["node"] in changed, "the text"
    assert node(after, "more")["node"] in changed and "removed" not in after
    assert node(after, "im-root")["node"] not in changed
    assert text_of(after, "total") == "1"
    assert node(after, "add")["node"] == node(before, "add")["node"]
    name = node(after, "name")["node"]
    assert after["focus"] == name
    assert {"effect": "focus", "node": name} in after["effects"]
    (tree / "tree.rml").write_text(TEMPLATE.replace("hint", "card"))


def test_actions_on_elements_reach_the_plugin(tree):
    send("name", set="typed")
    send("name", focus=True)
    send("name", hover=True)
    send("name", scroll=[0, 7])
    drawn()
    until(lambda: (drawn() and heard()) == [["name", "typed"], ["focus"], ["mouseover"], ["scroll"]])
    assert dict(node(document(), "name")["attributes"])["value"] == "typed"
    place = {"at": [10, 20], "size": [80, 24], "client": [78, 22], "content": [78, 40]}
    send("name", layout=place)
    drawn()
    until(lambda: (drawn() and boxes()) == [10, 20, 80, 24, 20, 78, 40, 7])
    lf.ui.push_input("tree", {"element": 123456789, "click": "primary"})
    dropped = until(lambda: lf.ui.draw_panel("tree").get("dropped"))
    assert "no longer in the document" in dropped[0]["reason"]


def boxes():
    return lf.plugins.invoke("tree.boxes", {}).get("box")


def test_the_theme_of_the_front_end_restyles_the_document(tree):
    before = document()
    lf.ui.set_surface("tree", theme="light")
    after = until(lambda: (now := document())["version"] != before["version"] and now)
    colors = [dict(node(one, "total")["style"])["color"] for one in (before, after)]
    assert colors[0] != colors[1]
    assert node(after, "total")["node"] == node(before, "total")["node"]
    assert node(after, "total")["node"] in after["changed"]


def test_wrong_surfaces_and_inputs_are_told(tree):
    with pytest.raises(ValueError, match="widgets"):
        lf.ui.set_surface("tree", document="forest")
    with pytest.raises(ValueError, match="light"):
        lf.ui.set_surface("tree", theme="pink")
    with pytest.raises(ValueError, match="an element takes"):
        lf.ui.push_input("tree", {"element": 3, "shake": True})
    found = lf.ui.find_elements(document(), "body > button.btn")
    assert found == [node(document(), "add")["node"]]
    with pytest.raises(ValueError, match="not a selector"):
        lf.ui.find_elements(document(), "..")
