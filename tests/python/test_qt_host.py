"""The PySide6 example: every widget, and a user who clicks, types and drags."""

import json
import os

import pytest

from qt_program import ROOT, every_widget, qt, run  # noqa: F401 - fixtures


@pytest.fixture(params=["shared", "process"])
def place(request, home):
    """Where the plugin with every kind of widget runs."""
    every_widget(home, request.param)
    return request.param


def test_every_kind_of_widget_has_a_part(home, run):
    """A kind that is added to the protocol has no part here, or is in no panel of these."""
    every_widget(home)
    out = run("""
    import json
    from qt_host.panel import KINDS
    user.load("every_widget")
    drawn = set()
    def note(view):
        drawn.update(widget["kind"] for widget in lf.ui.last_frame(view.id)["widgets"])
        assert not view.unknown, view.unknown
    for label in ("Clicks", "Values", "Colors", "Shown", "Windows"):
        view = user.panel(label)
        note(view)
        if label == "Clicks":
            user.click("tree")
            note(view)
            user.click("menu")
            note(view)
            user.click("entry")
        elif label == "Windows":
            user.hover("hover me", shows="about it")
            note(view)
            user.click("ask")
        note(view)
        if label == "Windows":
            user.click("answer")
    print(json.dumps([sorted(KINDS), sorted(drawn)]))
    """)
    parts, drawn = map(set, json.loads(out.splitlines()[-1]))
    with open(os.path.join(ROOT, "crates", "panel", "schema", "panel.schema.json")) as file:
        schema = json.load(file)
    kinds = {one["properties"]["kind"]["const"] for one in schema["$defs"]["Widget"]["oneOf"]}
    assert len(kinds) > 30
    assert kinds - parts == set(), "no part draws these"
    assert parts - kinds == set(), "these are no kinds"
    assert kinds - drawn == set(), "no panel here has these"


def test_a_click_reaches_the_plugin_once(place, run):
    run("""
    user.load("every_widget")
    user.panel("Clicks")
    for label in ("button", "beside", "red", "line"):
        user.click(label)
        assert user.told(f"{label}: clicked") == [f"{label}: clicked"]
    for label, told in [
        ("check", "check = True"), ("check", "check = False"), ("radio", "radio = 1"),
        ("header", "header is open: True"), ("tree", "tree is open: True"),
        ("inside", "inside: clicked"), ("tree", "tree is open: False"),
        ("menu", "menu is open: True"), ("entry", "entry: clicked"),
    ]:
        user.click(label)
        user.told(told)
    user.one("below the header")
    user.gone("inside")
    user.gone("entry")
    assert not user.one("off").isEnabled()
    button, beside = user.one("button"), user.one("beside")
    assert button.geometry().center().y() == beside.geometry().center().y()
    """)


def test_values_reach_the_plugin(place, run):
    run("""
    from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget
    from qt_host.values import NumberField, Slider
    user.load("every_widget")
    user.panel("Values")

    # A slider by the keyboard: a page up is 10 of 1000 steps, from 0.5 of 0 to 2.
    slider = user.one("slider", Slider).slider
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    user.told("slider = 0.52")
    QTest.keyClick(user.one("three 2", Slider).slider, Qt.Key.Key_PageUp)
    user.told("three = (0.0, 0.01, 0.0)")

    # A number that is typed, one with steps, and one that is dragged by the mouse.
    def type_number(name, text):
        field = user.one(name, NumberField)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    type_number("input", "7")
    user.told("input = 7")
    type_number("drag", "2.5")
    user.told("drag = 2.5")
    line = user.one("drag", NumberField).lineEdit()
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=QPoint(10, 5))
    for x in (20, 60, 110):
        QTest.mouseMove(line, QPoint(x, 5))
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=QPoint(110, 5))
    user.told("drag = 102.5")

    # Letters, between which the panel is drawn, keep the caret; Enter sends the other field.
    for name, told in (("text", "text = 'abc'"), ("path", "path = 'abc'")):
        field = user.one(name, QLineEdit)
        field.setFocus()
        for letter in "abc":
            QTest.keyClicks(field, letter)
            user.quiet()
        user.told(told)
    text = user.one("text", QLineEdit)
    text.setFocus()
    text.setCursorPosition(1)
    QTest.keyClicks(text, "x")
    user.told("text = 'axbc'")
    user.quiet()
    assert text.cursorPosition() == 2
    user.lines.clear()
    enter = user.one("enter", QLineEdit)
    enter.setFocus()
    QTest.keyClicks(enter, "abc")
    lf.ui.request_redraw()
    user.quiet()
    assert user.lines == [] and enter.text() == "abc"
    QTest.keyClick(enter, Qt.Key.Key_Return)
    user.told("enter = 'abc'")

    combo = user.one("combo", QComboBox)
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_End)
    user.told("combo = 2")
    assert combo.currentText() == "plum"
    items = user.one("list", QListWidget)
    at = items.visualItemRect(items.item(1)).center()
    QTest.mouseClick(items.viewport(), Qt.MouseButton.LeftButton, pos=at)
    user.told("list = 1")
    """)


def test_colors_reach_the_plugin(place, run):
    run("""
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QColorDialog, QSlider
    user.load("every_widget")
    user.panel("Colors")
    user.one("picker Green", QSlider).setValue(255)
    user.told("picker = (1.0, 1.0, 0.0)")
    user.press(user.one("edit"))
    dialog = user.one("edit", QColorDialog)
    dialog.setCurrentColor(QColor(0, 0, 255, 0))
    user.told("edit = (0.0, 0.0, 1.0, 0.0)")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    """)


def test_windows_menus_tooltips_and_dragging_work(place, run):
    run("""
    user.load("every_widget")
    user.panel("Windows")
    assert not user.named("answer")
    user.click("ask")
    user.click("answer")
    user.told("answered")
    user.gone("answer")

    user.click("more", Qt.MouseButton.RightButton)
    user.click("cut")
    user.told("cut: clicked")
    user.gone("cut")
    # A popup that the user closes is closed for the plugin, too.
    user.click("more", Qt.MouseButton.RightButton)
    user.one("cut").window().hide()
    user.quiet()
    user.gone("cut")

    user.hover("hover me", shows="about it")
    user.hover("take")
    user.gone("about it")

    user.one("in a window").window().close()
    user.told("window closed")
    user.gone("in a window")

    carried = user.one("take")
    assert not drop(b'{"type": "stone", "data": "x"}', user.one("here"))
    assert drop(b'{"type": "fruit", "data": "plum"}', user.one("here"))
    user.told("dropped plum")
    """)


def test_a_panel_that_fails_shows_its_error(place, run):
    run("""
    user.load("every_widget")
    view = user.panel("Broken")
    texts = text_of(view)
    assert "before" in texts
    assert any("ValueError: on purpose" in text and "__init__.py" in text for text in texts), texts
    """)
