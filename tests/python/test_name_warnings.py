"""`check` and an installation warn if something else is imported by the name of a plugin."""

import json

import pytest
import wheels
from children import run_command
from sources import plugin, sha256, write


@pytest.fixture
def user(home, manager, tmp_path):
    """A plugin whose environment has packages: ``shown_name``, and ``imported`` of ``other-name``."""
    directory = tmp_path / "wheels"
    wheels.wheel(directory, "shown_name", "2.0", {"shown_name/__init__.py": ""})
    wheels.wheel(directory, "other_name", "3.0", {"imported/__init__.py": ""})
    home.plugin("user", "", project=wheels.project(directory, "shown-name", "other-name"))
    assert manager.load("user"), manager.get_error("user")
    return directory


def warnings_of(home, *paths):
    status, out, err = run_command(home, "check", "--json", *map(str, paths))
    assert status == 0, (out, err)
    return [
        (one["name"], found["code"], found["message"])
        for one in json.loads(out)
        for found in one["diagnostics"]
    ]


def test_check_warns_of_what_is_installed_for_other_plugins(home, user):
    paths = [home.plugin(name) for name in ("Shown.Name", "imported", "fine")]
    assert warnings_of(home, *paths) == [
        ("Shown.Name", "LF027", "`import Shown_Name` also means the package shown-name 2.0 of plugin 'user'."),
        ("imported", "LF027", "`import imported` also means the package other-name 3.0 of plugin 'user'."),
    ]
    status, out, _ = run_command(home, "check", str(paths[0]))
    assert status == 0 and "Shown.Name is a valid plugin" in out
    assert "pyproject.toml:2:8" in out and "lfs_plugins.Shown_Name" in out, out


def test_check_warns_of_the_application_and_of_a_module_of_its_own_environment(home, manager, user):
    # pytest is in the environment that the command runs in.
    of_host = home.plugin("pytest")
    own = home.plugin("imported", project=wheels.project(user, "other-name"))
    assert manager.load("imported"), manager.get_error("imported")
    found = warnings_of(home, of_host, own)
    assert [name for name, _, _ in found] == ["pytest", "imported", "imported"], found
    assert found[0][2].startswith("`import pytest` also means the package pytest ")
    assert found[0][2].endswith(" of the application.")
    assert found[1][2] == "`import imported` also means the package other-name 3.0 of plugin 'user'."
    assert found[2][2] == "`import imported` also means the package other-name 3.0 that the plugin depends on."


def test_check_warns_of_a_dependency_of_the_same_name(home, manager, user):
    path = home.plugin("shown_name", "import shown_name\n", project=wheels.project(user, "shown-name"), version="2.0")
    found = warnings_of(home, path)
    assert "the plugin has the name of its dependency `shown-name`, which is therefore not installed." in [
        message for _, _, message in found
    ]
    # uv takes it for the plugin: `import` gives the plugin itself.
    assert manager.load("shown_name"), manager.get_error("shown_name")
    assert not manager.load_report("shown_name")["distributions"]


def test_check_writes_nothing(home):
    path = home.plugin("alone")
    before = sorted(home.root.rglob("*"))
    assert warnings_of(home, path) == []
    assert sorted(home.root.rglob("*")) == before


def test_an_installation_warns_in_the_log_of_the_plugin(home, manager, user, tmp_path, caplog):
    source = tmp_path / "source"
    write(source, name="imported")
    assert manager.install(str(source)) == "imported"
    line = "`import imported` also means the package other-name 3.0 of plugin 'user'."
    assert line in home.log("imported")
    assert any(line in record.getMessage() and record.levelname == "WARNING" for record in caplog.records)
    write(source, name="imported", version="1.1.0")
    assert manager.update("imported")
    assert home.log("imported").count(line) == 2


def test_an_installation_from_a_registry_warns_too(home, manager, user, web, monkeypatch):
    content = plugin("imported")
    web.pages["/archive.zip"] = content
    index = {"format": 1, "plugins": [{"id": "a:imported", "name": "imported", "versions": [
        {"version": "1.0.0", "url": f"{web.url}/archive.zip", "sha256": sha256(content)}]}]}  # fmt: skip
    web.pages["/index.json"] = json.dumps(index).encode()
    monkeypatch.setenv("LFS_PLUGIN_REGISTRY_URL", f"{web.url}/index.json")
    status, out, err = run_command(home, "install", "a:imported")
    assert status == 0, (out, err)
    assert "also means the package other-name 3.0 of plugin 'user'" in home.log("imported")
