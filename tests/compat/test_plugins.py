"""Plugins in every historical form, each using a part of the API as published ones do, run in the
application's process and in one of their own with the same result."""

import pytest

from trial import PLUGINS, run

FOLDERS = sorted(path.name for path in PLUGINS.iterdir() if path.is_dir())

SHOWS = {
    "ask_user": ["deleted: Delete"],
    "cloud_stats": ["25 points, float32", "mean [48.0, ", "red 96"],
    "helper_modules": ["Helpers", "Hello", "Radius: [ 2 ]"],
    "hybrid-panel": ["11 counted"],
    "menus_props": ["Mode: [ Exact", "1 cameras, 60"],
    "modal_measure": ["1 points"],
    "scene_overlay": ["[ ] garden", "[ ] file 1", "selected: statue"],
    "signal_monitor": ["iteration 3 of 0", "best 0.25", "trainer: paused"],
    "template_panel": ["Export, explained", "Quality: ", " 5  0.05  [ + ]", "0. garden  40 splats", "100 %", "typed.ply (5, cameras no)"],
    "template_sections": ["▼Input", "Preset: [ Fine", "Iterations: [ 7000 ]", "typed is no number", "Slower", "1: B  [Remove b]  last"],
    "widget_tour": ["Step: [ 2.250 ]", "> Choose me", "██████░░░░░░░░░░ 40 %", "(•) Exact"],
}  # fmt: skip
"""What is shown at the end, after each control was pressed once."""


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_plugin_works_in_both_places_alike(home, manager, folder):
    here = run(home, manager, PLUGINS / folder, "application")
    assert here.active, here.errors
    assert (here.errors, here.warnings, here.left, here.missed) == ([], [], [], [])
    assert here.report is not None
    end = "\n".join(text for _, text in here.shown[-len(here.panels) or len(here.shown):])
    assert [words for words in SHOWS.get(folder, ()) if words not in end] == [], end
    assert run(home, manager, PLUGINS / folder, "worker") == here


def test_there_is_a_plugin_for_each_group_of_names():
    assert len(FOLDERS) >= 15 and set(SHOWS) <= set(FOLDERS)
