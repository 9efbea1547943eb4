"""Mistakes in templates and sheets are found without running the plugin."""

import lichtfeld as lf
import pytest

TEMPLATE = """<rml><head><link type="text/rcss" href="shared/base.rcss"/></head><body data-model="m">
  <p style="colour: red">{{ anything }}</p>
  <div data-if="a ==">x</div>
  <button data-event-clik="go()">Go</button>
</body></rml>
"""


@pytest.fixture
def plugin(home):
    files = {
        "ui/panel.rml": TEMPLATE,
        "ui/panel.rcss": "p {\n  widht: 3dp;\n}",
        "ui/shared/base.rcss": '@import "more.rcss";\np { color: @{primry}; }',
        "ui/shared/more.rcss": "p..x {}",
        ".venv/broken.rml": "<p",
        "good.rml": "<rml><body><p>{{ good }}</p></body></rml>",
    }
    return home.plugin("templates", "raise SystemExit\n", files=files)


def places(found, plugin):
    return {(one["file"].replace(f"{plugin}/", ""), one["line"], one["column"], one["code"]) for one in found}


def test_each_mistake_is_named_with_its_place(plugin):
    found = lf.ui.rml.check(plugin)
    assert places(found, plugin) == {
        ("ui/panel.rml", 2, 13, "rcss-property"),
        ("ui/panel.rml", 3, 21, "rml-expression"),
        ("ui/panel.rml", 4, 11, "rml-event"),
        ("ui/panel.rcss", 2, 3, "rcss-property"),
        ("ui/shared/base.rcss", 2, 12, "rcss-token"),
        ("ui/shared/more.rcss", 1, 1, "rcss-selector"),
    }, found
    hints = {one["code"]: one["hint"] for one in found}
    assert "click" in hints["rml-event"] and "primary" in hints["rcss-token"]
    assert {one["severity"] for one in found} == {"error", "warning"}
    assert lf.ui.rml.check(plugin / "good.rml") == []
    assert len(lf.ui.rml.check(plugin / "ui" / "panel.rml")) == 6
