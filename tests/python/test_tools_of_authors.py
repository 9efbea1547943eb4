"""What authors expect of Python holds for a plugin's code: processes, debuggers, pickles, tracebacks."""

import bdb
import pickle
import sys

import pytest

PARALLEL = """
    import multiprocessing
    import os
    from concurrent.futures import ProcessPoolExecutor
    from helpers import SIZE
    from .numbers_of import square

    def on_load():
        raise_if_child()

    def raise_if_child():
        assert multiprocessing.parent_process() is None, "nothing is activated in a child"

    def triple(number):
        return number * SIZE, os.getpid()

    def run(method):
        context = multiprocessing.get_context(method)
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            tripled = list(pool.map(triple, [1, 2, 3]))
            squared = list(pool.map(square, [1, 2, 3]))
        assert os.getpid() not in {process for _, process in tripled}
        return [number for number, _ in tripled], squared
"""
FILES = {
    "helpers.py": "SIZE = 3\n",
    "numbers_of.py": "def square(number):\n    return number * number\n",
}


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
@pytest.mark.parametrize("isolation", ["shared", "process"])
def test_a_plugin_may_start_processes(home, manager, method, isolation):
    if sys.platform == "win32" and method == "forkserver":
        pytest.skip("Windows has no forkserver")
    home.plugin("parallel", PARALLEL, files=FILES, tool=f'isolation = "{isolation}"')
    assert manager.load("parallel"), manager.get_error("parallel")
    import parallel

    assert parallel.run(method) == ([3, 6, 9], [1, 4, 9])
    manager.unload("parallel")
    assert not manager.unload_report("parallel")["processes"]


def test_a_breakpoint_by_file_and_line_stops_there(home, manager):
    path = home.plugin("stops", "def work(number):\n    doubled = number * 2\n    return doubled\n")
    assert manager.load("stops")
    import stops

    class Debugger(bdb.Bdb):
        def __init__(self):
            super().__init__()
            self.stopped = []

        def user_line(self, frame):
            if self.break_here(frame):
                self.stopped.append((frame.f_lineno, frame.f_locals["doubled"]))
            self.set_continue()

    for value in (4, 5):
        debugger = Debugger()
        # As editors set it: by the path of the file on disk.
        assert debugger.set_break(str(path / "__init__.py"), 3) is None
        debugger.runcall(stops.work, value)
        debugger.clear_all_breaks()
        assert debugger.stopped == [(3, value * 2)]
        # The code of after a reload as well.
        assert manager.reload("stops")
        import stops  # noqa: PLC0415


def test_what_was_pickled_before_a_reload_is_read_after_it(home, manager):
    code = "class Point:\n    def __init__(self, x):\n        self.x = x\n"
    path = home.plugin("shapes", code)
    assert manager.load("shapes")
    text = pickle.dumps(sys.modules["lfs_plugins.shapes"].Point(3))
    (path / "__init__.py").write_text(code + "    def twice(self):\n        return 2 * self.x\n")
    assert manager.reload("shapes")
    assert pickle.loads(text).twice() == 6
    manager.unload("shapes")
    with pytest.raises(ModuleNotFoundError, match="shapes"):
        pickle.loads(text)
