"""Documents of a host, for panels with a template."""

import pytest

import lichtfeld as lf

PLUGIN = """
import lichtfeld as lf
from lfs_plugins.types import Panel

class Retained(Panel):
    id = "retained"
    template = "panel.rml"
    style = "body {}"
    height_mode = "fill"
    options = {"HIDE_HEADER", "DEFAULT_CLOSED"}

    def on_bind_model(self, context):
        context.note("bound")

    def on_mount(self, document):
        if document.is_wrong:
            raise ValueError("no such element")
        document.note("mounted")

    def on_scene_changed(self, document):
        document.note("scene changed")

    def on_unmount(self, document):
        document.note("unmounted")

def on_load():
    lf.register_class(Retained)
"""


class Document:
    def __init__(self, is_wrong=False):
        self.is_wrong, self.calls = is_wrong, []

    def note(self, what):
        self.calls.append(what)


@pytest.fixture(params=["shared", "process"])
def panel(request, home, manager):
    """A panel with a template, in each place."""
    home.plugin("documents", PLUGIN, tool=f'isolation = "{request.param}"')
    assert manager.load("documents"), manager.get_error("documents")
    return "retained"


def test_the_callbacks_get_the_document(panel, manager):
    document, context = Document(), Document()
    lf.ui.mount(panel, document, context)
    lf.ui.scene_changed()
    another = Document()
    lf.ui.mount(panel, another)
    lf.ui.unmount(panel)
    lf.ui.unmount(panel)
    assert context.calls == ["bound"]
    assert document.calls == ["mounted", "scene changed", "unmounted"]
    assert another.calls == ["mounted", "unmounted"]
    lf.ui.mount(panel, another)
    manager.unload("documents")
    assert another.calls == ["mounted", "unmounted"] * 2


def test_a_panel_that_raises_has_no_document(home, panel):
    document = Document(is_wrong=True)
    with pytest.raises(ValueError, match="no such element"):
        lf.ui.mount(panel, document)
    assert "panel 'retained': on_mount failed" in home.log("documents")
    lf.ui.scene_changed()
    lf.ui.unmount(panel)
    assert document.calls == []


def test_what_a_panel_says_for_its_document(panel):
    info = lf.ui.panel_info(panel)
    assert info["template"] == "panel.rml" and info["style"] == "body {}"
    assert info["height_mode"] == "fill" and info["retained"] is True
    assert info["options"] == ["DEFAULT_CLOSED", "HIDE_HEADER"]
