"""What plugins print and log goes to their own log and to the host, with their name."""

import io
import logging
import os
import subprocess
import sys

import pytest

import lichtfeld.plugins as native
from waiting import PATIENCE


def test_prints_have_the_plugins_name_and_are_kept(home, manager, capsys):
    home.plugin("talker", """
        import sys
        print("import", "ed")
        print("to stderr", file=sys.stderr)
        def on_load():
            print("no end", end="")
    """)
    assert manager.load("talker"), manager.get_traceback("talker")
    print("the host's own")
    manager.unload("talker")
    out, err = capsys.readouterr()
    assert out == "[talker] import ed\nthe host's own\n[talker] no end\n"
    assert err == "[talker] to stderr\n"
    kept = home.log("talker")
    for line in ("info  import ed", "warn  to stderr", "info  no end"):
        assert line in kept
    assert "the host" not in kept


def test_a_thread_of_a_plugin_prints_as_the_plugin(home, manager, capsys):
    home.plugin("talker", """
        import threading
        def on_load():
            thread = threading.Thread(target=print, args=("from a thread",))
            thread.start()
            thread.join()
    """)
    assert manager.load("talker")
    assert capsys.readouterr().out == "[talker] from a thread\n"


def test_logging_is_kept_once_and_named(home, manager, caplog):
    home.plugin("talker", """
        import logging
        def on_load():
            logging.getLogger(__name__).warning("by %s", "name")
            logging.getLogger().error("by root")
    """)
    with caplog.at_level(logging.WARNING):
        assert manager.load("talker")
    told = [(record.name, record.getMessage()) for record in caplog.records]
    assert told == [("lfs_plugins.talker", "by name"), ("root", "[talker] by root")]
    kept = home.log("talker")
    assert kept.count("by name") == kept.count("by root") == 1
    assert "warn  by name" in kept and "error by root" in kept


def test_the_streams_stay_usable_as_streams(home, manager):
    home.plugin("talker", "")
    manager.load("talker")
    assert sys.stdout.encoding
    sys.stdout.writelines(["a\n"])
    sys.stdout.flush()


def test_an_exception_that_ends_the_host_is_shown(home):
    """The interpreter writes it when no Python code is left on the stack."""
    home.plugin("talker")
    code = (
        "from lfs_plugins import PluginManager\n"
        "assert PluginManager.instance().load('talker')\n"
        "raise RuntimeError('the host fails')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "LFS_RESOLVED_PLUGIN_DIR": str(home.plugins)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.endswith("RuntimeError: the host fails\n"), done.stderr
    assert "Traceback" in done.stderr and "lost" not in done.stderr


class Broken(io.StringIO):
    """A stream whose reader is gone."""

    def write(self, text):
        raise BrokenPipeError("nobody reads")

    def flush(self):
        raise OSError("cannot be flushed")


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


def ascii_only():
    return io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)


STREAMS = {"broken": Broken, "closed": closed, "none": lambda: None, "ascii": ascii_only}
PRINTER = r"""
import logging, os, sys
def speak():
    print("caf\u00e9", flush=True)
    print("to stderr \u4e2d", file=sys.stderr, flush=True)
    print(os.fsdecode(b"not utf-8 \xff"))
    sys.stdout.write("written\n")
    sys.stdout.writelines(["lines\n"])
    sys.stdout.flush()
    sys.stderr.flush()
    logging.getLogger("talker").error("logged \udcff")
def on_load():
    speak()
"""


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("place", ["shared", "process"])
def test_a_print_never_fails_and_is_kept(home, manager, monkeypatch, kind, place):
    # The reports of parallel tests contain the log, are sent as UTF-8, and cannot hold half a character.
    logger = logging.getLogger("talker")
    logger.addHandler(logging.NullHandler())
    monkeypatch.setattr(logger, "propagate", False)
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, STREAMS[kind]())
    streams = sys.stdout, sys.stderr
    home.plugin("talker", PRINTER, tool=f'isolation = "{place}"\n')
    assert manager.load("talker"), manager.get_traceback("talker")
    manager.unload("talker")
    kept = home.log("talker")
    for line in ("caf\u00e9", "to stderr \u4e2d", "not utf-8 \\udcff", "written", "lines", "logged \\udcff"):
        assert kept.count(line) == 1, (line, kept)
    if kind == "ascii" and place == "shared":
        shown = streams[0].buffer.getvalue().decode("ascii")
        assert "[talker] caf\\xe9\n" in shown and "[talker] written\n" in shown
    # The host's own are as they were.
    if kind in ("broken", "closed"):
        with pytest.raises((OSError, ValueError)):
            print("of the host", flush=True)
    native.shutdown()
    assert (sys.stdout, sys.stderr) == streams


def test_a_stream_around_the_stream_marks_a_line_once(home, manager, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    home.plugin(
        "teeing",
        """
        import sys
        class Tee:
            def __init__(self, inner):
                self.inner = inner
            def write(self, text):
                return self.inner.write(text)
            def flush(self):
                self.inner.flush()
        def on_load():
            sys.stdout = Tee(sys.stdout)
        """,
    )
    home.plugin("talker", "def on_load():\n    print('once')\n")
    assert manager.load("teeing"), manager.get_traceback("teeing")
    assert manager.load("talker"), manager.get_traceback("talker")
    assert capsys.readouterr().out == "[talker] once\n"
    assert home.log("talker").count("once") == 1


def test_an_exception_about_a_name_that_is_not_text_is_described(home, manager):
    home.plugin("opener", "import os\nopen(os.fsdecode(b'/nothing/\\xff'))\n")
    assert not manager.load("opener")
    assert "FileNotFoundError" in manager.get_error("opener") and "udcff" in manager.get_error("opener")
    assert "__init__.py" in manager.get_traceback("opener")
