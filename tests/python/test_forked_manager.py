"""A forked child of the application, or of a worker, is refused what changes its parent's plugins, at
once and by name, whatever the threads of the parent were doing; the rest goes on working."""

import json
import os

import pytest

from waiting import PATIENCE

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

#: Calls each door in a forked child, and prints what came of it, one line of JSON each.
DOORS = '''
import faulthandler, json, os, sys

def changes(manager, plugins, loading, name, tree):
    return {
        "load": lambda: manager.load(name),
        "load_async": lambda: manager.load_async(name),
        "reload": lambda: manager.reload(name),
        "unload": lambda: manager.unload(name),
        "load_all": manager.load_all,
        "unload_all": manager.unload_all,
        "enable": lambda: manager.enable(name),
        "disable": lambda: manager.disable(name),
        "discover": manager.discover,
        "rejected": manager.rejected,
        "pre_register": lambda: manager.pre_register([name]),
        "plan": manager.plan,
        "install": lambda: manager.install(tree),
        "update": lambda: manager.update(name),
        "uninstall": lambda: manager.uninstall(name),
        "create": lambda: manager.create("made_in_the_child"),
        "search": lambda: manager.search("anything"),
        "install_from_registry": lambda: manager.install_from_registry("a:b"),
        "check_updates": manager.check_updates,
        "start_watcher": manager.start_watcher,
        "stop_watcher": manager.stop_watcher,
        "on_event": lambda: manager.on_event(print),
        "plugins.load": lambda: plugins.load(name),
        "plugins.shutdown": plugins.shutdown,
        **({} if loading is None else {
            "loading.wait": lambda: loading.wait(),
            "loading.result": lambda: loading.result(),
            "loading.cancel": lambda: loading.cancel(),
            "loading.done": lambda: loading.done(),
            "loading.add_done_callback": lambda: loading.add_done_callback(print),
        }),
    }

def reads(manager, plugins, name):
    def logged():
        import lichtfeld
        lichtfeld.log.info("a line of the child")
        return "logged"
    return {
        "get_state": lambda: manager.get_state(name).name,
        "get_info": lambda: manager.get_info(name).name,
        "get_error": lambda: manager.get_error(name),
        "get_traceback": lambda: manager.get_traceback(name),
        "list_loaded": manager.list_loaded,
        "load_report": lambda: manager.load_report(name)["place"],
        "unload_report": lambda: manager.unload_report(name),
        "startup": lambda: plugins.startup_load_status()["state"],
        "snapshot": lambda: [name for name, _ in manager.get_active_plugins_snapshot()],
        "settings": lambda: plugins.settings(name).get("key", 5),
        "log": logged,
        "import": lambda: __import__("colorsys").rgb_to_hsv(1, 0, 0),
        "repr": lambda: repr(manager)[:14],
    }

def in_child(doors):
    """Returns the lines of a forked child that opens the doors."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            # One that hangs is ended with its traceback; its line and the next are missing then.
            faulthandler.dump_traceback_later(120, exit=True)
            for door, call in doors.items():
                try:
                    said = {"door": door, "result": repr(call())}
                except BaseException as error:
                    said = {"door": door, "error": type(error).__name__, "code": getattr(error, "code", None),
                            "message": str(error), "hint": getattr(error, "hint", None)}
                os.write(write, (json.dumps(said) + "\\n").encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as lines:
        said = lines.read()
    os.waitpid(child, 0)
    return said
'''
SLOW = '''
import os, threading
def on_load():
    # Until the other end is closed.
    os.read(int(os.environ["GO"]), 1)
'''


def refused(lines, doors):
    by_door = {line["door"]: line for line in lines}
    for door in doors:
        said = by_door[door]
        assert (said.get("error"), said.get("code")) == ("PluginForkedError", "LR121"), said
        assert "forked" in said["message"] and "spawn" in said["hint"], said


def run(host, home, doors, before, isolation):
    """Forks while another thread is in the middle of a slow load."""
    home.plugin("slow", SLOW, tool=f'isolation = "{isolation}"')
    home.plugin("quick", "import lichtfeld as lf\n", tool=f'isolation = "{isolation}"')
    home.plugin("another", "")
    status, out, err = host.run(
        DOORS
        + f'''
import threading, time, warnings
warnings.simplefilter("ignore")
waits, go = os.pipe()
os.set_inheritable(waits, True)
os.environ["GO"] = str(waits)
assert manager.load("quick")
{before}
began = threading.Event()
thread = threading.Thread(
    target=lambda: manager.load("slow", on_stage=lambda stage, detail: stage == "activation" and began.set())
)
thread.start()
assert began.wait({PATIENCE})
print({doors}, end="")
os.write(go, b"x")
thread.join({PATIENCE})
print(json.dumps({{"door": "parent", "result": manager.get_state("slow").name}}))
print(json.dumps({{"door": "parent_reloads", "result": repr(manager.reload("quick"))}}))
'''
    )
    assert status == 0, err
    return [json.loads(line) for line in out.splitlines()]


def test_every_door_of_a_child_of_the_application_is_refused_at_once(home, host, tmp_path):
    tree = tmp_path / "installed"
    tree.mkdir()
    (tree / "pyproject.toml").write_text('[project]\nname = "installed"\nversion = "1"\n[tool.lichtfeld]\n')
    (tree / "__init__.py").write_text("")
    doors = f'in_child({{**changes(manager, lf.plugins, loading, "quick", {str(tree)!r}), **reads(manager, lf.plugins, "quick")}})'
    lines = run(host, home, doors, 'loading = manager.load_async("another")\nloading.wait()', "shared")
    answers = {line["door"]: line for line in lines}
    reads = ["get_state", "get_info", "get_error", "get_traceback", "list_loaded", "load_report", "unload_report",
             "startup", "snapshot", "settings", "log", "import", "repr"]  # fmt: skip
    changes = [door for door in answers if door not in reads and not door.startswith("parent")]
    assert len(changes) == 29, changes
    refused(lines, changes)
    said = {door: answers[door].get("result") for door in reads}
    assert said == {
        "get_state": "'ACTIVE'", "get_info": "'quick'", "get_error": "None", "get_traceback": "None",
        "list_loaded": "['quick', 'another']", "load_report": "'shared'", "unload_report": "None",
        "startup": "'completed'", "snapshot": "['quick', 'another']", "settings": "5", "log": "'logged'",
        "import": "(0.0, 1.0, 1)", "repr": "'<PluginManager'",
    }  # fmt: skip
    assert answers["parent"]["result"] == "'ACTIVE'".strip("'") and answers["parent_reloads"]["result"] == "True"
    assert not (home.plugins / "installed").exists() and not (home.plugins / "made_in_the_child").exists()


def test_a_child_of_a_worker_is_refused_too(home, manager):
    code = DOORS + '''
import lichtfeld as lf
from lfs_plugins import PluginManager
from lichtfeld.plugins import PluginManager as Own

def fork():
    manager, application_s = Own.instance(), PluginManager.instance()
    plugins = lf.plugins
    return in_child({
        **changes(manager, plugins, None, "w", "/nowhere"),
        "application's load": lambda: application_s.load("w"),
        "application's list": application_s.list_loaded,
        "has": lambda: plugins.has_capability("host.answer"),
        "list": plugins.list_capabilities,
        "offer": lambda: plugins.register_capability("w.late", lambda args: {}),
        "get_state": lambda: manager.get_state("w"),
        "settings": lambda: plugins.settings("w").get("key", 5),
    })
'''
    home.plugin("w", code, tool='isolation = "process"')
    assert manager.load("w"), manager.get_traceback("w")
    import w

    lines = [json.loads(line) for line in w.fork().splitlines()]
    answers = {line["door"]: line for line in lines}
    assert {"load", "reload", "unload", "install", "has", "list", "offer"} <= answers.keys()
    refused(lines, [door for door in answers if door not in ("get_state", "settings")])
    assert "result" in answers["get_state"] and answers["settings"]["result"] == "5", answers
