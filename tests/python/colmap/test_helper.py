"""The helper process: it ends with its parent, passes errors on, and leaves nothing behind."""

import sqlite3
import subprocess
import sys
import textwrap
import threading

import colmap_support as support
import psutil
import pytest
from waiting import PATIENCE

PARENT = """
    import sys
    sys.path.insert(0, {plugins!r})
    from colmap.stoppable import Process
    process = Process()
    process.call("facts", {{"database": "nowhere.db"}}, lambda: False)
    print(process.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def process(colmap):
    from colmap.stoppable import Process

    with Process() as started:
        yield started


def test_it_ends_with_a_parent_that_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(textwrap.dedent(PARENT.format(plugins=str(support.PLUGIN.parent))))
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    helper = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    helper.wait(PATIENCE)


def test_after_its_end_no_thread_and_no_process_is_left(process):
    process.call("facts", {"database": "nowhere.db"}, lambda: False)
    process.close()
    assert not psutil.pid_exists(process.pid)
    assert not [t for t in threading.enumerate() if t.name == "colmap-helper"]


def test_a_cancel_is_a_cancel_where_the_killed_helper_takes_long_to_end(
    colmap, process, monkeypatch
):
    def late(timeout=None):
        raise subprocess.TimeoutExpired("helper", timeout)

    with monkeypatch.context() as patched:
        patched.setattr(process._process, "wait", late)
        with pytest.raises(colmap.Cancelled):
            process.call("facts", {"database": "nowhere.db"}, lambda: True)


def test_a_helper_that_dies_is_an_error_that_says_how(colmap, process):
    psutil.Process(process.pid).kill()
    with pytest.raises(colmap.ColmapError, match="ended during facts"):
        process.call("facts", {"database": "nowhere.db"}, lambda: False)


def test_the_words_of_a_dying_library_are_told_and_its_addresses_kept(process):
    process._said.extend(
        ["terminate called: out of something", "*** SIGABRT ***", "    @  0x7f (x)"]
    )
    psutil.Process(process.pid).kill()
    error = process._died("extract")
    assert "out of something" in str(error) and "0x7f" not in str(error)
    assert "0x7f" in str(error.__cause__)


def test_errors_come_over_with_their_type_and_place(process, tmp_path):
    (tmp_path / "broken.db").write_text("this is no database")
    request = {"database": str(tmp_path / "broken.db"), "groups": 5}
    with pytest.raises(TypeError) as raised:
        process.call("extract", {**request, "max_image_size": None}, lambda: False)
    assert "helper.py" in str(raised.value.__cause__)


def test_a_database_that_is_locked_for_a_moment_is_waited_for(process, tmp_path):
    database = tmp_path / "database.db"
    request = {"database": str(database), "groups": [], "camera_model": "OPENCV"}
    process.call("enroll", request, lambda: False)
    locking = sqlite3.connect(database, check_same_thread=False)
    locking.execute("PRAGMA locking_mode=EXCLUSIVE")
    locking.execute("BEGIN EXCLUSIVE")
    asked = []

    def release_at_the_third():
        asked.append(None)
        if len(asked) == 3:
            locking.close()
        return False

    known = process.call("facts", {"database": str(database)}, release_at_the_third)
    locking.close()
    assert known == {"images": {}, "places": 0}
