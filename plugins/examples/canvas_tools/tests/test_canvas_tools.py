"""What the panel of canvas_tools shows, and what its widgets do."""

from canvas_tools import CanvasPanel
from lichtfeld.plugins.testing import PanelProbe


def test_shows_everything(snapshot):
    probe = PanelProbe(CanvasPanel).click("Step")
    assert probe.warnings == []
    snapshot(probe.text(60))


def test_shapes_are_data():
    shapes = [w for w in PanelProbe(CanvasPanel).frame["widgets"] if w["kind"] == "draw"]
    assert len(shapes) == 18
    line = shapes[0]
    assert line["shape"]["points"] == [[0.0, 0.0], [100.0, 100.0]]
    assert shapes[2]["layer"] == "background"
    assert {shape["layer"] for shape in shapes[11:]} == {"window"}


def test_the_panel_knows_its_room():
    probe = PanelProbe(CanvasPanel).resize(400, 300, scale=2.0)
    assert "Room: 400 x 300, scale 2.0" in probe.labels
