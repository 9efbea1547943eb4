"""The names and signatures that plugins and hosts rely on: a contract, written out here."""

import inspect

import pytest

import lfs_plugins
import lichtfeld as lf

FUNCTIONS = """
discover()
load(name)
unload(name)
reload(name)
load_all()
load_async(name)
list_loaded()
start_watcher()
stop_watcher()
get_state(name)
get_error(name)
get_traceback(name)
enable(name)
disable(name)
startup_load_status()
install(url, auto_load=True, transport='archive')
update(name)
uninstall(name)
search(query)
install_from_registry(plugin_id, version='', auto_load=True, transport='archive')
check_updates()
register_capability(name, handler, description='', schema=None, plugin_name=None, requires_gui=True)
unregister_capability(name)
invoke(name, args=None)
has_capability(name)
list_capabilities()
settings(plugin_name=None)
data_dir(plugin_name=None)
cache_dir(plugin_name=None)
create(name, template='panel')
"""

METHODS = """
instance()
discover(self)
pre_register(self, plugins)
load(self, name, on_progress=None, on_stage=None, should_cancel=None)
load_async(self, name)
unload(self, name)
reload(self, name)
load_all(self)
list_loaded(self)
get_info(self, name)
get_state(self, name)
get_error(self, name)
get_traceback(self, name)
get_active_plugins_snapshot(self)
enable(self, name)
disable(self, name)
start_watcher(self, poll_interval=1.0)
stop_watcher(self)
on_event(self, cb)
on_plugin_loaded(self, cb)
on_plugin_unloaded(self, cb)
install(self, url, on_progress=None, auto_load=True, transport='archive', should_cancel=None)
install_from_registry(self, plugin_id, version=None, on_progress=None, auto_load=True, transport='archive')
update(self, name, on_progress=None, should_cancel=None)
uninstall(self, name)
search(self, query, compatible_only=True)
check_updates(self)
"""

REGISTRY = """
instance()
register(self, name, handler, description='', schema=None, plugin_name=None, requires_gui=True)
unregister(self, name)
unregister_all_for_plugin(self, plugin_name)
invoke(self, name, args=None)
get(self, name)
list_all(self)
has(self, name)
"""

EXPORTED = """
Panel Operator Menu PluginManager PluginInfo PluginState PluginInstance PluginError PluginLoadError
PluginDependencyError PluginLoadCancelled PluginVersionError RegistryError RegistryOfflineError
PluginNotFoundError VersionNotFoundError Capability CapabilityRegistry CapabilitySchema PluginContext
SceneContext ViewContext CapabilityBroker PluginSettings SettingsManager create_plugin
RegistryClient RegistryPluginInfo RegistryVersionInfo
""".split()


def split(table):
    return [tuple(line.split("(", 1)) for line in table.strip().splitlines()]


def signature(function):
    plain = inspect.signature(function)
    parameters = [one.replace(annotation=one.empty) for one in plain.parameters.values()]
    text = str(plain.replace(parameters=parameters, return_annotation=plain.empty))
    return text.replace(", /", "").replace("(self, *", "(self")


@pytest.mark.parametrize(("name", "rest"), split(FUNCTIONS))
def test_functions_of_lichtfeld_plugins(name, rest):
    assert signature(getattr(lf.plugins, name)) == f"({rest}"
    assert getattr(lf.plugins, name).__doc__


@pytest.mark.parametrize(("name", "rest"), split(METHODS))
def test_methods_of_the_manager(name, rest):
    assert signature(getattr(lfs_plugins.PluginManager, name)) == f"({rest}"
    assert getattr(lfs_plugins.PluginManager, name).__doc__


@pytest.mark.parametrize(("name", "rest"), split(REGISTRY))
def test_methods_of_the_capability_registry(name, rest):
    assert signature(getattr(lfs_plugins.CapabilityRegistry, name)) == f"({rest}"


def test_the_exported_names():
    assert [name for name in EXPORTED if not hasattr(lfs_plugins, name)] == []
    assert [name for name in EXPORTED if name not in lfs_plugins.__all__] == []
    assert sorted(lfs_plugins.__all__) == list(lfs_plugins.__all__)
    assert lf.plugins.API_VERSION == "1.0" and "capabilities.v1" in lf.plugins.FEATURES


def test_the_exceptions_derive_from_each_other():
    for name in ("PluginLoadError", "PluginDependencyError", "PluginLoadCancelled", "PluginVersionError"):
        assert issubclass(getattr(lfs_plugins, name), lfs_plugins.PluginError)
    assert issubclass(lfs_plugins.RegistryError, lfs_plugins.PluginError)
    for name in ("RegistryOfflineError", "PluginNotFoundError", "VersionNotFoundError"):
        assert issubclass(getattr(lfs_plugins, name), lfs_plugins.RegistryError)


@pytest.mark.parametrize(
    "module",
    ["types", "errors", "plugin", "manager", "settings", "capabilities", "templates", "validator", "props", "registry"]
    + ["compat", "tools", "tool_defs.definition", "operators", "ui", "scrub_fields", "utils"]
    + ["ui.signals", "ui.store", "ui.state", "ui.subscription_registry", "context", "op_context", "icon_manager", "event"],
)
def test_the_submodules(module):
    __import__(f"lfs_plugins.{module}")


@pytest.mark.parametrize(
    "call",
    [
        lambda host: host.search("colmap"),
        lambda host: host.check_updates(),
        lambda host: host.install_from_registry("colmap"),
    ],
    ids=["search", "check_updates", "install_from_registry"],
)
def test_what_needs_a_registry_says_that_there_is_none(manager, call):
    for host in (manager, lf.plugins):
        with pytest.raises(lfs_plugins.RegistryError, match="no plugin registry is configured") as told:
            call(host)
        assert told.value.code == "LR036" and "owner/name" in told.value.hint
