"""A registry in the layout of the existing application: an index, and a document for each plugin."""

import json

import pytest

from lfs_plugins import PluginError, PluginNotFoundError, PluginState, RegistryClient, VersionNotFoundError
from sources import installed, plugin, sha256


class Registry:
    """Such a registry on a web server."""

    def __init__(self, web):
        self.web = web
        self.url = f"{web.url}/registry"
        self.index, self.documents = [], {}

    def add(self, name, *versions, namespace="painter", where="{namespace}/{name}", **fields):
        if namespace is not None:
            fields["namespace"] = namespace
        self.index.append({"name": name, "display_name": name.title(), "summary": f"About {name}", "author": "A",
                           "latest_version": versions[-1] if versions else "", "keywords": ["cloud"], "downloads": 3,
                           **fields})  # fmt: skip
        found = {}
        for version in versions:
            content = plugin(name, version)
            self.web.pages[f"/archives/{name}-{version}.zip"] = content
            found[version] = {
                "version": version, "plugin_api": ">=1,<2", "lichtfeld_version": ">=0.4.2", "required_features": [],
                "dependencies": [], "checksum": f"sha256:{sha256(content)}", "git_ref": f"v{version}",
                "download_url": f"{self.web.url}/archives/{name}-{version}.zip",
            }  # fmt: skip
        self.documents[where.format(namespace=namespace, name=name)] = {"name": name, "versions": found}
        return found

    def write(self):
        pages = self.web.pages
        pages["/registry/index.json"] = json.dumps({"schema_version": 1, "plugins": self.index}).encode()
        for path, document in self.documents.items():
            text = document if isinstance(document, str) else json.dumps(document)
            pages[f"/registry/plugins/{path}.json"] = text.encode()


@pytest.fixture
def registry(web, home, monkeypatch):
    made = Registry(web)
    monkeypatch.setenv("LFS_PLUGIN_REGISTRY_URL", made.url)
    return made


def test_it_is_searched_installed_from_and_updated(home, registry, manager):
    registry.add("tool", "1.0.0")
    registry.add("other", "2.0.0", namespace="lichtfeld", where="{name}")
    registry.write()
    found = {one.full_id: one for one in manager.search("")}
    assert sorted(found) == ["lichtfeld:other", "painter:tool"]
    tool = found["painter:tool"]
    assert (tool.name, tool.namespace, tool.description, tool.latest_version) == ("tool", "painter", "About tool", "1.0.0")
    assert manager.install_from_registry("painter:tool") == "tool"
    assert manager.get_state("tool") is PluginState.ACTIVE and installed() == "1.0.0"
    registry.index.clear()
    registry.add("tool", "1.0.0", "1.1.0")
    registry.write()
    assert manager.registry.refresh() == 1
    assert manager.check_updates() == {"tool": ("1.0.0", "1.1.0")}
    assert manager.update("tool") and installed() == "1.1.0"


def test_an_id_without_a_namespace_is_the_application_s_own_or_the_only_one(registry, manager):
    registry.add("tool", "1.0.0", namespace="somebody")
    registry.add("tool", "3.0.0", namespace="lichtfeld")
    registry.add("brush", "1.0.0", namespace=None, where="community/{name}")
    registry.write()
    assert manager.registry.get_plugin("tool").id == "lichtfeld:tool"
    assert manager.registry.get_plugin("brush").id == "community:brush"
    assert manager.registry.get_plugin("somebody:tool").latest_version == "1.0.0"
    with pytest.raises(PluginNotFoundError):
        manager.registry.get_plugin("nobody:tool")


def test_versions_are_resolved_for_any_host(registry, manager, tmp_path):
    versions = registry.add("tool", "1.0.0", "1.5.0", "2.0.0")
    versions["2.0.0"]["lichtfeld_version"] = ">=9"
    versions["1.5.0"]["required_features"] = ["scene.v1"]
    registry.write()
    client = manager.registry
    assert client.resolve_version("painter:tool").version == "1.0.0"
    newer = client.resolve_version("tool", None, "9.1", supported_features=["scene.v1"])
    assert newer.version == "2.0.0" and newer.checksum == versions["2.0.0"]["checksum"]
    assert newer.download_url == versions["2.0.0"]["download_url"] and newer.git_ref == "v2.0.0"
    assert client.resolve_version("tool", "1.0.0", plugin_api="1.0").version == "1.0.0"
    with pytest.raises(VersionNotFoundError, match="version 2.0.0 of 'tool' does not suit this host: 2.0.0: .*9"):
        client.resolve_version("tool", "2.0.0")
    with pytest.raises(VersionNotFoundError, match="the registry has not version 7.0 of 'tool'"):
        client.resolve_version("tool", "7.0")
    archive = tmp_path / "tool.zip"
    archive.write_bytes(registry.web.pages["/archives/tool-1.0.0.zip"])
    assert client.verify_checksum(archive, versions["1.0.0"]["checksum"])
    assert client.verify_checksum(str(archive), sha256(archive.read_bytes()).upper())
    assert not client.verify_checksum(archive, versions["1.5.0"]["checksum"])


def test_what_is_not_valid_is_left_out(registry, manager):
    versions = registry.add("tool", "1.0.0", "1.1.0", "1.2.0")
    versions["1.1.0"]["checksum"] = ""
    versions["1.2.0"]["download_url"] = "../../secret.zip"
    registry.add("../../evil", "1.0.0", where="evil")
    registry.add("gone", "1.0.0", where="elsewhere/gone")
    registry.add("broken", "1.0.0")
    registry.documents["painter/broken"] = "[1"
    registry.index.append("nonsense")
    registry.write()
    assert [one.id for one in manager.search("")] == ["painter:tool"]
    assert [one.version for one in manager.registry.get_versions("tool")] == ["1.0.0"]


def test_an_archive_with_another_hash_is_not_installed(home, registry, manager):
    registry.add("tool", "1.0.0")
    registry.write()
    registry.web.pages["/archives/tool-1.0.0.zip"] += b"more"
    with pytest.raises(PluginError, match="its SHA-256 is"):
        manager.install_from_registry("tool")
    assert not (home.plugins / "tool").exists()


def test_a_directory_may_be_a_registry(registry, manager, tmp_path):
    versions = registry.add("tool", "1.0.0")
    archive = tmp_path / "archives" / "tool.zip"
    archive.parent.mkdir()
    archive.write_bytes(registry.web.pages["/archives/tool-1.0.0.zip"])
    versions["1.0.0"]["download_url"] = "archives/tool.zip"
    (tmp_path / "plugins" / "painter").mkdir(parents=True, exist_ok=True)
    (tmp_path / "index.json").write_text(json.dumps({"plugins": registry.index}))
    (tmp_path / "plugins" / "painter" / "tool.json").write_text(json.dumps(registry.documents["painter/tool"]))
    client = RegistryClient(str(tmp_path))
    assert client.resolve_version("tool").version == "1.0.0"


def test_without_a_network_the_last_index_counts(home, registry, manager):
    registry.add("tool", "1.0.0")
    registry.write()
    assert manager.search("tool")
    for path in (home.root / "cache" / ".registry").iterdir():
        kept = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**kept, "fetched": kept["fetched"] - 600}), encoding="utf-8")
    registry.web.stop()
    assert [one.id for one in manager.search("tool")] == ["painter:tool"]
