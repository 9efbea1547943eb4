"""One plugin in one place: a copy of its folder in a scratch home, used by ``drive.py`` and taken away."""

import pathlib
import re
import shutil
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "python"))

from drive import Drive  # noqa: E402
from host import Application  # noqa: E402

PLUGINS = HERE / "plugins"
PLACES = {"application": "shared", "worker": "process"}
"""What a place is called in a manifest."""

_IGNORED = shutil.ignore_patterns(".git", ".venv", "__pycache__", "node_modules")


def name_of(folder):
    """Returns the name of a plugin, from its manifest."""
    text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    project = text.partition("[project]")[2].partition("\n[")[0]
    found = re.search(r"""^\s*name\s*=\s*["'](.*?)["']""", project, re.MULTILINE)
    return found[1] if found else folder.name


def put(home, folder, place):
    """Copies a plugin into a home, with a manifest that names the place. Returns the copy."""
    target = home.plugins / folder.name
    shutil.copytree(folder, target, symlinks=True, ignore=_IGNORED)
    manifest = target / "pyproject.toml"
    text = manifest.read_text(encoding="utf-8")
    text = re.sub(r"^\s*isolation\s*=.*\n", "", text, flags=re.MULTILINE)
    line = f'[tool.lichtfeld]\nisolation = "{PLACES[place]}"\n'
    text = re.sub(r"^\[tool\.lichtfeld\][^\n]*\n?", lambda _: line, text, count=1, flags=re.MULTILINE)
    manifest.write_text(text, encoding="utf-8")
    return target


def run(home, manager, folder, place, patience=60.0):
    """Uses a plugin in a place; returns its record, which also has the names that it missed."""
    target = put(home, folder, place)
    application = Application()
    try:
        drive = Drive(application, manager, place == "worker", patience, log=home.log)
        record = drive.run(name_of(folder))
        record.missed = sorted(application.missed)
        return record
    finally:
        application.close()
        shutil.rmtree(target, ignore_errors=True)
        manager.discover()
        shutil.rmtree(home.root / "settings", ignore_errors=True)
