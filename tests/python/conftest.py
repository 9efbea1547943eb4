"""Every test gets a home of its own and a manager of its own; never the user's."""

import sys
import textwrap

import pytest

import lichtfeld.plugins as native
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

class Home:
    """A scratch home with a plugins directory."""

    def __init__(self, root):
        self.root = root
        self.plugins = root / "plugins"
        self.plugins.mkdir()

    def plugin(self, name, code="", *, files=None, project="", tool="", version="1.0.0", directory=None):
        """Writes a plugin; ``code`` is its ``__init__.py``."""
        path = self.plugins / (directory or name)
        path.mkdir(exist_ok=True)
        manifest = (
            f'[project]\nname = "{name}"\nversion = "{version}"\n'
            + textwrap.dedent(project)
            + "\n[tool.lichtfeld]\n"
            + textwrap.dedent(tool)
        )
        (path / "pyproject.toml").write_text(manifest, encoding="utf-8")
        for file, text in {"__init__.py": code, **(files or {})}.items():
            target = path / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(textwrap.dedent(text), encoding="utf-8")
        return path


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


@pytest.fixture
def manager(home):
    """The manager of the scratch home."""
    return PluginManager.instance()


@pytest.fixture
def web():
    """A web server on this machine."""
    server = Web()
    yield server
    server.stop()
