"""``cargo xtask compat``: a folder of plugins, of which some do not work."""

import json
import shutil
import subprocess
import sys

from trial import HERE, PLUGINS

WORKING = ("older_panel", "hybrid-panel", "modal_measure")
BROKEN = {
    "broken": "import lichtfeld as lf\nlf.summon()\n",
    "crashes": "import os\ndef on_load():\n    os._exit(3)\n",
    "half": '''
import lichtfeld as lf
from lfs_plugins.types import Panel

class Half(Panel):
    label = "Half"
    def draw(self, layout):
        if layout.button("Work"):
            layout.begin_carousel()
        if layout.button("Ask"):
            lf.ui.summon()

def on_load(): lf.register_class(Half)
''',
}


def test_a_folder_of_plugins_is_tried_in_both_places(tmp_path):
    for name in WORKING:
        shutil.copytree(PLUGINS / name, tmp_path / name)
    for name, code in BROKEN.items():
        write(tmp_path, name, code)
    (tmp_path / "oldest").mkdir()
    (tmp_path / "oldest" / "plugin.toml").write_text('[plugin]\nname = "oldest"\nversion = "1.0.0"\n')
    done = tried(tmp_path, "--json")
    assert done.returncode == 1, done.stderr
    printed = json.loads(done.stdout)
    rows = {(row["plugin"], row["place"]): row for row in printed["plugins"]}
    assert len(rows) == 2 * (len(WORKING) + len(BROKEN) + 1)
    check_working(rows)
    for place in ("application", "worker"):
        check_broken(rows, place)
    missing = printed["missing"]
    assert missing["lichtfeld.summon"] == ["broken"]
    assert missing["begin_carousel"] == missing["lichtfeld.ui.summon"] == ["half"]


def check_working(rows):
    for name in WORKING:
        here, there = rows[name, "application"], rows[name, "worker"]
        assert here["loads"] and here["panels"] and here["errors"] == [] == here["left"], here
        assert {**here, "place": "worker"} == there
    assert rows["older_panel", "worker"]["pressed"] == 6


def check_broken(rows, place):
    (error,) = [one for one in rows["broken", place]["errors"] if one[1]]
    assert "no lichtfeld.summon" in error[0] and error[1:] == ["broken/__init__.py", 2]
    assert not rows["broken", place]["loads"]
    assert not rows["crashes", place]["loads"] and "status 3" in str(rows["crashes", place]["errors"])
    half = rows["half", place]
    assert half["loads"] and half["pressed"] == 2
    assert {line for _, file, line in half["errors"] if file} == {9, 11}, half["errors"]
    assert not rows["oldest", place]["loads"] and "migrate" in str(rows["oldest", place]["checks"])


def write(folder, name, code):
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(code)
    manifest = f'[project]\nname = "{name}"\nversion = "1.0"\n[tool.lichtfeld]\n'
    (folder / name / "pyproject.toml").write_text(manifest)


def tried(folder, *options):
    command = [sys.executable, str(HERE / "compat.py"), str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)


def test_a_plugin_that_takes_too_long_is_ended(tmp_path):
    write(tmp_path, "slow", "import time\ndef on_load():\n    time.sleep(1000)\n")
    done = tried(tmp_path, "--seconds", "3")
    assert done.returncode == 1 and "not done after 3 s" in done.stdout and "0 of 2 loaded" in done.stdout
