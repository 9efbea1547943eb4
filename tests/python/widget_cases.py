"""Every name of a layout, in a case that draws it: what it shows, takes and returns.

A case is named by the calls that it is about. Its widget is labelled with the first of them, so that
a widget of a frame leads back to its case.
"""

import dataclasses
import types

import lichtfeld as lf
from lfs_plugins.props import EnumProperty, FloatProperty, PropertyGroup

RED = (1.0, 0.25, 0.25)
PIXELS = memoryview(bytes(range(12))).cast("B", (2, 2, 3))
TEXTURE = lf.ui.DynamicTexture(PIXELS)
ITEMS = ["one", "two", "three"]


class Settings(PropertyGroup):
    """What `prop` and its kin draw."""

    prop = FloatProperty(name="prop", default=0.5, min=0.0, max=1.0)
    mode = EnumProperty(items=[("fast", "Fast", ""), ("prop_enum", "prop_enum", "")])


class Data:
    """What a panel keeps, and `prop_search` and `template_list` choose from."""

    def __init__(self):
        self.settings = Settings()
        self.prop_search = "one"
        self.template_list = [types.SimpleNamespace(name=name) for name in ITEMS]
        self.items = ITEMS
        self.active = 0
        self.called = 0

    def call(self):
        self.called += 1


@dataclasses.dataclass
class Case:
    """`draw(layout, value, data)` makes the calls and returns what the widget returned."""

    names: str
    draw: object

    @property
    def label(self):
        return self.names.split()[0]


class Shown(Case):
    """Takes no input and returns None."""


class Clicked(Case):
    """Gives True once for each click."""


@dataclasses.dataclass
class Valued(Case):
    """Gives `(changed, value)`. `start` is the value; the user does `input`, the panel gets `gets`.

    `stores` says that the case keeps its value itself.
    """

    start: object
    input: object
    gets: object
    fits: object = None
    stores: bool = False


@dataclasses.dataclass
class Opened(Case):
    """Gives True while it is open; `default` is how it begins."""

    default: bool = False


@dataclasses.dataclass
class Asked(Case):
    """Returns an answer of the front end, or affects others: `gives` is what it returns."""

    gives: object = None


def lines(*names):
    """A case of its own for each shape that is a function of coordinates and a colour."""
    return [Shown(name, draw) for name, draw in names]


def number(low, high):
    return lambda random: random.uniform(low, high)


def whole(low, high):
    return lambda random: random.randint(low, high)


def several(count):
    return lambda random: [random.random() for _ in range(count)]


def item(random):
    return random.randrange(len(ITEMS))


def words(random):
    return random.choice(["", "a", "Küche", "日本", "x" * 40, "##", "{}%s\\"])


def truth(random):
    return random.random() < 0.5


def begin_end(layout, begin, end, *arguments):
    gives = getattr(layout, begin)(*arguments)
    layout.label("inside")
    getattr(layout, end)()
    return gives


def opened(layout, begin, end, *arguments):
    is_open = getattr(layout, begin)(*arguments)
    if is_open:
        layout.label("inside")
        getattr(layout, end)()
    return is_open


def table(layout):
    gives = layout.begin_table("begin_table", 2)
    layout.table_setup_column("Name")
    layout.table_setup_column("Size", 80)
    layout.table_headers_row()
    for row in ("a", "b"):
        layout.table_next_row()
        gives = layout.table_next_column() and gives
        layout.label(row)
        gives = layout.table_set_column_index(1) and gives
        layout.table_set_bg_color(2, RED)
        layout.label(row * 2)
    gives = gives and not layout.table_set_column_index(2)
    layout.end_table()
    return gives


def sublayout(name, *arguments):
    def draw(layout, value, data):
        with getattr(layout, name)(*arguments) as inner:
            inner.label("first")
            inner.label("second")

    return draw


def row_state(layout, value, data):
    with layout.row() as row:
        row.enabled, row.active, row.alert = False, True, True
        row.scale_x, row.scale_y = 2.0, 1.5
        row.button("inside")
        return row.enabled, row.active, row.alert, row.scale_x, row.scale_y


def popup(begin, end):
    def draw(layout, value, data):
        if layout.button("open"):
            layout.open_popup(begin)
        is_open = getattr(layout, begin)(begin)
        if is_open:
            layout.label("inside")
            if layout.button("close"):
                layout.close_current_popup()
            getattr(layout, end)()
        return is_open

    return draw


def styled(push, pop, *arguments):
    def draw(layout, value, data):
        getattr(layout, push)(*arguments)
        layout.label("inside")
        getattr(layout, pop)()

    return draw


def dragged(layout, value, data):
    layout.button("drag me")
    source = layout.begin_drag_drop_source()
    layout.set_drag_drop_payload("image", "a.png")
    layout.label("a.png")
    layout.end_drag_drop_source()
    layout.button("drop here")
    target = layout.begin_drag_drop_target()
    dropped = layout.accept_drag_drop_payload("image")
    layout.end_drag_drop_target()
    return source, target, dropped


def ids(layout, value, data):
    for name, push in (("a", layout.push_id), (1, layout.push_id), (1, layout.push_id_int)):
        push(name)
        push(str(name) if push == layout.push_id else 2)
        layout.button("inside")
        layout.pop_id()
        layout.pop_id()


def then_label(name, *arguments):
    def draw(layout, value, data):
        gives = getattr(layout, name)(*arguments)
        layout.label("after")
        return gives

    return draw


def after_button(name, *arguments):
    def draw(layout, value, data):
        layout.button("before")
        return getattr(layout, name)(*arguments)

    return draw


def indented(layout, value, data):
    layout.indent()
    layout.label("inside")
    layout.unindent()
    layout.label("outside")


def window(layout, value, data):
    layout.set_next_window_pos((40, 40))
    layout.set_next_window_size((200, 100), first_use=True)
    return begin_end(layout, "begin_window", "end_window", "begin_window")


CASES = [
    Shown("label", lambda l, v, d: l.label("label")),
    Shown("label_centered", lambda l, v, d: l.label_centered("label_centered")),
    Shown("heading", lambda l, v, d: l.heading("heading")),
    Shown("text_colored", lambda l, v, d: l.text_colored("text_colored", RED)),
    Shown("text_colored_centered", lambda l, v, d: l.text_colored_centered("text_colored_centered", RED)),
    Shown("text_disabled", lambda l, v, d: l.text_disabled("text_disabled")),
    Shown("text_wrapped", lambda l, v, d: l.text_wrapped("words that are broken into lines at the edge")),
    Shown("bullet_text", lambda l, v, d: l.bullet_text("bullet_text")),
    Shown("text_selectable", lambda l, v, d: l.text_selectable("text_selectable", 40)),
    Clicked("button", lambda l, v, d: l.button("button", (-1, 0))),
    Clicked("button_styled", lambda l, v, d: l.button_styled("button_styled", "primary")),
    Clicked("button_callback", lambda l, v, d: l.button_callback("button_callback", d.call)),
    Clicked("small_button", lambda l, v, d: l.small_button("small_button")),
    Clicked("invisible_button", lambda l, v, d: l.invisible_button("invisible_button", (10, 10))),
    Clicked("image_button", lambda l, v, d: l.image_button("image_button", "camera.png", (24, 24))),
    Clicked("toolbar_button", lambda l, v, d: l.toolbar_button("toolbar_button", 7, (24, 24), tooltip="tip")),
    Clicked("color_button", lambda l, v, d: l.color_button("color_button", RED)),
    Clicked("selectable", lambda l, v, d: l.selectable("selectable", True)),
    Clicked("menu_item", lambda l, v, d: l.menu_item("menu_item")),
    Clicked("menu_item_shortcut", lambda l, v, d: l.menu_item_shortcut("menu_item_shortcut", "Ctrl+S")),
    Clicked("prop_enum", lambda l, v, d: l.prop_enum(d.settings, "mode", "prop_enum")),
    Clicked("operator_", lambda l, v, d: l.operator_("cases.operator", "operator_")),
    Valued(
        "menu_item_toggle",
        lambda l, v, d: l.menu_item_toggle("menu_item_toggle", "G", v),
        False, "click", True,
    ),
    Valued("checkbox", lambda l, v, d: l.checkbox("checkbox", v), False, True, True, truth),
    Valued("radio_button", lambda l, v, d: l.radio_button("radio_button", v, 2), 1, "click", 2),
    Valued(
        "slider_float",
        lambda l, v, d: l.slider_float("slider_float", v, 0.0, 1.0),
        0.5, 7, 1.0, number(-1, 2),
    ),
    Valued(
        "slider_float2",
        lambda l, v, d: l.slider_float2("slider_float2", v, 0.0, 1.0),
        (0.0, 0.5), [1, 0.25], (1.0, 0.25), several(2),
    ),
    Valued(
        "slider_float3",
        lambda l, v, d: l.slider_float3("slider_float3", v, 0.0, 1.0),
        (0.0, 0.5, 1.0), [-1, 0.25, 0.5], (0.0, 0.25, 0.5), several(3),
    ),
    Valued("slider_int", lambda l, v, d: l.slider_int("slider_int", v, 0, 9), 3, 12, 9, whole(-3, 12)),
    Valued(
        "drag_float",
        lambda l, v, d: l.drag_float("drag_float", v, 0.01, 0.0, 1.0),
        0.5, 0.75, 0.75, number(-1, 2),
    ),
    Valued("drag_int", lambda l, v, d: l.drag_int("drag_int", v), 3, 12, 12, whole(-99, 99)),
    Valued(
        "input_float",
        lambda l, v, d: l.input_float("input_float", v, 0.1, 1.0, "%.2f m"),
        0.5, 0.25, 0.25, number(-9, 9),
    ),
    Valued("input_int", lambda l, v, d: l.input_int("input_int", v), 3, 12, 12, whole(-99, 99)),
    Valued(
        "input_int_formatted",
        lambda l, v, d: l.input_int_formatted("input_int_formatted", v),
        1234567, 12, 12, whole(0, 10**9),
    ),
    Valued(
        "stepper_float",
        lambda l, v, d: l.stepper_float("stepper_float", v, [1.0, 0.1]),
        0.5, 0.6, 0.6, number(-9, 9),
    ),
    Valued("combo", lambda l, v, d: l.combo("combo", v, ITEMS), 0, 2, 2, item),
    Valued("listbox", lambda l, v, d: l.listbox("listbox", v, ITEMS, 2), 0, 1, 1, item),
    Valued("input_text", lambda l, v, d: l.input_text("input_text", v), "a", "b", "b", words),
    Valued(
        "input_text_with_hint",
        lambda l, v, d: l.input_text_with_hint("input_text_with_hint", "hint", v),
        "", "b", "b", words,
    ),
    Valued(
        "input_text_enter", lambda l, v, d: l.input_text_enter("input_text_enter", v), "", "b", "b", words
    ),
    Valued(
        "path_input", lambda l, v, d: l.path_input("path_input", v, False, "Which"), "", "/a", "/a", words
    ),
    Valued(
        "color_edit3", lambda l, v, d: l.color_edit3("color_edit3", v), RED, [0, 1, 2], (0.0, 1.0, 1.0), several(3)
    ),
    Valued(
        "color_edit4",
        lambda l, v, d: l.color_edit4("color_edit4", v),
        (*RED, 0.5), [0, 1, 0, 1], (0.0, 1.0, 0.0, 1.0), several(4),
    ),
    Valued(
        "color_picker3",
        lambda l, v, d: l.color_picker3("color_picker3", v),
        RED, [0, 1, 0], (0.0, 1.0, 0.0), several(3),
    ),
    Valued("prop", lambda l, v, d: l.prop(d.settings, "prop"), 0.5, 7, 1.0, number(-1, 2), stores=True),
    Valued(
        "prop_search",
        lambda l, v, d: l.prop_search(d, "prop_search", d, "items", "prop_search"),
        "one", 1, "two", item, stores=True,
    ),
    Valued(
        "template_list",
        lambda l, v, d: l.template_list("", "", d, "template_list", d, "active", 2),
        0, 2, 2, item, stores=True,
    ),
    Opened("collapsing_header", lambda l, v, d: opened(l, "collapsing_header", "spacing", "collapsing_header")),
    Opened("tree_node tree_pop", lambda l, v, d: opened(l, "tree_node", "tree_pop", "tree_node")),
    Opened(
        "tree_node_ex",
        lambda l, v, d: opened(l, "tree_node_ex", "tree_pop", "tree_node_ex", "default_open"),
        True,
    ),
    Opened("begin_menu end_menu", lambda l, v, d: opened(l, "begin_menu", "end_menu", "begin_menu")),
    Opened(
        "begin_context_menu end_context_menu",
        lambda l, v, d: opened(l, "begin_context_menu", "end_context_menu", "begin_context_menu"),
    ),
    Opened("menu", lambda l, v, d: l.menu("cases.menu", "menu")),
    Asked("popover", lambda l, v, d: l.popover("cases.panel", "popover"), False),
    Asked("begin_popup end_popup open_popup close_current_popup", popup("begin_popup", "end_popup"), False),
    Asked("begin_popup_modal end_popup_modal", popup("begin_popup_modal", "end_popup_modal"), False),
    Asked("begin_child end_child", lambda l, v, d: begin_end(l, "begin_child", "end_child", "begin_child", (0, 60), True), True),
    Asked("begin_group end_group", lambda l, v, d: begin_end(l, "begin_group", "end_group")),
    Asked("begin_menu_bar end_menu_bar", lambda l, v, d: begin_end(l, "begin_menu_bar", "end_menu_bar"), True),
    Asked("begin_tooltip end_tooltip", lambda l, v, d: begin_end(l, "begin_tooltip", "end_tooltip"), True),
    Asked("begin_window end_window set_next_window_pos set_next_window_size", window, True),
    Asked(
        "begin_window_closable",
        lambda l, v, d: begin_end(l, "begin_window_closable", "end_window", "begin_window_closable"),
        (True, True),
    ),
    Asked(
        "begin_table table_setup_column table_headers_row table_next_row table_next_column"
        " table_set_column_index table_set_bg_color end_table",
        lambda l, v, d: table(l),
        True,
    ),
    Shown("row", sublayout("row")),
    Shown("column", sublayout("column")),
    Shown("box", sublayout("box")),
    Shown("split", sublayout("split", 0.3)),
    Shown("grid_flow", sublayout("grid_flow", 2)),
    Asked("enabled active alert scale_x scale_y", row_state, (False, True, True, 2.0, 1.5)),
    Shown("begin_disabled end_disabled", lambda l, v, d: begin_end(l, "begin_disabled", "end_disabled")),
    Shown("push_id push_id_int pop_id", ids),
    Shown("push_item_width pop_item_width", styled("push_item_width", "pop_item_width", 80)),
    Shown("push_style_var pop_style_var", styled("push_style_var", "pop_style_var", "alpha", 0.5)),
    Shown("push_style_var_vec2", styled("push_style_var_vec2", "pop_style_var", "padding", (1, 2))),
    Shown("push_style_color pop_style_color", styled("push_style_color", "pop_style_color", "text", RED)),
    Shown("push_modal_style pop_modal_style", styled("push_modal_style", "pop_modal_style")),
    Shown("push_window_style pop_window_style", styled("push_window_style", "pop_window_style")),
    Asked(
        "begin_drag_drop_source set_drag_drop_payload end_drag_drop_source begin_drag_drop_target"
        " accept_drag_drop_payload end_drag_drop_target",
        dragged,
        (True, True, None),
    ),
    Shown("separator", lambda l, v, d: l.separator()),
    Shown("spacing", then_label("spacing")),
    Shown("new_line", then_label("new_line")),
    Shown("same_line", lambda l, v, d: (l.label("a"), l.same_line(80, 4), l.label("b"))[1]),
    Shown("indent unindent", indented),
    Shown("set_next_item_width", then_label("set_next_item_width", -1)),
    Asked(
        "set_next_item_open",
        lambda l, v, d: (l.set_next_item_open(True), opened(l, "tree_node", "tree_pop", "t"))[1],
        True,
    ),
    Shown("set_cursor_pos", then_label("set_cursor_pos", (10, 20))),
    Shown("set_cursor_pos_x", then_label("set_cursor_pos_x", 10)),
    Shown("set_scroll_here_y", after_button("set_scroll_here_y", 1.0)),
    Shown("set_keyboard_focus_here", then_label("set_keyboard_focus_here")),
    Shown("set_tooltip", after_button("set_tooltip", "tip")),
    Shown("progress_bar", lambda l, v, d: l.progress_bar(0.5, "progress_bar", 200, 20)),
    Shown("plot_lines", lambda l, v, d: l.plot_lines("plot_lines", [0, 3, 1, 2], 0, 3, (0, 60))),
    Shown("image", lambda l, v, d: l.image("image.png", (64, 32), RED)),
    Shown("image_uv", lambda l, v, d: l.image_uv(7, (64, 32), (0, 0), (0.5, 0.5))),
    Shown("image_tensor", lambda l, v, d: l.image_tensor("image_tensor", PIXELS, (8, 8), RED)),
    Shown("image_texture", lambda l, v, d: l.image_texture(TEXTURE, (8, 8))),
    *lines(
        ("draw_rect", lambda l, v, d: l.draw_rect(0, 0, 9, 9, RED, 2)),
        ("draw_rect_filled", lambda l, v, d: l.draw_rect_filled(0, 0, 9, 9, RED, True)),
        ("draw_rect_rounded", lambda l, v, d: l.draw_rect_rounded(0, 0, 9, 9, RED, 3, 2, True)),
        ("draw_rect_rounded_filled", lambda l, v, d: l.draw_rect_rounded_filled(0, 0, 9, 9, RED, 3)),
        ("draw_triangle_filled", lambda l, v, d: l.draw_triangle_filled(0, 0, 9, 0, 0, 9, RED)),
        ("draw_line", lambda l, v, d: l.draw_line(0, 0, 9, 9, RED, 2)),
        ("draw_circle", lambda l, v, d: l.draw_circle(5, 5, 4, RED, 12, 2)),
        ("draw_circle_filled", lambda l, v, d: l.draw_circle_filled(5, 5, 4, RED)),
        ("draw_polyline", lambda l, v, d: l.draw_polyline([(0, 0), (9, 0), (9, 9)], RED, True)),
        ("draw_poly_filled", lambda l, v, d: l.draw_poly_filled([(0, 0), (9, 0), (9, 9)], RED)),
        ("draw_text", lambda l, v, d: l.draw_text(0, 0, "draw_text", RED)),
        ("draw_window_rect", lambda l, v, d: l.draw_window_rect(0, 0, 9, 9, RED, 2)),
        ("draw_window_rect_filled", lambda l, v, d: l.draw_window_rect_filled(0, 0, 9, 9, RED)),
        ("draw_window_rect_rounded", lambda l, v, d: l.draw_window_rect_rounded(0, 0, 9, 9, RED, 3)),
        (
            "draw_window_rect_rounded_filled",
            lambda l, v, d: l.draw_window_rect_rounded_filled(0, 0, 9, 9, RED, 3),
        ),
        ("draw_window_triangle_filled", lambda l, v, d: l.draw_window_triangle_filled(0, 0, 9, 0, 0, 9, RED)),
        ("draw_window_line", lambda l, v, d: l.draw_window_line(0, 0, 9, 9, RED)),
        ("draw_window_text", lambda l, v, d: l.draw_window_text(0, 0, "draw_window_text", RED)),
    ),
    Asked("is_item_hovered", after_button("is_item_hovered"), False),
    Asked("is_item_clicked", after_button("is_item_clicked", 1), False),
    Asked("is_item_active", after_button("is_item_active"), False),
    Asked("is_item_double_clicked", after_button("is_item_double_clicked", 0), False),
    Asked("is_item_activated", after_button("is_item_activated"), False),
    Asked("is_item_deactivated", after_button("is_item_deactivated"), False),
    Asked("is_item_deactivated_after_edit", after_button("is_item_deactivated_after_edit"), False),
    Asked("is_window_focused", lambda l, v, d: l.is_window_focused(), False),
    Asked("is_window_hovered", lambda l, v, d: l.is_window_hovered(), False),
    Asked("is_mouse_double_clicked", lambda l, v, d: l.is_mouse_double_clicked(0), False),
    Asked("is_mouse_dragging", lambda l, v, d: l.is_mouse_dragging(0), False),
    Asked("get_dpi_scale", lambda l, v, d: l.get_dpi_scale(), 1.0),
    Asked("get_content_region_avail", lambda l, v, d: l.get_content_region_avail(), (320.0, 480.0)),
    Asked("get_window_width", lambda l, v, d: l.get_window_width(), 320.0),
    Asked("get_window_pos", lambda l, v, d: l.get_window_pos(), (0.0, 0.0)),
    Asked("get_viewport_pos", lambda l, v, d: l.get_viewport_pos(), (0.0, 0.0)),
    Asked("get_viewport_size", lambda l, v, d: l.get_viewport_size(), (1280.0, 720.0)),
    Asked("get_mouse_pos", lambda l, v, d: l.get_mouse_pos(), (0.0, 0.0)),
    Asked("get_mouse_wheel", lambda l, v, d: l.get_mouse_wheel(), 0.0),
    Asked("get_mouse_delta", lambda l, v, d: l.get_mouse_delta(), (0.0, 0.0)),
    Asked("get_cursor_pos", lambda l, v, d: l.get_cursor_pos(), (0.0, 0.0)),
    Asked("get_cursor_screen_pos", lambda l, v, d: l.get_cursor_screen_pos(), (0.0, 0.0)),
    Asked("get_text_line_height", lambda l, v, d: l.get_text_line_height(), 16.0),
    Asked("calc_text_size", lambda l, v, d: l.calc_text_size("abc\nd"), (21.0, 32.0)),
    Shown("capture_keyboard_from_app", lambda l, v, d: l.capture_keyboard_from_app(True)),
    Shown("capture_mouse_from_app", lambda l, v, d: l.capture_mouse_from_app(True)),
    Shown("set_mouse_cursor_hand", lambda l, v, d: l.set_mouse_cursor_hand()),
    Shown("set_next_window_pos_center", lambda l, v, d: l.set_next_window_pos_center()),
    Shown("set_next_window_pos_centered", lambda l, v, d: l.set_next_window_pos_centered(True)),
    Shown("set_next_window_pos_viewport_center", lambda l, v, d: l.set_next_window_pos_viewport_center(True)),
    Shown("set_next_window_focus", lambda l, v, d: l.set_next_window_focus()),
    Shown("set_next_window_bg_alpha", lambda l, v, d: l.set_next_window_bg_alpha(0.5)),
]

NAMES = [name for case in CASES for name in case.names.split()]
