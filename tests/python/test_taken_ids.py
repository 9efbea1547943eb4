"""Ids of panels, menus and operators belong to the plugin that registered them first."""

import pytest

import lichtfeld as lf
from homes import module
from lfs_plugins import PluginError, PluginState

CODE = """
import lichtfeld as lf
from lfs_plugins.types import Menu, Operator, Panel

class APanel(Panel):
    id = "same.panel"
    def draw(self, layout):
        layout.label("of NAME")

class AMenu(Menu):
    id = "same.menu"
    def draw(self, layout):
        layout.label("of NAME")

class AnOperator(Operator):
    id = "same.operator"
    def execute(self, context):
        return {"status": "FINISHED", "whose": "NAME"}

CLASSES = {"panel": APanel, "menu": AMenu, "operator": AnOperator}
refused = {}

def on_load():
    for what, cls in CLASSES.items():
        try:
            lf.register_class(cls)
        except Exception as error:
            refused[what] = (type(error).__name__, error.code, str(error))

def again(what): lf.register_class(CLASSES[what])
def why(): return refused
"""
PLACES = ["shared", "process"]
KINDS = {
    "panel": lambda: lf.ui.panel_info("same.panel")["plugin"],
    "menu": lambda: lf.ui.menus() == ["same.menu"],
    "operator": lambda: lf.ui.ops.info("same.operator")["plugin"],
}


def add(home, manager, name, place, code=CODE):
    home.plugin(name, code.replace("NAME", name), tool=f'isolation = "{place}"')
    assert manager.load(name), manager.get_traceback(name) or manager.get_error(name)
    return module(name)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("first", PLACES)
def test_the_first_keeps_its_id_and_both_are_named(home, manager, first, place):
    one = add(home, manager, "Keeper_1", first)
    two = add(home, manager, "Taker_2", place)
    assert one.why() == {}
    assert two.why() == {
        what: (
            "PluginError",
            "LR020",
            f"{what} 'same.{what}' is already offered by plugin 'Keeper_1'; "
            "plugin 'Taker_2' cannot register it",
        )
        for what in KINDS
    }
    assert KINDS["panel"]() == KINDS["operator"]() == "Keeper_1" and KINDS["menu"]()
    assert lf.ui.ops.invoke("same.operator").whose == "Keeper_1"
    with pytest.raises(PluginError, match="Keeper_1") as raised:
        two.again("panel")
    assert raised.value.code == "LR020"
    assert manager.reload("Keeper_1"), "a new version of the same plugin may have the same ids"
    assert module("Keeper_1").why() == {} and KINDS["panel"]() == "Keeper_1"
    manager.unload("Taker_2")
    assert KINDS["panel"]() == KINDS["operator"]() == "Keeper_1" and KINDS["menu"]()
    manager.unload("Keeper_1")
    assert lf.ui.panels() == lf.ui.menus() == lf.ui.ops.list() == []
    assert manager.load("Taker_2")
    assert module("Taker_2").why() == {} and KINDS["panel"]() == "Taker_2"


@pytest.mark.parametrize("place", PLACES)
def test_inside_one_plugin_the_second_registration_replaces_the_first(home, manager, place):
    one = add(home, manager, "one", place)
    for what in KINDS:
        one.again(what)
    assert lf.ui.ops.invoke("same.operator").whose == "one"
    log = home.log("one")
    for what in KINDS:
        assert log.count(f"{what} 'same.{what}' was registered again and replaced") == 1
    manager.unload("one")
    assert lf.ui.panels() == lf.ui.menus() == lf.ui.ops.list() == []


@pytest.mark.parametrize("place", PLACES)
def test_a_refusal_that_is_not_caught_is_the_plugin_s_error_at_its_line(home, manager, place):
    class Own(lf.ui.Panel):
        id = "same.panel"

    lf.register_class(Own)
    try:
        home.plugin(
            "thief",
            """
            import lichtfeld as lf
            class Mine(lf.ui.Panel):
                id = "same.panel"
            def on_load():
                lf.register_class(Mine)
            """,
            tool=f'isolation = "{place}"',
        )
        assert manager.load("thief") is False
        assert manager.get_state("thief") is PluginState.ERROR
        error = manager.get_error("thief")
        assert "panel 'same.panel' is already offered by the application" in error
        assert "__init__.py:6" in error, "where it was registered"
        assert lf.ui.panel_info("same.panel")["plugin"] is None
    finally:
        lf.unregister_class(Own)
