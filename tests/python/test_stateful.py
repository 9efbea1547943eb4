"""Any order of operations against a model: the documented behaviour in forty lines.

Hypothesis makes up the orders, and shows the shortest one that breaks.
"""

import sys
import tempfile

import pathlib

import pytest

pytest.importorskip("hypothesis", reason="Hypothesis runs on Python 3.11 and later")

from homes import Home
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import lichtfeld.plugins as native
from lfs_plugins import PluginError, PluginManager, PluginState
from waiting import scaled

GOOD = "version = {number}\ndef on_load():\n    pass\n"
#: How a plugin can fail, and whether that is seen at the import or later.
BROKEN = {
    "syntax": "def broken(:\n",
    "import": "import surely_not_there\n",
    "on_load": "version = {number}\ndef on_load():\n    raise RuntimeError\n",
}
NAMES = ("ann", "bob", "cleo")
names = st.sampled_from(NAMES)


class Model:
    """One plugin as the documentation describes it."""

    def __init__(self):
        self.state = PluginState.UNLOADED
        self.on_disk = (1, None)
        self.running = None

    def load(self):
        if self.state == PluginState.DISABLED:
            return None
        if self.state == PluginState.ACTIVE:
            return True
        number, how = self.on_disk
        self.state = PluginState.ERROR if how else PluginState.ACTIVE
        self.running = None if how else number
        return not how

    def reload(self):
        if self.state != PluginState.ACTIVE:
            return self.load()
        number, how = self.on_disk
        if how:
            return False
        self.running = number
        return True

    def unload(self):
        was = self.state == PluginState.ACTIVE
        if self.state in (PluginState.ACTIVE, PluginState.ERROR):
            self.state = PluginState.UNLOADED
        self.running = None
        return was

    def disable(self):
        self.unload()
        self.state = PluginState.DISABLED

    def enable(self):
        if self.state == PluginState.DISABLED:
            self.state = PluginState.UNLOADED


class Plugins(RuleBasedStateMachine):
    @initialize()
    def start(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.home = Home(pathlib.Path(self.scratch.name))
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv("LFS_RESOLVED_PLUGIN_DIR", str(self.home.plugins))
        native.shutdown()
        self.models = {name: Model() for name in NAMES}
        for name in NAMES:
            self.home.plugin(name, GOOD.format(number=1))
        self.manager = PluginManager.instance()
        self.manager.discover()
        self.told = {name: PluginState.UNLOADED for name in NAMES}
        self.manager.on_event(self.hear)

    def hear(self, change):
        assert self.told[change.plugin] == change.from_state, change
        self.told[change.plugin] = change.to_state

    @rule(name=names, number=st.integers(1, 9), how=st.sampled_from([None, *BROKEN]))
    def write(self, name, number, how):
        self.home.plugin(name, (BROKEN[how] if how else GOOD).replace("{number}", str(number)))
        self.models[name].on_disk = (number, how)

    def same(self, name, operation):
        expected = getattr(self.models[name], operation)()
        if expected is None and operation in ("load", "reload"):
            with pytest.raises(PluginError, match="disabled|off"):
                getattr(self.manager, operation)(name)
            return
        got = getattr(self.manager, operation)(name)
        if expected is not None:
            assert got is expected, (operation, name, got, self.manager.get_error(name))

    @rule(name=names)
    def load(self, name):
        self.same(name, "load")

    @rule(name=names)
    def unload(self, name):
        self.same(name, "unload")

    @rule(name=names)
    def reload(self, name):
        self.same(name, "reload")

    @rule(name=names)
    def disable(self, name):
        self.same(name, "disable")

    @rule(name=names)
    def enable(self, name):
        self.same(name, "enable")

    @rule()
    def restart(self):
        """The application ends and starts again: only what is switched off is remembered."""
        native.shutdown()
        for model in self.models.values():
            model.unload()
        self.manager = PluginManager.instance()
        self.manager.discover()
        self.told = {name: self.manager.get_state(name) for name in NAMES}
        self.manager.on_event(self.hear)

    @invariant()
    def agrees(self):
        for name, model in getattr(self, "models", {}).items():
            assert self.manager.get_state(name) == model.state == self.told[name], name
            module = sys.modules.get(f"lfs_plugins.{name}")
            assert getattr(module, "version", None) == model.running, name
            # The error stays as long as the state.
            if model.state == PluginState.ERROR:
                assert self.manager.get_error(name), name
        if hasattr(self, "models"):
            active = {name for name, model in self.models.items() if model.state == PluginState.ACTIVE}
            assert set(self.manager.list_loaded()) == active

    def teardown(self):
        if hasattr(self, "patch"):
            native.shutdown()
            self.patch.undo()
            self.scratch.cleanup()


TestPlugins = Plugins.TestCase
TestPlugins.settings = settings(
    max_examples=scaled(10, 100),
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
