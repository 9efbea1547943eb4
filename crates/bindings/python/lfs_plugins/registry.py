"""Registries of plugins: what there is to install, and in which versions.

A registry is an index, a JSON file on any server; ``docs/registry.md`` describes it.
"""

import dataclasses
import hashlib
import pathlib
from collections.abc import Iterable
from typing import Optional, Union

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

    @property
    def checksum(self) -> str:
        """The hash of the archive, as ``verify_checksum`` takes it."""
        return f"sha256:{self.sha256}"

    @property
    def download_url(self) -> str:
        """The same as ``url``."""
        return self.url


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

    @property
    def namespace(self) -> str:
        """The part of the id before the colon; empty without one."""
        return self.id.rpartition(":")[0]

    @property
    def full_id(self) -> str:
        """The same as ``id``."""
        return self.id

    @property
    def display_name(self) -> str:
        """The same as ``name``."""
        return self.name


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

    def resolve_version(
        self,
        plugin_id: str,
        requested_version: Optional[str] = None,
        lichtfeld_version: Optional[str] = None,
        *,
        plugin_api: Optional[str] = None,
        supported_features: Optional[Iterable[str]] = None,
    ) -> RegistryVersionInfo:
        """Returns the version that would be installed: the requested one, else the newest that suits a host.

        Without the other arguments that is this host. Raises ``PluginNotFoundError``, and
        ``VersionNotFoundError`` with the reasons if no version, or not the requested one, suits.
        """
        from . import compat
        from .errors import VersionNotFoundError

        host = (plugin_api, lichtfeld_version, supported_features)
        reasons = []
        for version in self.get_versions(plugin_id):
            if requested_version and version.version != requested_version:
                continue
            unmet = version.incompatibilities
            if any(one is not None for one in host):
                unmet = compat.compatibility_errors(
                    version.plugin_api, version.lichtfeld_version, version.required_features, *host
                )
            if not unmet and (requested_version or not version.yanked):
                return version
            reasons.append(f"{version.version}: {'; '.join(unmet) or 'it was withdrawn'}")
        what = f"version {requested_version} of {plugin_id!r}" if requested_version else f"a version of {plugin_id!r}"
        raise VersionNotFoundError(
            f"{what} does not suit this host: {', '.join(reasons)}" if reasons else f"the registry has not {what}"
        )

    def verify_checksum(self, path: Union[str, pathlib.Path], expected: str) -> bool:
        """Returns whether a file has this SHA-256, which may have ``sha256:`` before it."""
        wanted = expected.strip().removeprefix("sha256:").lower()
        hashed = hashlib.sha256()
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                hashed.update(block)
        return hashed.hexdigest() == wanted

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
