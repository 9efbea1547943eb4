"""The PySide6 example: every widget, and a user who clicks, types, installs and ends.

Each test is a program with a window, without a display. PySide6 comes from the package index.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import threading

import pytest

from waiting import PATIENCE

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLE = os.path.join(ROOT, "crates", "bindings", "examples", "pyside6")
PLUGINS = os.path.join(ROOT, "plugins", "examples")
EVERY_WIDGET = os.path.join(ROOT, "crates", "embed", "examples", "egui", "tests", "every_widget")

# 6.12.0 releases None too often when something is painted, which ends a CPython before 3.12.
PYSIDE = "PySide6-Essentials==6.8.3"

LINES = re.compile(r"^This plugin (does not support|supports) .*\n", re.MULTILINE)
"""What Qt says without a display."""


@pytest.fixture(scope="session")
def qt(index, tmp_path_factory):
    """A directory with PySide6, one for all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    directory, made = shared / "qt", base / "qt-made"
    if not directory.exists():
        uv = os.environ.get("LICHTFELD_UV", "uv")
        command = [uv, "pip", "install", "--quiet", "--python", sys.executable]
        done = subprocess.run(
            [*command, "--target", str(made), PYSIDE], capture_output=True, text=True, timeout=PATIENCE
        )
        if "no wheels" in done.stderr:
            pytest.skip(f"{PYSIDE} has no wheel for this Python: {done.stderr.strip()[-300:]}")
        assert done.returncode == 0, done.stderr
        try:
            made.rename(directory)
        except OSError:
            assert directory.exists()  # Another process of the run was faster.
    asked = subprocess.run(
        [sys.executable, "-c", "import PySide6.QtWidgets, PySide6.QtTest"],
        env={**os.environ, "PYTHONPATH": str(directory)}, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    if asked.returncode and "cannot open shared object file" in asked.stderr:
        missing = asked.stderr.strip().splitlines()[-1]
        pytest.skip(f"a library of the system that Qt needs is missing (see .ci/run): {missing}")
    assert asked.returncode == 0, asked.stderr
    return directory


@pytest.fixture
def run(home, host, qt):
    """Runs a program with a ``user`` of the window, which must end by itself and say nothing."""

    def run(code, **environment):
        program = f"from qt_window import *\nuser = User()\n{textwrap.dedent(code)}\nuser.end()\n"
        paths = [str(qt), EXAMPLE, os.path.dirname(__file__)]
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", program],
            env=host.environment(
                QT_QPA_PLATFORM="offscreen", PYTHONPATH=os.pathsep.join(paths), **environment
            ),
            capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE + 60, check=False,
        )  # fmt: skip
        said = LINES.sub("", done.stderr)
        assert done.returncode == 0, f"{done.stdout}\n{said}"
        assert not said, said
        return done.stdout

    return run


def every_widget(home, place="shared"):
    """Installs the plugin that has every kind of widget, in this place."""
    copy = home.plugins / "every_widget"
    shutil.copytree(EVERY_WIDGET, copy)
    manifest = copy / "pyproject.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"shared"', f'"{place}"'), encoding="utf-8")
    code = copy / "__init__.py"
    text = code.read_text(encoding="utf-8")
    code.write_text(text + "\n\ndef on_unload():\n    for one in PANELS:\n        lf.unregister_class(one)\n")


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


STILL = """
import threading, time
import lichtfeld as lf
from lfs_plugins.types import Panel

class Still(Panel):
    label = "Still"
    number = 0
    def draw(self, layout):
        layout.label(f"number {self.number}")
        if layout.button("later"):
            threading.Thread(target=later, daemon=True).start()
        if layout.button("slow"):
            time.sleep(1.0)
            Still.number = 7

def later():
    Still.number += 1
    lf.ui.request_redraw()

def on_load(): lf.register_class(Still)
def on_unload(): lf.unregister_class(Still)
"""


@pytest.mark.parametrize("isolation", ["shared", "process"])
def test_nothing_is_drawn_while_nothing_changes(home, run, isolation):
    home.plugin("still", STILL, tool=f'isolation = "{isolation}"')
    run("""
    user.load("still")
    view = user.panel("Still")
    def rests():
        before = lf.ui.stats()[0]["draws"]
        QTest.qWait(300)
        return lf.ui.stats()[0]["draws"] == before and lf.ui.next_due() is None
    # On a busy machine the first frame of another process may be late, and is then drawn again.
    user.until(rests)
    # The plugin requests a drawing from a thread of its own.
    user.click("later")
    user.one("number 1")
    # A process of its own may draw longer than the window waits for it; then its frame comes later.
    user.press(user.one("slow"))
    user.one("number 7")
    """)


LIST = """
import lichtfeld as lf
from lfs_plugins.types import Menu, Operator, Panel

class Nodes(Panel):
    label = "Nodes"
    def draw(self, layout):
        scene = lf.get_scene()
        layout.label(f"{len(scene.node_names())} nodes, {scene.selected} is selected")
        if layout.button("Add"):
            scene.add_node("cube")
            lf.show_message("added")
    def on_scene_changed(self, document):
        return True

class Greet(Operator):
    id = "tool.greet"
    label = "Greet"
    def execute(self, context):
        lf.get_scene().add_node("greeting")
        return {"FINISHED"}

class Tools(Menu):
    id = "tool.menu"
    label = "Tools"
    location = "MENU_BAR"
    def draw(self, layout):
        if layout.menu_item("Add two"):
            for name in ("a", "b"):
                lf.get_scene().add_node(name)
        layout.operator_("tool.greet")

def on_load():
    for one in (Nodes, Greet, Tools):
        lf.register_class(one)
    lf.plugins.register_capability("tool.count", lambda args: {"count": len(lf.get_scene().node_names())})

def on_unload():
    lf.plugins.unregister_capability("tool.count")
    for one in (Tools, Greet, Nodes):
        lf.unregister_class(one)
"""


@pytest.mark.parametrize("isolation", ["shared", "process"])
def test_plugins_use_the_scene(home, run, isolation):
    home.plugin("tool", LIST, tool=f'isolation = "{isolation}"\nauto_start = true')
    run("""
    assert user.start() == "1 of 1 plugins are loaded"
    user.panel("Nodes")
    window, nodes = user.window, user.window.nodes
    def names(): return [nodes.item(row).text() for row in range(nodes.count())]
    user.one("0 nodes, None is selected")
    user.click("Add")
    user.until(lambda: names() == ["cube"], names)
    user.until(lambda: window.statusBar().currentMessage() == "added")
    nodes.setCurrentRow(0)
    lf.ui.request_redraw()
    user.one("1 nodes, cube is selected")

    user.choose(window.menus.shown["tool.menu"], "Add two")
    user.until(lambda: names() == ["cube", "a", "b"], names)
    user.choose(window.menus.operators, "Greet")
    user.until(lambda: names()[-1] == "greeting", names)
    assert window.statusBar().currentMessage() == "tool.greet: FINISHED"
    user.choose(window.menus.capabilities, "tool.count")
    assert "'count': 4" in window.statusBar().currentMessage()
    """)


def test_the_list_of_plugins_does_what_its_buttons_say(home, run, tmp_path):
    broken = "import lichtfeld as lf\nmissing_name\n"
    home.plugin("broken", broken)
    source = tmp_path / "source"
    source.mkdir()
    shutil.copytree(os.path.join(PLUGINS, "hello_panel"), source / "hello_panel")
    out = run(f"""
    source = {str(source / "hello_panel")!r}
    plugins = user.window.plugins

    def state(name):
        rows = [plugins.tree.topLevelItem(row) for row in range(plugins.tree.topLevelItemCount())]
        return dict((row.text(0), row.text(2)) for row in rows).get(name)

    def do(name, button):
        plugins.choose(name)
        user.press(plugins.buttons[button])
        return user.done()

    # What, where and what to do.
    do("broken", "Load")
    assert state("broken") == "ERROR" and "missing_name" in plugins.error.text(), plugins.error.text()
    print(plugins.error.text())

    # Installed with progress; the panel is there without a line of this application.
    said = []
    plugins.progressed.connect(said.append)
    plugins.install(source)
    assert user.done() == "installed hello_panel" and state("hello_panel") == "ACTIVE"
    assert any("copying" in line or "source" in line for line in said), said
    user.panel("My Panel")
    user.click("Click me")
    user.one("Clicked: 1")

    do("hello_panel", "Reload")
    user.one("Clicked: 0")
    do("hello_panel", "Disable")
    assert state("hello_panel") == "DISABLED"
    user.until(lambda: not user.window.docks)
    do("hello_panel", "Enable")
    assert state("hello_panel") == "ACTIVE"
    user.panel("My Panel")
    do("hello_panel", "Unload")
    assert state("hello_panel") == "UNLOADED"
    """)
    assert "__init__.py" in out


def test_a_load_and_an_installation_are_cancelled(home, run, web):
    asked, go_on = threading.Event(), threading.Event()

    def endless(request):
        asked.set()
        go_on.wait(PATIENCE)

    web.pages["/tool.zip"] = endless
    slow = "import time\nfor _ in range(100_000):\n    time.sleep(0.01)\n"
    home.plugin("slow", slow, tool='isolation = "process"')
    out = run(f"""
    plugins = user.window.plugins
    user.window.plugins.choose("slow")
    user.press(plugins.buttons["Load"])
    user.until(lambda: "import" in plugins.message.text(), plugins.message.text)
    user.press(plugins.buttons["Cancel"])
    print(user.done())
    plugins.install({web.url + "/tool.zip"!r})
    user.until(lambda: "tool.zip" in plugins.message.text(), plugins.message.text)
    QTest.qWait(100)
    assert plugins.progress.isVisible()
    user.press(plugins.buttons["Cancel"])
    print(user.done())
    assert not plugins.buttons["Cancel"].isEnabled() and not plugins.progress.isVisible()
    """)
    go_on.set()
    assert out.count("cancel") == 2 and asked.is_set(), out
    assert sorted(one.name for one in home.plugins.iterdir()) == ["slow"]


def test_the_window_in_a_picture(home, run, tmp_path):
    """The picture of docs/hosts.md is made like this, with ``LICHTFELD_PICTURE=FILE``."""
    for name in ("canvas_tools", "data_table", "form_values", "layout_gallery"):
        shutil.copytree(os.path.join(PLUGINS, name), home.plugins / name)
    picture = os.environ.get("LICHTFELD_PICTURE") or str(tmp_path / "qt.png")
    out = run(f"""
    from collections import Counter
    from PySide6.QtGui import QColor, QImage, QPixmap
    user.window.resize(1180, 760)
    icon = QPixmap(64, 64)
    icon.fill(QColor(40, 120, 200))
    user.window.pictures.textures.update({{3: icon, 7: icon}})
    assert user.start() == "4 of 4 plugins are loaded"
    for name in ("room", "camera", "points"):
        user.window.scene.add_node(name)
    user.panel("Values")
    docks = {{dock.windowTitle(): dock for dock in user.window.docks.values()}}
    for label in ("Values", "Layouts", "Images"):
        user.window.removeDockWidget(docks[label])
    user.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, docks["Values"])
    user.window.splitDockWidget(docks["Values"], docks["Layouts"], Qt.Orientation.Horizontal)
    user.window.splitDockWidget(docks["Layouts"], docks["Images"], Qt.Orientation.Vertical)
    for label in ("Values", "Layouts", "Images"):
        docks[label].show()
    for label in ("Layouts", "Images", "Canvas"):
        user.panel(label)
    docks["About"].hide()
    user.window.resizeDocks([docks["Canvas"]], [300], Qt.Orientation.Vertical)
    user.window.resizeDocks([docks["Values"], docks["Layouts"]], [380, 380], Qt.Orientation.Horizontal)
    user.window.resizeDocks([docks["Layouts"], docks["Images"]], [400, 300], Qt.Orientation.Vertical)
    user.window.nodes.setCurrentRow(0)
    user.click("left.png")
    user.click("Step")
    user.quiet()
    image = user.window.grab().toImage()
    # A small file: the 256 colours that most pixels nearly have, and the strongest compression.
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    pixels = Counter(image.pixel(x, y) | 0x0F0F0F for x, y in places)
    table, flags = [color for color, _ in pixels.most_common(256)], Qt.ImageConversionFlag
    few = image.convertToFormat(
        QImage.Format.Format_Indexed8, table, flags.ThresholdDither | flags.AvoidDither
    )
    assert few.save({picture!r}, "PNG", 0)
    print(image.width(), image.height(), len(pixels))
    """)
    width, height, colors = map(int, out.split())
    assert (width, height) == (1180, 760) and colors > 50
    assert os.path.getsize(picture) < 100_000


COUNTER = """
import lichtfeld as lf
from lfs_plugins.types import Panel

class Counter(Panel):
    label = "Counter"
    clicks = 0
    def draw(self, layout):
        layout.label(", ".join(lf.node_names()))
        if layout.button("Click me"):
            self.clicks += 1
            lf.show_message("clicked")
        layout.label(f"Clicked: {self.clicks}")

def on_load(): lf.register_class(Counter)
def on_unload(): lf.unregister_class(Counter)
"""


@pytest.mark.parametrize("isolation", ["shared", "process"])
def test_the_tutorial_is_a_window_with_a_panel(home, run, tmp_path, isolation):
    home.plugin("counter", COUNTER, tool=f'isolation = "{isolation}"\nauto_start = true')
    shutil.copytree(os.path.join(PLUGINS, "hello_panel"), tmp_path / "source" / "hello_panel")
    run(f"""
    user.end()
    from tutorial import Window
    window = Window()
    window.show()
    user.one("room, camera")
    for clicks in (1, 2):
        user.click("Click me")
        user.one(f"Clicked: {{clicks}}")
    assert window.statusBar().currentMessage() == "clicked"
    window.install({str(tmp_path / "source" / "hello_panel")!r})
    user.one("Hello from plugin!")
    user.until(lambda: window.statusBar().currentMessage() == "installed hello_panel")
    lf.plugins.unload("hello_panel")
    lf.ui.request_redraw()
    user.gone("Hello from plugin!")
    window.install("nowhere at all").set()
    user.until(lambda: "nowhere at all" in window.statusBar().currentMessage())
    window.close()
    """)
