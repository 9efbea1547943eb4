"""Every test gets a home of its own and a manager of its own; never the user's."""

import os
import subprocess
import sys

import pytest

import lichtfeld.plugins as native
from children import Host
from homes import Home
from lfs_plugins import PluginManager
from web import Web

# What a developer may have set for another purpose.
UNSET = (
    "LFS_SAFE_MODE",
    "LFS_PLUGIN_AUTOLOAD",
    "LFS_PLUGIN_REGISTRY_URL",
    "LFS_PLUGIN_GITHUB_URL",
    "LFS_PLUGIN_GITLAB_URL",
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A scratch home; the manager of the test uses it."""
    scratch = Home(tmp_path)
    monkeypatch.setenv("LFS_RESOLVED_PLUGIN_DIR", str(scratch.plugins))
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    native.shutdown()
    path = list(sys.path)
    yield scratch
    native.shutdown()
    sys.path[:] = path
    forkserver = sys.modules.get("multiprocessing.forkserver")
    if forkserver is not None:
        # Its children have the variables that it was started with, so this home.
        forkserver._forkserver._stop()


@pytest.fixture
def manager(home):
    """The manager of the scratch home."""
    return PluginManager.instance()


@pytest.fixture
def host(home):
    """Starts programs that use the scratch home."""
    return Host(home)


@pytest.fixture
def web():
    """A web server on this machine."""
    server = Web()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def index():
    """Skips with the installer's own words where the package index cannot be reached."""
    uv = os.environ.get("LICHTFELD_UV", "uv")
    try:
        asked = subprocess.run(
            [uv, "pip", "compile", "--quiet", "--no-header", "-"], input="attrs==25.3.0",
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"the package index cannot be asked: {error}")
    if asked.returncode:
        pytest.skip(f"the package index cannot be reached: {asked.stderr.strip()[-300:]}")
