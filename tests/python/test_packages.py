"""Install, update and uninstall: nothing that works, and nothing of the user's, is ever lost."""

import os
import shutil
import sys
import threading
import zipfile

import pytest

import lichtfeld as lf
from lfs_plugins import PluginError, PluginLoadError, PluginState, PluginVersionError
from sources import entries as plugin_entries
from sources import git, installed, left, needs_git, pack, repository, write
from waiting import PATIENCE


@pytest.fixture(params=["directory", "zip", "git"])
def source(request, tmp_path):
    """`source(version)` puts a version where it is installed from, and returns what a user types."""
    if request.param == "git" and shutil.which("git") is None:
        pytest.skip("git is not installed")

    def put(version, code=None):
        if request.param == "directory":
            return str(write(tmp_path / "from" / "tool", version, code))
        if request.param == "git":
            return f"file://{repository(tmp_path / 'from' / 'repo', version, code=code)}#main"
        return str(pack(tmp_path / "tool.zip", plugin_entries(version, code=code)))

    return put


def test_install_update_uninstall(home, manager, source):
    lines = []
    assert manager.install(source("1.0.0"), on_progress=lines.append) == "tool"
    assert manager.get_state("tool") == PluginState.ACTIVE and installed() == "1.0.0"
    assert left(home) == ["tool"] and lines
    assert manager.update("tool") is False, "nothing new"
    source("2.0.0")
    assert manager.update("tool") is True
    assert installed() == "2.0.0" and manager.get_info("tool").version == "2.0.0"
    assert left(home) == ["tool"]
    assert manager.uninstall("tool") is True
    assert manager.get_state("tool") is None and left(home) == []
    assert "lfs_plugins.tool" not in sys.modules
    assert not (home.root / "kept").exists() and os.listdir(home.root / "sources") == []
    assert lf.plugins.install(source("3.0.0"), auto_load=False) == "tool"
    assert manager.get_state("tool") == PluginState.UNLOADED


def test_files_of_the_user_survive(home, manager, source):
    lf.plugins.settings("tool").set("colour", "red")  # before there is such a plugin
    manager.install(source("1.0.0"))
    path = home.plugins / "tool"
    (path / "models").mkdir()
    (path / "models" / "big.bin").write_bytes(b"downloaded")
    (path / "__init__.py").write_text("version = 'edited'\n", encoding="utf-8")
    (lf.plugins.data_dir("tool") / "mine").write_bytes(b"data")
    source("2.0.0")
    assert lf.plugins.update("tool") is True and installed() == "2.0.0"
    assert (path / "models" / "big.bin").read_bytes() == b"downloaded"
    kept = home.root / "kept" / "tool" / "1.0.0" / "__init__.py"
    assert kept.read_text(encoding="utf-8") == "version = 'edited'\n"
    assert str(kept.parent) in home.log("tool")
    assert lf.plugins.uninstall("tool") is True
    assert (home.root / "kept" / "tool" / "2.0.0" / "models" / "big.bin").read_bytes() == b"downloaded"
    assert (home.root / "data" / "tool" / "mine").read_bytes() == b"data"
    assert lf.plugins.settings("tool").all() == {"colour": "red"}


@pytest.mark.parametrize(
    "broken", ["def broken(:\n", "raise RuntimeError('new')\n", "def on_load():\n    1 / 0\n"]
)
def test_an_update_that_fails_changes_nothing(home, manager, source, broken):
    manager.install(source("1.0.0"))
    path = home.plugins / "tool"
    (path / "model.bin").write_bytes(b"downloaded")
    before = {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()}
    source("2.0.0", broken)
    with pytest.raises(PluginLoadError):
        manager.update("tool")
    assert manager.get_state("tool") == PluginState.ACTIVE and installed() == "1.0.0"
    assert manager.get_info("tool").version == "1.0.0"
    assert {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()} == before
    assert left(home) == ["tool"]
    assert manager.reload("tool") is True and installed() == "1.0.0"
    source("3.0.0")
    assert manager.update("tool") is True and installed() == "3.0.0"


def test_an_update_that_does_not_suit_is_not_begun(home, manager, tmp_path):
    source = write(tmp_path / "from")
    manager.install(str(source))
    write(source, "2.0.0", tool='min_lichtfeld_version = "99.0.0"\n')
    with pytest.raises(PluginVersionError):
        manager.update("tool")
    write(source, "2.0.0", name="other")
    with pytest.raises(PluginError, match="a plugin called 'other' now"):
        manager.update("tool")
    (source / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    with pytest.raises(PluginError, match="pyproject.toml:1"):
        manager.update("tool")
    shutil.rmtree(source)
    with pytest.raises(PluginError, match="cannot be installed from"):
        manager.update("tool")
    assert installed() == "1.0.0" and left(home) == ["tool"]


def test_a_watcher_keeps_watching_what_was_updated(home, manager, source):
    manager.install(source("1.0.0"))
    manager.start_watcher()
    source("2.0.0")
    assert manager.update("tool") is True
    again = threading.Event()
    manager.on_event(lambda change: change.event == "reloaded" and installed() == "saved" and again.set())
    (home.plugins / "tool" / "__init__.py").write_text("version = 'saved'\n", encoding="utf-8")
    assert again.wait(PATIENCE)
    assert manager.get_state("tool") == PluginState.ACTIVE


def test_an_installed_name_is_not_installed_again(home, manager, source):
    manager.install(source("1.0.0"))
    source("2.0.0")
    with pytest.raises(PluginError, match="'tool' exists already") as told:
        manager.install(source("2.0.0"))
    assert told.value.code == "LR030" and "update('tool')" in told.value.hint
    assert installed() == "1.0.0" and left(home) == ["tool"]


def test_a_plugin_that_cannot_be_loaded_is_an_error_of_the_install(home, manager, source):
    with pytest.raises(PluginLoadError, match="ZeroDivisionError"):
        manager.install(source("1.0.0", "1 / 0\n"))
    assert manager.get_state("tool") == PluginState.ERROR and left(home) == ["tool"]
    source("1.0.1")
    assert manager.update("tool") is True and manager.load("tool")


def test_a_plugin_of_the_author_is_kept_whole(home, manager):
    home.plugin("mine", "precious = 1\n")
    manager.load("mine")
    with pytest.raises(PluginError, match="was not installed from anywhere"):
        manager.update("mine")
    assert manager.uninstall("mine")
    kept = home.root / "kept" / "mine" / "1.0.0" / "__init__.py"
    assert kept.read_text(encoding="utf-8") == "precious = 1\n" and left(home) == []


def test_of_a_link_only_the_link_is_removed(home, manager, tmp_path):
    source = write(tmp_path / "work" / "tool")
    (home.plugins / "tool").symlink_to(source)
    assert manager.load("tool") and manager.uninstall("tool")
    assert left(home) == [] and (source / "__init__.py").exists()


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([("../escaped.py", "x")], "outside the plugin's directory"),
        ([("a/../../escaped.py", "x")], "outside the plugin's directory"),
        ([("/escaped.py", "x")], "outside the plugin's directory"),
        ([("C:\\escaped.py", "x")], "outside the plugin's directory"),
        ([("./__init__.py", "2")], "twice"),
        ([("zeros.bin", b"\0" * (64 << 20))], "times its packed size"),
        ([("readme.md", "no plugin")], "is not a plugin"),
    ],
    ids=["up", "up later", "absolute", "drive", "twice", "bomb", "no plugin"],
)
def test_an_archive_is_not_trusted(home, manager, tmp_path, entries, told):
    good = [] if told == "is not a plugin" else plugin_entries(top="")
    archive = pack(tmp_path / "tool.zip", [*good, *entries])
    with pytest.raises(PluginError, match=told):
        manager.install(str(archive))
    assert left(home) == [] and not list(tmp_path.rglob("escaped.py"))
    assert manager.list_loaded() == []


def test_a_link_in_an_archive_is_refused(home, manager, tmp_path):
    archive = pack(tmp_path / "tool.zip", plugin_entries(top=""))
    link = zipfile.ZipInfo("data")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(link, "/etc")
    with pytest.raises(PluginError, match="it is a link"):
        manager.install(str(archive))
    assert left(home) == []


@pytest.mark.parametrize("text", [b"", b"not a zip", b"PK\x03\x04torn"])
def test_a_torn_archive_is_refused(home, manager, tmp_path, text):
    (tmp_path / "tool.zip").write_bytes(text)
    with pytest.raises(PluginError, match="not a zip archive") as told:
        manager.install(str(tmp_path / "tool.zip"))
    assert told.value.code == "LI205" and left(home) == []


def test_links_in_a_directory(home, manager, tmp_path):
    source = write(tmp_path / "from", files={"a.py": "value = 1\n"})
    (source / "b.py").symlink_to("a.py")
    manager.install(str(source))
    assert not (home.plugins / "tool" / "b.py").is_symlink()
    assert (home.plugins / "tool" / "b.py").read_text(encoding="utf-8") == "value = 1\n"
    manager.uninstall("tool")
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (source / "c.py").symlink_to(tmp_path / "secret")
    with pytest.raises(PluginError, match="'c.py' is refused: it is a link that leads out"):
        manager.install(str(source))
    assert left(home) == []


def test_caches_and_version_control_are_left_out(home, manager, tmp_path):
    source = write(tmp_path / "from", files={".git/config": "x", "__pycache__/a.pyc": "x", "sub/a.py": ""})
    manager.install(str(source), auto_load=False)
    found = sorted(path.relative_to(home.plugins / "tool").as_posix() for path in (home.plugins / "tool").rglob("*"))
    found = [path for path in found if not path.startswith(".venv")]
    assert found == ["__init__.py", "pyproject.toml", "sub", "sub/a.py"]


@pytest.mark.parametrize("name", ["../../x", "a/b", "settings", ""])
def test_a_name_in_a_manifest_cannot_lead_elsewhere(home, manager, tmp_path, name):
    source = write(tmp_path / "from", name=name)
    with pytest.raises(PluginError, match="is not a plugin that can be used"):
        manager.install(str(source))
    assert left(home) == [] and sorted(path.name for path in tmp_path.iterdir()) == ["from", "plugins"]


def test_the_plugins_directory_itself_is_not_installed(home, manager):
    write(home.root)
    with pytest.raises(PluginError, match="the plugins directory lies in it"):
        manager.install(str(home.root))
    assert left(home) == []


@pytest.mark.parametrize("url", ["--upload-pack=x", "ext::sh -c x", "../nothing", "x.zip", ""])
def test_an_address_that_is_no_source_is_refused(home, manager, url):
    with pytest.raises(PluginError) as told:
        manager.install(url)
    assert told.value.code == "LI200" and told.value.hint and left(home) == []


def test_the_transport_is_one_of_two(manager, source):
    with pytest.raises(ValueError, match="'archive' or 'git', not 'pigeon'"):
        manager.install(source("1.0.0"), transport="pigeon")
    assert manager.install(source("1.0.0"), transport="git") == "tool"


@needs_git
def test_git_says_what_is_wrong(home, manager, tmp_path):
    repo = repository(tmp_path / "repo")
    for url, code, told in [
        (f"file://{repo}#nothing", "LI203", "no branch, tag or commit 'nothing'"),
        (f"file://{tmp_path}/nobody", "LI202", "does not exist"),
        ("http://127.0.0.1:9/a.git", "LI201", "no network"),
    ]:
        with pytest.raises(PluginError, match=told) as raised:
            manager.install(url)
        assert raised.value.code == code and raised.value.hint
    assert left(home) == []


@needs_git
def test_a_tag_stays_a_tag(manager, tmp_path):
    repo = repository(tmp_path / "repo", "1.0.0")
    git(repo, "tag", "v1")
    repository(repo, "2.0.0")
    manager.install(f"file://{repo}#v1")
    assert installed() == "1.0.0" and manager.update("tool") is False


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused(home, manager, tmp_path):
    source = write(tmp_path / "from")
    os.mkfifo(source / "pipe")
    with pytest.raises(PluginError, match="neither a file nor a directory"):
        manager.install(str(source))
    assert left(home) == []
