"""The manager as a plugin in a process of its own sees and uses it: the application's."""

import os

import pytest

from homes import module
from lfs_plugins import PluginError, PluginState
from offers import offered, run  # noqa: F401 - fixtures
from waiting import until

CODE = """
import lfs_plugins
from lfs_plugins import PluginInfo, PluginManager, PluginState

def look():
    manager = PluginManager.instance()
    info = manager.get_info("asks")
    snapshot = {name: one.state is PluginState.ACTIVE for name, one in manager.get_active_plugins_snapshot()}
    return {
        "loaded": (manager.list_loaded(), lf.plugins.list_loaded()),
        "state": lf.plugins.get_state("asks") is PluginState.ACTIVE and manager.get_state("other") is PluginState.ACTIVE,
        "info": (isinstance(info, PluginInfo), info.name, info.version, info.path == manager.plugins_dir / "asks"),
        "found": [one.name for one in manager.discover()],
        "snapshot": snapshot,
        "unknown": (manager.get_info("nobody"), lf.plugins.get_state("nobody"), manager.get_error("asks")),
        "same": PluginManager.instance() is manager is lfs_plugins.PluginManager.instance(),
        "status": lf.plugins.startup_load_status()["total"],
    }

def do(name, *arguments):
    return getattr(lf.plugins, name)(*arguments)

def fails():
    try:
        PluginManager.instance().load("nobody")
    except lfs_plugins.PluginError as error:
        return type(error).__name__, error.code
"""


def test_it_knows_what_the_application_knows(run, home, manager):
    home.plugin("other", "import os\ndef pid(): return os.getpid()\n")
    assert manager.load("other")
    plugin = run(CODE)
    assert plugin.look() == {
        "loaded": (["other", "asks"],) * 2,
        "state": True,
        "info": (True, "asks", "1.0.0", True),
        "found": ["asks", "other"],
        "snapshot": {"other": True, "asks": True},
        "unknown": (None, None, None),
        "same": True,
        "status": 0,
    }
    assert plugin.fails() == ("PluginError", "LR001")


def test_others_are_loaded_and_unloaded_in_the_application(run, home, manager):
    home.plugin("other", "import os\ndef pid(): return os.getpid()\n")
    plugin = run(CODE)
    assert plugin.do("load", "other") is True
    assert module("other").pid() == os.getpid(), "not in the process of the plugin that has asked"
    assert plugin.do("reload", "other") is True and plugin.do("unload", "other") is True
    assert manager.get_state("other") is PluginState.UNLOADED and plugin.do("list_loaded") == ["asks"]


def test_a_plugin_that_ends_itself_does_not_wait_for_it(home, manager):
    home.plugin("asks", "import lichtfeld as lf, os\n" + CODE + "def pid(): return os.getpid()\n",
                tool='isolation = "process"')  # fmt: skip
    assert manager.load("asks")
    before = module("asks").pid()
    assert module("asks").do("reload", "asks") is True
    until(lambda: manager.get_state("asks") is PluginState.ACTIVE and module("asks").pid() != before)
    assert module("asks").do("unload", "asks") is True
    until(lambda: manager.get_state("asks") is PluginState.UNLOADED)


def test_a_worker_cannot_ask_the_manager_for_anything_else(home, manager):
    home.plugin("asks", "import sys\ndef ask(*values): sys.modules['_lichtfeld_host_modules'].ask_service(*values)\n",
                tool='isolation = "process"')  # fmt: skip
    assert manager.load("asks")
    for values in (("manager", "__class__", "plugins", [], {}), ("manager", "load", "os", [], {}),
                   ("manager", "set_python", "plugins", ["/bin/false"], {})):  # fmt: skip
        with pytest.raises(ValueError, match="nothing to do with the manager"):
            module("asks").ask(*values)
    with pytest.raises(TypeError, match="arguments are a list and a dict"):
        module("asks").ask("manager", "load", "plugins", 3, {})
    with pytest.raises(PluginError):
        module("asks").ask("manager", "load", "plugins", ["nobody"], {})
