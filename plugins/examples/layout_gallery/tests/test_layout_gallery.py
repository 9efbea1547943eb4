"""What the panel of layout_gallery shows, and what its widgets do."""

from layout_gallery import GalleryPanel
from lichtfeld.plugins.testing import PanelProbe


def test_shows_everything(snapshot):
    probe = PanelProbe(GalleryPanel).draw()
    assert probe.warnings == []
    snapshot(probe.text(60))


def test_shows_everything_unfolded(snapshot):
    probe = PanelProbe(GalleryPanel).click("Start").click("Window").open("File")
    probe.click("Delete all").hover("Point at me")
    assert probe.warnings == []
    snapshot(probe.text(60))


def test_a_button_whose_label_changes_stays_the_same_button():
    probe = PanelProbe(GalleryPanel)
    before = probe.widget("Start")["id"]
    assert probe.click("Start").widget("Stop")["id"] == before
    assert not probe.click("Stop").panel.running


def test_menus_popups_and_context_menus():
    probe = PanelProbe(GalleryPanel).open("File")
    probe.click("New").click("Save").click("Show grid")
    assert probe.panel.log == ["new", "saved"]
    assert not probe.panel.grid
    probe.click("?")
    assert "This is the gallery." in probe.labels
    assert "This is the gallery." not in probe.click("Close").labels
    probe.click("?").close("help")
    assert "This is the gallery." not in probe.labels
    probe.click("Delete all").click("Yes")
    probe.open("label menu").click("Copy")
    assert probe.panel.log[-2:] == ["deleted", "copied"]


def test_hovering_shows_tooltips():
    probe = PanelProbe(GalleryPanel).hover("?")
    assert probe.widget("?")["tooltip"] == "What this is"
    assert "A tip" in probe.hover("Point at me").labels


def test_rows_are_told_apart_by_their_id():
    probe = PanelProbe(GalleryPanel).draw()
    ids = {widget["id"] for widget in probe.frame["widgets"] if widget.get("label") == "Row"}
    assert len(ids) == 3


def test_a_window_is_closed_by_its_cross():
    probe = PanelProbe(GalleryPanel).click("Window")
    assert "A window of its own" in probe.labels
    assert not probe.close("Details").panel.show_window


def test_callbacks_pictures_and_invisible_places():
    probe = PanelProbe(GalleryPanel).click("Log").click("corner").click("camera").click("move")
    assert probe.panel.log == ["called", "found it"]
    assert probe.widget("move")["tooltip"] == "Move"


def test_branches():
    probe = PanelProbe(GalleryPanel).open("cameras")
    assert "front" in probe.labels
    assert "front" not in probe.close("cameras").labels
