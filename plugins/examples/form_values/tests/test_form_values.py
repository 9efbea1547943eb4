"""What the panel of form_values shows, and what its widgets do."""

from form_values import FormPanel
from lichtfeld.plugins.testing import PanelProbe

import pytest


def test_shows_every_value(snapshot):
    probe = PanelProbe(FormPanel).draw()
    assert probe.warnings == []
    snapshot(probe.text(60))


@pytest.mark.parametrize(
    ("label", "index", "given", "attribute", "got"),
    [
        ("Radius", 0, 0.25, "radius", 0.25),
        ("Radius", 0, 7, "radius", 1.0),
        ("Count", 0, 20, "count", 20),
        ("Range", None, (0.1, 0.2), "pair", (0.1, 0.2)),
        ("Offset", None, (1, 0, -1), "offset", (1.0, 0.0, -1.0)),
        ("Radius", 1, 0.75, "radius", 0.75),
        ("Count", 1, 30, "count", 30),
        ("Radius", 2, 5.5, "radius", 5.5),
        ("Count", 2, -1, "count", -1),
        ("Points", None, 1234567, "count", 1234567),
        ("Radius", 3, 0.9, "radius", 0.9),
        ("Enabled", None, False, "enabled", False),
        ("Matching", None, "sequential", "matching", 1),
        ("Items", None, 3, "item", 3),
        ("Name", None, "Küche", "name", "Küche"),
        ("Filter", None, "*.png", "filter", "*.png"),
        ("Images", None, "/data/images", "folder", "/data/images"),
        ("Line", None, (0, 0.5, 1), "color", (0.0, 0.5, 1.0)),
        ("Glass", None, (0, 0, 0, 0), "glass", (0.0, 0.0, 0.0, 0.0)),
        ("Paper", None, (0.5, 0.5, 0.5), "paper", (0.5, 0.5, 0.5)),
    ],
)
def test_gets_what_the_user_sets_once(label, index, given, attribute, got):
    probe = PanelProbe(FormPanel)
    probe.set(label, given, index=index)
    assert getattr(probe.panel, attribute) == got
    assert type(getattr(probe.panel, attribute)) is type(got)
    # Set by the panel itself, it stays: the input does not arrive a second time.
    setattr(probe.panel, attribute, getattr(FormPanel(), attribute))
    probe.draw()
    assert getattr(probe.panel, attribute) == getattr(FormPanel(), attribute)


def test_radio_buttons_and_colour_buttons_are_clicked():
    probe = PanelProbe(FormPanel).click("High")
    assert probe.panel.choice == 2
    probe.set("Line", (0, 0, 0)).click("Red")
    assert probe.panel.color == (1.0, 0.0, 0.0)


def test_enter_is_told_once():
    probe = PanelProbe(FormPanel).set("Command", "run")
    assert probe.panel.history == ["run"]
    assert probe.panel.command == ""


def test_switched_off_widgets_cannot_be_used():
    probe = PanelProbe(FormPanel).click("Enabled")
    with pytest.raises(ValueError, match="'Matching' is disabled"):
        probe.set("Matching", "spatial")


def test_a_folded_header_hides_what_follows():
    probe = PanelProbe(FormPanel).close("Numbers")
    assert "Offset" not in probe.labels
    assert "Offset" in probe.open("Numbers").labels


@pytest.mark.parametrize(
    ("label", "given", "name", "got"),
    [
        ("Strength", 3, "strength", 1.0),
        ("Rounds", 99, "rounds", 10),
        ("Mirrored", True, "mirrored", True),
        ("Title", "x" * 30, "title", "x" * 20),
        ("Folder", "/data", "folder", "/data"),
        ("Tint", (0, 1, 0), "tint", (0.0, 1.0, 0.0)),
        ("Mode", "Exact", "mode", "exact"),
    ],
)
def test_properties_draw_and_set_themselves(label, given, name, got):
    probe = PanelProbe(FormPanel).set(label, given)
    assert getattr(probe.panel.settings, name) == got


def test_a_value_of_an_enumeration_is_chosen_by_its_button():
    probe = PanelProbe(FormPanel).click("Exact")
    assert probe.panel.settings.mode == "exact"
    assert probe.widget("Exact")["selected"]


def test_wrong_values_are_refused_with_a_reason():
    probe = PanelProbe(FormPanel)
    with pytest.raises(ValueError, match="'Matching' has no item 'nonsense'; it has 'exhaustive'"):
        probe.set("Matching", "nonsense")
    with pytest.raises(ValueError, match="it takes a number, not text"):
        probe.set("Radius", "wide", index=0)


def test_a_drag_is_one_step_for_undo():
    probe = PanelProbe(FormPanel)
    slider = probe.widget("Radius", index=0)["id"]
    probe.edit(slider, 0.6, 0.7, 0.8).edit(slider).edit(slider, 0.9)
    assert probe.panel.undo == [0.5, 0.8] and probe.panel.before is None
    probe.click("Undo (2)").click("Undo (1)")
    assert (probe.panel.radius, probe.panel.undo) == (0.5, [])
