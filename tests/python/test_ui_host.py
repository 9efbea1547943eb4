"""A Python program that draws panels itself: every input by id, the surface, what is shown."""

import pytest

import lichtfeld as lf
from waiting import until

CODE = '''
import lichtfeld as lf
from lfs_plugins.types import Menu, Panel

seen = []
shown = True
polled = []

class Table(Panel):
    id = "p.table"
    name = ""
    def draw(self, layout):
        if layout.begin_table("images", 2):
            for row in range(3):
                layout.push_id(str(row))
                layout.table_next_row()
                layout.table_next_column()
                if layout.button("Delete"):
                    seen.append(("deleted", row))
                layout.pop_id()
            layout.end_table()
        if layout.button("Save##one"):
            seen.append("save one")
        if layout.button("Save##two"):
            seen.append("save two")
        layout.label("words")
        if layout.is_item_hovered():
            seen.append("hovered")
        for button in (0, 1, 2):
            if layout.is_item_clicked(button):
                seen.append(("clicked", button))
        if layout.begin_drag_drop_target():
            dropped = layout.accept_drag_drop_payload("image")
            if dropped:
                seen.append(("dropped", dropped))
            layout.end_drag_drop_target()
        changed, self.name = layout.input_text("Name", self.name)
        if changed:
            seen.append(self.name)
        if layout.begin_context_menu("more"):
            if layout.menu_item("Copy"):
                seen.append("copied")
            layout.end_context_menu()
        if layout.button("Ask"):
            layout.open_popup("sure")
        if layout.begin_popup_modal("sure"):
            layout.label("really")
            layout.end_popup_modal()
        if layout.collapsing_header("Options"):
            layout.label("unfolded")

class Canvas(Panel):
    id = "p.canvas"
    x = 0.0
    def draw(self, layout):
        layout.invisible_button("area", (100, 100))
        active = layout.is_item_active()
        for button in (0, 1, 2):
            if layout.is_item_double_clicked(button):
                seen.append(("item", button))
            if layout.is_mouse_double_clicked(button):
                seen.append(("mouse", button))
            if layout.is_mouse_dragging(button):
                seen.append(("dragged", button, active, layout.get_mouse_delta()))
        if layout.get_mouse_wheel():
            seen.append(("wheel", layout.get_mouse_wheel()))
        changed, self.x = layout.drag_float("x", self.x)
        asked = (
            layout.is_item_activated(), changed, layout.is_item_deactivated(),
            layout.is_item_deactivated_after_edit(),
        )
        if any(asked):
            seen.append((*asked, self.x))

class Space(Panel):
    id = "p.space"
    def draw(self, layout):
        parts = (
            layout.get_content_region_avail(), layout.get_window_pos(), layout.get_viewport_size(),
            layout.get_mouse_pos(), layout.get_dpi_scale(), layout.is_window_focused(),
            layout.is_window_hovered(),
        )
        layout.label(repr(parts))

class Metrics(Panel):
    id = "p.metrics"
    def draw(self, layout):
        layout.label(repr((layout.calc_text_size("abi\\nd"), layout.get_text_line_height())))

class Sometimes(Panel):
    id = "p.sometimes"
    @classmethod
    def poll(cls, context):
        polled.append(1)
        return shown
    def draw(self, layout):
        layout.label("here")

class Tools(Menu):
    id = "p.tools"
    location = "MENU_BAR"
    @classmethod
    def poll(cls, context):
        return shown
    def draw(self, layout):
        if layout.menu_item("Run"):
            seen.append("run")

def take():
    """What was seen since the last call."""
    taken = list(seen)
    seen.clear()
    return taken

def show(value):
    global shown
    shown = value

def polls(): return len(polled)

def on_load():
    for one in (Table, Canvas, Metrics, Space, Sometimes, Tools):
        lf.register_class(one)
'''


@pytest.fixture(params=["shared", "process"])
def plugin(request, home, manager):
    home.plugin("p", CODE, tool=f'isolation = "{request.param}"')
    assert manager.load("p"), manager.get_error("p")
    import p

    drawn("p.table")
    return p


def drawn(id):
    """Draws until there is a frame: a plugin in a process of its own draws when it can."""
    draw = lf.ui.draw_menu if id == "p.tools" else lf.ui.draw_panel
    return until(lambda: (frame := draw(id))["widgets"] and frame)


def after(plugin, id="p.table"):
    """Draws until the plugin has seen something; returns what."""
    return until(lambda: drawn(id) and plugin.take())


def widgets(label=None, kind=None):
    frame = lf.ui.last_frame("p.table")
    return [
        widget
        for widget in frame["widgets"]
        if (label is None or label in (widget.get("label"), widget.get("text")))
        and (kind is None or widget["kind"] == kind)
    ]


def until_shown(words):
    return until(lambda: words in lf.ui.render_text(lf.ui.draw_panel("p.table")))


def until_gone(words):
    return until(lambda: words not in lf.ui.render_text(lf.ui.draw_panel("p.table")))


def test_the_second_of_several_widgets_by_its_id(plugin):
    second = widgets("Delete")[1]
    lf.ui.push_input("p.table", {"widget": second["id"], "click": "primary"})
    assert after(plugin) == [("deleted", 1)]
    lf.ui.send_input("p.table", widgets("Delete")[2]["id"])
    assert after(plugin) == [("deleted", 2)]


def test_a_label_with_what_is_not_shown(plugin):
    assert [one["name"] for one in widgets("Save")] == ["##one", "##two"]
    for label, what in (("Save##two", "save two"), ("##one", "save one")):
        lf.ui.send_input("p.table", label, "click")
        assert after(plugin) == [what]


def test_an_ambiguous_label_is_refused_with_the_candidates(plugin):
    for label in ("Delete", "Save"):
        with pytest.raises(LookupError) as refused:
            lf.ui.send_input("p.table", label, "click")
        assert isinstance(refused.value, KeyError)
        text = str(refused.value)
        all_widgets = lf.ui.last_frame("p.table")["widgets"]
        for at, one in enumerate(all_widgets):
            if one.get("label") == label:
                assert f"'{label}{one.get('name', '')}' {one['id']} (button, widgets[{at}])" in text
    with pytest.raises(KeyError, match="no widget 'Nothing'; there are: .*Delete, .*Save"):
        lf.ui.send_input("p.table", "Nothing")
    assert plugin.take() == []


def test_right_clicks_hovering_and_dropping(plugin):
    words = widgets("words")[0]
    assert words["wants_hover"] and words["wants_click"] and words["accepts"] == "image"
    for at, button in enumerate(("primary", "secondary", "middle")):
        lf.ui.push_input("p.table", {"widget": words["id"], "click": button})
        assert after(plugin) == [("clicked", at)]
    lf.ui.push_input("p.table", {"widget": words["id"], "hover": True})
    assert set(after(plugin)) == {"hovered"}
    lf.ui.push_input("p.table", {"widget": words["id"], "hover": False})
    until(lambda: drawn("p.table") and not plugin.take())
    lf.ui.send_input("p.table", "words", {"drop": {"type": "image", "data": "a.png"}})
    assert after(plugin) == [("dropped", "a.png")]


def test_double_clicks_drags_and_the_wheel(plugin):
    frame = drawn("p.canvas")
    area, x = frame["widgets"]
    assert frame["wants"] == {"double_click": True, "drag": True, "wheel": True}
    assert area["wants_double_click"] and area["wants_drag"] and x["wants_edit"]

    def seen(widget, action):
        lf.ui.push_input("p.canvas", {"widget": widget, **action} if widget else action)
        return after(plugin, "p.canvas")

    assert seen(area["id"], {"double_click": "primary"}) == [("item", 0), ("mouse", 0)]
    assert seen(None, {"double_click": "secondary"}) == [("mouse", 1)]
    # As long as the button is held, each drawing says so.
    first = seen(area["id"], {"drag": {"start": [1, 1], "at": [3, 4]}})
    assert first[0] == ("dragged", 0, True, (2.0, 3.0)) and set(first[1:]) <= {("dragged", 0, True, (0.0, 0.0))}
    end = {"drag": {"start": [1, 1], "at": [3, 4], "ended": True}}
    lf.ui.push_input("p.canvas", {"widget": area["id"], **end})
    until(lambda: drawn("p.canvas") and not plugin.take())
    held = seen(None, {"drag": {"button": "middle", "start": [0, 0], "at": [-1, 0]}})
    assert held[0] == ("dragged", 2, False, (-1.0, 0.0))
    lf.ui.push_input("p.canvas", {"drag": {"button": "middle", "start": [0, 0], "at": [0, 0], "ended": True}})
    until(lambda: drawn("p.canvas") and not plugin.take())
    assert seen(None, {"wheel": [0, -1.5]}) == [("wheel", -1.5)]
    assert lf.ui.last_frame("p.canvas").get("dropped", []) == []


def test_the_host_tells_when_an_edit_begins_and_ends(plugin):
    x = drawn("p.canvas")["widgets"][1]["id"]
    lf.ui.push_input("p.canvas", {"widget": x, "edit": True})
    assert after(plugin, "p.canvas") == [(True, False, False, False, 0.0)]
    until(lambda: drawn("p.canvas")["widgets"][1].get("editing"))
    lf.ui.push_input("p.canvas", {"widget": x, "set": 2.0})
    assert after(plugin, "p.canvas") == [(False, True, False, False, 2.0)]
    lf.ui.push_input("p.canvas", {"widget": x, "edit": False})
    assert after(plugin, "p.canvas") == [(False, False, True, True, 2.0)]
    until(lambda: "editing" not in drawn("p.canvas")["widgets"][1])


def test_a_context_menu_opens_by_a_right_click_and_closes(plugin):
    lf.ui.send_input("p.table", "Name", {"click": "secondary"})
    until_shown("Copy")
    lf.ui.send_input("p.table", "Copy")
    assert after(plugin) == ["copied"]
    lf.ui.send_input("p.table", "more", {"open": False})
    until_gone("Copy")
    lf.ui.push_input("p.table", {"widget": widgets("more")[0]["id"], "open": True})
    until_shown("Copy")


def test_a_popup_is_closed_and_a_header_unfolded(plugin):
    lf.ui.send_input("p.table", "Ask")
    until_shown("really")
    (popup,) = widgets("sure", "popup")
    lf.ui.push_input("p.table", {"widget": popup["id"], "open": False})
    until_gone("really")
    lf.ui.send_input("p.table", "Options", {"open": True})
    until_shown("unfolded")
    lf.ui.send_input("p.table", "Options", {"open": False})
    until_gone("unfolded")


def test_a_text_may_be_the_word_click(plugin):
    lf.ui.send_input("p.table", "Name", {"set": "click"})
    assert after(plugin) == ["click"]
    lf.ui.push_input("p.table", {"widget": widgets("Name")[0]["id"], "set": "ä"})
    assert after(plugin) == ["ä"]


def test_an_input_for_no_widget_is_reported(plugin):
    lf.ui.push_input("p.table", {"widget": "0" * 16, "click": "primary"})
    dropped = until(lambda: lf.ui.draw_panel("p.table").get("dropped"))
    assert dropped[0]["input"] == {"widget": "0" * 16, "click": "primary"}
    assert "no longer in the panel" in dropped[0]["reason"]


def test_a_menu_takes_inputs_as_well(plugin):
    (run,) = [one for one in drawn("p.tools")["widgets"] if one.get("label") == "Run"]
    lf.ui.push_input("p.tools", {"widget": run["id"], "click": "primary"})
    assert after(plugin, "p.tools") == ["run"]


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"click": "primary"}, ValueError, "names its widget"),
        ({"widget": "12", "click": "primary"}, ValueError, "is not a widget's id"),
        ({"widget": "0" * 16}, ValueError, "exactly one action"),
        ({"widget": "0" * 16, "click": "primary", "hover": True}, ValueError, "exactly one action"),
        ({"widget": "0" * 16, "click": "left"}, ValueError, '"secondary"'),
        ({"widget": "0" * 16, "clik": "primary"}, ValueError, "no action 'clik'"),
        ({"widget": "0" * 16, "open": 1}, ValueError, "True or False"),
        ({"widget": "0" * 16, "drop": {"type": "a"}}, ValueError, '"data"'),
        ({"widget": "0" * 16, "set": {"a": 1}}, TypeError, "is set to"),
        ({"widget": "0" * 16, "set": float("nan")}, ValueError, "finite"),
        ({"widget": "0" * 16, "double_click": "left"}, ValueError, '"double_click" is "primary"'),
        ({"drag": {"start": [0, 0]}}, ValueError, '"at" of "drag" is two numbers'),
        ({"drag": {"start": [0, 0], "at": [0, 0], "button": 1}}, ValueError, '"button" is "primary"'),
        ({"wheel": 1}, ValueError, '"wheel" is two numbers'),
        ({"widget": "0" * 16, "edit": 1}, ValueError, '"edit" is True or False'),
        ({"edit": True}, ValueError, "names its widget"),
        ("click", TypeError, "is a dict"),
    ],
)
def test_what_is_no_input_is_refused(home, manager, wrong, error, words):
    home.plugin("p", CODE)
    assert manager.load("p")
    with pytest.raises(error, match=words):
        lf.ui.push_input("p.table", wrong)
    with pytest.raises(KeyError, match="there are: p.canvas, p.metrics, p.sometimes, p.space, p.table"):
        lf.ui.push_input("nothing", {"widget": "0" * 16, "click": "primary"})


def test_the_surface_is_what_the_panel_sees(plugin):
    def seen(expected):
        drawn("p.space")
        text = repr(tuple(expected))
        until(lambda: lf.ui.draw_panel("p.space")["widgets"][0]["text"] == text)

    assert lf.ui.last_frame("p.space") is None
    seen([(320.0, 480.0), (0.0, 0.0), (1280.0, 720.0), (0.0, 0.0), 1.0, False, False])
    lf.ui.set_surface(
        "p.space", size=(400, 300), position=(10, 20), viewport=(800, 600), pointer=(1, 2),
        scale=2, focused=True, hovered=True,
    )  # fmt: skip
    assert "p.space" in lf.ui.due()
    expected = [(400.0, 300.0), (10.0, 20.0), (800.0, 600.0), (11.0, 22.0), 2.0, True, True]
    seen(expected)
    assert "p.space" not in lf.ui.due()
    lf.ui.set_surface("p.space", size=(500, 300))
    expected[0] = (500.0, 300.0)
    seen(expected)
    for wrong in ({"size": (-1, 2)}, {"scale": 0}, {"scale": float("nan")}, {"pointer": (0, float("inf"))}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            lf.ui.set_surface("p.space", **wrong)
    seen(expected)


def test_the_host_measures_texts(plugin):
    import threading

    calls = []

    def measure(text, size):
        calls.append((text, size, threading.get_ident()))
        return 10 * len(text) - text.count("i") * 4, 20

    def seen(*expected):
        until(lambda: lf.ui.draw_panel("p.metrics")["widgets"] and widget() == repr(expected))

    def widget():
        return lf.ui.last_frame("p.metrics")["widgets"][0]["text"]

    seen((21.0, 32.0), 16.0)
    lf.ui.set_surface("p.metrics", measure=measure)
    assert "p.metrics" in lf.ui.due()
    seen((26.0, 40.0), 20.0)
    assert {size for _, size, _ in calls} == {0.0}
    assert {thread for _, _, thread in calls} == {threading.get_ident()}
    lf.ui.set_surface("p.metrics", measure=measure)
    assert "p.metrics" not in lf.ui.due(), "the same font"
    lf.ui.set_surface("p.metrics", measure=lambda text, size: (5 * len(text), 8))
    seen((15.0, 16.0), 8.0)
    with pytest.raises(TypeError, match="measure is a function"):
        lf.ui.set_surface("p.metrics", measure=7)


def test_a_measure_that_raises_is_reported_once_and_the_size_estimated(home, manager, monkeypatch):
    home.plugin("p", CODE)
    assert manager.load("p")
    raised = []
    monkeypatch.setattr("sys.unraisablehook", raised.append)
    lf.ui.set_surface("p.metrics", measure=lambda text, size: 1 / 0)
    (first,) = drawn("p.metrics")["widgets"]
    assert first["text"] == repr(((21.0, 32.0), 16.0))
    assert [one.exc_type for one in raised] == [ZeroDivisionError]


def test_a_panel_that_poll_hides_is_neither_listed_nor_due(plugin):
    all_panels = ["p.canvas", "p.metrics", "p.sometimes", "p.space", "p.table"]
    assert lf.ui.panels() == all_panels and lf.ui.menus() == ["p.tools"]
    assert "p.sometimes" in lf.ui.due() and lf.ui.poll("p.sometimes")
    drawn("p.sometimes")
    plugin.show(False)
    # One in a process of its own that is late: the answer before counts.
    until(lambda: lf.ui.panels() == ["p.canvas", "p.metrics", "p.space", "p.table"])
    until(lambda: lf.ui.menus() == [])
    lf.ui.request_redraw()
    assert "p.sometimes" not in lf.ui.due() and not lf.ui.poll("p.sometimes")
    plugin.show(True)
    until(lambda: "p.sometimes" in lf.ui.due())
    assert lf.ui.panels() == all_panels


def test_a_panel_without_a_poll_is_not_asked(plugin):
    assert lf.ui.panel_info("p.sometimes")["polls"] is True
    assert lf.ui.panel_info("p.space")["polls"] is False
    assert lf.ui.panel_info("p.table")["polls"] is False


def test_the_last_frame_is_that_of_the_last_drawing(home, manager):
    home.plugin("p", CODE)
    assert manager.load("p")
    assert lf.ui.last_frame("p.table") is None
    frame = lf.ui.draw_panel("p.table")
    assert lf.ui.last_frame("p.table") == frame and lf.ui.last_frame("p.tools") is None
    with pytest.raises(KeyError):
        lf.ui.last_frame("nothing")
