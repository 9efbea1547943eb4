"""What a panel looks like: styles, icons, pictures beside the plugin."""

import lichtfeld as lf
import pytest
from waiting import until

CODE = '''
import lichtfeld as lf
from lfs_plugins.types import Operator, Panel

class Run(Operator):
    id = "p.run"
    label = "Run"
    def execute(self, context):
        return {"FINISHED"}

class Looks(Panel):
    id = "p.looks"
    def draw(self, layout):
        layout.button("plain")
        layout.push_style_color("Text", (1, 0, 0))
        layout.push_style_var("FrameRounding", 4)
        layout.button("red")
        layout.push_style_color("Text", (0, 1, 0, 0.5))
        layout.push_style_var_vec2("FramePadding", (2, 3))
        if layout.tree_node("tree"):
            layout.tree_pop()
        layout.pop_style_color()
        layout.pop_style_var(2)
        layout.label("words")
        layout.pop_style_color()
        layout.operator_("p.run", icon="CHECKMARK")
        layout.button("again")

class Pictures(Panel):
    id = "p.pictures"
    def draw(self, layout):
        layout.image("icons/a.png", (8, 8))
        layout.image("CHECKMARK", (8, 8))
        layout.image_button("missing", "b.png", (8, 8))
        layout.image("../q/a.png", (8, 8))
        layout.image(__file__, (8, 8))

def on_load():
    for one in (Run, Looks, Pictures):
        lf.register_class(one)
'''


@pytest.fixture(params=["shared", "process"])
def plugin(request, home, manager):
    path = home.plugin("p", CODE, tool=f'isolation = "{request.param}"')
    (path / "icons").mkdir()
    (path / "icons" / "a.png").write_bytes(b"a picture")
    assert manager.load("p"), manager.get_error("p")
    return path


def drawn(id):
    return until(lambda: (frame := lf.ui.draw_panel(id))["widgets"] and frame)


def test_styles_are_in_the_widgets_that_have_them(plugin):
    frame = drawn("p.looks")
    plain, red, tree, words, run, again = frame["widgets"]
    rounding = {"name": "FrameRounding", "number": 4.0}
    text = {"name": "Text", "color": [1.0, 0.0, 0.0, 1.0]}
    green = {"name": "Text", "color": [0.0, 1.0, 0.0, 0.5]}
    assert "styles" not in plain and "styles" not in run
    assert red["styles"] == [text, rounding]
    assert tree["styles"] == [green, rounding, {"name": "FramePadding", "size": [2.0, 3.0]}]
    assert words["styles"] == [text]
    assert "warnings" not in frame


def test_an_icon_is_kept_by_its_name(plugin):
    *_, run, again = drawn("p.looks")["widgets"]
    assert run["icon"] == "CHECKMARK" and "icon" not in again


def test_a_picture_is_looked_for_beside_the_plugin_and_never_outside(plugin):
    frame = drawn("p.pictures")
    found, name, missing, outside, absolute = [one["picture"]["named"] for one in frame["widgets"]]
    assert found == str(plugin / "icons" / "a.png")
    assert name == "CHECKMARK"
    assert missing == str(plugin / "b.png")
    assert outside == "../q/a.png"
    assert absolute == str(plugin / "__init__.py")
    lines = CODE.splitlines()
    first, second = frame["warnings"]
    assert first["code"] == second["code"] == "picture"
    assert f"there is no file 'b.png' in {plugin}" in first["message"]
    assert first["location"] == {
        "file": str(plugin / "__init__.py"),
        "line": 1 + next(at for at, line in enumerate(lines) if "\"b.png\"" in line),
    }
    assert "leads out of the plugin: '../q/a.png'" in second["message"]
