"""The last lines of a plugin's log, as the application shows them."""

import pytest

import lichtfeld.plugins as native
from waiting import until

CODE = """
import lichtfeld as lf
def say(first, last):
    for number in range(first, last):
        lf.log.info(f"line {number}")
def fill(size): lf.log.info("x" * size)
"""


@pytest.mark.parametrize("place", ["shared", "process"])
def test_the_last_lines_in_their_order(home, manager, place):
    home.plugin("Talks-a-lot", CODE, tool=f'isolation = "{place}"')
    assert manager.load("talks_a_lot")
    import Talks_a_lot

    Talks_a_lot.say(0, 250)
    until(lambda: manager.log_tail("talks_a_lot", 1)[0].endswith("line 249"))
    tail = manager.log_tail("Talks-a-lot")
    assert len(tail) == 200 and tail[0].endswith("info  line 50") and tail[-1].endswith("line 249")
    assert [line.split()[-1] for line in manager.log_tail("talks-a-lot", lines=2)] == ["248", "249"]
    assert manager.log_tail("talks_a_lot", 0) == []
    native.shutdown()
    assert any(line.endswith("line 249") for line in manager.log_tail("talks_a_lot", 5))


def test_lines_of_rotated_files_come_first(home, manager):
    home.plugin("talks", CODE)
    assert manager.load("talks")
    import talks

    talks.say(0, 3)
    talks.fill(1024 * 1024)
    talks.say(3, 6)
    log = home.root / "logs" / "talks.log"
    assert log.with_name("talks.log.1").exists()
    lines = manager.log_tail("talks", 7)
    assert [line.split()[-1] for line in lines if "line" in line] == ["0", "1", "2", "3", "4", "5"]


def test_a_log_that_was_cut_is_read(home, manager):
    home.plugin("talks", CODE)
    assert manager.load("talks")
    log = home.root / "logs" / "talks.log"
    log.parent.mkdir(exist_ok=True)
    log.write_bytes(b"whole\n\xff\xfe broken\nhalf of a li")
    assert manager.log_tail("talks") == ["whole", "\ufffd\ufffd broken", "half of a li"]


def test_there_may_be_none(manager):
    assert manager.log_tail("unknown") == manager.log_tail("../talks") == manager.log_tail("") == []
    with pytest.raises(OverflowError):
        manager.log_tail("unknown", -1)
