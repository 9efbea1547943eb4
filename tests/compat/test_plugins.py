"""Plugins in every historical form, each using a part of the API as published ones do, run in the
application's process and in one of their own with the same result."""

import pytest

from trial import PLUGINS, run

FOLDERS = sorted(path.name for path in PLUGINS.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_plugin_works_in_both_places_alike(home, manager, folder):
    here = run(home, manager, PLUGINS / folder, "application")
    assert here.active, here.errors
    assert (here.errors, here.warnings, here.left, here.missed) == ([], [], [], [])
    assert here.report is not None
    assert run(home, manager, PLUGINS / folder, "worker") == here


def test_there_is_a_plugin_for_each_group_of_names():
    assert len(FOLDERS) >= 15
