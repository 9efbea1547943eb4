"""A worker that was stopped, or has closed its connection, holds up nobody but its own callers."""

import os
import signal
import threading

import pytest

import lichtfeld
from children import is_gone
from lfs_plugins import PluginError, PluginState
from panels import SHOWS_A_PANEL
from waiting import PATIENCE, until

CODE = SHOWS_A_PANEL + '''
def size(value): return len(value)
'''


@pytest.fixture
def worker(home, manager):
    home.plugin("w", CODE, tool='isolation = "process"')
    assert manager.load("w"), manager.get_traceback("w")
    import w

    return w


def test_a_stopped_worker_does_not_hold_up_who_draws(worker, manager):
    """Whoever waited for the large message would end its connection after half a minute."""
    pid = worker.pid()
    answers = []

    def call():
        try:
            answers.append(worker.size(b"x" * (5 << 20)))
        except PluginError as error:
            answers.append(error)

    lichtfeld.ui.draw_panel("w.panel")
    os.kill(pid, signal.SIGSTOP)
    try:
        callers = [threading.Thread(target=call) for _ in range(3)]
        for caller in callers:
            caller.start()
        # Each of these returns while the worker is stopped and 15 MB wait for it.
        for _ in range(20):
            frame = lichtfeld.ui.draw_panel("w.panel")
        until(lambda: "not answered" in ((lichtfeld.ui.draw_panel("w.panel").get("error") or {}).get("message", "")))
        assert not answers and frame["panel"]["id"] == "w.panel"
    finally:
        os.kill(pid, signal.SIGCONT)
    for caller in callers:
        caller.join(PATIENCE)
    assert answers == [5 << 20] * 3, "nothing was lost"
    until(lambda: lichtfeld.ui.draw_panel("w.panel").get("error") is None)
    assert worker.pid() == pid and manager.get_state("w") is PluginState.ACTIVE


@pytest.mark.parametrize("where", ["import", "on_load"])
def test_one_that_closes_its_descriptors_while_it_loads_ends_at_once(home, manager, where):
    """Its thread that reads from the socket notices nothing, and the system keeps the socket."""
    waits = "os.closerange(3, 4096); time.sleep(3600)"
    code = f"import os, time\nopen('pid', 'w').write(str(os.getpid()))\n"
    code += waits if where == "import" else f"def on_load(): {waits}\n"
    path = home.plugin("w", code.replace("'pid'", repr(str(home.root / "pid"))), tool='isolation = "process"')
    assert manager.load("w") is False
    assert manager.get_state("w") is PluginState.ERROR
    assert "has closed its connection to the application" in manager.get_error("w")
    assert is_gone(int((home.root / "pid").read_text()))
    assert path.exists()


def test_one_that_puts_other_files_in_their_places_ends_too(home, manager):
    code = """
        import os, time
        os.closerange(3, 4096)
        files = [open(os.devnull) for _ in range(200)]
        time.sleep(3600)
    """
    home.plugin("w", code, tool='isolation = "process"')
    assert manager.load("w") is False
    assert "has closed its connection to the application" in manager.get_error("w")
