"""What properties promise: types, limits, callbacks, and errors that name the property."""

from lfs_plugins.props import (
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    PropertyGroup,
    StringProperty,
)

import pytest


class Inner(PropertyGroup):
    size = IntProperty(default=1)


class Group(PropertyGroup):
    weight = FloatProperty(default=0.5, min=0.0, max=1.0)
    share: FloatProperty(subtype="PERCENTAGE")  # the other way to write it
    name = StringProperty(default="a", update=lambda owner, context: owner.told.append(context))
    mode = EnumProperty(items=["one", "two"])
    tint = FloatVectorProperty(size=3, subtype="COLOR")
    inner = PointerProperty(type=Inner)
    items = CollectionProperty(type=Inner)

    def __init__(self, **values):
        self.told = []
        super().__init__(**values)


def test_values_are_limited_and_typed():
    group = Group(weight=3, share=200)
    assert (group.weight, group.share) == (1.0, 100.0)
    group.tint = [2, 0.5, -1]
    assert group.tint == (1.0, 0.5, 0.0)


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("weight", "much", TypeError, "Group.weight: must be a number, not 'much'"),
        ("weight", float("nan"), ValueError, "Group.weight: must be finite, not nan"),
        ("mode", "three", ValueError, r"Group.mode: must be one of \['one', 'two'\], not 'three'"),
        ("tint", (1, 2), ValueError, "Group.tint: must be 3 numbers, not 2"),
        ("inner", 5, TypeError, "Group.inner: must be a Inner, not 5"),
    ],
)
def test_wrong_values_name_the_property(name, value, error, message):
    group = Group()
    with pytest.raises(error, match=message):
        setattr(group, name, value)
    assert getattr(group, name) == getattr(Group(), name) or name == "inner"


def test_update_is_called_after_a_change_alone():
    group = Group()
    group.name = "a"
    assert group.told == []
    group.name = "b"
    assert group.told == [None]


def test_groups_in_groups_are_each_their_owners():
    one, two = Group(), Group()
    one.inner.size = 5
    one.items.add().size = 7
    assert (two.inner.size, list(two.items)) == (1, [])
    one.items.remove(0)
    assert len(one.items) == 0


def test_one_instance_is_shared_by_all_who_ask():
    class Child(Group):
        pass

    assert Group.get_instance() is Group.get_instance()
    assert Child.get_instance() is not Group.get_instance()


def test_unknown_names_are_refused():
    with pytest.raises(TypeError, match="has no property 'wieght'; it has weight, "):
        Group(wieght=1)


def test_an_annotation_that_python_kept_as_text_is_told():
    with pytest.raises(TypeError, match="write `size = ...` instead of `size: ...`"):
        type("Late", (PropertyGroup,), {"__annotations__": {"size": "IntProperty()"}})
