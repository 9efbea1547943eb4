"""How plugins are imported: every ordinary thing works, and none disturbs another."""

import colorsys
import dataclasses
import importlib
import importlib.resources
import inspect
import os
import pickle
import subprocess
import sys
import typing

import pytest

import lichtfeld as lf

from lfs_plugins import PluginState


def test_own_modules_are_found_by_that_plugin_alone(home, manager):
    home.plugin("a", "import helpers\nimport colorsys\n", files={"helpers.py": "who = 'a'", "colorsys.py": "mine = 1"})
    home.plugin("b", "import helpers, colorsys\n", files={"helpers.py": "who = 'b'"})
    assert manager.load("a") and manager.load("b")
    a, b = sys.modules["lfs_plugins.a"], sys.modules["lfs_plugins.b"]
    assert (a.helpers.who, b.helpers.who) == ("a", "b")
    assert a.colorsys.mine == 1 and b.colorsys is colorsys and not hasattr(colorsys, "mine")
    assert "helpers" not in sys.modules
    with pytest.raises(ModuleNotFoundError):
        import helpers  # noqa: F401


def test_absolute_relative_and_aliased_names_give_one_object(home, manager):
    home.plugin(
        "tool",
        """
        import core
        import parts.inner
        from parts import inner
        from . import core as relative
        from .parts import inner as relative_inner
        import tool.parts.inner as through_itself
        from core import *
        same = core is relative and inner is relative_inner and inner is through_itself and parts.inner is inner
        """,
        files={"core.py": "__all__ = ['star']\nstar = 1", "parts/__init__.py": "", "parts/inner.py": "from core import star"},
    )
    assert manager.load("tool"), manager.get_traceback("tool")
    import tool
    import tool.parts.inner

    assert tool.same and tool.star == 1
    assert tool is sys.modules["lfs_plugins.tool"]
    assert tool.parts.inner is sys.modules["lfs_plugins.tool.parts.inner"]
    assert tool.parts.inner.__spec__.name == "lfs_plugins.tool.parts.inner"


def test_hyphens_become_underscores(home, manager):
    home.plugin("my-nice.tool", "value = 1\n", directory="anything")
    assert manager.load("My_Nice_Tool")
    assert sys.modules["lfs_plugins.my_nice_tool"].value == 1
    assert manager.list_loaded() == ["my-nice.tool"]


def test_an_entry_point_by_another_name(home, manager):
    home.plugin("odd", "", files={"main.py": "value = 'main'"}, tool='entry_point = "main"')
    assert manager.load("odd"), manager.get_error("odd")
    assert sys.modules["lfs_plugins.odd"].value == "main"


def test_what_looks_at_code_finds_it(home, manager):
    home.plugin(
        "looker",
        """
        import dataclasses
        import typing

        @dataclasses.dataclass
        class Point:
            x: int
            other: typing.Optional["Point"] = None

        def function(a: "Point") -> "list[Point]":
            return [a]
        """,
        files={"data.txt": "text of the plugin"},
    )
    assert manager.load("looker")
    import looker

    point = looker.Point(3)
    assert pickle.loads(pickle.dumps(point)) == point
    assert dataclasses.asdict(point) == {"x": 3, "other": None}
    assert typing.get_type_hints(looker.function)["a"] is looker.Point
    assert "return [a]" in inspect.getsource(looker.function)
    assert importlib.resources.files(looker).joinpath("data.txt").read_text() == "text of the plugin"


@pytest.mark.parametrize("name", ["settings", "types", "manager", "lichtfeld"])
def test_a_reserved_name_is_refused(home, manager, name):
    home.plugin(name, "value = 'not yours'\n")
    assert manager.load(name) is False
    assert manager.get_state(name) is PluginState.ERROR
    assert f"would be imported as `{name}`" in manager.get_error(name)
    import lfs_plugins.settings

    assert lfs_plugins.settings.PluginSettings.__name__ == "PluginSettings"


def test_a_name_that_another_package_has_is_not_taken(home, manager):
    home.plugin("pytest", "value = 1\n")
    assert manager.load("pytest")
    import pytest as real

    assert hasattr(real, "raises") and sys.modules["lfs_plugins.pytest"].value == 1
    manager.unload("pytest")
    assert sys.modules["pytest"] is real


def test_unload_leaves_no_module_path_or_finder(home, manager):
    path = home.plugin(
        "messy",
        "import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\nfrom . import part\n",
        files={"part.py": ""},
    )
    finders = len(sys.meta_path)
    manager.load("messy")
    assert str(path) in sys.path
    manager.unload("messy")
    assert str(path) not in sys.path
    assert not [name for name in sys.modules if "messy" in name]
    assert len(sys.meta_path) <= finders + 1
    assert manager.get_state("messy") == PluginState.UNLOADED


def test_a_failed_import_leaves_nothing(home, manager):
    home.plugin("half", "from . import part\nraise RuntimeError\n", files={"part.py": "import helper", "helper.py": ""})
    assert manager.load("half") is False
    assert not [name for name in sys.modules if "half" in name]


def test_the_authors_directory_gets_no_file_from_us(home, manager, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = home.plugin("clean", "from . import part\n", files={"part.py": ""})
    before = sorted(file.name for file in path.iterdir())
    manager.load("clean")
    manager.unload("clean")
    # But for the author's own environment, which has its place there.
    assert sorted(file.name for file in path.iterdir() if file.name != ".venv") == before
    assert list((home.root / "cache" / ".bytecode" / "clean").glob("part*.pyc"))


def test_code_compiled_without_assertions_is_kept_apart(home, tmp_path):
    home.plugin(
        "strict",
        """
        def asserts():
            try:
                assert False
            except AssertionError:
                return True
            return False
        """,
    )
    code = (
        "from lfs_plugins import PluginManager\n"
        "PluginManager.instance().load('strict')\n"
        "import strict\n"
        "print(strict.asserts())\n"
    )
    environment = {**os.environ, "LFS_RESOLVED_PLUGIN_DIR": str(home.plugins)}
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONOPTIMIZE"):
        environment.pop(name, None)

    def asserts(*options):
        done = subprocess.run(
            [sys.executable, *options, "-c", code], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()[-1] == "True"

    for options, expected in [(("-O",), False), ((), True), (("-O",), False), (("-OO",), False), ((), True)]:
        assert asserts(*options) is expected, options
    kept = sorted(file.name for file in (home.root / "cache" / ".bytecode" / "strict").iterdir())
    tag = sys.implementation.cache_tag
    assert kept == [f"__init__.{tag}.opt-1.pyc", f"__init__.{tag}.opt-2.pyc", f"__init__.{tag}.pyc"]


@pytest.mark.parametrize("place", ["shared", "process"])
@pytest.mark.parametrize("name, module", [("360_record", "360_record"), ("my-own-tool", "my_own_tool")])
def test_a_module_is_reached_by_the_project_s_name_as_it_is_written(home, manager, name, module, place):
    tool = f'isolation = "{place}"'
    code = """
        import importlib
        import lichtfeld as lf
        from . import panels
        def by_name():
            written = importlib.import_module("lfs_plugins.NAME.panels")
            return written is panels, __name__
        def on_load():
            lf.register_class(panels.Shown)
        """.replace("NAME", name)
    files = {
        "panels.py": """
            import lichtfeld as lf
            value = 1
            class Shown(lf.ui.Panel):
                def draw(self, layout):
                    layout.label("here")
            class Run(lf.ui.Operator):
                pass
            lf.register_class(Run)
            """
    }
    home.plugin(name, code, files=files, tool=tool)
    assert manager.load(name), manager.get_traceback(name) or manager.get_error(name)
    package = importlib.import_module(f"lfs_plugins.{name}")
    assert package is sys.modules[f"lfs_plugins.{module}"] and package.panels.value == 1
    assert importlib.import_module(f"lfs_plugins.{name}.panels").value == 1
    assert package.by_name() == (True, f"lfs_plugins.{module}")
    assert importlib.import_module(module).panels.value == 1
    assert lf.ui.panel_info(f"lfs_plugins.{name}.panels.Shown")["plugin"] == name
    assert lf.ui.ops.invoke(f"lfs_plugins.{name}.panels.Run").finished
    files["panels.py"] = files["panels.py"].replace("value = 1", "value = 2")
    home.plugin(name, code, files=files, tool=tool)
    assert manager.reload(name), manager.get_error(name)
    assert importlib.import_module(f"lfs_plugins.{name}.panels").value == 2
    manager.unload(name)
    left = [known for known in sys.modules if "360" in known or "own" in known and "tool" in known]
    assert left == [] and not hasattr(sys.modules["lfs_plugins"], name)
