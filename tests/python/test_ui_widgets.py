"""Every widget: what it shows, and that what the user does reaches the panel exactly once."""

import json
import os
import pathlib
import random

import pytest
from lichtfeld.plugins import Layout
from lichtfeld.plugins.testing import PanelProbe
from waiting import scaled
from widget_cases import CASES, NAMES, Asked, Clicked, Data, Opened, Shown, Valued

SNAPSHOT = pathlib.Path(__file__).parent / "snapshots" / "widgets.txt"

REGISTERED = """
    import lichtfeld as lf
    from lfs_plugins.types import Menu, Operator, Panel

    class CaseOperator(Operator):
        id = "cases.operator"

    class CaseMenu(Menu):
        id = "cases.menu"

        def draw(self, layout):
            layout.menu_item("inside")

    class CasePanel(Panel):
        id = "cases.panel"

        def draw(self, layout):
            layout.label("inside")

    def on_load():
        for cls in (CaseOperator, CaseMenu, CasePanel):
            lf.register_class(cls)
"""


@pytest.fixture(autouse=True)
def registered(home, manager):
    """What `operator_`, `menu` and `popover` show."""
    home.plugin("cases", REGISTERED)
    assert manager.load("cases"), manager.get_error("cases")


class Single:
    """A panel that draws one case, and notes what it gave."""

    def __init__(self, case):
        self.case, self.data = case, Data()
        self.value = getattr(case, "start", None)
        self.given = []

    def draw(self, layout):
        gave = self.case.draw(layout, self.value, self.data)
        if isinstance(self.case, Valued):
            changed, value = gave
            assert type(changed) is bool
            if changed and not self.case.stores:
                self.value = value
        self.given.append(gave)


def of(*kinds):
    cases = [case for case in CASES if isinstance(case, kinds)]
    return pytest.mark.parametrize("case", cases, ids=[case.label for case in cases])


def test_every_name_of_a_layout_has_a_case():
    names = {name for name in dir(Layout) if not name.startswith("_")}
    assert sorted(names - set(NAMES)) == [], "write a case for these in widget_cases.py"
    assert sorted(set(NAMES) - names) == [], "a layout has no such names"
    assert len(NAMES) == len(set(NAMES)), "one case for each name"


def test_what_every_widget_shows():
    shown = []
    for case in CASES:
        probe = PanelProbe(Single(case))
        text = probe.text(44).splitlines()[1:-1]
        assert probe.warnings == [], case.names
        shown += [case.names, *text, ""]
    text = "\n".join(shown)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert SNAPSHOT.exists(), "run UPDATE_SNAPSHOTS=1 pytest tests/python/test_ui_widgets.py"
    assert text == SNAPSHOT.read_text(encoding="utf-8")


@of(Shown, Asked)
def test_a_widget_without_input_returns_the_same_in_every_drawing(case):
    probe = PanelProbe(Single(case)).draw().draw()
    assert probe.panel.given == [getattr(case, "gives", None)] * 2


@of(Clicked)
def test_a_click_arrives_once(case):
    probe = PanelProbe(Single(case)).draw()
    assert probe.panel.given == [False]
    for clicks in (1, 2):
        probe.click(case.label).draw()
        assert probe.panel.given.count(True) == clicks
        assert set(probe.panel.given) == {True, False}, "a bool, nothing else"
    probe.click(case.label, button="secondary")
    assert probe.panel.given.count(True) == 2, "with another button it is no click"
    assert probe.panel.data.called == (2 if case.label == "button_callback" else 0)


@of(Valued)
def test_a_value_arrives_once_in_its_type_and_limits(case):
    probe = PanelProbe(Single(case)).draw()
    assert probe.panel.given == [(False, case.start)]
    label = label_in(probe, case)
    if case.input == "click":
        probe.click(label)
    else:
        probe.set(label, case.input)
    probe.draw()
    changed = [value for changed, value in probe.panel.given if changed]
    assert changed == [case.gets]
    assert type(changed[0]) is type(case.start)
    assert probe.panel.given[-1] == (False, case.gets)
    if case.input != "click":
        with pytest.raises(ValueError, match="an input did not arrive: it "):
            probe._send(probe.widget(label), {"set": [1.0] * 9})
        assert probe.panel.given[-1] == (False, case.gets), "what does not fit changes nothing"


def label_in(probe, case):
    """The label in the frame: of what is called by its property it is that, as people write it."""
    readable = case.label.replace("_", " ").capitalize()
    return case.label if case.label in probe.labels else readable


@of(Opened)
def test_what_folds_stays_as_the_user_left_it(case):
    probe = PanelProbe(Single(case)).draw()
    assert probe.panel.given == [case.default]
    for is_open in (not case.default, case.default, True):
        probe.open(case.label, is_open).draw()
        assert probe.panel.given[-2:] == [is_open] * 2
        assert ("inside" in probe.labels) == is_open


@pytest.mark.parametrize("begin", ["begin_popup", "begin_popup_modal"])
def test_popups_open_and_close(begin):
    case = next(case for case in CASES if case.label == begin)
    probe = PanelProbe(Single(case)).click("open")
    assert probe.panel.given[-1] is True and "inside" in probe.labels
    assert PanelProbe.click(probe, "close").panel.given[-1] is False
    assert probe.click("open").close(begin).panel.given[-1] is False


def test_a_window_is_closed_once():
    case = next(case for case in CASES if case.label == "begin_window_closable")
    probe = PanelProbe(Single(case)).close("begin_window_closable").draw()
    assert probe.panel.given.count((True, False)) == 1


def test_something_dropped_arrives_once():
    case = next(case for case in CASES if case.label == "begin_drag_drop_source")
    probe = PanelProbe(Single(case)).drop("drop here", "image", "a.png").draw()
    assert [dropped for _, _, dropped in probe.panel.given if dropped is not None] == ["a.png"]


def test_what_is_registered_is_drawn_inside_a_panel(home, manager):
    class Around:
        label = "Around"

        def draw(self, layout):
            layout.operator_("cases.operator")
            layout.menu("cases.menu")
            layout.popover("cases.panel", "More")

    probe = PanelProbe(Around).click("More").open("CaseMenu")
    assert probe.labels.count("inside") == 2
    manager.unload("cases")
    probe.draw()
    for name in ("cases.operator", "cases.menu", "More"):
        widget = probe.widget(name)
        assert widget["disabled"] and "is called 'cases." in widget["tooltip"]
    home.plugin("cases", REGISTERED.replace('layout.label("inside")', 'raise ValueError("inner")'))
    assert manager.load("cases")
    probe.draw().click("More")
    assert "'cases.panel' cannot be drawn: ValueError: inner" in probe.text(80)
    log = home.log("cases")
    assert log.count("ValueError: inner") == 1


def test_an_operator_is_invoked_by_its_button_and_switched_off_where_it_cannot(home, manager):
    home.plugin(
        "cases",
        REGISTERED.replace(
            'id = "cases.operator"',
            'id = "cases.operator"\n        description = "Does it"\n        possible = True\n'
            "        calls = []\n        @classmethod\n        def poll(cls, context):\n"
            "            return cls.possible\n        def execute(self, context):\n"
            "            self.calls.append(1)\n            raise ValueError('not today')",
        ),
    )
    assert manager.reload("cases")
    import lfs_plugins.cases as module

    case = next(case for case in CASES if case.label == "operator_")
    probe = PanelProbe(Single(case)).click("operator_")
    assert module.CaseOperator.calls == [1]
    assert probe.widget("operator_")["tooltip"] == "Does it"
    module.CaseOperator.possible = False
    assert probe.draw().widget("operator_")["tooltip"] == "it is not possible now"
    with pytest.raises(ValueError, match="'operator_' is disabled"):
        probe.click("operator_")
    log = home.log("cases")
    assert log.count("ValueError: not today") == 1


class Everything:
    """A panel with every case at once; notes each click and each change that reaches it."""

    def __init__(self):
        self.data = Data()
        self.values = {case.label: case.start for case in CASES if isinstance(case, Valued)}
        self.log = []

    def draw(self, layout):
        for case in CASES:
            layout.push_id(case.label)
            gave = case.draw(layout, self.values.get(case.label), self.data)
            layout.pop_id()
            if isinstance(case, Clicked) and gave:
                self.log.append((case.label, "click"))
            elif isinstance(case, Valued) and gave[0]:
                self.values[case.label] = gave[1]
                self.log.append((case.label, "click" if case.input == "click" else "set"))
            elif case.label == "begin_drag_drop_source" and gave[2] is not None:
                self.log.append((case.label, gave[2]))


@pytest.mark.parametrize("seed", range(scaled(8, 40)))
def test_at_random_nothing_is_lost_doubled_or_overtaken(seed):
    choose = random.Random(seed)
    probe = PanelProbe(Everything()).draw()
    panel, session = probe.panel, probe._session
    assert probe.warnings == []
    cases = {label_in(probe, case): case for case in CASES if isinstance(case, (Clicked, Valued))}
    target = probe.widget("drop here")
    foldable = [w for w in probe.frame["widgets"] if w["kind"] in ("header", "tree", "menu")]
    sent = []
    for _ in range(60):
        last = None
        for _ in range(choose.randrange(12)):
            if choose.random() < 0.1:
                folded = choose.choice(foldable)
                push(session, folded["id"], {"open": choose.random() < 0.5})
                last = None
                continue
            if choose.random() < 0.1:
                data = choose.choice(["a.png", "", "ü"])
                push(session, target["id"], {"drop": {"type": "image", "data": data}})
                last = None
                sent.append(("begin_drag_drop_source", data))
                continue
            label = choose.choice(list(cases))
            case = cases[label]
            widget = next(w for w in probe.frame["widgets"] if w.get("label") == label)
            clicks = isinstance(case, Clicked) or case.input == "click"
            push(session, widget["id"], {"click": "primary"} if clicks else {"set": case.fits(choose)})
            # A choice that was made already is not made again; of values that follow each other at
            # once on one widget the last arrives.
            if last == (case.label, "set") and not clicks:
                sent.pop()
            if case.label == "radio_button" and ("radio_button", "click") in sent:
                last = None
                continue
            last = (case.label, "click" if clicks else "set")
            sent.append(last)
        probe.draw()
        assert "error" not in probe.frame, probe.frame["error"]
        assert panel.log == sent
    for case in CASES:
        if isinstance(case, Valued) and not case.stores:
            assert type(panel.values[case.label]) is type(case.start)


def push(session, widget, value):
    session.push({"widget": widget, **value})


def test_a_probe_finds_a_widget_by_what_follows_its_label():
    class Two:
        label = "Two"
        clicked = ()

        def draw(self, layout):
            for number in (1, 2):
                if layout.button(f"Delete##{number}"):
                    self.clicked = (*self.clicked, number)
            if layout.button("3 images###count"):
                self.clicked = (*self.clicked, "count")

    probe = PanelProbe(Two)
    for name in ("Delete##2", "##1", "4 images###count", "3 images"):
        probe.click(name)
    assert probe.panel.clicked == (2, 1, "count", "count")
    with pytest.raises(LookupError, match="there are 2 widgets 'Delete'"):
        probe.click("Delete")
