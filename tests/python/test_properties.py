"""Properties and their groups, in the application's process and in a worker."""

import pytest

import lichtfeld as lf
from lfs_plugins.event import Event, get_last_event, set_last_event
from lfs_plugins.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    IntVectorProperty,
    PointerProperty,
    PropertyGroup,
    PropSubtype,
    StringProperty,
    TensorProperty,
)
from lfs_plugins.types import Menu, Operator
from lfs_plugins.types import Event as OperatorEvent

from offers import offered, run  # noqa: F401 - fixtures
from panels import shown
from waiting import until


class Item(PropertyGroup):
    number = IntProperty(1)


def test_arguments_may_be_given_by_position():
    update = [].append
    for made, expected in [
        (FloatProperty(0.5, 0.0, 1.0, 0.1, 2, "FACTOR", "Name", "Text", print),
         dict(default=0.5, min=0.0, max=1.0, step=0.1, precision=2, subtype="FACTOR", name="Name",
              description="Text", update=print)),
        (IntProperty(3, 1, 9, 2, "Name", "Text", update),
         dict(default=3, min=1, max=9, step=2, name="Name", description="Text", update=update)),
        (BoolProperty(True, "Name", "Text", update), dict(default=True, name="Name", update=update)),
        (StringProperty("a", 4, "FILE_PATH", "Name", "Text", update),
         dict(default="a", maxlen=4, subtype="FILE_PATH", name="Name", description="Text", update=update)),
        (EnumProperty([("a", "A", ""), ("b", "B", "")], "b", "Name", "Text", update),
         dict(default="b", name="Name", description="Text", update=update)),
        (FloatVectorProperty((1, 0), 2, 0.0, 1.0, "XYZ", "Name", "Text", update),
         dict(default=(1.0, 0.0), size=2, min=0.0, max=1.0, subtype="XYZ", name="Name", update=update)),
        (IntVectorProperty((1, 2), 2, 0, 5, "Name", "Text", update),
         dict(default=(1, 2), size=2, min=0, max=5, name="Name", update=update)),
        (TensorProperty((-1, 3), "float32", "cpu", "Name", "Text", update),
         dict(default=None, shape=(-1, 3), dtype="float32", device="cpu", name="Name", update=update)),
        (CollectionProperty(Item, "Name", "Text"), dict(type=Item, name="Name", description="Text")),
        (PointerProperty(Item, "Name", "Text"), dict(type=Item, name="Name", description="Text")),
    ]:  # fmt: skip
        assert {name: getattr(made, name) for name in expected} == expected
    assert FloatProperty(0.0, float("-inf"), float("inf")).max is None
    assert EnumProperty().default == "" and PropSubtype.TIME == "TIME" and PropSubtype.NONE == ""
    names = "FILE_PATH DIR_PATH FILE_NAME COLOR COLOR_GAMMA FACTOR PERCENTAGE ANGLE TIME DISTANCE POWER TRANSLATION"
    for name in [*names.split(), *"DIRECTION VELOCITY ACCELERATION XYZ EULER QUATERNION".split()]:
        assert FloatVectorProperty(subtype=getattr(PropSubtype, name)).subtype == name


def test_validate_decides_before_update_is_told():
    told = []

    class Group(PropertyGroup):
        even = IntProperty(2, validate=lambda value: value % 2 == 0, update=lambda owner, context: told.append(owner.even))
        name = StringProperty("a", validate=str.lower)
        flag = BoolProperty(True, validate=lambda value: None)

    group = Group()
    group.even = 4
    with pytest.raises(ValueError, match="Group.even: 5 was refused by validate"):
        group.even = 5
    group.name, group.flag = "BIG", False
    assert (group.even, group.name, group.flag, told) == (4, "big", False, [4])
    assert Group.even.validate(6) == 6
    with pytest.raises(TypeError, match="must be a whole number"):
        Group.even.validate("x")
    with pytest.raises(TypeError, match="validate must be a function, not 3"):
        IntProperty(validate=3)


def test_a_collection_is_a_list_whose_items_move():
    class Group(PropertyGroup):
        items = CollectionProperty(Item)

    items = Group().items
    for number in range(4):
        items.add().number = number
    items.move(0, 2)
    assert [item.number for item in items] == [1, 2, 0, 3]
    items.move(-1, 0)
    assert [item.number for item in items] == [3, 1, 2, 0]
    items.remove(1)
    with pytest.raises(IndexError, match="there is no group 3; there are 3"):
        items.move(0, 3)
    with pytest.raises(IndexError, match="there is no group 9; there are 3"):
        items.remove(9)
    items.clear()
    assert len(items) == 0
    assert PointerProperty(Item).get_instance() is Item.get_instance()


def test_tensors_have_a_shape_and_a_type():
    numpy = pytest.importorskip("numpy")

    class Group(PropertyGroup):
        points = TensorProperty((-1, 3))
        mask = TensorProperty((-1,), dtype="bool", update=lambda owner, context: told.append(1))

    told, group = [], Group()
    assert group.points is None
    points = numpy.zeros((5, 3), "float32")
    group.points = points
    assert group.points is points
    group.points = numpy.zeros((2, 3), "float64")
    assert group.points.dtype == "float32"
    group.mask = numpy.ones(4, bool)
    group.mask = None
    assert told == [1, 1]
    with pytest.raises(ValueError, match=r"Group.points: must have the shape \(-1, 3\), not \(3,\)"):
        group.points = numpy.zeros(3)
    with pytest.raises(TypeError, match="must be an array or a tensor, not list"):
        group.points = [1]


def test_properties_can_be_added_and_removed():
    class Group(PropertyGroup):
        own = FloatProperty(1.0)

    one, other = Group(), Group()
    one.add_property("extra", IntProperty(3))
    one.extra = 5
    assert one.get("extra") == 5 and type(one).__name__ == "Group" and isinstance(one, Group)
    assert list(one.get_all_properties()) == ["own", "extra"] and list(other.get_all_properties()) == ["own"]
    assert not hasattr(other, "extra") and Group().own == 1.0
    one.set("own", 2.0)
    assert one.own == 2.0
    one.remove_property("extra")
    assert list(one.get_all_properties()) == ["own"] and not hasattr(one, "extra")
    with pytest.raises(KeyError):
        one.remove_property("own")
    Group.add_property("late", StringProperty("x"))
    assert other.late == one.late == "x" and "late" in Group.get_all_properties()
    Group.remove_property("late")
    assert "late" not in Group.get_all_properties() and not hasattr(Group(), "late")
    with pytest.raises(AttributeError, match="Group has no property 'onw'; did you mean 'own'"):
        one.get("onw")
    with pytest.raises(ValueError, match="has something else that is called 'get'"):
        one.add_property("get", IntProperty())
    with pytest.raises(TypeError, match="'x' must be a property such as FloatProperty"):
        one.add_property("x", 3)


def test_events_have_all_fields():
    event = OperatorEvent("LEFTMOUSE", "PRESS", mouse_x=3.0)
    assert (event.mouse_x, event.mouse_y, event.mouse_region_x, event.delta_x, event.scroll_y) == (3.0, 0.0, 0.0, 0.0, 0.0)
    assert (event.shift, event.ctrl, event.alt, event.over_gui, event.pressure, event.key_code) == (
        False, False, False, False, 1.0, 0,
    )  # fmt: skip
    wrapped = Event(event)
    assert wrapped.is_mouse_button and wrapped.button == 0 and wrapped.action == 1 and wrapped.value_str == "PRESS"
    key = Event({"type": Event.TYPE_KEY, "key": 65, "action": 0, "mods": 3})
    assert (key.type_str, key.value_str, key.is_key, key.shift, key.ctrl, key.alt) == (
        "KEY_A", "RELEASE", True, True, True, False,
    )  # fmt: skip
    assert Event({"type": Event.TYPE_KEY, "key": 256, "action": 1}).type_str == "ESC"
    assert Event({"type": Event.TYPE_SCROLL, "scroll_y": -1}).type_str == "WHEELDOWNMOUSE"
    move = Event({"type": Event.TYPE_MOUSE_MOVE, "x": 1, "y": 2, "delta_x": 0.5})
    assert (move.type_str, move.value_str, move.mouse_x, move.mouse_y, move.delta_x) == ("MOUSEMOVE", "NOTHING", 1, 2, 0.5)
    set_last_event(move)
    assert get_last_event() is move
    set_last_event(None)
    assert get_last_event() is None


OPERATOR = """
from lfs_plugins.types import Menu, Operator, Panel
from lfs_plugins.props import FloatProperty, IntProperty

class Scale(Operator):
    label = "Scale"
    factor: float = FloatProperty(2.0, 0.0, 10.0)
    def __init__(self):
        super().__init__()
        self.made = True
    def execute(self, context):
        shared = Scale.get_instance()
        return {"status": "FINISHED", "all": sorted(self.get_all_properties()), "factor": self.get("factor"),
                "shared": shared.factor}

clicked = []
class Tools(Menu):
    id = "asks.tools"
    label = "Tools"
    location = "MENU_BAR"
    def menu_items(self):
        return [
            {"type": "operator", "operator_id": Scale._class_id(), "label": "Make larger"},
            {"type": "separator"},
            {"type": "submenu", "label": "More", "items": [
                {"type": "item", "label": "Go", "callback": lambda: clicked.append("go"), "shortcut": "G"},
                {"type": "item", "label": "Off", "callback": lambda: clicked.append("off"), "enabled": False},
                {"type": "toggle", "label": "Grid", "callback": lambda: clicked.append("grid"), "selected": True},
            ]},
        ]

def on_load():
    lf.register_class(Scale)
    lf.register_class(Tools)
def set_shared(value): Scale.get_instance().set("factor", value)
def id(): return Scale._class_id()
def did(): return clicked
"""


def test_an_operator_is_a_group_of_properties(run):
    plugin = run(OPERATOR)
    assert issubclass(Operator, PropertyGroup) and plugin.id() == "lfs_plugins.asks.Scale"
    plugin.set_shared(5.0)
    result = lf.ui.ops.invoke(plugin.id(), factor=3.0)
    assert (result.all, result.factor, result.shared) == (["factor"], 3.0, 5.0)


def test_a_menu_may_be_a_list_of_items(run, home):
    plugin = run(OPERATOR)
    assert "asks.tools" in lf.ui.menus("MENU_BAR")
    frame = shown("asks.tools", "Make larger", lf.ui.draw_menu)
    more = next(one for one in frame["widgets"] if one.get("label") == "More")
    lf.ui.push_input("asks.tools", {"widget": more["id"], "open": True})
    frame = shown("asks.tools", "Go", lf.ui.draw_menu)
    widgets = {one.get("label"): one for one in frame["widgets"]}
    for label in ("Go", "Off", "Grid"):
        lf.ui.push_input("asks.tools", {"widget": widgets[label]["id"], "click": "primary"})

    def did():
        lf.ui.draw_menu("asks.tools")
        return plugin.did() == ["go", "grid"]

    until(did)
    assert "shows nothing" not in home.log("asks")


def test_a_menu_s_unknown_item_names_what_there_is(manager):
    class Wrong(Menu):
        id = "test.wrong"
        location = "MENU_BAR"

        def menu_items(self):
            return [{"type": "seperator"}]

    lf.register_class(Wrong)
    try:
        error = lf.ui.draw_menu("test.wrong")["error"]
        assert "menu_items: 'seperator' is not a type of item; there are separator, submenu" in error["message"]
    finally:
        lf.unregister_class(Wrong)
