"""Mistakes in ``draw``: the plugin's line, what was drawn before, and warnings about what cannot be meant."""

import pytest

import lichtfeld as lf
from panels import shown
from waiting import until

PLACES = ["shared", "process"]
HEAD = """import json
import lichtfeld as lf
from lfs_plugins import SettingsManager
class Drawn(lf.ui.Panel):
    id = "drawn"
    def draw(self, layout):
        layout.label("drawn before")
"""
TAIL = "\ndef on_load():\n    lf.register_class(Drawn)\n"


def frame_of(home, manager, lines, place, words="drawn before"):
    path = home.plugin("drawn", HEAD + "".join(f"        {line}\n" for line in lines) + TAIL, tool=f'isolation = "{place}"')
    assert manager.load("drawn"), manager.get_error("drawn")
    return shown("drawn", words), str(path / "__init__.py")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "line", ["json.loads('{')", "SettingsManager.instance().get('drawn').update(3)", "1 / 0"]
)
def test_an_error_is_at_the_plugin_s_line_and_below_what_was_drawn(home, manager, line, place):
    frame, file = frame_of(home, manager, ["with layout.row():", "    layout.label('inside')", f"    {line}"], place)
    assert frame["error"]["location"] == {"file": file, "line": 10}
    texts = [widget["text"] for widget in frame["widgets"] if "text" in widget]
    assert texts == ["drawn before", "inside"]
    assert "warnings" not in frame, "the open row is no mistake"
    text = lf.ui.render_text(frame)
    assert text.index("drawn before") < text.index("inside") < text.index("could not be drawn")


def test_a_button_above_the_error_still_works(home, manager):
    frame_of(home, manager, ["if layout.button('Repair'):", "    Drawn.well = True", "if not hasattr(Drawn, 'well'):", "    1 / 0"], "shared")
    lf.ui.send_input("drawn", "Repair", "click")
    until(lambda: "error" not in lf.ui.draw_panel("drawn"))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "line, code, words",
    [
        ("layout.slider_float('Size', 0.0, 1.0, 0.5)", "limits", "layout.slider_float(\"Size\"): min is 1, above max, which is 0.5"),
        ("layout.slider_int('Count', 5, 10, 1)", "limits", "min is 10, above max, which is 1"),
        ("layout.drag_float('Speed', 1.0, 0.1, 3.0, 2.0)", "limits", "min is 3, above max, which is 2"),
        ("layout.progress_bar(45)", "fraction", "45 is above 1, and is shown as full"),
        ("layout.text_colored('Red', (255, 0, 0))", "colour", "a component of `color` is above 1: [255.0, 0.0, 0.0, 1.0]"),
        ("layout.color_edit3('Tint', (1.0, 128.0, 0.0))", "colour", "a component of `color` is above 1"),
        ("if layout.checkbox('On', True): pass", "tested-pair", "layout.checkbox(...) returns (changed, value), which is always true"),
        ("x = 1 if not layout.combo('Which', 0, ['a']) else 2", "tested-pair", "layout.combo(...) returns"),
    ],
)
def test_what_cannot_be_meant_is_a_warning_with_the_line(home, manager, line, code, words, place):
    frame, file = frame_of(home, manager, [line], place)
    [warning] = frame["warnings"]
    assert warning["code"] == code and words in warning["message"] and warning["hint"]
    assert warning["location"] == {"file": file, "line": 8}
    until(lambda: f"{file}:8" in home.log("drawn"))


@pytest.mark.parametrize("place", PLACES)
def test_what_is_meant_has_no_warning(home, manager, place):
    frame, _ = frame_of(
        home,
        manager,
        [
            "changed, value = layout.checkbox('On', True)",
            "if layout.checkbox('Off', False)[0]: pass",
            "if layout.button('Run') or not layout.collapsing_header('More'): pass",
            "layout.slider_float('Size', 0.5, 0.0, 1.0)",
            "layout.drag_float('Speed', 1.0)",
            "layout.progress_bar(sum([0.1] * 10))",
            "layout.text_colored('White', (1.0, 1.0, 1.0))",
        ],
        place,
    )
    assert "warnings" not in frame and "error" not in frame
