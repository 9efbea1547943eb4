"""`.venv` of a plugin: what editors, type checkers, pytest and uv find in its author's folder."""

import os
import pathlib
import subprocess
import sys
import textwrap

import pytest

import wheels
from lfs_plugins import create_plugin

PROGRAMS = "Scripts" if os.name == "nt" else "bin"


def uv():
    """Returns the path of uv's program."""
    import uv as package

    return os.environ.get("LICHTFELD_UV") or package.find_uv_bin()


def run(plugin, *command, online=False):
    """Runs a command in a plugin's folder, as its author does; returns what it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    if not online:
        kept["UV_OFFLINE"] = "1"
    ran = subprocess.run(command, cwd=plugin, capture_output=True, text=True, timeout=300, env=kept)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def python(plugin, code):
    return run(plugin, str(plugin / ".venv" / PROGRAMS / "python"), "-c", code).strip()


def tree(directory):
    """Returns the content of all files of a directory, but for compiled code."""
    files = (path for path in directory.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


@pytest.fixture
def shapes(tmp_path):
    """The project lines of a plugin that needs a typed package; a wheel for its author beside it."""
    directory = tmp_path / "wheels"
    typed = {"shapes/__init__.py": "SIDES: int = 3\n", "shapes/py.typed": ""}
    wheels.wheel(directory, "shapes", "1.0", typed)
    wheels.wheel(directory, "checker", "1.0", {"checker.py": "OK = 1\n"})
    return wheels.project(directory, "shapes")


@pytest.mark.parametrize("isolation", ["shared", "process"])
def test_it_sees_what_the_plugin_and_the_application_have(home, manager, shapes, isolation):
    plugin = home.plugin("one", "import shapes", project=shapes, tool=f'isolation = "{isolation}"\n')
    assert manager.load("one"), manager.get_error("one")
    code = "import lichtfeld, lfs_plugins.types, shapes; print(shapes.SIDES, lichtfeld.__file__)"
    sides, file = python(plugin, code).split(" ", 1)
    assert sides == "3" and pathlib.Path(file).is_relative_to(plugin / ".venv")
    # Not what else the application has beside its packages.
    assert python(plugin, "import importlib.util as u; print(u.find_spec('pytest'))") == "None"


def test_a_plugin_without_dependencies_has_it_too_and_after_an_update(home, manager, tmp_path):
    source = home.plugin("one", "A = 1\n").rename(tmp_path / "one")
    manager.install(str(source))
    plugin = home.plugins / "one"
    assert python(plugin, "import lichtfeld; print(1)") == "1"
    (source / "__init__.py").write_text("A = 2\n", encoding="utf-8")
    assert manager.update("one")
    assert python(plugin, "import lichtfeld; print(1)") == "1"


def test_what_uv_does_in_the_folder_harms_nothing(home, manager, shapes):
    plugin = home.plugin("one", "import shapes", project=shapes)
    assert manager.load("one"), manager.get_error("one")
    (published,) = (path for path in (home.root / "envs" / "one").iterdir() if path.is_dir())
    before = tree(published)
    run(plugin, uv(), "add", "--dev", "checker")
    assert "1 3" in run(plugin, uv(), "run", "python", "-c", "import checker, shapes; print(checker.OK, shapes.SIDES)")
    run(plugin, uv(), "sync")
    run(plugin, uv(), "pip", "uninstall", "shapes")
    assert tree(published) == before
    assert python(plugin, "import lichtfeld, checker, shapes; print(shapes.SIDES)") == "3"
    # uv has written a lock file, which counts: once another environment, and then no more.
    uses = []
    for _ in range(3):
        manager.unload("one")
        assert manager.load("one"), manager.get_error("one")
        uses.append(manager.load_report("one")["environment"])
    assert uses == ["built", "reused", "reused"]
    assert not any("damaged" in note for note in manager.load_report("one")["notes"])
    assert "damaged" not in home.log("one")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("template", ["panel", "operator", "minimal"])
def test_mypy_resolves_everything_in_a_new_plugin(home, manager, shapes, template):
    pytest.importorskip("mypy", reason="mypy is not installed; see xtask/requirements/test.txt")
    plugin = create_plugin("my_tool", template=template)
    manifest = plugin / "pyproject.toml"
    needs, tables = shapes.split("\n", 1)
    text = manifest.read_text(encoding="utf-8").replace(
        'dependencies = []                # such as "numpy>=1.26"', needs
    )
    manifest.write_text(text + "\n" + tables, encoding="utf-8")
    more = textwrap.dedent(
        """
        import shapes


        def sides() -> int:
            print(shapes.MISSING)
            return shapes.SIDES
        """
    )
    code = plugin / "__init__.py"
    code.write_text(code.read_text(encoding="utf-8").replace("def on_load", more + "\n\ndef on_load", 1), encoding="utf-8")
    assert manager.load("my_tool"), manager.get_error("my_tool")
    interpreter = str(plugin / ".venv" / PROGRAMS / "python")
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-executable", interpreter, "."],
        cwd=plugin,
        capture_output=True,
        text=True,
        timeout=300,
    )
    # The one mistake, so that it has been looked at.
    assert "Found 1 error in 1 file" in ran.stdout, ran.stdout + ran.stderr
    assert 'Module has no attribute "MISSING"' in ran.stdout


@pytest.mark.timeout(600)
def test_the_tools_of_an_author_from_pypi(home, manager):
    if os.environ.get("LICHTFELD_NETWORK_TESTS") != "1":
        pytest.skip("LICHTFELD_NETWORK_TESTS=1 runs it, and asks PyPI")
    plugin = create_plugin("my_tool")
    manifest = plugin / "pyproject.toml"
    text = manifest.read_text(encoding="utf-8").replace("dependencies = []", 'dependencies = ["attrs"]')
    manifest.write_text(text, encoding="utf-8")
    code = plugin / "__init__.py"
    code.write_text(code.read_text(encoding="utf-8").replace("import lichtfeld", "import attrs\nimport lichtfeld", 1), encoding="utf-8")
    test = "import attrs\nimport lichtfeld\nfrom lfs_plugins.types import Panel\n\n\ndef test_it() -> None:\n    assert attrs.__version__ and Panel.label is not None\n"
    (plugin / "test_it.py").write_text(test, encoding="utf-8")
    assert manager.load("my_tool"), manager.get_error("my_tool")
    run(plugin, uv(), "add", "--dev", "pytest", "mypy", "pyright", online=True)
    assert "1 passed" in run(plugin, uv(), "run", "pytest", "-q", "test_it.py", online=True)
    assert "Success" in run(plugin, uv(), "run", "mypy", "--strict", ".", online=True)
    assert "0 errors" in run(plugin, str(plugin / ".venv" / PROGRAMS / "pyright"), online=True)
    assert manager.reload("my_tool"), manager.get_error("my_tool")
