"""What the panel of data_table shows, and what its widgets do."""

from data_table import TablePanel
from lichtfeld.plugins.testing import PanelProbe


def test_shows_rows(snapshot):
    probe = PanelProbe(TablePanel).draw()
    assert probe.warnings == []
    snapshot(probe.text(60))


def test_rows_are_selected_and_deleted():
    probe = PanelProbe(TablePanel).click("left.png")
    assert probe.panel.selected == 1
    probe.click("Delete", index=0)
    assert [name for name, _ in probe.panel.rows] == ["left.png", "back.png"]


def test_a_row_keeps_its_identity_when_another_goes():
    probe = PanelProbe(TablePanel)
    before = probe.widget("back.png", kind="selectable")["id"]
    probe.click("Delete", index=0)
    assert probe.widget("back.png", kind="selectable")["id"] == before


def test_an_image_is_dropped_once():
    probe = PanelProbe(TablePanel)
    assert probe.widget("left.png", kind="selectable")["drag"] == {"type": "image", "data": "left.png"}
    probe.drop("Drop an image here", "image", "left.png")
    assert probe.panel.dropped == "left.png"
    probe.panel.dropped = ""
    assert probe.draw().panel.dropped == ""


def test_a_camera_is_chosen_from_the_list_and_by_name():
    probe = PanelProbe(TablePanel).set("Cameras", "Back")
    assert probe.panel.scene.active == 2
    assert probe.set("Main camera", "Left").panel.scene.main == "Left"
