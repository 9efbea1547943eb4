"""What a plugin changes in the whole process is restored when it is unloaded, and is in the report."""

import atexit
import gc
import locale
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import warnings

import pytest

import lfs_plugins
import lichtfeld.plugins as native
from lfs_plugins import PluginError
from waiting import PATIENCE, until
from wheels import project, wheel


def streams():
    return sys.stdout, sys.stderr


CASES = {
    "environment": (
        "import os\nos.environ['LICHTFELD_TEST'] = 'one'\nos.environ.pop('LICHTFELD_GONE', None)",
        lambda: (os.environ.get("LICHTFELD_TEST"), os.environ.get("LICHTFELD_GONE")),
        ["environment variable LICHTFELD_GONE", "environment variable LICHTFELD_TEST"],
    ),
    "default": (
        "import os\nos.environ.setdefault('LICHTFELD_TEST', 'one')",
        lambda: os.environ.get("LICHTFELD_TEST"),
        ["environment variable LICHTFELD_TEST"],
    ),
    "signal": (
        "import signal\nsignal.signal(signal.SIGTERM, lambda *arguments: None)",
        lambda: signal.getsignal(signal.SIGTERM),
        ["signal handler SIGTERM"],
    ),
    "excepthook": (
        "import sys\nold = sys.excepthook\nsys.excepthook = lambda *arguments: old(*arguments)",
        lambda: sys.excepthook,
        ["sys.excepthook"],
    ),
    "threads": (
        "import threading\nthreading.excepthook = lambda arguments: None",
        lambda: threading.excepthook,
        ["threading.excepthook"],
    ),
    "stdout": (
        "import io, sys\nsys.stdout = io.StringIO()",
        lambda: sys.stdout,
        ["sys.stdout"],
    ),
    "directory": ("import os\nos.chdir('/')", os.getcwd, ["working directory"]),
    "gc": ("import gc\ngc.disable()", gc.isenabled, ["gc.enable()"]),
    "recursion": (
        "import sys\nsys.setrecursionlimit(5432)",
        sys.getrecursionlimit,
        ["sys.setrecursionlimit()"],
    ),
    "warnings": (
        "import warnings\nwarnings.simplefilter('error')\nwarnings.filterwarnings('ignore', message='of this')",
        lambda: list(warnings.filters),
        ['warnings filter "error" for Warning', 'warnings filter "ignore" for Warning, of this'],
    ),
    "locale": (
        "import locale\nlocale.setlocale(locale.LC_ALL, 'C')",
        lambda: locale.setlocale(locale.LC_ALL),
        ["locale"],
    ),
    "logging": (
        "import logging\nlogging.getLogger('of.the.host').setLevel(logging.ERROR)\nlogging.disable(logging.INFO)\n"
        "logging.getLogger('of.the.host').addHandler(logging.NullHandler())\n"
        "logging.getLogger(__name__).addHandler(logging.NullHandler())",
        lambda: (
            logging.root.manager.disable,
            logging.getLogger("of.the.host").level,
            len(logging.getLogger("of.the.host").handlers),
            len(logging.getLogger("lfs_plugins.setter").handlers),
        ),
        [
            "logging.disable()",
            "handler NullHandler of logger 'of.the.host'",
            "level of logger 'of.the.host'",
            "handler NullHandler of logger 'lfs_plugins.setter'",
        ],
    ),
    "timeout": (
        "import socket\nsocket.setdefaulttimeout(7.5)",
        socket.getdefaulttimeout,
        ["socket.setdefaulttimeout()"],
    ),
}


@pytest.fixture
def clean(monkeypatch, tmp_path):
    """Whatever happens, the next test finds the process as this one did."""
    monkeypatch.setenv("LICHTFELD_GONE", "there")
    monkeypatch.delenv("LICHTFELD_TEST", raising=False)
    monkeypatch.chdir(tmp_path)
    logging.getLogger("of.the.host")
    for name in ("C.UTF-8", "en_US.UTF-8"):
        try:
            locale.setlocale(locale.LC_ALL, name)
            break
        except locale.Error:
            pass
    saved = signal.getsignal(signal.SIGTERM), sys.excepthook, threading.excepthook
    with warnings.catch_warnings():
        yield
    locale.setlocale(locale.LC_ALL, "")
    signal.signal(signal.SIGTERM, saved[0])
    sys.excepthook, threading.excepthook = saved[1:]
    gc.enable()
    sys.setrecursionlimit(1000 if sys.getrecursionlimit() == 5432 else sys.getrecursionlimit())
    logging.disable(logging.NOTSET)
    socket.setdefaulttimeout(None)


def in_on_load(code):
    return "def on_load():\n" + "".join(f"    {line}\n" for line in code.splitlines())


@pytest.mark.parametrize("where", ["import", "on_load"])
@pytest.mark.parametrize("case", CASES)
def test_it_is_restored_and_reported(home, manager, clean, case, where):
    code, read, lines = CASES[case]
    home.plugin("empty", "")
    assert manager.load("empty")  # the streams are wrapped from here on
    before = read()
    home.plugin("setter", code if where == "import" else in_on_load(code))
    for reloads in range(3):
        assert manager.load("setter"), manager.get_traceback("setter")
        for _ in range(reloads):
            assert read() != before
            assert manager.reload("setter"), manager.get_traceback("setter")
            assert manager.unload_report("setter")["restored"] == [] or case not in (
                "environment", "default", "gc", "recursion", "warnings", "timeout",
            )  # fmt: skip
        assert read() != before, "the new version has set it as well"
        manager.unload("setter")
        assert read() == before
        assert manager.unload_report("setter")["restored"] == sorted(lines)
    assert all(f"restored: {line}" in home.log("setter") for line in lines)


def test_what_was_changed_since_is_left(home, manager, clean):
    home.plugin("setter", "import os, sys\nos.environ['LICHTFELD_TEST'] = 'one'\nsys.setrecursionlimit(5432)\n")
    assert manager.load("setter"), manager.get_traceback("setter")
    os.environ["LICHTFELD_TEST"] = "of the host"
    manager.unload("setter")
    assert os.environ["LICHTFELD_TEST"] == "of the host"
    assert manager.unload_report("setter")["restored"] == ["sys.setrecursionlimit()"]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_two_plugins_that_change_the_same(home, manager, clean, order):
    before = sys.excepthook, os.environ.get("LICHTFELD_TEST")
    code = "import os, sys\nsys.excepthook = lambda *arguments: {0!r}\nos.environ['LICHTFELD_TEST'] = {0!r}\n"
    for name in ("a", "b"):
        home.plugin(name, code.format(name))
        assert manager.load(name), manager.get_traceback(name)
    manager.unload(order[0])
    left = order[1]
    assert os.environ["LICHTFELD_TEST"] == left and sys.excepthook() == left
    assert manager.reload(left)
    assert os.environ["LICHTFELD_TEST"] == left and sys.excepthook() == left
    manager.unload(left)
    assert (sys.excepthook, os.environ.get("LICHTFELD_TEST")) == before


def test_a_version_that_sets_it_no_more(home, manager, clean):
    home.plugin("setter", CASES["environment"][0])
    assert manager.load("setter")
    home.plugin("setter", "")
    assert manager.reload("setter")
    assert os.environ.get("LICHTFELD_TEST") is None and os.environ["LICHTFELD_GONE"] == "there"
    assert manager.unload_report("setter")["restored"] == CASES["environment"][2]


@pytest.mark.parametrize("end", ["1 / 0", "def on_load():\n    1 / 0"])
def test_a_version_that_fails_leaves_nothing_and_takes_nothing(home, manager, clean, end):
    home.plugin("setter", f"import os\nos.environ['LICHTFELD_TEST'] = 'failed'\n{end}\n")
    assert not manager.load("setter")
    assert "LICHTFELD_TEST" not in os.environ
    home.plugin("setter", "import os\nos.environ['LICHTFELD_TEST'] = 'works'\n")
    assert manager.reload("setter")
    home.plugin("setter", f"import os\nos.environ['LICHTFELD_TEST'] = 'failed'\n{end}\n")
    assert not manager.reload("setter")
    assert os.environ["LICHTFELD_TEST"] == "works"
    manager.unload("setter")
    assert "LICHTFELD_TEST" not in os.environ


def test_what_a_library_sets_stays_as_the_library_does(home, manager, clean, tmp_path, monkeypatch):
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "setting_library.py").write_text(
        "import atexit, os, warnings\nos.environ['LICHTFELD_TEST'] = 'library'\n"
        "warnings.filterwarnings('ignore', message='of the library')\n"
        "called = []\natexit.register(called.append, 1)\n"
    )
    monkeypatch.syspath_prepend(tmp_path / "library")
    home.plugin("user", "import os\nimport setting_library\nos.environ['LICHTFELD_GONE'] = 'user'\n")
    assert manager.load("user"), manager.get_traceback("user")
    assert manager.reload("user")
    manager.unload("user")
    library = sys.modules.pop("setting_library")
    assert os.environ["LICHTFELD_TEST"] == "library" and library.called == []
    assert any(item[1] is not None and item[1].pattern == "of the library" for item in warnings.filters)
    assert manager.unload_report("user")["restored"] == ["environment variable LICHTFELD_GONE"]
    atexit.unregister(library.called.append)


def test_a_function_that_is_set_later(home, manager, clean):
    before = sys.excepthook
    home.plugin("later", "import sys\ndef hook(*arguments):\n    pass\ndef press():\n    sys.excepthook = hook\n")
    assert manager.load("later")
    lfs_plugins.later.press()
    manager.unload("later")
    assert sys.excepthook is before and manager.unload_report("later")["restored"] == ["sys.excepthook"]


def test_a_signal_handler_is_restored_from_any_thread(home, manager, clean):
    before = signal.getsignal(signal.SIGTERM)
    home.plugin("setter", CASES["signal"][0])
    assert manager.load("setter")
    assert signal.getsignal(signal.SIGTERM) != before
    thread = threading.Thread(target=manager.unload, args=("setter",))
    thread.start()
    thread.join(PATIENCE)
    until(lambda: signal.getsignal(signal.SIGTERM) == before)


def test_a_filter_of_one_plugin_does_not_stop_the_next(home, manager, clean):
    home.plugin("strict", "import warnings\nwarnings.simplefilter('error')\n")
    home.plugin("sloppy", "import re\nfound = re.match('\\d', '1')\nx = 1\ny = x is 1\n")
    assert manager.load("strict")
    assert manager.load("sloppy"), manager.get_traceback("sloppy")
    home.plugin("sloppy", "def broken(:\n")
    assert not manager.reload("sloppy") and "SyntaxError" in manager.get_error("sloppy")


def test_a_variable_that_is_set_later_is_restored(home, manager, clean):
    home.plugin(
        "later",
        "import os\n"
        "def press(value):\n    os.environ['LICHTFELD_TEST'] = value\n    os.environ.pop('LICHTFELD_GONE', None)\n",
    )
    assert manager.load("later")
    lfs_plugins.later.press("one")
    lfs_plugins.later.press("two")
    assert manager.unload("later")
    assert "LICHTFELD_TEST" not in os.environ and os.environ["LICHTFELD_GONE"] == "there"
    assert manager.unload_report("later")["restored"] == CASES["environment"][2]
    assert manager.load("later")
    lfs_plugins.later.press("one")
    os.environ["LICHTFELD_TEST"] = "of the host"
    assert manager.unload("later")
    assert os.environ["LICHTFELD_TEST"] == "of the host"


SETTER = """
import os
def set(name, value):
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
"""


@pytest.mark.skipif(os.name == "nt", reason="the uv of this test is a shell script")
def test_what_a_plugin_sets_does_not_reach_the_next_installation(home, manager, clean, tmp_path, monkeypatch):
    uv, seen = os.environ["LICHTFELD_UV"], tmp_path / "seen"
    script = tmp_path / "uv"
    script.write_text(
        # It does not say which program is behind it, and is used as it is.
        f"#!/bin/sh\ncase \" $* \" in *' run '*) exit 1;; esac\nenv > '{seen}'\nexec '{uv}' \"$@\"\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("LICHTFELD_UV", str(script))
    monkeypatch.setenv("UV_HTTP_TIMEOUT", "77")
    monkeypatch.delenv("https_proxy", raising=False)
    wheel(tmp_path / "wheels", "small", "1.0", {"small.py": ""})
    wheel(tmp_path / "wheels", "smaller", "1.0", {"smaller.py": ""})
    home.plugin("setter", "import os\nos.environ['https_proxy'] = 'http://127.0.0.1:9'\n" + SETTER)
    assert manager.load("setter"), manager.get_traceback("setter")
    setter = lfs_plugins.setter
    setter.set("UV_HTTP_TIMEOUT", None)
    setter.set("UV_OFFLINE", "1")

    def install(name, package):
        home.plugin(name, f"import {package}\n", project=project(tmp_path / "wheels", package))
        assert manager.load(name), manager.get_error(name)
        return dict(line.partition("=")[::2] for line in seen.read_text().splitlines())

    given = install("one", "small")
    assert given["UV_HTTP_TIMEOUT"] == "77" and not {"https_proxy", "UV_OFFLINE"} & set(given)
    # What the host sets afterwards counts.
    os.environ["UV_HTTP_TIMEOUT"] = "88"
    assert install("two", "smaller")["UV_HTTP_TIMEOUT"] == "88"


def test_a_proxy_of_a_plugin_is_not_used_for_downloads(home, manager, clean, web, monkeypatch):
    for name in ("ALL_PROXY", "all_proxy", "https_proxy", "http_proxy", "HTTP_PROXY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", web.url)
    home.plugin("setter", SETTER)
    assert manager.load("setter")
    lfs_plugins.setter.set("HTTPS_PROXY", "http://127.0.0.1:9")
    lfs_plugins.setter.set("NO_PROXY", "nobody.invalid")
    with pytest.raises(PluginError):
        manager.install("https://nobody.invalid/x.zip")
    assert web.asked == ["CONNECT nobody.invalid:443"]


def test_a_variable_of_a_plugin_reaches_no_other_ones_process(home, manager, clean):
    home.plugin("setter", SETTER)
    assert manager.load("setter")
    lfs_plugins.setter.set("LICHTFELD_TEST", "set")
    home.plugin("other", "import os\ndef seen():\n    return os.environ.get('LICHTFELD_TEST')\n", tool='isolation = "process"\n')
    assert manager.load("other"), manager.get_error("other")
    assert lfs_plugins.other.seen() is None


AT_EXIT = """
import atexit
calls = []
def note(*arguments, **named):
    calls.append((arguments, named))
def gone():
    calls.append("unregistered")
atexit.register(note, 1)
@atexit.register
def last():
    calls.append("last")
atexit.register(gone)
atexit.unregister(gone)
def on_load():
    atexit.register(note, 2, three=3)
"""


def test_functions_of_atexit_are_called_at_unload(home, manager):
    home.plugin("ender", AT_EXIT)
    assert manager.load("ender"), manager.get_traceback("ender")
    calls = lfs_plugins.ender.calls
    for _ in range(2):
        assert manager.reload("ender")
        assert calls == [((2,), {"three": 3}), "last", ((1,), {})]
        calls = lfs_plugins.ender.calls
    manager.unload("ender")
    assert calls == [((2,), {"three": 3}), "last", ((1,), {})]


def test_a_function_of_atexit_that_fails_is_in_the_log(home, manager):
    home.plugin("ender", "import atexit\natexit.register(lambda: 1 / 0)\n")
    assert manager.load("ender")
    manager.unload("ender")
    assert "a function of atexit failed: ZeroDivisionError" in home.log("ender")


def test_what_is_carried_over_is_ended_with_the_next_version(home, manager):
    home.plugin(
        "ender",
        "import atexit\nimport lichtfeld as lf\ncalls = []\n"
        "def on_before_reload():\n    lf.plugins.carry_over()\n    return calls\n"
        "def on_after_reload(state):\n    global calls\n    calls = state\n"
        "def begin():\n    atexit.register(calls.append, 'ended')\n",
    )
    assert manager.load("ender"), manager.get_traceback("ender")
    lfs_plugins.ender.begin()
    assert manager.reload("ender"), manager.get_traceback("ender")
    calls = lfs_plugins.ender.calls
    assert calls == []
    manager.unload("ender")
    assert calls == ["ended"]


@pytest.mark.parametrize("then", ["", "PluginManager.instance().unload('ender')\n"], ids=["loaded", "unloaded"])
def test_at_the_end_of_the_process_they_are_called_once(home, then):
    home.plugin("ender", "import atexit\natexit.register(print, 'of the plugin', flush=True)\n")
    code = (
        "import atexit\n"
        "atexit.register(print, 'of the host')\n"
        "from lfs_plugins import PluginManager\n"
        "PluginManager.instance().load('ender')\n" + then
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "LFS_RESOLVED_PLUGIN_DIR": str(home.plugins)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [line.removeprefix("[ender] ") for line in done.stdout.splitlines()] == ["of the plugin", "of the host"]


def test_everything_wrapped_is_given_back(home):
    native.shutdown()
    before = atexit.register, atexit.unregister
    home.plugin("empty", "")
    assert native.load("empty")
    assert atexit.register is not before[0]
    native.shutdown()
    assert (atexit.register, atexit.unregister) == before
