"""Twenty plugins use the scene of an application, each in both places, with the same result."""

import os

import pytest

from homes import module
from scene_host import Application
from scene_plugins import PLUGINS


def result_of(home, manager, name, place):
    code, run = PLUGINS[name]
    home.plugin(name, code + "\nimport os\ndef pid(): return os.getpid()\n", tool=f'isolation = "{place}"')
    app = Application()
    try:
        assert manager.load(name), manager.get_traceback(name) or manager.get_error(name)
        plugin = module(name)
        assert (plugin.pid() == os.getpid()) == (place == "shared")
        result = run(app, plugin)
        assert manager.unload(name)
        assert not app.draw_handlers, "what it has given is forgotten with it"
        return result
    finally:
        app.close()


@pytest.mark.parametrize("name", PLUGINS)
def test_a_plugin_does_not_notice_where_it_runs(home, manager, name):
    shared = result_of(home, manager, name, "shared")
    assert result_of(home, manager, name, "process") == shared
    assert shared is not None


def test_there_are_twenty():
    assert len(PLUGINS) == 20
