"""Authors test their dialogs without the application."""

import pytest

import lichtfeld as lf
from lfs_plugins.types import Panel
from lichtfeld.plugins.testing import Answers, PanelProbe


class Export(Panel):
    label = "Export"

    def __init__(self):
        self.path, self.done = "", []

    def draw(self, layout):
        if layout.button("Choose"):
            self.path = lf.ui.save_png_file_dialog("a.png")
        if layout.button("Delete"):
            lf.ui.confirm_dialog("Sure?", "Delete?", ["Yes", "No"], self.done.append)
        layout.label(self.path)


def test_a_probe_answers_what_the_panel_asks():
    probe = PanelProbe(Export).answer("save_file", "/out.png").answer("confirm", "Yes")
    probe.click("Choose").click("Delete")
    assert probe.panel.path == "/out.png" and probe.panel.done == ["Yes"]
    assert [one["kind"] for one in probe.asked] == ["save_file", "confirm"]
    assert probe.asked[0]["name"] == "a.png"


def test_without_an_answer_the_user_has_cancelled():
    probe = PanelProbe(Export)
    probe.click("Choose").click("Delete")
    assert probe.panel.path == "" and probe.panel.done == [""]


def test_code_without_a_panel():
    with Answers(open_folder="/data", get_clipboard="text") as answers:
        answers.answer("open_folder", None)
        assert [lf.ui.open_folder_dialog() for _ in range(3)] == ["/data", "", ""]
        assert lf.ui.get_clipboard_text() == "text" and lf.ui.open_url("https://example.org") is None
    assert [one["kind"] for one in answers.asked][-2:] == ["get_clipboard", "open_url"]


def test_mistakes_of_a_test():
    with pytest.raises(ValueError, match="'open_dir' is no kind of a request; did you mean"):
        PanelProbe(Export).answer("open_dir", "/x")
    with pytest.raises(Exception, match="the question 'Delete\\?' has no button 'OK'; it has 'Yes', 'No'"):
        PanelProbe(Export).answer("confirm", "OK").click("Delete")
