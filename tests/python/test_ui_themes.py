"""The look of the application's own windows and dialogs, and the tint of a button's picture, in frames."""

import lichtfeld as lf
import pytest
from waiting import until

CODE = '''
import lichtfeld as lf
from lfs_plugins.types import Panel

class Themes(Panel):
    id = "p.themes"
    def draw(self, layout):
        layout.begin_window("plain")
        layout.end_window()
        layout.push_window_style()
        layout.begin_window("window")
        layout.push_modal_style()
        layout.button("inner")
        layout.pop_modal_style()
        layout.label("outer")
        layout.end_window()
        layout.pop_window_style()
        layout.image_button("tinted", 7, (8, 8), (1.0, 0.5, 0.0))
        layout.image_button("white", 7, (8, 8))
        layout.push_modal_style()
        layout.label("left open")

def on_load():
    lf.register_class(Themes)
'''


@pytest.mark.parametrize("place", ["shared", "process"])
def test_themes_and_tints_are_in_the_frame(place, home, manager):
    home.plugin("p", CODE, tool=f'isolation = "{place}"')
    assert manager.load("p"), manager.get_error("p")
    frame = until(lambda: (frame := lf.ui.draw_panel("p.themes"))["widgets"] and frame)
    assert frame.get("error") is None
    shown = {one.get("label", one.get("text")): one for one in frame["widgets"]}

    def styles(label):
        return shown[label].get("styles")

    window = [{"name": "Theme", "theme": "window"}]
    modal = [{"name": "Theme", "theme": "modal"}]
    assert styles("plain") is None and styles("tinted") is None
    assert styles("window") == styles("outer") == window
    assert styles("inner") == styles("left open") == modal
    assert shown["tinted"]["tint"] == [1.0, 0.5, 0.0, 1.0]
    assert "tint" not in shown["white"]
    [warning] = frame["warnings"]
    assert "pop_modal_style" in warning["message"], warning
