"""The modules of lfs_plugins that older plugins import: what they have, and what the others say instead."""

import importlib

import pytest

import lichtfeld as lf
import lfs_plugins
from lfs_plugins import PluginState, compat, operators, ui

GONE = {"utils": "lichtfeld.plugins.data_dir()"}


def test_versions():
    assert compat.API_VERSION == lf.plugins.API_VERSION and compat.host_version() == lf.plugins.host_version()
    assert compat.has_feature("panels.v1") and not compat.has_feature("panels.v99")
    for version, specifiers, expected in [
        ("1.2", ">=1,<2", True),
        ("2.0", ">=1,<2", False),
        ("1.10", ">1.9", True),
        ("1.0", "", True),
        ("2.0rc1", ">=2.0", False),
        ("1.4.5", "~=1.4.2", True),
    ]:
        assert compat.satisfies(version, specifiers) is expected, (version, specifiers)
    with pytest.raises(ValueError, match="'?one.? is not a version"):
        compat.satisfies("one", ">=1")
    with pytest.raises(ValueError, match="are not specifiers by PEP 440, such as >=1.0,<2"):
        compat.satisfies("1.0", "1.0")


def test_operators_do_what_lichtfeld_ui_ops_does(manager):
    @operators.register
    class Twice(operators.Operator):
        id = "test.twice"
        label = "Twice"

        @classmethod
        def poll(cls, context):
            return True

        def execute(self, context):
            return {"status": "FINISHED", "value": 42}

    try:
        assert operators.poll("test.twice") and operators.info("test.twice")["label"] == "Twice"
        assert operators.invoke("test.twice").finished and not operators.is_running("test.twice")
    finally:
        operators.unregister(Twice)
    with pytest.raises(KeyError, match="test.twice"):
        operators.poll("test.twice")


def test_ui_has_the_names_of_lichtfeld_ui():
    assert ui.Panel is lf.ui.Panel and ui.request_redraw is lf.ui.request_redraw
    assert {name for name in dir(lf.ui) if not name.startswith("_")} <= set(dir(ui))
    assert not hasattr(ui, "nothing")
    with pytest.raises(ImportError, match="docs/panels.md"):
        from lfs_plugins.ui import nothing  # noqa: F401


@pytest.mark.parametrize("name", GONE)
def test_a_missing_name_says_what_to_use(name):
    module = importlib.import_module(f"lfs_plugins.{name}")
    assert module.__doc__ and not hasattr(module, "anything") and getattr(module, "anything", 7) == 7
    with pytest.raises(AttributeError) as told:
        module.anything
    assert GONE[name] in str(told.value) and f"lfs_plugins.{name} has no 'anything'" in str(told.value)
    with pytest.raises(ImportError) as told:
        exec(f"from lfs_plugins.{name} import anything")
    assert GONE[name] in str(told.value) and told.value.name == f"lfs_plugins.{name}"
    exec(f"from lfs_plugins.{name} import *")


def test_each_is_an_attribute_of_the_package():
    for name in ("compat", "operators", "ui", "registry", *GONE):
        first = name.split(".")[0]
        assert getattr(lfs_plugins, first) is importlib.import_module(f"lfs_plugins.{first}")
        assert first in dir(lfs_plugins)


def test_a_plugin_that_needs_one_fails_with_the_advice(home, manager):
    home.plugin("old", "from lfs_plugins.utils import get_gpu_memory\n")
    assert not manager.load("old") and manager.get_state("old") == PluginState.ERROR
    assert "lichtfeld.plugins.data_dir()" in manager.get_error("old")


def test_a_plugin_in_its_own_process(home, manager):
    code = """
    from lfs_plugins import compat, operators, ui
    from lfs_plugins.ui import Panel
    assert compat.satisfies(compat.host_version(), ">=0") and compat.has_feature("panels.v1")
    try:
        from lfs_plugins.utils import get_gpu_memory
    except ImportError as error:
        assert "data_dir()" in str(error), error
    class Here(operators.Operator):
        id = "old.here"
        def execute(self, context):
            return {"FINISHED"}
    def on_load():
        operators.register(Here)
    """
    home.plugin("old", code, tool='isolation = "process"\n')
    assert manager.load("old"), manager.get_error("old")
    assert operators.poll("old.here") and operators.invoke("old.here").finished
