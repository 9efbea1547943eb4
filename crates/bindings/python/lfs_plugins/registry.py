"""Registries of plugins: what there is to install, and in which versions.

A registry is an index, a JSON file on any server; ``docs/registry.md`` describes it.
"""

import dataclasses
from typing import Optional

import lichtfeld.plugins as _native


@dataclasses.dataclass(frozen=True)
class RegistryVersionInfo:
    """A version of a plugin in a registry.

    ``plugin_api``, ``lichtfeld_version`` and ``requires_python`` are specifiers by PEP 440, empty for
    any. ``compatible`` says whether this host suits it, ``incompatibilities`` why not, a sentence each.
    """

    version: str
    url: str
    sha256: str
    plugin_api: str = ""
    lichtfeld_version: str = ""
    requires_python: str = ""
    required_features: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    git_ref: Optional[str] = None
    yanked: bool = False
    compatible: bool = True
    incompatibilities: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class RegistryPluginInfo:
    """A plugin in a registry.

    ``versions`` has the newest first; ``latest_version`` is the newest that suits this host, else the
    newest, and None where there is none. ``compatible`` says whether any version suits.
    """

    id: str
    name: str
    description: str = ""
    author: str = ""
    homepage: str = ""
    repository: str = ""
    keywords: tuple[str, ...] = ()
    versions: tuple[RegistryVersionInfo, ...] = ()
    latest_version: Optional[str] = None
    compatible: bool = True


class RegistryClient:
    """A registry: the one of the host, or with ``url`` the one at this ``https://`` URL or path of an index.

    The index is stored for five minutes. If the registry cannot be reached, the last index is used,
    and the log says so. All functions raise ``RegistryError``, and ``RegistryOfflineError`` if no index
    is stored.
    """

    def __init__(self, url: Optional[str] = None):
        self._url = url

    @property
    def url(self) -> Optional[str]:
        """The URL or the path of the index, or None if no registry is configured."""
        return self._url if self._url is not None else _native._registry_url()

    def search(self, query: str = "", compatible_only: bool = True) -> list[RegistryPluginInfo]:
        """Returns the plugins that contain every word of ``query``, the best first; all for an empty one."""
        return _native._registry_search(query, compatible_only, self._url)

    def get_plugin(self, plugin_id: str) -> RegistryPluginInfo:
        """Returns the plugin of an id. Raises ``PluginNotFoundError``, which names the nearest ids."""
        return _native._registry_plugin(plugin_id, self._url)[0]

    def get_versions(self, plugin_id: str) -> list[RegistryVersionInfo]:
        """Returns the versions of a plugin, the newest first. Raises ``PluginNotFoundError``."""
        return list(self.get_plugin(plugin_id).versions)

    def refresh(self) -> int:
        """Downloads the newest index. Returns the number of its plugins."""
        return _native._registry_refresh(self._url)

    def __repr__(self):
        return f"RegistryClient({self.url!r})"


def _plugins(described):
    """Returns the plugins that the native module has described."""
    return [_plugin(found) for found in described]


def _plugin(found):
    versions = tuple(_version(version) for version in found["versions"])
    return RegistryPluginInfo(**{**found, "keywords": tuple(found["keywords"]), "versions": versions})


def _version(found):
    lists = {name: tuple(found[name]) for name in ("required_features", "dependencies", "incompatibilities")}
    specifiers = {name: found[name] or "" for name in ("plugin_api", "lichtfeld_version", "requires_python")}
    return RegistryVersionInfo(**{**found, **lists, **specifiers})
