"""Where the plugin system is stricter than the application that older plugins were written for."""

import pytest

import lichtfeld as lf
from lfs_plugins import compat

from offers import PLACES
from homes import module

CODE = """
import lichtfeld as lf
from lfs_plugins.props import IntProperty
from lfs_plugins.types import Operator

possible = True

class Scale(Operator):
    id = "older.scale"
    times = IntProperty(default=1)
    plain = 3
    @classmethod
    def poll(cls, context): return possible
    def execute(self, context):
        if self.times > 8:
            raise ValueError("too many")
        return {"status": "FINISHED", "times": self.times, "plain": self.plain, "wrong": hasattr(self, "axis")}

class Nonsense(Operator):
    id = "older.nonsense"
    def execute(self, context): return "done"

class Long(Operator):
    id = "older.long"
    def invoke(self, context, event): return {"RUNNING_MODAL"}
    def modal(self, context, event): raise KeyError("in modal")

def on_load():
    for cls in (Scale, Nonsense, Long): lf.register_class(cls)

def set_possible(value):
    global possible
    possible = value

def own(**keywords):
    return lf.ui.ops.invoke("older.scale", **keywords).status
"""
V1 = """
hot_reload = true
plugin_api = ">=1"
lichtfeld_version = ">=1"
required_features = []
"""


@pytest.fixture(autouse=True)
def defaults():
    yield
    compat.set_leniency(operator_keywords="older", operator_errors="older")


@pytest.fixture(params=PLACES)
def plugin(request, home, manager):
    def load(tool=""):
        home.plugin("older", CODE, project='description = "d"', tool=f'{tool}\nisolation = "{request.param}"\n')
        assert manager.load("older"), manager.get_error("older")
        return module("older")

    return load


def check_lenient(plugin, home):
    result = lf.ui.ops.invoke("older.scale", times=2, axis="x", plain=4)
    assert (result.status, result.times, result.plain, result.wrong) == ("FINISHED", 2, 4, False)
    assert plugin.own(times=3, axis="y") == "FINISHED"
    assert not lf.ui.ops.invoke("older.scale", times=9) and plugin.own(times=9) == "CANCELLED"
    assert lf.ui.ops.invoke("older.nonsense").status == "CANCELLED"
    assert lf.ui.ops.invoke("older.long").running_modal
    assert lf.ui.ops.modal("older.long", "MOUSEMOVE").cancelled and not lf.ui.ops.is_running("older.long")
    assert "ValueError: too many" in home.log("older") and "KeyError: 'in modal'" in home.log("older")
    plugin.set_possible(False)
    assert lf.ui.ops.invoke("older.scale").status == "CANCELLED"


def check_strict(plugin):
    with pytest.raises(TypeError, match="has no property 'axis'"):
        lf.ui.ops.invoke("older.scale", axis="x")
    with pytest.raises(ValueError, match="too many"):
        lf.ui.ops.invoke("older.scale", times=9)
    with pytest.raises(TypeError, match="returned 'done'"):
        lf.ui.ops.invoke("older.nonsense")
    plugin.set_possible(False)
    with pytest.raises(RuntimeError, match="not possible now"):
        lf.ui.ops.invoke("older.scale")


def test_a_plugin_with_an_older_manifest_is_treated_as_it_was(plugin, home):
    check_lenient(plugin(), home)


def test_one_with_a_manifest_of_version_1_is_told_its_mistakes(plugin):
    check_strict(plugin(V1))


def test_a_host_may_treat_all_alike(plugin, home, manager):
    compat.set_leniency(operator_keywords="none", operator_errors="none")
    check_strict(plugin())
    manager.unload("older")
    compat.set_leniency(operator_keywords="all", operator_errors="all")
    assert compat.get_leniency() == {"operator_keywords": "all", "operator_errors": "all"}
    check_lenient(plugin(V1), home)


def test_a_wrong_value_of_a_property_is_a_mistake_of_the_caller(plugin):
    plugin()
    with pytest.raises(TypeError, match="Scale.times"):
        lf.ui.ops.invoke("older.scale", times="many")


def test_what_is_no_switch_is_refused():
    with pytest.raises(TypeError, match="'colours' is not a switch; there are operator_keywords, operator_errors"):
        compat.set_leniency(colours="all")
    with pytest.raises(ValueError, match="operator_errors must be one of 'older', 'all', 'none', not 'some'"):
        compat.set_leniency(operator_keywords="all", operator_errors="some")
    assert compat.get_leniency()["operator_keywords"] == "older"


def test_operators_of_the_application_raise(manager):
    class Broken(lf.ui.Operator):
        id = "host.broken"

        def execute(self, context):
            return 1 / 0

    compat.set_leniency(operator_keywords="all", operator_errors="all")
    lf.register_class(Broken)
    try:
        with pytest.raises(ZeroDivisionError):
            lf.ui.ops.invoke("host.broken")
    finally:
        lf.unregister_class(Broken)
