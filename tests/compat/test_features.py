"""``FEATURES`` says what is there: each feature is used by a plugin that requires it, in both places."""

import re

import pytest

import lichtfeld.plugins as native
from trial import PLACES, PLUGINS, run


def panels(record):
    assert record.panels == ["template_panel.export"] and ("choice", "Format") in [one[1:] for one in record.pressed]
    assert any("garden" in text for _, text in record.shown)


def operators(record):
    assert ["RUNNING_MODAL"] * 3 + ["FINISHED"] in [words for _, words in record.operators]


def menus(record):
    assert {("menu", "View"), ("menu_item", "Grid"), ("button", "Run it")} <= {one[1:] for one in record.pressed}
    assert "grid True" in record.report["log"]


def capabilities(record):
    assert record.report["good"]["success"] and record.report["failed"] == (False, "KeyError")


def settings(record):
    assert record.report["all"] == {"recent": ["entry 0"], "size": 1}


def signals(record):
    assert record.report["best"] == 0.25 and record.report["steps"][0] == "start"


def dialogs(record):
    assert record.report == {"delete": "Delete", "rename": ("renamed", "copied"), "told": True}


TABLE = {
    "capabilities.v1": ("capability_filter", capabilities),
    "dialogs.v1": ("ask_user", dialogs),
    "menus.v1": ("menus_props", menus),
    "operators.v1": ("tool_brush", operators),
    "panels.v1": ("template_panel", panels),
    "settings.v1": ("settings_store", settings),
    "signals.v1": ("signal_monitor", signals),
}
"""The plugin of ``plugins/`` that uses a feature, and what it has done with it."""


def test_the_table_has_each_feature_and_no_other():
    assert sorted(TABLE) == sorted(native.FEATURES)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("feature", TABLE)
def test_a_plugin_that_requires_a_feature_can_use_it(home, manager, feature, place):
    folder, works = TABLE[feature]
    manifest = (PLUGINS / folder / "pyproject.toml").read_text(encoding="utf-8")
    required = re.search(r"^required_features = \[(.*)\]", manifest, re.MULTILINE)[1]
    assert f'"{feature}"' in required, "its manifest requires it"
    record = run(home, manager, PLUGINS / folder, place)
    assert record.active and record.errors == [], record.errors
    works(record)
