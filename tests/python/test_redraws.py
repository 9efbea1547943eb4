"""An application that draws when something has changed: it is woken, and sleeps until then."""

import logging

import pytest

import lichtfeld as lf
import lichtfeld.plugins as native
from waiting import until

CODE = """
import threading, time
import lichtfeld as lf
from lfs_plugins.types import Menu, Panel

class Still(Panel):
    id = "p.still"
    number = 0
    def draw(self, layout):
        layout.label(f"number {Still.number}")
        if layout.button("later"):
            threading.Thread(target=later, daemon=True).start()
        if layout.button("slow"):
            time.sleep(1.0)
            Still.number = 7

class Tools(Menu):
    id = "p.tools"
    location = "MENU_BAR"
    def draw(self, layout):
        layout.menu_item("Run")

def later():
    Still.number += 1
    lf.ui.request_redraw()

def tick():
    class Ticking(Panel):
        id = "p.ticking"
        update_policy = "interval"
        update_interval_ms = 3_600_000
        def draw(self, layout): layout.label("tick")
    lf.register_class(Ticking)

def on_load():
    lf.register_class(Still)
    lf.register_class(Tools)
"""


@pytest.fixture(params=["shared", "process"])
def plugin(request, home, manager):
    home.plugin("p", CODE, tool=f'isolation = "{request.param}"')
    assert manager.load("p"), manager.get_error("p")
    import p

    until(lambda: text() and not lf.ui.due())
    return p


def text():
    """Draws what is due, as an application does, and returns the text that is shown."""
    for id in lf.ui.due():
        lf.ui.draw_panel(id)
    widgets = (lf.ui.last_frame("p.still") or {"widgets": []})["widgets"]
    return [widget["text"] for widget in widgets if widget["kind"] == "text"]


def test_the_handler_is_called_when_a_plugin_requests_a_drawing(plugin):
    woken = []
    native.set_redraw_handler(lambda: woken.append(1))
    lf.ui.send_input("p.still", "later", "click")
    assert text()
    until(lambda: woken)
    until(lambda: text() == ["number 1"])
    del woken[:]
    lf.ui.request_redraw()
    assert woken
    native.set_redraw_handler(None)
    del woken[:]
    lf.ui.request_redraw()
    assert not woken


def test_a_frame_that_comes_late_is_due(plugin):
    """Whoever draws only what is due would else show the frame before for ever."""
    lf.ui.send_input("p.still", "slow", "click")
    until(lambda: text() == ["number 7"])


def test_how_long_an_application_may_sleep(plugin):
    assert lf.ui.next_due() is None, "a menu is not drawn because it is due"
    plugin.tick()
    until(lambda: "p.ticking" in lf.ui.panels())
    assert lf.ui.next_due() == 0.0
    until(lambda: text() and not lf.ui.due())
    assert 0.0 < lf.ui.next_due() <= 3600.0
    lf.ui.request_redraw()
    assert lf.ui.next_due() == 0.0


def test_a_handler_that_cannot_be_called_or_raises(home, manager, caplog):
    with pytest.raises(TypeError, match="set_redraw_handler takes a function .* not 3"):
        native.set_redraw_handler(3)
    native.set_redraw_handler(lambda: 1 / 0)
    with caplog.at_level(logging.ERROR):
        lf.ui.request_redraw()
    assert "ZeroDivisionError" in caplog.text


def test_after_the_end_nobody_is_woken(home, manager):
    woken = []
    native.set_redraw_handler(lambda: woken.append(1))
    native.shutdown()
    assert lf.ui.next_due() is None
    native.PluginManager.instance()
    lf.ui.request_redraw()
    assert not woken
