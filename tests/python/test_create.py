"""New plugins: valid, loaded at once, and never over something that is there."""

import pytest

import lichtfeld as lf
from children import run_command
from lfs_plugins import PluginError, create_plugin
from lfs_plugins.templates import create_plugin as by_module
from lfs_plugins.validator import validate_plugin

TEMPLATES = ["panel", "operator", "minimal"]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("name", ["point_cleaner", "Point-Cleaner", "x"])
def test_a_new_plugin_loads_at_once_and_is_valid(home, manager, template, name):
    path = create_plugin(name, template=template)
    assert path == home.plugins / name
    assert validate_plugin(path) == []
    assert sorted(entry.name for entry in home.plugins.iterdir()) == [name]
    assert manager.load(name), manager.get_error(name)
    assert manager.unload(name)
    assert manager.unload_report(name)["freed"] == []
    text = (path / "__init__.py").read_text(encoding="utf-8")
    assert "my_plugin" not in text.lower() and "myplugin" not in text.lower()


def test_the_panel_works(home, manager):
    lf.plugins.create("my_tool")
    assert manager.load("my_tool")
    (panel,) = lf.ui.panels()
    assert lf.ui.panel_info(panel)["label"] == "My tool"
    lf.ui.send_input(panel, "Click me")
    lf.ui.draw_panel(panel)
    assert "Clicked: 1" in lf.ui.render_text(lf.ui.draw_panel(panel))


def test_the_operator_works(home, manager):
    assert lf.plugins.create("my_tool", template="operator") == str(home.plugins / "my_tool")
    assert manager.load("my_tool")
    assert lf.ui.ops.invoke("my_tool.run", count=3).status == "FINISHED"
    assert "ran with count = 3" in home.log("my-tool")


@pytest.mark.parametrize("create", [lf.plugins.create, create_plugin, by_module])
def test_what_exists_is_not_touched(home, manager, create):
    path = home.plugin("mine", "precious = 1\n")
    with pytest.raises(FileExistsError, match="mine"):
        create("mine")
    with pytest.raises(FileExistsError, match="mine"):
        create("Mine")  # the same name, spelled otherwise
    (home.plugins / "afile").write_text("precious", encoding="utf-8")
    (home.plugins / "alink").symlink_to(home.root / "nowhere")
    for name in ("afile", "alink"):
        with pytest.raises(FileExistsError):
            create(name)
    assert (path / "__init__.py").read_text(encoding="utf-8") == "precious = 1\n"
    assert sorted(entry.name for entry in home.plugins.iterdir()) == ["afile", "alink", "mine"]


@pytest.mark.parametrize("name", ["../x", "a/b", "", "..", "settings", "colorsys", "a b", "CON"])
def test_a_name_that_a_plugin_cannot_have_is_refused(home, manager, name):
    with pytest.raises(PluginError):
        create_plugin(name)
    assert list(home.plugins.iterdir()) == []
    assert sorted(entry.name for entry in home.root.iterdir()) == ["plugins"]


def test_another_directory_may_be_given(home, manager, tmp_path):
    made = create_plugin("elsewhere", tmp_path / "work")
    assert made == tmp_path / "work" / "elsewhere" and validate_plugin(made) == []
    with pytest.raises(FileExistsError):
        create_plugin("elsewhere", tmp_path / "work")
    with pytest.raises(ValueError, match="no template 'fancy'.*panel, operator and minimal"):
        create_plugin("other", template="fancy")


def test_the_validator_says_where_and_what(home, manager):
    path = home.plugin("wrong", tool="hot_reload = 'no'\n")
    (line,) = validate_plugin(path)
    assert "pyproject.toml:6" in line and "hot_reload = false" in line
    (line,) = validate_plugin(home.root / "nowhere")
    assert "there is no such file" in line and "lichtfeld-plugins new" in line
    (home.root / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '1'\n", encoding="utf-8")
    (line,) = validate_plugin(home.root)
    assert "no [tool.lichtfeld] section" in line


def test_the_command(home):
    status, out, err = run_command(home, "new", "my_tool", "--template", "minimal")
    assert (status, out.strip()) == (0, str(home.plugins / "my_tool")), err
    assert "load my_tool" in err
    status, _, err = run_command(home, "new", "my_tool")
    assert status == 1 and "LR030" in err and "exists already" in err
    status, out, _ = run_command(home, "check", str(home.plugins / "my_tool"))
    assert status == 0 and "my_tool is a valid plugin" in out
