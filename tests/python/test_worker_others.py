"""A panel shows menus, panels and operators of others, wherever each of them runs."""

import os
import signal

import pytest

import lichtfeld as lf
from homes import module
from lfs_plugins import PluginState
from lfs_plugins.types import Menu
from offers import PLACES
from waiting import until

AROUND = '''
import lichtfeld as lf
from lfs_plugins.types import Panel

returned, clicks = [], []

class Around(Panel):
    id = "around.panel"
    label = "Around"
    def draw(self, layout):
        menu = layout.menu("other.menu")
        popover = layout.popover("other.panel", "More")
        pressed = layout.operator_("other.scale")
        returned.append((menu, popover, pressed))
        layout.menu("nobody.s")
        if layout.button("Run"):
            clicks.append("around")

def on_load(): lf.register_class(Around)
def state(): return returned[-1], any(pressed for _, _, pressed in returned), list(clicks)
'''

OTHER = '''
import os, time
import lichtfeld as lf
from lfs_plugins.types import Menu, Operator, Panel

clicks, scaled = [], []
hang = broken = False
possible = True
text = ""

class Tools(Menu):
    id = "other.menu"
    label = "Tools"
    def draw(self, layout):
        while hang:
            time.sleep(0.01)
        if broken:
            raise ValueError("broken menu")
        if layout.menu_item("Run"):
            clicks.append("menu")

class Inner(Panel):
    id = "other.panel"
    label = "Inner"
    def draw(self, layout):
        global text
        if layout.button("Run"):
            clicks.append("panel")
        changed, text = layout.input_text("Text", text)
        layout.label("text: " + text)

class Scale(Operator):
    id = "other.scale"
    label = "Scale"
    description = "Makes it larger"
    @classmethod
    def poll(cls, context): return possible
    def execute(self, context):
        scaled.append(1)
        return {"FINISHED"}

def on_load():
    for cls in (Tools, Inner, Scale): lf.register_class(cls)
def state(): return list(clicks), len(scaled)
def pid(): return os.getpid()
def change(**values): globals().update(values)
'''


@pytest.fixture(params=PLACES)
def around(request, home, manager):
    home.plugin("around", AROUND, tool=f'isolation = "{request.param}"')
    assert manager.load("around"), manager.get_traceback("around")
    around = module("around")
    around.place = request.param
    return around


@pytest.fixture(params=PLACES)
def other(request, around, home, manager):
    home.plugin("other", OTHER, tool=f'isolation = "{request.param}"')
    assert manager.load("other"), manager.get_traceback("other")
    return module("other")


def widget(label, depth=None, draw=lf.ui.draw_panel):
    """Draws until there is a widget with this label, at this depth; returns it."""
    found = []

    def asked():
        for each in draw("around.panel")["widgets"]:
            if each.get("label") == label and depth in (None, each["depth"]):
                found.append(each)
        return found

    until(asked, f"no {label!r}")
    return found[-1]


def do(label, depth, **action):
    lf.ui.push_input("around.panel", {"widget": widget(label, depth)["id"], **action})


def test_a_menu_of_another_plugin_is_drawn_and_clicked_inside(around, other):
    assert "Run" not in [each.get("label") for each in widgets() if each["depth"]]
    do("Tools", 0, open=True)
    do("Run", 1, click="primary")
    until(lambda: lf.ui.draw_panel("around.panel") and other.state()[0] == ["menu"])
    assert around.state()[0][0] is True and around.state()[2] == []
    do("Run", 0, click="primary")
    until(lambda: lf.ui.draw_panel("around.panel") and around.state()[2] == ["around"])
    assert other.state()[0] == ["menu"]
    do("Tools", 0, open=False)
    until(lambda: not [each for each in widgets() if each["depth"]])
    assert around.state()[0][0] is False


def widgets():
    return lf.ui.draw_panel("around.panel")["widgets"]


def says(words, panel="around.panel"):
    """Draws until a text has these words."""
    seen = []

    def asked():
        seen[:] = [each.get("text", "") for each in lf.ui.draw_panel(panel)["widgets"]]
        return any(words in text for text in seen)

    until(asked, lambda: f"no {words!r}: {seen}")


def test_a_panel_of_another_plugin_opens_in_a_popover(around, other):
    do("More", 0, click="primary")
    do("Text", 1, set="word")
    says("text: word")
    do("Run", 1, click="primary")
    until(lambda: lf.ui.draw_panel("around.panel") and other.state()[0] == ["panel"])
    assert around.state()[0][1] is True
    popup = next(each for each in widgets() if each["kind"] == "popup")
    lf.ui.push_input("around.panel", {"widget": popup["id"], "open": False})
    until(lambda: not [each for each in widgets() if each["depth"]])
    assert around.state()[0][1] is False


def test_an_operator_of_another_plugin_is_a_button(around, other):
    button = widget("Scale", 0)
    assert button["tooltip"] == "Makes it larger" and not button.get("disabled")
    do("Scale", 0, click="primary")
    until(lambda: lf.ui.draw_panel("around.panel") and other.state()[1] == 1)
    until(lambda: lf.ui.draw_panel("around.panel") and around.state()[1])
    other.change(possible=False)
    until(lambda: widget("Scale", 0).get("disabled"))
    assert widget("Scale", 0)["tooltip"] == "it is not possible now"


def test_what_nobody_has_is_disabled_with_the_reason(around, manager):
    for label, what in (("nobody.s", "menu"), ("More", "panel"), ("other.scale", "operator")):
        each = widget(label, 0)
        assert each["disabled"] and f"no {what} is called" in each["tooltip"], each
    assert widget("nobody.s")["kind"] == "menu_item"
    assert around.state()[0] == (False, False, False)


def test_what_goes_and_comes_back(around, other, manager):
    do("Tools", 0, open=True)
    widget("Run", 1)
    assert manager.unload("other")
    until(lambda: widget("other.menu", 0).get("disabled"))
    assert widget("Run", 0), "the panel around it goes on"
    assert manager.load("other")
    assert widget("Tools", 0)


def test_one_that_raises_says_so_in_its_place(around, other):
    do("Tools", 0, open=True)
    widget("Run", 1)
    other.change(broken=True)
    says("'other.menu' cannot be drawn: ValueError: broken menu")
    assert widget("Run", 0)
    other.change(broken=False)
    widget("Run", 1)


def test_a_process_that_hangs_or_dies_takes_only_its_part_with_it(around, home, manager):
    home.plugin("other", OTHER, tool='isolation = "process"')
    assert manager.load("other"), manager.get_traceback("other")
    other = module("other")
    do("Tools", 0, open=True)
    widget("Run", 1)
    other.change(hang=True)
    # Its last frame for a while, and then that it does not answer; the panel around it goes on.
    says("'other.menu' cannot be drawn: PluginTimeoutError")
    do("Run", 0, click="primary")
    until(lambda: lf.ui.draw_panel("around.panel") and around.state()[2] == ["around"])
    os.kill(other.pid(), signal.SIGKILL)
    until(lambda: manager.get_state("other") is PluginState.ERROR)
    says("SIGKILL")


def test_a_menu_of_the_application_is_drawn_inside(around):
    class OfTheHost(Menu):
        id = "other.menu"
        label = "Host"
        clicked = 0

        def draw(self, layout):
            OfTheHost.clicked += layout.menu_item("Run")

    lf.register_class(OfTheHost)
    try:
        do("Host", 0, open=True)
        do("Run", 1, click="primary")
        until(lambda: lf.ui.draw_panel("around.panel") and OfTheHost.clicked == 1)
    finally:
        lf.unregister_class(OfTheHost)


MIRROR = '''
import lichtfeld as lf
from lfs_plugins.types import Menu, Panel

class Mirror(Menu):
    id = "{own}.menu"
    label = "{own}"
    def draw(self, layout):
        layout.label("this is {own}")
        layout.menu("{other}.menu")

class Whole(Panel):
    id = "{own}.whole"
    def draw(self, layout):
        layout.menu("{other}.menu")

def on_load():
    lf.register_class(Mirror)
    lf.register_class(Whole)
'''


def test_two_that_show_each_other_end_somewhere(home, manager):
    for own, other in (("one", "two"), ("two", "one")):
        home.plugin(own, MIRROR.format(own=own, other=other), tool='isolation = "process"')
        assert manager.load(own), manager.get_traceback(own)

    def unfold():
        frame = lf.ui.draw_panel("one.whole")
        for each in frame["widgets"]:
            if each["kind"] == "menu" and not each.get("open"):
                lf.ui.push_input("one.whole", {"widget": each["id"], "open": True})
        return [each.get("text", "") for each in frame["widgets"]]

    until(lambda: any("show each other more than 8 deep" in text for text in unfold()))
