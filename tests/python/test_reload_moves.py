"""A reload that moves a plugin to another place takes the state of ``on_before_reload`` along."""

import pytest

from homes import module
from lfs_plugins import PluginState

CODE = """
import os, threading

state = {"count": 0}

class Own:
    value = 7

def on_before_reload(): return STATE
def on_after_reload(before):
    state["before"] = before
def on_unload(): state["unloaded"] = True
def look(): return dict(state), os.getpid()
"""
MOVES = [("shared", "process"), ("process", "shared")]


def move(home, manager, places, state):
    code = CODE.replace("STATE", state)
    home.plugin("moves", code, tool=f'isolation = "{places[0]}"')
    assert manager.load("moves"), manager.get_error("moves")
    before = module("moves").look()[1]
    home.plugin("moves", code, tool=f'isolation = "{places[1]}"')
    return manager.reload("moves"), before


@pytest.mark.parametrize("places", MOVES)
def test_plain_data_moves(home, manager, places):
    moved, before = move(home, manager, places, "{'a': [1, 2.5, None], 'b': ('text', b'bytes')}")
    assert moved, manager.get_error("moves")
    state, now = module("moves").look()
    assert state["before"] == {"a": [1, 2.5, None], "b": ("text", b"bytes")}
    assert now != before, "in another process"


@pytest.mark.parametrize("places", MOVES)
def test_what_cannot_cross_keeps_the_old_version_and_is_named(home, manager, places):
    moved, before = move(home, manager, places, "{'lock': threading.Lock()}")
    assert moved is False
    assert manager.get_state("moves") is PluginState.ACTIVE
    assert "what on_before_reload returned cannot cross" in manager.get_error("moves")
    assert manager.load_report("moves")["hint"] == "return plain data: numbers, texts, lists, dicts"
    assert "cannot cross" in home.log("moves")
    state, now = module("moves").look()
    assert state == {"count": 0} and now == before, "it was not even unloaded"


def test_objects_of_the_plugin_s_own_classes_reach_its_worker(home, manager):
    moved, _ = move(home, manager, MOVES[0], "Own()")
    assert moved, manager.get_error("moves")
    assert module("moves").look()[0]["before"].value == 7


def test_a_worker_cannot_send_code_as_its_state(home, manager):
    moved, _ = move(home, manager, MOVES[1], "Own()")
    assert moved is False
    assert "Own is not plain data" in manager.get_error("moves")
