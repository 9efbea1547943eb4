"""Scenes rendered once for all tests of the COLMAP plugin, and the plugin as a module."""

import importlib
import json
import logging
import pathlib
import shutil
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import colmap_support as support  # noqa: E402


def pytest_configure(config):
    """Compiles the program that renders scenes, once and outside of the time limit of a test."""
    if not hasattr(config, "workerinput") and support.missing() is None:
        support.cargo("build")


def pytest_collection_modifyitems(items):
    """Skips every test here, with the reason, if pycolmap is not installed."""
    reason = support.missing()
    if reason is None:
        return
    here = pathlib.Path(__file__).resolve().parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session", autouse=True)
def _no_package_of_tests():
    """pytest puts ``tests/python`` on the path, and this folder would pass for a package there."""
    parent = str(pathlib.Path(__file__).resolve().parents[1])
    sys.path[:] = [entry for entry in sys.path if entry != parent]


@pytest.fixture(scope="session")
def colmap(_no_package_of_tests):
    """The plugin, imported as its users do."""
    # Last, so that nothing in the folder of the plugins stands before an installed package.
    sys.path.append(str(support.PLUGIN.parent))
    return importlib.import_module("colmap")


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """The plugin's data directory lies in a scratch home, never in the user's."""
    monkeypatch.setenv("LFS_RESOLVED_PLUGIN_DIR", str(tmp_path / "home" / "plugins"))
    logging.getLogger("colmap").setLevel(logging.DEBUG)


def _scene(tmp_path_factory, name, *numbers):
    folder = tmp_path_factory.mktemp(name) / "scene"
    support.render(folder, *numbers)
    return folder


@pytest.fixture(scope="session")
def scene16(tmp_path_factory):
    """16 views of 320 x 240 pixels; only read."""
    return _scene(tmp_path_factory, "scene16", 16)


@pytest.fixture(scope="session")
def scene8(tmp_path_factory, scene16):
    """The first 8 of the 16 views, for tests of anything but their number; only read."""
    folder = support.images_of(scene16, tmp_path_factory.mktemp("scene8") / "scene", 8)
    facts = json.loads((scene16 / "cameras.json").read_text(encoding="utf-8"))
    facts["images"] = facts["images"][:8]
    (folder / "cameras.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def scene24(tmp_path_factory):
    """24 views of another scene; only read."""
    return _scene(tmp_path_factory, "scene24", 24, 320, 240, 2)


@pytest.fixture(scope="session")
def photos(tmp_path_factory, scene16):
    """Three photos of 3,200 x 2,400 pixels, the fewest that make a model; only read."""
    return support.photographs(scene16, tmp_path_factory.mktemp("photos"), 3, (3200, 2400))


@pytest.fixture(scope="session")
def reconstructed(tmp_path_factory, colmap, scene8):
    """A finished reconstruction of 8 views and its output folder; copy it before changing it."""
    output = tmp_path_factory.mktemp("reconstructed") / "out"
    return colmap.run_pipeline(scene8, output, **support.FEW), output


@pytest.fixture
def finished(reconstructed, tmp_path):
    """A finished reconstruction of one's own: (result, output folder)."""
    result, output = reconstructed
    target = tmp_path / "finished"
    shutil.copytree(output, target)
    return result, target
