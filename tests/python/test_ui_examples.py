"""The examples for authors work: the panel of the documentation, the plugins beside it."""

import ast
import pathlib
import re
import shutil

import lichtfeld as lf
import pytest
from lichtfeld.plugins import Layout

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLES = ROOT / "plugins" / "examples"
PAGE = (ROOT / "docs" / "panels.md").read_text(encoding="utf-8")

#: The panel that every documentation of the system shows, letter for letter.
PANEL = '''\
import lichtfeld as lf
from lfs_plugins.types import Panel

class MyPanel(Panel):
    label = "My Panel"
    space = "SIDE_PANEL"
    order = 10

    def __init__(self):
        self.value = 0

    def draw(self, layout):
        layout.label("Hello from plugin!")
        if layout.button("Click me"):
            self.value += 1
        layout.label(f"Clicked: {self.value}")

_classes = [MyPanel]

def on_load():
    for cls in _classes:
        lf.register_class(cls)

def on_unload():
    for cls in reversed(_classes):
        lf.unregister_class(cls)
'''

#: Accepted and without effect, since a panel is drawn by any front end: nothing to show.
WITHOUT_EFFECT = {
    "capture_keyboard_from_app",
    "capture_mouse_from_app",
    "set_mouse_cursor_hand",
    "set_next_window_bg_alpha",
    "set_next_window_focus",
    "set_next_window_pos_center",
    "set_next_window_pos_centered",
    "set_next_window_pos_viewport_center",
}


def blocks(page):
    return re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def test_the_panel_of_the_documentation_works_letter_for_letter(home, manager):
    assert PANEL in blocks(PAGE)
    path = home.plugin("my-plugin")
    (path / "__init__.py").write_text(PANEL, encoding="utf-8")
    assert manager.load("my-plugin"), manager.get_error("my-plugin")
    assert lf.ui.panels() == ["lfs_plugins.my_plugin.MyPanel"]
    (panel,) = lf.ui.panels()
    info = lf.ui.panel_info(panel)
    assert (info["label"], info["space"], info["order"]) == ("My Panel", "SIDE_PANEL", 10)
    for clicks in range(3):
        text = lf.ui.render_text(lf.ui.draw_panel(panel), 30)
        assert text.splitlines()[0].startswith("┌ My Panel ─")
        assert "Hello from plugin!" in text and f"Clicked: {clicks}" in text
        lf.ui.send_input(panel, "Click me")
    manager.unload("my-plugin")
    assert lf.ui.panels() == []
    assert manager.unload_report("my-plugin")["freed"] == []


def test_the_operator_and_the_menu_of_the_documentation_work(home, manager, capfd):
    code = next(block for block in blocks(PAGE) if "class Scale(Operator)" in block)
    home.plugin("my-plugin", "import lichtfeld as lf\n" + code)
    assert manager.load("my-plugin"), manager.get_error("my-plugin")
    assert lf.ui.ops.invoke("my_plugin.scale", times=3).finished
    assert lf.ui.menus("MENU_BAR") == ["my_plugin.tools"]
    assert "Scale" in lf.ui.render_text(lf.ui.draw_menu("my_plugin.tools"))
    log = home.log("my-plugin")
    assert "times 3" in log + capfd.readouterr().out


def test_every_piece_of_python_in_the_documentation_is_python():
    for block in blocks(PAGE):
        compile(block, "docs/panels.md", "exec")


def test_the_examples_together_use_every_widget():
    assert len(with_panels()) >= 5
    used = set()
    for file in EXAMPLES.glob("*/*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names = {name for name in dir(Layout) if not name.startswith("_")}
    assert WITHOUT_EFFECT <= names
    assert sorted(names - used - WITHOUT_EFFECT) == []


def with_panels():
    files = sorted(EXAMPLES.glob("*/__init__.py"))
    return [file.parent.name for file in files if "Panel" in file.read_text(encoding="utf-8")]


@pytest.mark.parametrize("example", with_panels())
def test_an_example_is_loaded_and_drawn_by_a_host(home, manager, example):
    shutil.copytree(EXAMPLES / example, home.plugins / example)
    (name,) = [info.name for info in manager.discover()]
    assert manager.load(name), manager.get_error(name)
    panels = lf.ui.panels()
    assert panels
    for panel in panels:
        frame = lf.ui.draw_panel(panel)
        assert frame["widgets"] and "error" not in frame and "warnings" not in frame
    manager.unload(name)
    assert manager.unload_report(name)["freed"] == []


def test_the_gallery_shows_what_is_registered(home, manager):
    shutil.copytree(EXAMPLES / "layout_gallery", home.plugins / "layout_gallery")
    (name,) = [info.name for info in manager.discover()]
    assert manager.load(name)
    (panel,) = [id for id in lf.ui.panels() if id.endswith("GalleryPanel")]
    lf.ui.draw_panel(panel)
    lf.ui.send_input(panel, "Greet")
    lf.ui.send_input(panel, "About this")
    lf.ui.draw_panel(panel)
    assert "A gallery of layouts" in lf.ui.render_text(lf.ui.draw_panel(panel))
    log = home.log("layout-gallery")
    assert log.count("hello") == 1
