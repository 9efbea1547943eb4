"""A scratch home and a manager of its own for each test, and the test host."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "python"))

import lichtfeld.plugins as native  # noqa: E402
from homes import Home  # noqa: E402
from lfs_plugins import PluginManager  # noqa: E402


@pytest.fixture
def home(tmp_path, monkeypatch):
    scratch = Home(tmp_path)
    monkeypatch.setenv("LFS_RESOLVED_PLUGIN_DIR", str(scratch.plugins))
    for name in ("LFS_SAFE_MODE", "LFS_PLUGIN_AUTOLOAD", "LFS_PLUGIN_REGISTRY_URL"):
        monkeypatch.delenv(name, raising=False)
    native.shutdown()
    path = list(sys.path)
    yield scratch
    native.shutdown()
    sys.path[:] = path


@pytest.fixture
def manager(home):
    return PluginManager.instance()
