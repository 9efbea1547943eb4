"""Settings and directories of plugins."""

import os
import subprocess
import sys

import pytest

from lfs_plugins import PluginError, SettingsManager
from waiting import PATIENCE


@pytest.fixture
def settings(manager):
    return SettingsManager.instance().get("my-plugin")


def test_the_documented_calls(settings):
    assert settings.get("a") is None and settings.get("a", 3) == 3 and "a" not in settings
    settings.set("a", {"deep": [1, 2.5, None, "ü"]})
    settings.update({"b": True, "c": "x"})
    assert settings.all() == {"a": {"deep": [1, 2.5, None, "ü"]}, "b": True, "c": "x"}
    assert settings.delete("b") is True and settings.delete("b") is False
    assert "c" in settings
    settings.clear()
    assert settings.all() == {}


def test_names_mean_the_same_however_spelt(settings):
    settings.set("a", 1)
    assert SettingsManager.instance().get("My_Plugin").get("a") == 1


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".."])
def test_a_name_that_leaves_the_directory_is_refused(manager, name):
    with pytest.raises(PluginError):
        SettingsManager.instance().get(name)


def test_a_torn_file_is_kept(home, settings):
    settings.set("a", 1)
    path = home.root / "settings" / "my-plugin.json"
    path.write_text('{"a": ', encoding="utf-8")
    assert settings.all() == {}
    settings.set("b", 2)
    texts = [file.read_text(encoding="utf-8") for file in path.parent.iterdir() if file.name != ".lock"]
    assert '{"a": ' in texts and len(texts) == 2


def test_a_value_that_json_cannot_hold_changes_nothing(settings):
    settings.set("a", 1)
    with pytest.raises(TypeError):
        settings.set("b", object())
    assert settings.all() == {"a": 1}


def test_two_processes_lose_none_of_each_others_keys(home, manager):
    settings = SettingsManager.instance()
    code = (
        "import sys\nfrom lfs_plugins import SettingsManager\n"
        "mine = SettingsManager.instance().get('shared')\n"
        "for number in range(25):\n    mine.set(f'{sys.argv[1]}-{number}', number)\n"
    )
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", code, name],
            env={**os.environ, "LFS_RESOLVED_PLUGIN_DIR": str(home.plugins)},
        )
        for name in ("a", "b")
    ]
    assert [writer.wait(PATIENCE) for writer in writers] == [0, 0]
    for name in ("a", "b"):
        assert [settings.get("shared").get(f"{name}-{number}") for number in range(25)] == list(range(25))


@pytest.mark.parametrize("tool", ["", 'isolation = "process"'])
def test_caches_may_lie_on_another_disk(host, home, tmp_path, tool):
    if tool and sys.platform == "win32":
        pytest.skip("there are no workers on Windows")
    home.plugin(
        "a", "import lichtfeld as lf\ndef where(): return str(lf.plugins.cache_dir('a'))\n", tool=tool
    )
    status, out, err = host.run(
        "assert manager.load('a')\nimport a\nprint(a.where())",
        LFS_RESOLVED_CACHE_DIR=str(tmp_path / "fast"),
    )
    assert status == 0, err
    assert out.strip().endswith(str(tmp_path / "fast" / "a"))
    assert (tmp_path / "fast" / "a").is_dir()
    assert not (home.root / "cache").exists()
