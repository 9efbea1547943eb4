"""A plugin in whose code the application died is not loaded at the next start; only that one."""

import json
import os
import re
import signal
import time

import pytest

import lichtfeld as lf
from lfs_plugins import PluginError, PluginManager, PluginState

CRASHES = {
    "null": "import ctypes\ndef on_load(): ctypes.string_at(0)\n",
    "null_in_import": "import ctypes\nctypes.string_at(0)\n",
    "abort": "import os\ndef on_load(): os.abort()\n",
    "leave": "import os\ndef on_load(): os._exit(0)\n",
    "stack": """
        import ctypes
        libc = ctypes.CDLL(None)
        COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
        data = (ctypes.c_int * 2)(2, 1)
        def sort(a, b):
            libc.qsort(data, 2, 4, compare)
            return 0
        compare = COMPARE(sort)
        def on_load():
            import sys, threading
            # Less than what Python 3.12 and later guard by a limit of their own.
            sys.setrecursionlimit(2**31 - 1)
            threading.stack_size(256 * 1024)
            thread = threading.Thread(target=sort, args=(0, 0))
            thread.start()
            thread.join()
    """,
}


def markers(home):
    running = home.root / "running"
    found = []
    for file in running.iterdir() if running.exists() else ():
        step, _, rest = file.read_text(encoding="utf-8").partition("\n")
        if step.strip() != "idle":
            found.append(f"{rest.partition(chr(10))[0]}.{file.name.partition('.')[0]}")
    return sorted(found)


@pytest.mark.parametrize("how", sorted(CRASHES))
def test_the_one_that_crashed_is_put_into_quarantine(host, home, how):
    home.plugin("a_good_one", "def on_load(): print('good')\n", tool="auto_start = true")
    home.plugin("the_bad_one", CRASHES[how], tool="auto_start = true")
    home.plugin("z_not_reached", tool="auto_start = true")
    before = time.time()
    status, out, err = host.run("manager.load_all(); print('survived')")
    assert "survived" not in out, err
    assert status == {"abort": -signal.SIGABRT, "leave": 0}.get(how, -signal.SIGSEGV)
    (marker,) = markers(home)
    assert re.fullmatch(r"the-bad-one\.\d+", marker)

    status, out, err = host.run("print(manager.load_all()); print(manager.get_error('the_bad_one'))")
    assert status == 0, err
    assert "'a_good_one': True" in out and "'z_not_reached': True" in out
    assert "the_bad_one" not in out.splitlines()[-2]
    words = "was being imported" if how == "null_in_import" else "on_load of this plugin ran"
    assert words in out and "the application died" in out
    assert markers(home) == []
    kept = json.loads((home.root / "state.json").read_text())["plugins"]
    assert list(kept) == ["the-bad-one"]
    assert before - 2 <= kept["the-bad-one"]["quarantine"]["at"] <= time.time()
    assert words in home.log("the-bad-one")


def test_only_enable_lifts_it(host, home):
    home.plugin("crash", CRASHES["leave"])
    host.run("manager.load('crash')")
    manager = PluginManager.instance()
    with pytest.raises(PluginError, match="the application died.*") as raised:
        manager.load("crash")
    assert "enable crash" in raised.value.hint
    assert manager.get_state("crash") is PluginState.DISABLED
    assert "the application died" in manager.get_error("crash")
    lf.plugins.shutdown()
    manager = PluginManager.instance()
    manager.discover()
    assert manager.get_state("crash") is PluginState.DISABLED, "survives a restart"
    assert "the application died" in manager.get_error("crash")
    home.plugin("crash", "fixed = True\n")
    manager.enable("crash")
    assert manager.get_state("crash") is PluginState.UNLOADED
    assert manager.get_error("crash") is None
    assert manager.load("crash")
    lf.plugins.shutdown()
    assert host.states() == {"crash": ["UNLOADED", None]}


def test_of_nested_loads_the_innermost_is_to_blame(host, home):
    home.plugin("outer", "import lichtfeld as lf\ndef on_load(): lf.plugins.load('inner')\n")
    home.plugin("inner", CRASHES["leave"])
    host.run("manager.load('outer')")
    states = host.states()
    assert states["inner"][0] == "DISABLED"
    assert states["outer"] == ["UNLOADED", None]


def test_the_outer_one_is_to_blame_for_what_it_does_afterwards(host, home):
    home.plugin(
        "outer",
        "import os, lichtfeld as lf\ndef on_load():\n    lf.plugins.load('inner')\n    os._exit(1)\n",
    )
    home.plugin("inner", "x = 1\n")
    host.run("manager.load('outer')")
    states = host.states()
    assert states["outer"][0] == "DISABLED"
    assert states["inner"] == ["UNLOADED", None]


def test_a_reload_that_crashes_is_remembered(host, home):
    home.plugin("crash", "value = 1\n")
    status, _, _ = host.run(
        """
        assert manager.load("crash")
        with open(os.path.join(os.environ["LFS_RESOLVED_PLUGIN_DIR"], "crash", "__init__.py"), "w") as file:
            file.write("import os\\nos._exit(3)\\n")
        manager.reload("crash")
        """
    )
    assert status == 3
    assert host.states()["crash"][0] == "DISABLED"


@pytest.mark.parametrize("code", [
    "import sys\ndef on_load(): sys.exit(3)\n",
    "raise SystemExit(3)\n",
    "def on_load(): return on_load()\n",
])
def test_what_python_can_catch_is_an_error_and_no_crash(host, home, code):
    home.plugin("exits", code)
    status, out, err = host.run("print(manager.load('exits'), manager.get_error('exits'))")
    assert status == 0, err
    assert "False" in out and ("SystemExit" in out or "RecursionError" in out)
    assert markers(home) == []
    assert host.states()["exits"] == ["UNLOADED", None]


def test_a_process_that_is_alive_is_left_alone(host, home):
    home.plugin("slow", "import sys\ndef on_load():\n    print('in', flush=True)\n    sys.stdin.read()\n")
    process = host.start("assert manager.load('slow'); print('loaded')")
    assert process.stdout.readline().endswith("in\n")
    assert markers(home) == [f"slow.{process.pid}"]
    assert host.states()["slow"] == ["UNLOADED", None]
    assert markers(home) == [f"slow.{process.pid}"]
    out, err = process.communicate()
    assert out.endswith("loaded\n"), err
    assert markers(home) == []


def test_one_killed_by_the_user_while_it_hangs_is_remembered(host, home):
    home.plugin("hangs", "import sys\ndef on_load():\n    print('in', flush=True)\n    sys.stdin.read()\n")
    process = host.start("manager.load('hangs')")
    assert process.stdout.readline().endswith("in\n")
    process.kill()
    process.communicate()
    assert host.states()["hangs"][0] == "DISABLED"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_that_lives_on_hides_no_crash(host, home):
    home.plugin(
        "forks",
        """
        import os, signal
        def on_load():
            pid = os.fork()
            if not pid:
                os.closerange(0, 3)
                signal.pause()
            print(pid, flush=True)
            os._exit(0)
        """,
    )
    _, out, _ = host.run("manager.load('forks')")
    child = int(out.split()[-1])
    try:
        assert host.states()["forks"][0] == "DISABLED"
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_normal_end_leaves_no_marker(host, home):
    home.plugin("a", "def on_load(): pass\n")
    home.plugin("slow", "import time\ndef on_load():\n    print('in', flush=True)\n    time.sleep(3600)\n")
    status, out, err = host.run(
        """
        import threading
        assert manager.load("a") and manager.reload("a") and manager.unload("a")
        entered = threading.Event()
        sys.stdout = type("Out", (), {"write": lambda self, text: entered.set(), "flush": lambda self: None})()
        threading.Thread(target=manager.load, args=("slow",), daemon=True).start()
        entered.wait()
        lf.plugins.shutdown()
        """
    )
    assert status == 0, err
    assert markers(home) == []


def test_safe_mode_loads_nothing_and_warns(host, home):
    home.plugin("a", "print('ran')\n", tool="auto_start = true")
    status, out, err = host.run(
        """
        import logging
        logging.basicConfig()
        print(manager.load_all())
        try:
            manager.load("a")
        except Exception as error:
            print(error, "|", error.hint)
        """,
        LFS_SAFE_MODE="1",
    )
    assert status == 0, err
    assert "ran" not in out and out.startswith("{}")
    assert "safe mode is on (LFS_SAFE_MODE)" in out and "without LFS_SAFE_MODE" in out
    assert "safe mode: no plugin is loaded" in err


def test_autoload_off_loads_on_demand_alone(host, home):
    home.plugin("a", "x = 1\n", tool="auto_start = true")
    status, out, err = host.run(
        "import logging\nlogging.basicConfig(level=20)\nprint(manager.load_all(), manager.load('a'))",
        LFS_PLUGIN_AUTOLOAD="0",
    )
    assert status == 0, err
    assert out == "{} True\n"
    assert "LFS_PLUGIN_AUTOLOAD" in err


def test_markers_that_cannot_be_written_stop_no_plugin(host, home):
    home.plugin("a", "x = 1\n")
    (home.root / "running").write_text("in the way")
    status, out, err = host.run("print(manager.load('a'))")
    assert (status, out) == (0, "True\n"), err
    assert "would not be remembered" in home.log("a")
