"""What the panel of hello_panel shows, and what its widgets do."""

from hello_panel import MyPanel
from lichtfeld.plugins.testing import PanelFailed, PanelProbe, WidgetNotFound

import pytest


def test_counts_clicks(snapshot):
    probe = PanelProbe(MyPanel).draw()
    assert probe.labels == ["Hello from plugin!", "Click me", "Clicked: 0"]
    probe.click("Click me").click("Click me")
    assert probe.panel.value == 2
    snapshot(probe.text(40))


def test_names_what_is_there_instead():
    with pytest.raises(WidgetNotFound, match=r"did you mean 'Click me'\?.* 'Click me' \(button\)"):
        PanelProbe(MyPanel).click("Clik me")


def test_a_panel_that_raises_fails_the_test_or_shows_the_traceback():
    class Broken(MyPanel):
        def draw(self, layout):
            layout.buton("x")

    with pytest.raises(PanelFailed, match="no widget `buton`; did you mean `button`"):
        PanelProbe(Broken).draw()
    probe = PanelProbe(Broken, check=False).draw()
    assert probe.error["exception"] == "AttributeError"
    assert probe.error["location"]["file"] == __file__
    assert "layout.buton" in probe.text(200)
