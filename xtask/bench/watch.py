"""Save to new code active, or of a template to its frame; reloads for each save; idle cost; start and stop."""

import json
import os
import pathlib
import resource
import statistics
import sys
import threading
import time

import lichtfeld as lf
from lfs_plugins import PluginManager

SAVES = 200
PLUGINS = pathlib.Path(os.environ["LFS_RESOLVED_PLUGIN_DIR"])


def write(name, code="value = 0\n"):
    path = PLUGINS / name
    path.mkdir(parents=True)
    (path / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "1.0.0"\n\n[tool.lichtfeld]\n'
    )
    (path / "__init__.py").write_text(code)


def megabytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def saves(manager, name, count):
    """Seconds from each save to its reload, and how many reloads there were."""
    news = threading.Condition()
    reloads = []

    def heard(change):
        if change.event == "reloaded":
            with news:
                reloads.append(time.perf_counter())
                news.notify_all()

    stop = manager.on_event(heard)
    path = PLUGINS / name / "__init__.py"
    samples = []
    for number in range(1, count + 1):
        seen = len(reloads)
        begun = time.perf_counter()
        path.write_text(f"value = {number}\n")
        with news:
            assert news.wait_for(lambda: len(reloads) > seen, 30), f"save {number} was not seen"
            samples.append(reloads[seen] - begun)
        assert sys.modules[f"lfs_plugins.{name}"].value == number
        # The pause of a person: a reload too many would be counted.
        time.sleep(0.06)
    stop()
    return samples, len(reloads) / count


PANEL = """
import lichtfeld as lf

class Shown(lf.ui.Panel):
    id = "shown"
    template = "shown.rml"

def on_load():
    lf.register_class(Shown)
"""


def documents(manager, count):
    """Seconds from each save of a template to the frame that shows it, without a reload."""
    path = PLUGINS / "shown"
    write("shown", PANEL)
    template = path / "shown.rml"
    rows = "".join(f'<div class="setting-row"><span>{row}</span></div>' for row in range(100))
    template.write_text(f"<rml><body><p>-1</p>{rows}</body></rml>")
    manager.discover()
    assert manager.load("shown"), manager.get_error("shown")
    lf.ui.draw_panel("shown")
    reloads = []
    stop = manager.on_event(reloads.append)
    samples = []
    for number in range(count):
        begun = time.perf_counter()
        template.write_text(f"<rml><body><p>{number}</p>{rows}</body></rml>")
        shown = ""
        while shown != str(number):
            if "shown" in lf.ui.due():
                shown = lf.ui.draw_panel("shown")["widgets"][0]["text"]
            time.sleep(0.0002)
            assert time.perf_counter() - begun < 30, f"save {number} was not seen"
        samples.append(time.perf_counter() - begun)
        time.sleep(0.06)
    stop()
    assert not reloads, "the code was reloaded"
    return samples


def main():
    floor = [float(os.environ["LICHTFELD_BENCH_FLOOR"])]
    series = []
    made = 0
    for plugins in (10, 1000):
        while made < plugins:
            write(f"plugin_{made}")
            made += 1
        manager = PluginManager.instance()
        manager.discover()
        manager.load("plugin_0")
        before = megabytes()
        begun = time.perf_counter()
        manager.start_watcher()
        started = time.perf_counter() - begun
        samples, per_save = saves(manager, "plugin_0", SAVES)
        shown = documents(manager, SAVES) if plugins == 10 else []
        busy, begun = time.process_time(), time.perf_counter()
        time.sleep(5.0)
        idle = 100.0 * (time.process_time() - busy) / (time.perf_counter() - begun)
        kept = megabytes() - before
        begun = time.perf_counter()
        manager.stop_watcher()
        stopped = time.perf_counter() - begun
        series += [
            {
                "name": f"save to active, {plugins} plugins",
                "unit": "seconds",
                "samples": samples,
                "floor": floor,
                "limits": [{"median": 0.040}, {"p95": 0.060}],
            },
            {
                "name": f"reloads a save, {plugins} plugins",
                "unit": "count",
                "samples": [per_save],
                "limits": [{"max": 1.0}],
            },
            {
                "name": f"idle, {plugins} plugins",
                "unit": "percent",
                "samples": [idle],
                "limits": [{"max": 0.5}],
            },
            {
                "name": f"start, {plugins} plugins",
                "unit": "seconds",
                "samples": [started],
                "limits": [{"max": 0.3}],
            },
            {
                "name": f"stop, {plugins} plugins",
                "unit": "seconds",
                "samples": [stopped],
                "limits": [{"max": 1.0}],
            },
            {
                "name": f"memory, {plugins} plugins",
                "unit": "bytes",
                "samples": [float(max(kept, 0))],
                "limits": [{"max": 10e6}],
            },
        ]
        if shown:
            series.append(
                {
                    "name": "save of a template to its frame",
                    "unit": "seconds",
                    "samples": shown,
                    "floor": floor,
                    "limits": [{"median": 0.050}, {"p95": 0.070}],
                }
            )
    assert statistics.median(samples) > 0
    print(json.dumps(series))


if __name__ == "__main__":
    main()
