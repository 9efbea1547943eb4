"""The README's plugin in twenty lines, taken from the README, does what it says."""

import json
import os
import re
import subprocess
import sys

from conftest import ROOT

USE = """
import json
import lichtfeld as lf

loaded = lf.plugins.load("my_plugin")
if not loaded:
    print(json.dumps({"error": lf.plugins.get_error("my_plugin")}))
else:
    (panel,) = lf.ui.panels()
    lf.ui.draw_panel(panel)
    lf.ui.send_input(panel, "Roll", "click")
    print(json.dumps({"text": lf.ui.render_text(lf.ui.draw_panel(panel), width=60)}))
    lf.plugins.unload("my_plugin")
"""


def block(language):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"```{language}\n(.*?)```", readme, flags=re.DOTALL)
    return found


def test_the_readmes_plugin_loads_and_rolls(tmp_path):
    plugin = tmp_path / "plugins" / "my_plugin"
    plugin.mkdir(parents=True)
    (plugin / "pyproject.toml").write_text(block("toml"), encoding="utf-8")
    (plugin / "__init__.py").write_text(block("python"), encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, "-c", USE],
        env={**os.environ, "LFS_RESOLVED_PLUGIN_DIR": str(tmp_path / "plugins")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    answer = json.loads(finished.stdout.splitlines()[-1])
    assert re.search(r"\[[1-6]\]", answer.get("text", "")), answer


def test_the_plugin_is_as_short_as_it_says():
    lines = [line for line in block("python").splitlines() if line.strip()]
    assert len(lines) <= 20
