"""What plugins print and log goes to their own log and to the host, with their name."""

import logging
import os
import subprocess
import sys

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
