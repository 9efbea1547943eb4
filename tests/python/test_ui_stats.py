"""Slow panels: counted while the application runs, kept when it ends, shown by the command."""

import json

import lichtfeld as lf
import lichtfeld.plugins as native
from lfs_plugins import PluginManager
from children import run_command

PANELS = """
    import time
    import lichtfeld as lf
    from lfs_plugins.types import Panel

    class Slow(Panel):
        id = "slow"
        def draw(self, layout):
            time.sleep(0.3)

    class Quick(Panel):
        id = "quick"
        def draw(self, layout):
            layout.label("here")

    class Never(Panel):
        id = "never"

    def on_load():
        for cls in (Quick, Slow, Never):
            lf.register_class(cls)
"""


def test_slow_drawings_are_counted_and_kept_when_the_application_ends(home, manager):
    home.plugin("paced", PANELS)
    assert manager.load("paced")
    for _ in range(2):
        lf.ui.draw_panel("slow")
        lf.ui.draw_panel("quick")
    stats = {panel["id"]: panel for panel in lf.ui.stats()}
    assert (stats["slow"]["draws"], stats["slow"]["slow"]) == (2, 2)
    assert (stats["quick"]["draws"], stats["never"]["draws"]) == (2, 0)
    assert lf.ui.stats()[0]["id"] == "slow"

    manager.unload("paced")
    assert lf.ui.stats() == []
    assert not (home.root / "panel-stats.json").exists()
    native.shutdown()
    status, out, err = run_command(home, "stats")
    assert status == 0 and "as the application ended at 2" in err
    lines = out.splitlines()
    assert lines[0].split() == ["panel", "plugin", "drawn", "over", "16", "ms", "mean", "ms", "worst", "ms"]
    assert [line.split()[:4] for line in lines[1:]] == [
        ["slow", "paced", "2", "2"],
        ["quick", "paced", "2", str(stats["quick"]["slow"])],
    ]
    assert [panel["id"] for panel in json.loads(run_command(home, "stats", "--json")[1])] == ["slow", "quick"]


def test_a_host_that_drew_nothing_leaves_the_numbers_alone(home):
    (home.root / "panel-stats.json").write_text("kept")
    home.plugin("paced", PANELS)
    assert PluginManager.instance().load("paced")
    native.shutdown()
    assert (home.root / "panel-stats.json").read_text() == "kept"
    status, out, err = run_command(home, "stats")
    assert (status, out) == (0, "") and "no numbers yet" in err
    assert [path.name for path in home.root.glob("panel-stats*")] != ["panel-stats.json"], "set aside"


def test_the_command_draws_the_panels_of_a_plugin(home):
    home.plugin("paced", PANELS)
    home.plugin("broken", PANELS.replace('layout.label("here")', "layout.labl('here')"))
    status, out, err = run_command(home, "stats", "paced", "--frames", "3")
    assert status == 0, err
    assert [line.split()[:3] for line in out.splitlines()[1:]][0] == ["slow", "paced", "3"]
    status, out, err = run_command(home, "stats", "broken", "--frames", "2", "--json")
    assert status == 1 and "did you mean `label`?" in err
    assert {panel["id"]: panel["draws"] for panel in json.loads(out)} == {"slow": 2, "quick": 1, "never": 2}
    assert not (home.root / "panel-stats.json").exists(), "a trial is not the application"
    assert run_command(home, "stats", "nowhere")[0] == 1
    assert run_command(home, "stats", "paced", "--frames", "0")[0] == 2
