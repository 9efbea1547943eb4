"""The seven steps of the demo."""

import importlib
import sys

import lichtfeld as lf
from lfs_plugins import PluginManager, PluginState

import colmap_step
import files
import reload_step

# Dependencies first shown by the quick one: it is active while the others still install.
ORDER = ["hello_panel", "array_stats", "colmap"]


class Demo:
    """One run over one scratch home."""

    def __init__(self, output, plugins_dir):
        self.output = output
        self.plugins_dir = plugins_dir
        self.manager = None
        self.found = []
        self.panel = None

    def put(self, sources):
        self.output.step(1, f"Plugins into {self.plugins_dir}")
        self.manager = PluginManager.instance()
        for source in sources:
            if source.is_dir():
                files.mirror(source, self.plugins_dir / source.name)
            else:
                self.output.fail(f"{source} is not there")

    def discover(self):
        self.output.step(2, "Discovered")
        infos = {info.name: info for info in self.manager.discover()}
        self.output.table(
            ["plugin", "version", "dependencies"],
            [[i.name, i.version, ", ".join(i.dependencies) or "none"] for i in infos.values()],
        )
        self.output.facts["plugins"] = [
            {"name": i.name, "version": i.version, "dependencies": list(i.dependencies)}
            for i in infos.values()
        ]
        self.found = [name for name in ORDER if name in infos]
        for name in set(ORDER) - set(infos):
            self.output.fail(f"{name} was not discovered")

    def load(self):
        self.output.step(3, "Installing with uv, and loading")
        for name in self.found:
            before = set(lf.ui.panels())
            self.manager.load(
                name,
                on_progress=lambda message, name=name: self.output.progress(name, message),
                on_stage=lambda phase, detail, name=name: self.output.progress(
                    name, f"{phase}: {detail}" if detail else phase
                ),
            )
            if name == "hello_panel":
                self.panel = next(iter(set(lf.ui.panels()) - before), None)
        rows = []
        for facts in self.output.facts["plugins"]:
            report = self.manager.load_report(facts["name"]) or {}
            for key in ("environment", "place", "stages_ms", "state", "error", "hint"):
                facts[key] = report.get(key)
            stages = facts["stages_ms"] or {}
            rows.append(
                [facts["name"], facts["environment"], facts["place"]]
                + [stages.get(stage) for stage in ("environment", "import", "activation")]
                + [facts["state"]]
            )
        self.output.say()
        self.output.table(
            ["plugin", "environment", "runs in", "env ms", "import ms", "on_load ms", "state"], rows
        )
        for facts in self.output.facts["plugins"]:
            if not self.is_active(facts["name"]):
                reason = facts["error"] or "no reason was given"
                self.output.fail(f"{facts['name']} is {facts['state']}: {reason}", facts["hint"])

    def is_active(self, name):
        return self.manager.get_state(name) == PluginState.ACTIVE

    def compute(self):
        if not self.is_active("array_stats"):
            return
        values = [n * n % 97 for n in range(10_000)]
        plugins = lf.plugins
        if hasattr(plugins, "invoke") and plugins.has_capability("array_stats.summarize"):
            answer = plugins.invoke("array_stats.summarize", {"values": values})
            if not answer.get("success", False):
                self.output.fail(f"array_stats.summarize failed: {answer.get('error')}")
                return
            answer = answer.get("result", answer)
        else:
            answer = importlib.import_module("array_stats").summarize(values)
        self.output.facts["array_stats"] = answer
        self.output.say(
            f"   array_stats: mean {answer['mean']:.2f}, deviation {answer['std']:.2f} "
            f"of {answer['count']} values, by numpy {answer['numpy']}"
        )
        if abs(answer["mean"] - sum(values) / len(values)) > 1e-9:
            self.output.fail(f"array_stats says that the mean is {answer['mean']}")

    def draw(self):
        self.output.step(4, "The panel of hello_panel, its button pressed twice")
        if self.panel is None:
            self.output.fail("hello_panel shows no panel")
            return
        for _ in range(2):
            lf.ui.draw_panel(self.panel)
            lf.ui.send_input(self.panel, "Click me", "click")
        text = self.panel_text()
        self.output.block(text)
        self.output.facts["panel"] = {"id": self.panel, "text": text}
        if "Clicked: 2" not in text:
            self.output.fail("the panel does not say `Clicked: 2`")

    def panel_text(self):
        # The press is seen by the first drawing after it, and shown by it as well.
        return lf.ui.render_text(lf.ui.draw_panel(self.panel), width=60)

    def edit(self):
        self.output.step(5, "A save, seen by the watcher")
        if self.panel is None:
            self.output.fail("there is no panel to edit")
            return
        reload_step.run(self)

    def reconstruct(self, images, results):
        self.output.step(6, f"COLMAP on {images}")
        if not self.is_active("colmap"):
            self.output.fail("colmap is not active, so nothing was reconstructed")
            return
        colmap_step.run(self.output, images, results)

    def unload(self):
        if self.manager is None:
            return
        self.output.step(7, "Unloading")
        self.manager.stop_watcher()
        for name in reversed(self.found):
            if self.manager.get_state(name) != PluginState.UNLOADED:
                self.manager.unload(name)
        left = sorted(module for module in sys.modules if _is_of_a_plugin(module))
        states = {name: str(self.manager.get_state(name)) for name in self.found}
        panels = lf.ui.panels()
        self.output.facts["unload"] = {"modules_left": left, "panels_left": panels, "states": states}
        if left:
            self.output.fail("modules are left after unloading: " + ", ".join(left))
        if panels:
            self.output.fail(f"panels are left after unloading: {panels}")
        if not left and not panels:
            self.output.say("   no module and no panel of the plugins is left")


def _is_of_a_plugin(module):
    tops = set(ORDER)
    parts = module.split(".")
    return parts[0] in tops or (parts[0] == "lfs_plugins" and len(parts) > 1 and parts[1] in tops)
