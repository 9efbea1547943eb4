"""Menus of a plugin in a process of its own are listed and drawn as those of one in this process."""

import os
import signal

import pytest

import lichtfeld as lf
from lfs_plugins import PluginState
from panels import error_shown, shown
from waiting import until

CODE = '''
import os, time
import lichtfeld as lf
from lfs_plugins.types import Menu, Panel

clicks = []
hang = False
shown = True

class Tools(Menu):
    label = "Tools"
    location = "MENU_BAR"
    order = 2
    @classmethod
    def poll(cls, context):
        return shown
    def draw(self, layout):
        while hang:
            time.sleep(0.01)
        if layout.menu_item("Run"):
            clicks.append("run")

class Edit(Menu):
    location = "VIEWPORT"
    order = 1
    def draw(self, layout):
        raise ValueError("broken menu")

class Same(Panel):
    id = "lfs_plugins.menus.Tools"
    def draw(self, layout):
        layout.label("a panel of the same id")

def on_load():
    for cls in (Tools, Edit, Same):
        lf.register_class(cls)

def done(): return list(clicks)
def pid(): return os.getpid()
def set_hang(value):
    global hang
    hang = value
'''
TOOLS, EDIT = "lfs_plugins.menus.Tools", "lfs_plugins.menus.Edit"


@pytest.fixture
def menus(home, manager):
    home.plugin("menus", CODE, tool='isolation = "process"')
    assert manager.load("menus"), manager.get_traceback("menus") or manager.get_error("menus")
    import lfs_plugins.menus as module

    return module


def test_menus_are_drawn_and_clicked(menus, manager):
    assert lf.ui.menus() == [EDIT, TOOLS]
    assert lf.ui.menus("MENU_BAR") == [TOOLS]
    shown(TOOLS, "Run", lf.ui.draw_menu)
    lf.ui.send_input(TOOLS, "Run")
    until(lambda: lf.ui.draw_menu(TOOLS) and menus.done() == ["run"])
    assert error_shown(EDIT, "broken menu", lf.ui.draw_menu)["exception"] == "ValueError"
    assert lf.ui.panels() == [TOOLS], "a panel may have a menu's id"
    shown(TOOLS, "a panel of the same id")
    manager.unload("menus")
    assert lf.ui.menus() == [] and lf.ui.panels() == []
    freed = manager.unload_report("menus")["freed"]
    assert f"menu '{TOOLS}'" in freed and f"panel '{TOOLS}'" in freed


def test_a_reload_keeps_none_of_the_old_and_loses_none(menus, home, manager):
    home.plugin("menus", CODE + "\n\ndef broken(:\n", tool='isolation = "process"')
    assert manager.reload("menus") is False
    assert lf.ui.menus() == [EDIT, TOOLS]
    home.plugin("menus", CODE.replace("Edit", "Undo"), tool='isolation = "process"')
    assert manager.reload("menus") is True
    assert lf.ui.menus() == ["lfs_plugins.menus.Undo", TOOLS]


def test_a_menu_that_hangs_or_is_dead_shows_an_error(menus, manager):
    shown(TOOLS, "Run", lf.ui.draw_menu)
    menus.set_hang(True)
    assert "Run" in lf.ui.render_text(lf.ui.draw_menu(TOOLS)), "the frame before"
    error_shown(TOOLS, "not answered", lf.ui.draw_menu)
    os.kill(menus.pid(), signal.SIGKILL)
    until(lambda: manager.get_state("menus") is PluginState.ERROR)
    assert "SIGKILL" in lf.ui.draw_menu(TOOLS)["error"]["message"]
    assert manager.load("menus")
    assert lf.ui.menus() == [EDIT, TOOLS]
