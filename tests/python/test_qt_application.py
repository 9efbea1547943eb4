"""The PySide6 example as an application: it sleeps, loads, installs, offers its scene, and ends."""

import os
import shutil
import threading

import pytest

from qt_program import PLUGINS, qt, run  # noqa: F401 - fixtures
from waiting import PATIENCE

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
