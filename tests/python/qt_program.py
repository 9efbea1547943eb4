"""Programs with the window of the PySide6 example and a user of it, as the tests start them.

They need no display. PySide6 comes from the package index.
"""

import os
import re
import shutil
import subprocess
import sys
import textwrap

import pytest

from waiting import PATIENCE

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLE = os.path.join(ROOT, "crates", "bindings", "examples", "pyside6")
PLUGINS = os.path.join(ROOT, "plugins", "examples")
EVERY_WIDGET = os.path.join(ROOT, "crates", "embed", "examples", "egui", "tests", "every_widget")

# 6.12.0 releases None too often when something is painted, which ends a CPython before 3.12.
PYSIDE = "PySide6-Essentials==6.8.3"

LINES = re.compile(r"^This plugin (does not support|supports) .*\n", re.MULTILINE)
"""What Qt says without a display."""


@pytest.fixture(scope="session")
def qt(index, tmp_path_factory):
    """A directory with PySide6, one for all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    directory, made = shared / "qt", base / "qt-made"
    if not directory.exists():
        uv = os.environ.get("LICHTFELD_UV", "uv")
        command = [uv, "pip", "install", "--quiet", "--python", sys.executable]
        done = subprocess.run(
            [*command, "--target", str(made), PYSIDE], capture_output=True, text=True, timeout=PATIENCE
        )
        if "no wheels" in done.stderr:
            pytest.skip(f"{PYSIDE} has no wheel for this Python: {done.stderr.strip()[-300:]}")
        assert done.returncode == 0, done.stderr
        try:
            made.rename(directory)
        except OSError:
            assert directory.exists()  # Another process of the run was faster.
    asked = subprocess.run(
        [sys.executable, "-c", "import PySide6.QtWidgets, PySide6.QtTest"],
        env={**os.environ, "PYTHONPATH": str(directory)}, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    if asked.returncode and "cannot open shared object file" in asked.stderr:
        missing = asked.stderr.strip().splitlines()[-1]
        pytest.skip(f"a library of the system that Qt needs is missing (see .ci/run): {missing}")
    assert asked.returncode == 0, asked.stderr
    return directory


@pytest.fixture
def run(home, host, qt):
    """Runs a program with a ``user`` of the window, which must end by itself and say nothing."""

    def run(code, **environment):
        program = f"from qt_window import *\nuser = User()\n{textwrap.dedent(code)}\nuser.end()\n"
        paths = [str(qt), EXAMPLE, os.path.dirname(__file__)]
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", program],
            env=host.environment(
                QT_QPA_PLATFORM="offscreen", PYTHONPATH=os.pathsep.join(paths), **environment
            ),
            capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE + 60, check=False,
        )  # fmt: skip
        said = LINES.sub("", done.stderr)
        assert done.returncode == 0, f"{done.stdout}\n{said}"
        assert not said, said
        return done.stdout

    return run


def every_widget(home, place="shared"):
    """Installs the plugin that has every kind of widget, in this place."""
    copy = home.plugins / "every_widget"
    shutil.copytree(EVERY_WIDGET, copy)
    manifest = copy / "pyproject.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"shared"', f'"{place}"'), encoding="utf-8")
    code = copy / "__init__.py"
    text = code.read_text(encoding="utf-8")
    code.write_text(text + "\n\ndef on_unload():\n    for one in PANELS:\n        lf.unregister_class(one)\n")
