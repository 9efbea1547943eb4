"""The PySide6 example: double clicks, drags, the wheel, the beginning and the end of edits, and looks."""

import shutil

import pytest

from qt_program import ROOT, every_widget, qt, run  # noqa: F401 - fixtures

PLUGIN = """
import lichtfeld as lf
from lfs_plugins.types import Panel

class Edits(Panel):
    label = "Edits"
    space = "SIDE_PANEL"

    def __init__(self):
        self.values = {}

    def value(self, name, draw, first, *others):
        changed, new = draw(name, self.values.get(name, first), *others)
        if self.layout.is_item_activated():
            lf.log.info(f"{name} begins")
        if changed:
            self.values[name] = new
            lf.log.info(f"{name} = {new!r}")
        if self.layout.is_item_deactivated():
            lf.log.info(f"{name} ends")

    def draw(self, layout):
        self.layout = layout
        self.value("text", layout.input_text, "")
        self.value("number", layout.input_float, 0.0)
        self.value("drag", layout.drag_float, 0.0)
        self.value("slider", layout.slider_float, 0.5, 0.0, 1.0)
        self.value("color", layout.color_edit3, (1.0, 0.0, 0.0))
        layout.label("words")
        if layout.is_mouse_double_clicked(1):
            lf.log.info("double click anywhere")
        if layout.is_mouse_dragging(2):
            lf.log.info(f"dragged by {layout.get_mouse_delta()[1]:.0f}")


class Looks(Panel):
    label = "Looks"
    space = "SIDE_PANEL"

    def draw(self, layout):
        layout.image_button("white", "white.png", (20, 20))
        layout.image_button("tinted", "white.png", (20, 20), (1.0, 0.5, 0.0, 0.5))
        for name in ("plain", "window", "modal"):
            if name != "plain":
                getattr(layout, f"push_{name}_style")()
            layout.begin_window(f"a {name} window")
            layout.label("inside")
            layout.end_window()
            if name != "plain":
                getattr(layout, f"pop_{name}_style")()
        if layout.button("ask"):
            layout.open_popup("question")
        layout.push_modal_style()
        if layout.begin_popup_modal("question"):
            if layout.button("answer"):
                layout.close_current_popup()
            layout.end_popup_modal()
        layout.pop_modal_style()

def on_load():
    lf.register_class(Edits)
    lf.register_class(Looks)

def on_unload():
    lf.unregister_class(Looks)
    lf.unregister_class(Edits)
"""

WHITE = f"{ROOT}/crates/capi/tests/programs/pointer/white.png"


@pytest.fixture(params=["shared", "process"])
def place(request, home):
    """Where the plugins run."""
    every_widget(home, request.param)
    home.plugin("asking", PLUGIN, tool=f'isolation = "{request.param}"')
    shutil.copy(WHITE, home.plugins / "asking" / "white.png")
    return request.param


def test_double_clicks_drags_and_the_wheel_reach_the_plugin(place, run):
    run("""
    user.load("every_widget")
    user.panel("Pointer")
    canvas = user.one("canvas")
    drag(canvas, (20, 50), (80, 50))
    user.told("moved by 60")
    double_click(canvas)
    user.told("double click")
    words = user.one("words")
    wheel(words, 2)
    user.told("wheel 2")
    user.press(words, Qt.MouseButton.RightButton)
    user.told("words: clicked")
    """)


def test_what_happens_beside_all_widgets_reaches_the_plugin_once(place, run):
    run("""
    user.load("asking")
    view = user.panel("Edits")
    content, words = view.widget(), user.one("words")
    double_click(content, Qt.MouseButton.RightButton, at=(5, content.height() - 5))
    assert user.told("double click anywhere") == ["double click anywhere"]
    # A label leaves its events to what is around it.
    double_click(words, Qt.MouseButton.RightButton)
    user.quiet()
    assert user.told("double click anywhere") == ["double click anywhere"]
    drag(words, (2, 2), (2, 52), Qt.MouseButton.MiddleButton)
    lines = user.told("dragged by 50")
    assert len(lines) == 1, lines
    """)


def test_edits_have_a_beginning_and_an_end(place, run):
    run("""
    from PySide6.QtWidgets import QColorDialog, QLineEdit
    from PySide6.QtGui import QColor
    from qt_host.values import NumberField, Slider
    user.load("asking")
    user.panel("Edits")

    def told(*lines):
        user.until(lambda: lines[-1] in user.lines, lambda: f"{lines[-1]}: {user.lines}")
        user.quiet()
        seen = list(user.lines)
        user.lines.clear()
        assert tuple(seen) == lines, seen

    user.window.activateWindow()
    user.until(user.window.isActiveWindow)
    text, number = user.one("text", QLineEdit), user.one("number", NumberField)
    text.setFocus()
    told("text begins")
    for letter in "ab":
        QTest.keyClicks(text, letter)
        user.quiet()
    told("text = 'a'", "text = 'ab'")
    QTest.keyClick(text, Qt.Key.Key_Return)
    told("text ends")
    # Return leaves the keyboard there: the next letter is another edit.
    QTest.keyClicks(text, "c")
    told("text begins", "text = 'abc'")
    number.setFocus()
    told("text ends", "number begins")
    number.selectAll()
    QTest.keyClicks(number, "7")
    # A number that was typed counts when the user leaves the field.
    text.setFocus()
    told("number = 7.0", "number ends", "text begins")

    line = user.one("drag", NumberField).lineEdit()
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=QPoint(10, 5))
    told("text ends", "drag begins")
    for x in (60, 110):
        QTest.mouseMove(line, QPoint(x, 5))
        user.quiet()
    told("drag = 50.0", "drag = 100.0")
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=QPoint(110, 5))
    told("drag ends")

    slider = user.one("slider", Slider).slider
    slider.setSliderDown(True)
    slider.setSliderPosition(250)
    slider.setSliderDown(False)
    told("slider begins", "slider = 0.25", "slider ends")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    told("slider begins", "slider = 0.26", "slider ends")

    user.press(user.one("color"))
    dialog = user.one("color", QColorDialog)
    told("color begins")
    dialog.setCurrentColor(QColor(0, 0, 255))
    told("color = (0.0, 0.0, 1.0)")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    told("color ends")
    """)


def test_pictures_are_tinted_and_windows_have_the_look_of_the_application(place, run):
    run("""
    user.load("asking")
    user.panel("Looks")

    def middle(name):
        return user.one(name).icon().pixmap(20, 20).toImage().pixelColor(4, 4).getRgb()

    assert middle("white") == (255, 255, 255, 255)
    tinted = middle("tinted")
    assert all(abs(a - b) <= 2 for a, b in zip(tinted, (255, 128, 0, 128))), tinted

    def ground(window):
        image = window.grab().toImage()
        return image.pixelColor(4, image.height() // 2).name()

    assert ground(user.one("a window window")) == "#dde6f5"
    assert ground(user.one("a modal window")) == "#f8e8d0"
    assert ground(user.one("a plain window")) not in ("#dde6f5", "#f8e8d0")
    user.click("ask")
    assert ground(user.one("answer").window()) == "#f8e8d0"
    user.click("answer")
    """)
