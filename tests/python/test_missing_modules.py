"""The hint for a module that does not exist says what is missing, and where."""

import pytest

import lichtfeld as lf

PLACES = ["shared", "process"]


def hint(home, manager, code, place):
    home.plugin("asks", code, tool=f'isolation = "{place}"')
    assert manager.load("asks") is False
    report = manager.load_report("asks")
    return report["hint"], report["error"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "code, meant",
    [
        ("import lichtfeld.plugin", "`lichtfeld.plugins`"),
        ("from lichtfeld import pluginz", "`lichtfeld.plugins`"),
        ("import lfs_plugins.capability", "`lfs_plugins.capabilities`"),
        ("from lfs_plugins.types import Pannel", "`lfs_plugins.types.Panel`"),
    ],
)
def test_a_misspelt_name_of_the_system(home, manager, code, meant, place):
    found, error = hint(home, manager, code, place)
    assert found == f"did you mean {meant}?"
    assert "__init__.py:1" in error


@pytest.mark.parametrize("code", ["import lichtfeld.rendering", "from lichtfeld import rendering"])
def test_a_name_of_an_application_that_lacks_it(home, manager, code):
    found, _ = hint(home, manager, code, "shared")
    assert found == (
        "`lichtfeld.rendering` is part of the application, and this application does not have it; "
        'look before you use it: `if hasattr(lichtfeld, "rendering")`'
    )
    with pytest.raises(AttributeError, match="this host has no lichtfeld.rendering"):
        lf.rendering


def test_a_worker_says_that_the_application_may_not_share_what_it_has(home, manager):
    found, error = hint(home, manager, "import lichtfeld.scene", "process")
    assert "does not share it with plugins in a process of their own" in found
    assert "lichtfeld.scene" in error


@pytest.mark.parametrize("place", PLACES)
def test_another_plugin_s_module(home, manager, place):
    found, _ = hint(home, manager, "import lfs_plugins.mapping", place)
    assert "[project].dependencies" not in found and "'mapping'" in found
    assert ("in a process of its own" if place == "process" else 'lichtfeld.plugins.load("mapping")') in found


@pytest.mark.parametrize("place", PLACES)
def test_a_package_is_still_to_be_added_to_the_dependencies(home, manager, place):
    found, _ = hint(home, manager, "import no_such_package", place)
    assert "add it to [project].dependencies" in found
    assert ("with its own packages and not those of the application" in found) is (place == "process")
