"""Installs, updates and uninstalls that are killed half-way, and what an uninstall forgets."""

import json
import os
import threading
import time

import pytest

import lichtfeld as lf
from lfs_plugins import PluginState
from sources import entries as plugin_entries
from sources import installed, left, pack, plugin, write
from waiting import until


@pytest.fixture
def silent():
    """A page that begins and never goes on."""
    end = threading.Event()

    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        end.wait()

    yield answer
    end.set()


def staged(home):
    return [name for name in left(home) if name.endswith(".staging")]


def test_an_uninstall_forgets_that_the_plugin_was_disabled(home, manager, tmp_path):
    source = str(write(tmp_path / "from"))
    manager.install(source)
    lf.plugins.settings("tool").set("colour", "red")
    manager.disable("tool")
    state = home.root / "state.json"
    assert "tool" in json.loads(state.read_text(encoding="utf-8"))["plugins"]
    assert manager.uninstall("tool")
    assert json.loads(state.read_text(encoding="utf-8"))["plugins"] == {}
    assert lf.plugins.settings("tool").all() == {"colour": "red"}
    manager.install(source)
    assert manager.get_state("tool") == PluginState.ACTIVE


def test_the_end_of_the_application_ends_a_download(home, host, web, silent):
    web.pages["/tool.zip"] = silent
    code = f"""
    import threading, time
    begun = threading.Event()
    def install():
        try:
            manager.install({web.url + "/tool.zip"!r}, on_progress=lambda line: begun.set())
        except BaseException as error:
            print(type(error).__name__, flush=True)
    threading.Thread(target=install).start()
    assert begun.wait()
    """
    status, output, errors = host.run(code)
    assert (status, output) == (0, "PluginLoadCancelled\n"), errors
    assert left(home) == []


def test_what_a_killed_install_left_is_removed(home, host, web, silent):
    web.pages["/tool.zip"] = silent
    process = host.start(f"print('begun', flush=True)\nmanager.install({web.url + '/tool.zip'!r})")
    try:
        assert process.stdout.readline() == "begun\n"
        until(lambda: staged(home) or process.poll() is not None)
        (name,) = staged(home)
        # One that still works is left alone, by a start and by an install.
        host.run("manager.discover()")
        web.pages["/other.zip"] = plugin("other")
        host.run(f"manager.install({web.url + '/other.zip'!r})")
        assert left(home) == [name, "other"]
    finally:
        process.kill()
        process.wait()
    host.run("manager.discover()")
    assert left(home) == ["other"]


def test_litter_without_a_lock_is_removed_when_it_is_old(home, manager):
    for name, age in [(".incoming-1-old.staging", 7200), (".incoming-1-new.staging", 0), (".hidden", 7200)]:
        path = home.plugins / name
        path.mkdir()
        os.utime(path, (time.time() - age,) * 2)
    manager.discover()
    assert left(home) == [".hidden", ".incoming-1-new.staging"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL for oneself")
def test_an_update_that_is_killed_is_taken_back(home, host, tmp_path):
    archive = tmp_path / "tool.zip"
    pack(archive, plugin_entries("1.0.0"))
    status, _, errors = host.run(f"manager.install({str(archive)!r})")
    assert status == 0, errors
    mine = home.plugins / "tool" / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    installed_by_hand = home.plugins / "tool" / ".venv" / "mine"
    installed_by_hand.write_text("mine", encoding="utf-8")
    new = plugin_entries("2.0.0")
    new[1] = (new[1][0], "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    pack(archive, new)
    status, _, _ = host.run("manager.load('tool')\nmanager.update('tool')")
    assert status == -9 and len(staged(home)) == 1
    assert "2.0.0" in (home.plugins / "tool" / "pyproject.toml").read_text(encoding="utf-8")
    code = "print([info.version for info in manager.discover()])\nmanager.enable('tool')\nprint(manager.load('tool'))"
    status, output, errors = host.run(code)
    assert output.splitlines() == ["['1.0.0']", "True"], errors
    assert left(home) == ["tool"] and mine.read_text(encoding="utf-8") == "mine"
    assert sorted(os.listdir(home.plugins / "tool")) == [".venv", "__init__.py", "mine.txt", "pyproject.toml"]
    assert installed_by_hand.is_file()
    log = home.log("tool")
    assert "an update was killed before it was done; version 1.0.0 is back" in log
    pack(archive, plugin_entries("3.0.0"))
    status, output, errors = host.run("manager.load('tool')\nprint(manager.update('tool'))")
    assert output == "True\n" and left(home) == ["tool"], errors


def test_an_update_leaves_no_marks(home, manager, tmp_path):
    source = write(tmp_path / "from")
    manager.install(str(source))
    write(source, "2.0.0")
    assert manager.update("tool") is True and installed() == "2.0.0"
    assert sorted(os.listdir(home.plugins / "tool")) == [".venv", "__init__.py", "pyproject.toml"]
    write(source, "3.0.0", "1 / 0\n")
    with pytest.raises(Exception, match="ZeroDivisionError"):
        manager.update("tool")
    assert sorted(os.listdir(home.plugins / "tool")) == [".venv", "__init__.py", "pyproject.toml"]
    assert left(home) == ["tool"]
