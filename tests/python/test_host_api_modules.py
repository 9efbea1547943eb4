"""Modules of the application below ``lfs_plugins``, and its own ``lichtfeld.log``, in both places."""

import sys
import types

import pytest

import lfs_plugins
import lichtfeld as lf

from hostile import worker  # noqa: F401 - a fixture
from offers import offered, run  # noqa: F401 - fixtures


@pytest.fixture
def beside(tmp_path, monkeypatch):
    """A directory of the application on the path of ``lfs_plugins``, and a module that it has entered."""
    (tmp_path / "host_tools.py").write_text("level = 1\ndef double(x): return 2 * x\nclass Thing: size = 3\n")
    (tmp_path / "host_parts").mkdir()
    (tmp_path / "host_parts" / "__init__.py").write_text("")
    (tmp_path / "host_parts" / "inner.py").write_text("def name(): return __name__\n")
    monkeypatch.setattr(lfs_plugins, "__path__", [*lfs_plugins.__path__, str(tmp_path)])
    entered = types.ModuleType("made_by_the_host")
    entered.values = [1, 2]
    monkeypatch.setitem(sys.modules, "lfs_plugins.host_made", entered)
    before = set(sys.modules)
    yield entered
    for name in set(sys.modules) - before:
        if name.startswith("lfs_plugins.host_"):
            del sys.modules[name]
            vars(lfs_plugins).pop(name.rpartition(".")[2], None)


def test_a_plugin_imports_modules_of_the_application_below_lfs_plugins(run, beside):
    plugin = run('''
import lfs_plugins.host_tools
import lfs_plugins.host_parts.inner as inner
from lfs_plugins import host_made, host_tools
from lfs_plugins.host_tools import Thing, double
def look():
    return (double(4), Thing().size, isinstance(Thing(), host_tools.Thing), lfs_plugins.host_tools.level, inner.name(),
            list(host_made.values), host_tools is lfs_plugins.host_tools)
def missing():
    try: import lfs_plugins.host_nothing
    except ModuleNotFoundError as error: return error.name
''')
    assert plugin.look() == (8, 3, True, 1, "lfs_plugins.host_parts.inner", [1, 2], True)
    sys.modules["lfs_plugins.host_tools"].level = 2
    assert plugin.look()[3] == 2
    beside.values.append(3)
    assert plugin.look()[5] == [1, 2, 3], "as it is now"
    assert plugin.missing() == "lfs_plugins.host_nothing"


@pytest.mark.parametrize("question", [
    ("get", "lfs_plugins", "PluginManager"),
    ("get", "lfs_plugins.manager", "PluginManager"),
    ("module", "lfs_plugins.manager"),
    ("module", "lfs_plugins._groups"),
    ("module", "lfs_plugins.neighbour"),
    ("get", "lfs_plugins.neighbour", "secret"),
    ("get", "lfs_plugins.host_tools", "os"),
    ("fetch", "lfs_plugins.host_tools", "__dict__"),
    ("set", "lfs_plugins", "host_tools", 1),
])
def test_of_lfs_plugins_only_what_the_application_has_put_there_is_a_target(worker, home, beside, question):
    from lfs_plugins import PluginManager

    home.plugin("neighbour", "secret = 1\n", tool='isolation = "shared"')
    assert PluginManager.instance().load("neighbour")
    kind, said = worker.ask(*question)
    assert kind in ("AttributeError", "PermissionError", "ModuleNotFoundError", "TypeError"), (kind, said)


def test_a_function_of_the_application_called_log(run, offered, monkeypatch):
    lines = []
    monkeypatch.setattr(lf, "log", lambda *text: lines.append(text))
    plugin = run("def look(): lf.log('a', 1)\n")
    plugin.look()
    assert lines == [("a", 1)]


def test_a_module_of_the_application_called_log(run, offered, monkeypatch):
    lines = []
    own = types.ModuleType("lichtfeld.log")
    own.info = lines.append
    own.warn = lf.log.warn
    monkeypatch.setattr(lf, "log", own)
    monkeypatch.setitem(sys.modules, "lichtfeld.log", own)
    plugin = run("import lichtfeld.log\ndef look():\n    lf.log.info('a')\n    lichtfeld.log.info('b')\n    lf.log.warn('c')\n")
    plugin.look()
    assert lines == ["a", "b"]


def test_without_one_of_its_own_log_is_the_plugin_s(run, home):
    plugin = run("def look(): lf.log.info('a line')\n")
    plugin.look()
    assert "a line" in home.log("asks")
