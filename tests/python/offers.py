"""An application that offers something as ``lichtfeld``, and a plugin that uses it in either place."""

import os
import sys

import pytest

import lichtfeld as lf

from homes import module

PLACES = ["shared", "process"]


@pytest.fixture
def offered(home):
    """Sets attributes of ``lichtfeld`` for one test."""
    before, before_ui = dict(vars(lf)), dict(vars(lf.ui))
    modules = set(sys.modules)

    def offer(**values):
        for name, value in values.items():
            setattr(lf, name, value)

    yield offer
    for space, names in ((lf, before), (lf.ui, before_ui)):
        for name in set(vars(space)) - set(names):
            delattr(space, name)
    for name in set(sys.modules) - modules:
        if name.startswith("lichtfeld."):
            del sys.modules[name]


@pytest.fixture(params=PLACES)
def run(request, home, manager, offered):
    """Loads a plugin with this code, in one place or the other, and returns its module."""

    def load(code, name="asks"):
        home.plugin(name, "import os\nimport lichtfeld as lf\ndef pid(): return os.getpid()\n" + code,
                    tool=f'isolation = "{request.param}"')
        assert manager.load(name), manager.get_traceback(name) or manager.get_error(name)
        loaded = module(name)
        assert (loaded.pid() == os.getpid()) == (request.param == "shared")
        return loaded

    load.place = request.param
    return load
