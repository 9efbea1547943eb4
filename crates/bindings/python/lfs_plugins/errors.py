"""What can go wrong with plugins, as exceptions.

Each has ``code``, which never changes, and ``hint``, which says what to do (or is None).
"""


class PluginError(Exception):
    """Something about plugins went wrong; the base of the others."""

    code = "LR000"
    hint = None


class PluginLoadError(PluginError):
    """A plugin's code failed. ``file``, ``line`` and ``column`` say where, if that is known."""

    file = None
    line = None
    column = None


class PluginDependencyError(PluginError):
    """A plugin's environment could not be made."""


class PluginLoadCancelled(PluginError):
    """The load was cancelled."""


class PluginVersionError(PluginError):
    """A plugin's rules exclude this host. ``incompatibilities`` lists every rule not met."""

    incompatibilities = ()


class RegistryError(PluginError):
    """Something about a registry of plugins went wrong."""

    code = "LR036"


class RegistryOfflineError(RegistryError):
    """The registry cannot be reached."""


class PluginNotFoundError(RegistryError):
    """The registry has no such plugin."""


class VersionNotFoundError(RegistryError):
    """The registry has no such version of the plugin."""


class PluginCrashedError(PluginError):
    """The process of a plugin has ended, so what was asked of it cannot be answered."""

    code = "LR110"
    hint = "load the plugin again; its log has its last lines"


class PluginTimeoutError(PluginError):
    """The process of a plugin did not answer in time."""

    code = "LR111"


class PluginLimitError(PluginError):
    """More than may cross between the application and the process of a plugin."""

    code = "LR120"
    hint = "pass large data as NumPy arrays, and wait for answers before asking more"


class PluginForkedError(PluginError):
    """This process was forked from one that runs plugins, or has a connection to one that does."""

    code = "LR121"
    hint = 'start processes with multiprocessing.get_context("spawn")'
