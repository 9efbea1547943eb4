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


def test_the_area_is_dragged_zoomed_and_selected():
    probe = PanelProbe(CanvasPanel)
    probe.drag("area", (10, 10), (15, 12), (30, 8)).drag("area", (0, 0), (1, 1))
    assert probe.panel.offset == [21.0, -1.0]
    probe.wheel(2.0, label="area").wheel(-1.0).double_click("area")
    assert "Moved by 21, -1, zoom 1.10, selected" in probe.labels
    probe.double_click(button="secondary")
    assert "Moved by 0, 0, zoom 1.00, selected" in probe.labels
