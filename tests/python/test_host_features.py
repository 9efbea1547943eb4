"""The application says which features it has; a plugin that requires another one is not loaded."""

import pytest

import lichtfeld.plugins as native
from lfs_plugins import PluginManager, PluginState, PluginVersionError

DESCRIBED = 'description = "What it is"'
V1 = """
plugin_api = ">=1.0"
lichtfeld_version = ">=1.0"
hot_reload = true
required_features = ["panels.v1", "scene.v1"]
"""


@pytest.fixture
def defaults(home):
    yield
    native.shutdown()
    native.set_features(native.FEATURES)


def test_a_feature_of_the_application_is_met_in_both_places(home, defaults):
    home.plugin("here", project=DESCRIBED, tool=V1)
    home.plugin("aside", project=DESCRIBED, tool=V1 + 'isolation = "process"\n')
    with pytest.raises(PluginVersionError) as refused:
        PluginManager.instance().load("here")
    assert any("scene.v1" in reason for reason in refused.value.incompatibilities)
    native.shutdown()
    native.set_features([*native.FEATURES, "scene.v1"])
    manager = PluginManager.instance()
    assert manager.load("here") and manager.load("aside"), manager.get_error("aside")
    assert manager.get_state("aside") is PluginState.ACTIVE


def test_the_list_replaces_the_features_of_the_plugin_system(home, defaults):
    home.plugin("here", project=DESCRIBED, tool=V1)
    native.set_features(iter(["scene.v1"]))
    with pytest.raises(PluginVersionError) as refused:
        PluginManager.instance().load("here")
    assert any("panels.v1" in reason for reason in refused.value.incompatibilities)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [("panels.v1", TypeError), (3, TypeError), (["a", 3], TypeError), (["a", " "], ValueError)],
)
def test_what_is_no_list_of_names_is_refused(defaults, wrong, error):
    with pytest.raises(error, match="feature"):
        native.set_features(wrong)


def test_it_is_too_late_when_the_manager_runs(manager):
    with pytest.raises(RuntimeError, match="runs already"):
        native.set_features([])
