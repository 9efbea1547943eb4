"""What the application and its user do during the soak: any operation at any time.

Two kinds of threads: `ui` is the main thread, which draws and clicks 30 times a second; `operate`
runs on several others, each with random numbers of its own, and `save_steadily` on one, which checks
that every save is active within the limit.
"""

import importlib
import os
import random
import shutil
import time

import kinds
import lichtfeld as lf
from lfs_plugins import PluginError, SettingsManager

#: Errors that a capability may answer with: the plugin is not there, or goes at this moment.
EXPECTED = {"CapabilityNotFoundError", "PluginCrashedError", "PluginTimeoutError", "PluginNotFoundError"}
#: Seconds between two frames.
FRAME = 1 / 30

NAMES = [name for name in (*kinds.SHARED, *kinds.WORKERS) if name not in kinds.STEADIES] + ["loaded_by_another"]
CALLED = ["caps_a", "caps_b", "forks_a", "forks_b", "children_a", "w_caps", "w_forks", "w_children", "w_references"]
WEIGHTS = {
    "load": 10, "unload": 6, "reload": 8, "load_async": 3, "enable": 3, "disable": 1, "discover": 2, "states": 3,
    "save": 8, "settings": 6, "call": 30, "chain": 10, "large": 4, "fork": 5, "spawn": 1, "child": 3, "forget": 3,
    "crash": 1, "references": 6, "visit": 3, "install": 2, "plan": 1, "capabilities": 4,
}  # fmt: skip


def ui(watch, manager, ended, dice):
    """Draws and clicks what is there until ``ended``."""
    while not ended.is_set():
        begun = time.monotonic()
        with watch.operation("frame"):
            due = lf.ui.due()
            for id in due if dice.random() < 0.8 else lf.ui.panels():
                seen(watch, "draw", id, lf.ui.draw_panel)
            for id in lf.ui.menus("MENU_BAR"):
                seen(watch, "menu", id, lf.ui.draw_menu)
            name = dice.choice(["panel_a", "panel_b", "panel_c", "w_panel", "visitor_a"])
            if dice.random() < 0.1:
                seen(watch, "click", f"{name}.panel", lambda id: lf.ui.send_input(id, "Press", "click"))
                lf.ui.request_redraw()
            if dice.random() < 0.1:
                seen(watch, "operator", f"{name}.scale", operate)
            if dice.random() < 0.05:
                lf.ui.scene_changed()
        time.sleep(max(0.0, FRAME - (time.monotonic() - begun)))


def seen(watch, kind, id, what):
    """Does something with a panel, a menu or an operator, which another thread may just have unloaded."""
    try:
        with watch.operation(kind, id):
            what(id)
    except (KeyError, PluginError) as error:
        watch.refused[f"{type(error).__name__} of {kind}"] += 1


def operate(id):
    if not lf.ui.ops.poll(id):
        return
    try:
        lf.ui.ops.invoke(id, times=3)
    except RuntimeError as error:
        # Its process was ended since it was asked.
        if "poll() says no" not in str(error):
            raise


def save_steadily(watch, plugins, ended, dice):
    """Saves plugins that nobody else touches, and waits until the saved code is active."""
    number = 1
    while not ended.wait(dice.random()):
        for name in kinds.STEADIES:
            number += 1
            with watch.operation("save to active", name):
                save(plugins / name / "part.py", f"value = {number}\n", dice)
                while lf.plugins.invoke(f"{name}.get").get("value") != number:
                    time.sleep(0.01)


def save(path, text, dice):
    """Writes a file as an editor does: in place, or beside it and renamed."""
    if dice.random() < 0.5:
        path.write_text(text)
        return
    beside = path.with_name(f".{path.name}.{dice.getrandbits(32)}.swp")
    beside.write_text(text)
    os.replace(beside, path)


class Operations:
    """The operations that any thread may do at any time."""

    def __init__(self, watch, manager, plugins, sources, seed):
        self.watch, self.manager, self.plugins, self.sources = watch, manager, plugins, sources
        self.dice = random.Random(seed)
        self.kinds, self.weights = list(WEIGHTS), list(WEIGHTS.values())

    def run(self, ended):
        """Does one after the other until ``ended``."""
        while not ended.is_set():
            kind = self.dice.choices(self.kinds, self.weights)[0]
            name = self.dice.choice(NAMES)
            try:
                with self.watch.operation(kind, name):
                    getattr(self, kind, None)(name) if hasattr(self, kind) else getattr(self.manager, kind)(name)
            except PluginError as error:
                # Disabled, broken, in quarantine, gone: what the operation says of itself.
                self.watch.refused[type(error).__name__] += 1
            time.sleep(self.dice.random() * 0.02)

    def invoke(self, capability, **args):
        answer = lf.plugins.invoke(capability, args)
        if answer.get("success") is False:
            kind = answer.get("error_type")
            self.watch.refused[f"{kind} of invoke"] += 1
            if kind not in EXPECTED:
                self.watch.fail(f"{capability}: {answer}")
            return None
        return answer

    def load_async(self, name):
        loading = self.manager.load_async(name)
        if self.dice.random() < 0.3:
            loading.cancel()
        elif self.dice.random() < 0.5:
            loading.wait(30)

    def states(self, _):
        for name in self.manager.list_loaded():
            self.manager.get_state(name), self.manager.get_error(name), self.manager.get_traceback(name)
            self.manager.load_report(name), self.manager.unload_report(name)
        self.manager.rejected(), lf.ui.stats()

    def discover(self, _):
        self.manager.discover()

    def plan(self, _):
        self.manager.plan()

    def capabilities(self, _):
        lf.plugins.list_capabilities(), lf.plugins.has_capability("caps_a.echo")

    def save(self, name):
        try:
            save(self.plugins / name / "part.py", f"value = {self.dice.randrange(1, 1000)}\n", self.dice)
            if self.dice.random() < 0.2:
                path = self.plugins / name / "__init__.py"
                save(path, path.read_text(), self.dice)
        except FileNotFoundError:
            pass  # removed by another thread

    def settings(self, name):
        settings = SettingsManager.instance().get(name)
        settings.set("count", settings.get("count", 0) + 1)

    def call(self, _):
        value = [1, "ä", {"x": self.dice.random()}]
        answer = self.invoke(f"{self.dice.choice(CALLED)}.echo", value=value)
        if answer and answer["got"] != value:
            self.watch.fail(f"a call returned {answer} for {value}")

    def chain(self, _):
        """Across places: to one plugin, which calls another, which calls a third or the application."""
        names = [f"{self.dice.choice(CALLED)}.forward" for _ in range(self.dice.randrange(1, 5))]
        last = self.dice.choice(["host.echo", f"{self.dice.choice(CALLED)}.echo"])
        args = {"name": last, "args": {"value": 7}}
        for name in names[1:]:
            args = {"name": name, "args": args}
        answer = lf.plugins.invoke(names[0], args)
        while answer.get("success") is True and isinstance(answer.get("result"), dict):
            answer = answer["result"]
        if answer.get("success") is False:
            self.watch.refused[f"{answer.get('error_type')} of a chain"] += 1
        elif answer.get("got") != 7:
            self.watch.fail(f"the chain {names} to {last} returned {answer}")

    def large(self, _):
        name, size = self.dice.choice(["caps_a", "w_caps", "w_forks"]), self.dice.randrange(1, 4_000_000)
        answer = self.invoke(f"{name}.large", size=size)
        if answer and len(answer["text"]) != size:
            self.watch.fail(f"{name}.large returned {len(answer['text'])} of {size} characters")
        self.invoke(f"{name}.size", text="x" * size)

    def fork(self, _):
        self.invoke(f"{self.dice.choice(['forks_a', 'forks_b', 'w_forks'])}.fork")

    def spawn(self, _):
        self.invoke(f"{self.dice.choice(['forks_a', 'w_forks'])}.spawn")

    def child(self, _):
        self.invoke(f"{self.dice.choice(['children_a', 'w_children'])}.run")

    def forget(self, _):
        self.invoke(f"{self.dice.choice(['children_a', 'w_children'])}.forget")

    def crash(self, _):
        self.invoke("w_crashes.die", how=self.dice.choice(["kill", "exit", "abort", "segv"]))
        if self.dice.random() < 0.7:
            self.manager.enable("w_crashes")

    def references(self, _):
        try:
            module = importlib.import_module("lfs_plugins.w_references")
            thing = module.thing(21)
            call, data, view, many = module.call, module.data, module.view, module.many
            length = module.length
        except (ImportError, AttributeError):
            self.watch.refused["not loaded, of references"] += 1
            return
        size = self.dice.randrange(1, 3_000_000)
        right = (
            thing.double() == 42
            and call(lambda x: x + 1, 41) == 42
            and len(data(size)) == size
            and len(view(size)) == size
            and length(memoryview(bytearray(size))) == size
            and [each.number for each in many(5)] == list(range(5))
        )
        if not right:
            self.watch.fail("a function of w_references returned something else")

    def visit(self, _):
        """A folder appears among the plugins, or goes; nobody tells the manager."""
        name = self.dice.choice(["visitor_a", "visitor_b", "visitor_c"])
        path = self.plugins / name
        if path.exists():
            shutil.rmtree(path, ignore_errors=True)
            return
        beside = self.sources.with_name(f"{name}.{self.dice.getrandbits(32)}")
        shutil.copytree(self.sources / name, beside)
        try:
            os.replace(beside, path)
            self.manager.load(name)
        except OSError:
            shutil.rmtree(beside)  # another thread was first

    def install(self, _):
        name = self.dice.choice(["installed_a", "installed_b"])
        if (self.plugins / name).exists():
            self.manager.uninstall(name)
        else:
            self.manager.install(str(self.sources / name))
