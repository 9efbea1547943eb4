"""Plugins that agree share one process and one copy of a package, which outlives each of them."""

import fcntl
import sys

import pytest
from wheels import project, wheel

from lfs_plugins import PluginState

FILES = {
    "agreed/__init__.py": "VERSION = '1.0'\ndef part():\n    import agreed.lazy\n    return agreed.lazy.VALUE\n",
    "agreed/lazy.py": "from pathlib import Path\nVALUE = Path(__file__).with_name('data.txt').read_text()\n",
    "agreed/data.txt": "from a file",
}
USER = """
import agreed
def copy(): return agreed
def part(): return agreed.part()
"""


@pytest.fixture
def pair(home, manager, tmp_path):
    """Plugins `one` and `two`, loaded in this order, with the same version of a package."""
    wheels = tmp_path / "wheels"
    wheel(wheels, "agreed", "1.0", FILES)
    wheel(wheels, "other", "1.0", {"other.py": ""})
    for name in ("one", "two"):
        home.plugin(name, USER, project=project(wheels, "agreed==1.0"))
        assert manager.load(name), manager.get_error(name)
    yield wheels
    for name in [name for name in sys.modules if name.partition(".")[0] == "agreed"]:
        del sys.modules[name]


def environments(home, name):
    return [path for path in (home.root / "envs" / name).iterdir() if (path / "bin").is_dir()]


def is_in_use(environment):
    """Returns whether an environment is locked; sweeping takes this lock first."""
    with open(environment / ".in-use") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_there_is_one_process_and_one_copy(pair, manager):
    import one
    import two

    for name in ("one", "two"):
        assert manager.load_report(name)["place"] == "shared"
    assert one.copy() is two.copy() is sys.modules["agreed"]


def test_the_second_goes_on_when_the_first_is_unloaded_and_its_environment_swept(
    pair, host, home, manager
):
    import two

    (first,) = environments(home, "one")
    assert str(first) in two.copy().__file__, "the copy is the first one's"
    assert manager.unload("one")
    assert is_in_use(first)
    # Three newer environments of the first: more than are kept.
    for wanted in ("other==1.0", "agreed", "other"):
        home.plugin("one", "", project=project(pair, wanted))
        # In another process, as a user would: it does not know what this one has loaded.
        status, out, err = host.run("""
            from lichtfeld.plugins import _main
            sys.argv = ["lichtfeld-plugins", "sync", "one"]
            sys.exit(_main())
        """)
        assert status == 0, err
    found = environments(home, "one")
    assert len(found) == 4 and first in found, "it is not swept while its packages are here"
    assert two.part() == "from a file", "imported now for the first time"
    assert manager.get_state("two") is PluginState.ACTIVE


def test_the_second_goes_on_when_the_first_is_reloaded(pair, home, manager):
    import two

    assert manager.reload("one"), manager.get_error("one")
    assert two.part() == "from a file"
