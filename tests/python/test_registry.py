"""A registry of plugins: search, install by id, updates; offline, damaged, hostile."""

import json
import os
import time

import pytest

import lichtfeld as lf
from lfs_plugins import (
    PluginError,
    PluginNotFoundError,
    PluginState,
    PluginVersionError,
    RegistryClient,
    RegistryError,
    RegistryOfflineError,
    RegistryPluginInfo,
    VersionNotFoundError,
)
from children import run_command
from sources import git, installed, left, needs_git, plugin, repository, sha256


class Registry:
    """An index on a web server that a test writes."""

    def __init__(self, web):
        self.web = web
        self.plugins = {}
        self.url = f"{web.url}/registry/index.json"
        self.etags = False
        self.write()

    def add(self, plugin_id="tool", version="1.0.0", content=None, name=None, **fields):
        """Publishes a version; keywords that are no fields of a version are the plugin's."""
        name = name or plugin_id.rsplit(":")[-1]
        content = plugin(name, version) if content is None else content
        path = f"archives/{name}-{version}.zip"
        self.web.pages[f"/registry/{path}"] = content
        of_plugin = {key: fields.pop(key) for key in ("description", "author", "keywords", "repository") if key in fields}
        entry = self.plugins.setdefault(plugin_id, {"id": plugin_id, "name": name, "versions": []})
        entry.update(of_plugin)
        entry["versions"].append({"version": version, "url": path, "sha256": sha256(content), **fields})
        self.write()
        return self

    def write(self, text=None):
        if text is None:
            text = json.dumps({"format": 1, "plugins": list(self.plugins.values())})
        content = text if isinstance(text, bytes) else text.encode()

        def answer(handler):
            tag = f'"{sha256(content)}"'
            if self.etags and handler.headers.get("If-None-Match") == tag:
                return 304, {}, b""
            return 200, {"ETag": tag} if self.etags else {}, content

        self.web.pages["/registry/index.json"] = answer

    def asked(self):
        return self.web.asked.count("/registry/index.json")


@pytest.fixture
def registry(web, home, monkeypatch):
    made = Registry(web)
    monkeypatch.setenv("LFS_PLUGIN_REGISTRY_URL", made.url)
    return made


def aged(home, seconds=600):
    """What is remembered of the index gets older."""
    for path in (home.root / "cache" / ".registry").iterdir():
        kept = json.loads(path.read_text(encoding="utf-8"))
        kept["fetched"] -= seconds
        path.write_text(json.dumps(kept), encoding="utf-8")


def ids(found):
    return [plugin.id for plugin in found]


def test_install_by_id_and_update(home, registry, manager):
    registry.add(version="1.0.0").add(version="1.10.0").add(version="1.9.0")
    lines = []
    assert manager.install_from_registry("tool", "1.0.0", on_progress=lines.append) == "tool"
    assert manager.get_state("tool") == PluginState.ACTIVE and installed() == "1.0.0" and lines
    (home.plugins / "tool" / "mine.txt").write_text("mine", encoding="utf-8")
    assert manager.check_updates() == lf.plugins.check_updates() == {"tool": ("1.0.0", "1.10.0")}
    assert manager.update("tool") is True and installed() == "1.10.0"
    assert (home.plugins / "tool" / "mine.txt").exists()
    assert manager.check_updates() == {} and manager.update("tool") is False
    registry.add(version="2.0.0rc1").add(version="3.0.0", yanked=True)
    assert manager.check_updates() == {}
    assert manager.uninstall("tool") and manager.check_updates() == {}
    assert lf.plugins.install_from_registry("tool", auto_load=False) == "tool"
    assert manager.get_state("tool") == PluginState.UNLOADED and manager.get_info("tool").version == "1.10.0"
    assert left(home) == ["tool"]


def test_an_update_that_fails_changes_nothing(home, registry, manager):
    registry.add(version="1.0.0")
    manager.install_from_registry("tool")
    registry.add(version="2.0.0", content=plugin("tool", "2.0.0", code="1 / 0\n"))
    with pytest.raises(PluginError, match="ZeroDivisionError"):
        manager.update("tool")
    assert installed() == "1.0.0" and left(home) == ["tool"]
    assert manager.check_updates() == {"tool": ("1.0.0", "2.0.0")}


def test_what_is_not_from_a_registry_is_not_looked_up(home, registry, manager, tmp_path):
    registry.add(version="9.0.0")
    home.plugin("tool")
    (tmp_path / "other.zip").write_bytes(plugin("other"))
    manager.install(str(tmp_path / "other.zip"))
    assert manager.check_updates() == {}


def test_search_ranks_by_name_then_id_then_description(registry, manager):
    registry.add("a:colours", name="colours", description="paints points")
    registry.add("points-tools", name="ptools", description="many things")
    registry.add("cleaner", description="cleans Points of noise", keywords=["noise"])
    registry.add("x:points", name="points")
    registry.add("mypoints")
    registry.add("elsewhere")
    assert ids(manager.search("Points")) == ["x:points", "mypoints", "points-tools", "cleaner", "a:colours"]
    assert ids(manager.search("points noise")) == ["cleaner"] and manager.search("nothing") == []
    assert len(manager.search("")) == 6 and ids(lf.plugins.search("elsewhere")) == ["elsewhere"]


def test_only_what_suits_this_host(home, registry, manager):
    registry.add(version="1.0.0", plugin_api=">=1,<2").add(version="2.0.0", plugin_api=">=99")
    registry.add(version="3.0.0", requires_python=">=3.99").add(version="4.0.0", lichtfeld_version=">99")
    registry.add(version="5.0.0", required_features=["flying.v1"])
    registry.add("never", requires_python="<3")
    (found,) = manager.search("tool")
    assert isinstance(found, RegistryPluginInfo) and found.latest_version == "1.0.0" and found.compatible
    assert [version.version for version in found.versions] == ["5.0.0", "4.0.0", "3.0.0", "2.0.0", "1.0.0"]
    assert "flying.v1" in found.versions[0].incompatibilities[0] and not found.versions[0].compatible
    assert ids(manager.search("", compatible_only=False)) == ["never", "tool"]
    assert manager.install_from_registry("tool") == "tool" and installed() == "1.0.0"
    assert manager.check_updates() == {} and manager.update("tool") is False
    with pytest.raises(VersionNotFoundError, match="no version of 'never' suits this host: 1.0.0: the plugin needs Python <3"):
        manager.install_from_registry("never")
    with pytest.raises(PluginVersionError, match="plugin API >=99"):
        manager.install_from_registry("tool", "2.0.0")
    assert left(home) == ["tool"]


def test_what_is_not_there_names_what_is_near(home, registry, manager):
    registry.add("colmap").add("owner:splat")
    with pytest.raises(PluginNotFoundError, match="did you mean 'colmap'") as told:
        manager.install_from_registry("colmpa")
    assert told.value.code == "LR038" and told.value.hint
    with pytest.raises(PluginNotFoundError, match="'owner:splat'"):
        manager.registry.get_plugin("splt")
    with pytest.raises(VersionNotFoundError, match="no version 7; it has 1.0.0") as told:
        manager.install_from_registry("colmap", "7")
    assert told.value.code == "LR039" and left(home) == []
    with pytest.raises(VersionNotFoundError):
        manager.install_from_registry("colmap", "newest")
    for strange in ("", "../..", "a" * 5000, "\0", "nothing like it"):
        with pytest.raises(PluginNotFoundError):
            manager.install_from_registry(strange)
    assert manager.install_from_registry("Splat") == "splat", "by its name, where one alone has it"


def test_what_came_must_be_what_was_promised(home, registry, manager):
    registry.add("tool", content=plugin("other", "1.0.0"))
    registry.add("aged", version="2.0.0", content=plugin("aged", "1.0.0"))
    registry.add("forged")
    registry.web.pages["/registry/archives/forged-1.0.0.zip"] = plugin("forged", "1.0.0", code="stolen = 1\n")
    for name, code, told in [("tool", "LR043", "'other' 1.0.0"), ("aged", "LR043", "lists 'aged' 2.0.0"), ("forged", "LI214", "SHA-256")]:
        with pytest.raises(PluginError, match=told) as raised:
            manager.install_from_registry(name)
        assert raised.value.code == code and raised.value.hint
    assert left(home) == []


def test_the_index_is_remembered(home, registry, manager):
    registry.etags = True
    registry.add("one")
    assert len(manager.search("")) == len(manager.search("")) == 1 and registry.asked() == 1
    registry.add("two")
    assert len(manager.search("")) == 1, "five minutes are new enough"
    assert manager.registry.refresh() == 2 and registry.asked() == 2
    aged(home)
    assert len(manager.search("")) == 2 and registry.asked() == 3
    assert len(manager.search("")) == 2 and registry.asked() == 3, "unchanged is as good as new"
    (kept,) = (home.root / "cache" / ".registry").iterdir()
    kept.write_text('{"torn', encoding="utf-8")
    assert len(manager.search("")) == 2 and registry.asked() == 4


def test_without_network_the_last_index_is_used(home, registry, manager, caplog):
    registry.add("tool")
    manager.install_from_registry("tool")
    registry.web.stop()
    aged(home, 3 * 3600)
    assert ids(manager.search("tool")) == ["tool"]
    assert "using the index of 3 hours ago: " in caplog.text and "no network" in caplog.text
    assert manager.check_updates() == {} and manager.update("tool") is False


def test_offline_with_nothing_remembered(registry, manager):
    registry.web.stop()
    with pytest.raises(RegistryOfflineError, match="cannot be reached") as told:
        manager.search("x")
    assert told.value.code == "LR037" and "online" in told.value.hint


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_server_that_has_none_is_not_offline(home, registry, manager, status):
    registry.web.pages["/registry/index.json"] = (status, {}, b"")
    with pytest.raises(RegistryError, match=str(status)) as told:
        manager.search("x")
    assert not isinstance(told.value, RegistryOfflineError) and told.value.hint
    registry.add("tool")
    assert len(manager.search("x")) == 0
    aged(home)
    registry.web.pages["/registry/index.json"] = (status, {}, b"")
    assert len(manager.search("tool")) == 1, "a server that fails takes nothing away"


GOOD = {"version": "1", "url": "a.zip", "sha256": "0" * 64}


def index(*versions, **fields):
    return json.dumps({"format": 1, "plugins": [{"id": "tool", "name": "tool", "versions": list(versions), **fields}]}, indent=1)


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("", "LR040", "line 1"),
        ("{", "LR040", "line 1"),
        ("[]", "LR040", "line 1"),
        ("<html>", "LR040", "line 1"),
        ("{}", "LR040", "format"),
        ('{"format": "1", "plugins": []}', "LR040", "line 1 column"),
        ('{"format": 2, "plugins": 7}', "LR041", "format 2"),
        ('{"format": 1}', "LR040", "plugins"),
        (b"\xff\xfe", "LR040", "utf-8"),
        ("[" * 100_000, "LR040", "line 1"),
        (index(GOOD, id="../../etc"), "LR040", "'../../etc' is not an id"),
        (index(GOOD, id="Tool"), "LR040", "is not an id"),
        (index(GOOD, id=".."), "LR040", "is not an id"),
        (index(GOOD, name="../x"), "LR040", "line 6 column"),
        (index(GOOD, name="settings"), "LR040", "line 6 column"),
        (index({**GOOD, "version": "one"}), "LR040", "line 9 column"),
        (index({**GOOD, "url": "../a.zip"}), "LR040", "below the index's directory"),
        (index({**GOOD, "url": "/a.zip"}), "LR040", "below the index's directory"),
        (index({**GOOD, "url": "a\\..\\b.zip"}), "LR040", "below the index's directory"),
        (index({**GOOD, "url": "http://example.org/a.zip"}), "LR040", "not encrypted"),
        (index({**GOOD, "url": "file:///etc/passwd"}), "LR040", "only https"),
        (index({**GOOD, "sha256": "12"}), "LR040", "64 hexadecimal digits"),
        (index({**GOOD, "requires_python": "3.12"}), "LR040", "'3.12' are not versions"),
        (index(GOOD, GOOD), "LR040", "version 1 twice"),
        (index(GOOD, more="unknown", keywords=["a"]), None, None),
    ],
    ids=lambda value: None if isinstance(value, bytes) or "{" in str(value) or len(str(value)) > 40 else str(value),
)
def test_an_index_is_not_trusted(home, registry, manager, text, code, told):
    registry.write(text)
    if code is None:
        assert len(manager.search("")) == 1
        return
    with pytest.raises(RegistryError, match=told) as raised:
        manager.search("")
    assert raised.value.code == code and raised.value.hint and registry.url in str(raised.value)
    registry.add("good")
    assert len(manager.search("")) == 1
    registry.write(text)
    aged(home)
    assert ids(manager.search("")) == ["good"], "a damaged index takes nothing away"


def test_a_huge_index(registry, manager):
    registry.write(b" " * (16 << 20) + b"{}")
    with pytest.raises(RegistryError, match="16.0 MiB") as told:
        manager.search("")
    assert told.value.code == "LI213"


def test_ten_thousand_plugins(registry, manager):
    version = {"version": "1.0", "url": "a.zip", "sha256": "0" * 64, "plugin_api": ">=1"}
    plugins = [{"id": f"plugin-{number}", "name": f"plugin-{number}", "description": "x " * 20, "versions": [version]} for number in range(10_000)]
    registry.write(json.dumps({"format": 1, "plugins": plugins}))
    for _ in range(2):
        assert len(manager.search("plugin-77")) == 111


def test_a_registry_in_a_directory(home, manager, web, tmp_path):
    folder = tmp_path / "reg"
    registry = Registry(web).add("tool")
    (folder / "archives").mkdir(parents=True)
    (folder / "archives" / "tool-1.0.0.zip").write_bytes(plugin())
    (folder / "index.json").write_text(json.dumps({"format": 1, "plugins": list(registry.plugins.values())}), encoding="utf-8")
    client = RegistryClient(str(folder / "index.json"))
    assert ids(client.search()) == ["tool"] and client.get_versions("tool")[0].version == "1.0.0"
    assert client.refresh() == 1
    with pytest.raises(RegistryError, match="nothing.json") as told:
        RegistryClient(str(folder / "nothing.json")).search()
    assert told.value.code == "LR042"
    with pytest.raises(RegistryError) as told:
        RegistryClient("http://example.org/index.json").search()
    assert told.value.code == "LI210"
    lf.plugins.shutdown()
    os.environ["LFS_PLUGIN_REGISTRY_URL"] = f"file://{folder}/index.json"
    try:
        assert lf.plugins.install_from_registry("tool") == "tool" and installed() == "1.0.0"
        (folder / "archives" / "tool-1.0.0.zip").write_bytes(plugin(code="forged = 1\n"))
        assert lf.plugins.uninstall("tool")
        with pytest.raises(PluginError, match="SHA-256"):
            lf.plugins.install_from_registry("tool")
        assert left(home) == []
    finally:
        del os.environ["LFS_PLUGIN_REGISTRY_URL"]


def test_the_application_sets_a_registry(home, web, monkeypatch):
    registry = Registry(web).add("tool")
    try:
        lf.plugins.set_registry(registry.url)
        assert ids(lf.plugins.search("tool")) == ["tool"]
        with pytest.raises(RuntimeError, match="before"):
            lf.plugins.set_registry(None)
        lf.plugins.shutdown()
        monkeypatch.setenv("LFS_PLUGIN_REGISTRY_URL", f"{web.url}/another.json")
        with pytest.raises(RegistryError, match="another.json"):
            lf.plugins.search("tool")
    finally:
        lf.plugins.shutdown()
        lf.plugins.set_registry(None)


def test_updates_without_a_registry_set_ask_the_one_it_came_from(home, registry, manager, monkeypatch):
    registry.add("tool")
    manager.install_from_registry("tool", auto_load=False)
    lf.plugins.shutdown()
    monkeypatch.delenv("LFS_PLUGIN_REGISTRY_URL")
    registry.add("tool", "1.1")
    assert lf.plugins.check_updates() == {"tool": ("1.0.0", "1.1")}
    assert lf.plugins.update("tool") is True


def test_with_git(home, registry, manager, tmp_path, monkeypatch):
    registry.add("tool")
    with pytest.raises(RegistryError, match="names no repository") as told:
        manager.install_from_registry("tool", transport="git")
    assert told.value.code == "LR044" and left(home) == []


@needs_git
def test_with_git_from_its_repository(home, registry, manager, tmp_path, monkeypatch):
    repo = repository(tmp_path / "repo")
    git(repo, "tag", "v1")
    config = tmp_path / "gitconfig"
    config.write_text(f'[url "file://{repo}"]\n\tinsteadOf = https://example.org/tool\n', encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    registry.add("tool", repository="https://example.org/tool", git_ref="v1")
    assert manager.install_from_registry("tool", transport="git") == "tool" and installed() == "1.0.0"


def test_the_commands(home, registry):
    registry.add("tool", description="does things").add("never", requires_python="<3")
    status, out, _ = run_command(home, "search")
    assert status == 0 and out.split() == ["tool", "1.0.0", "does", "things"]
    status, out, err = run_command(home, "search", "never")
    assert status == 0 and out == "" and "--all" in err
    status, out, _ = run_command(home, "search", "--all", "--json")
    assert [plugin["id"] for plugin in json.loads(out)] == ["never", "tool"]
    status, out, err = run_command(home, "install", "tol")
    assert status == 1 and "error[LR038]" in err and "did you mean 'tool'?" in err
    status, out, err = run_command(home, "install", "tool")
    assert status == 0 and out == "tool 1.0.0 is installed\n" and "downloading" in err
    registry.add("tool", "1.1.0").add("tool", "1.2.0rc1")
    status, out, _ = run_command(home, "outdated")
    assert status == 0 and out == "tool: 1.0.0 is installed, 1.1.0 is available\n"
    assert json.loads(run_command(home, "outdated", "--json")[1]) == [{"name": "tool", "current": "1.0.0", "available": "1.1.0"}]
    status, out, _ = run_command(home, "update", "tool")
    assert status == 0 and out == "tool is 1.1.0 now\n"
    status, out, _ = run_command(home, "update", "tool")
    assert status == 0 and "nothing newer" in out
    status, out, _ = run_command(home, "uninstall", "tool")
    assert status == 0 and "settings and data stay" in out and left(home) == []
    assert run_command(home, "install", "tool", "--version", "1.2.0rc1")[1] == "tool 1.2.0rc1 is installed\n"
    registry.web.pages["/other.zip"] = plugin("other")
    assert run_command(home, "install", f"{registry.web.url}/other.zip")[1] == "other 1.0.0 is installed\n"


def test_the_commands_without_a_registry(home):
    for command in (["search"], ["outdated"], ["install", "tool"]):
        status, out, err = run_command(home, *command)
        assert status == 1 and out == "" and "error[LR036]" in err and "LFS_PLUGIN_REGISTRY_URL" in err
