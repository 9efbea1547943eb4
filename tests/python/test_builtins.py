"""Plugins see the same `builtins` as the rest of the process, and their own modules first."""

import builtins
import datetime
import gettext
import sys
import traceback

import pytest

import lichtfeld.plugins as native
from homes import module


@pytest.fixture
def names():
    """Removes what a test adds to `builtins`."""
    before = dict(vars(builtins))
    yield
    for name in set(vars(builtins)) - set(before):
        delattr(builtins, name)


def test_a_name_that_is_added_later_is_seen_at_once(home, manager, names):
    home.plugin(
        "reader",
        """
        def translated():
            return _("text")
        def injected():
            return ic(1)
        class Late:
            def __init__(self):
                self.value = [ic(number) for number in (1, 2)]
        """,
    )
    assert manager.load("reader"), manager.get_traceback("reader")
    reader = module("reader")
    with pytest.raises(NameError):
        reader.translated()
    gettext.install("nothing")  # writes builtins.__dict__["_"]
    assert reader.translated() == "text"
    builtins.ic = lambda value: value + 1
    assert reader.injected() == 2 and reader.Late().value == [2, 3]
    builtins.ic = lambda value: "changed"
    assert reader.injected() == "changed"
    del builtins.ic
    with pytest.raises(NameError):
        reader.injected()


def test_what_a_plugin_adds_is_seen_as_in_any_program(home, manager, names):
    home.plugin("adder", "import builtins\nbuiltins.added_here = 1\nmine = added_here\nopen = 'shadowed'\n")
    home.plugin("other", "def seen():\n    return added_here, open\n")
    assert manager.load("adder"), manager.get_traceback("adder")
    assert manager.load("other")
    assert module("adder").mine == 1 and builtins.added_here == 1
    assert module("other").seen() == (1, open)
    assert module("adder").open == "shadowed"


def test_own_modules_are_found_by_every_way_to_import(home, manager):
    home.plugin(
        "ways",
        """
        import helpers
        by_call = __import__("helpers")
        by_name = __import__(name="helpers", fromlist=("who",))
        space = {}
        exec("import helpers\\nfrom helpers import who", space)
        exec("def later():\\n    import helpers\\n    return helpers", space)
        parts = __import__("parts.inner")
        def all_same():
            return {id(helpers)} == {id(by_call), id(by_name), id(space["helpers"]), id(space["later"]())}
        """,
        files={"helpers.py": "who = 'ways'", "parts/__init__.py": "", "parts/inner.py": ""},
    )
    assert manager.load("ways"), manager.get_traceback("ways")
    ways = module("ways")
    assert ways.all_same() and ways.space["who"] == "ways"
    assert ways.parts.__name__ == "lfs_plugins.ways.parts" and ways.parts.inner
    with pytest.raises(ModuleNotFoundError):
        __import__("helpers")


def test_c_code_imports_for_itself(home, manager):
    """`datetime` imports `_strptime` while the plugin's code is the one that runs."""
    home.plugin(
        "clock",
        "import datetime\nimport _strptime\nyear = datetime.datetime.strptime('2020', '%Y').year\nmine = _strptime.mine\n",
        files={"_strptime.py": "mine = True"},
    )
    assert manager.load("clock"), manager.get_traceback("clock")
    assert module("clock").year == 2020 and module("clock").mine
    assert datetime.datetime.strptime("2021", "%Y").year == 2021


def test_no_frame_is_added_to_imports(home, manager):
    path = home.plugin(
        "plain",
        """
        import warnings
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            import noisy
        def fails():
            import failing
        """,
        files={
            "noisy.py": "import warnings\nwarnings.warn('old', DeprecationWarning, stacklevel=2)\n",
            "failing.py": "1 / 0\n",
        },
    )
    assert manager.load("plain"), manager.get_traceback("plain")
    (warning,) = module("plain").seen
    assert warning.filename == str(path / "__init__.py")
    with pytest.raises(ZeroDivisionError) as raised:
        module("plain").fails()
    files = [frame.filename for frame in traceback.extract_tb(raised.value.__traceback__)]
    assert files[1:] == [str(path / "__init__.py"), str(path / "failing.py")]


def test_the_hook_works_beside_others_and_goes(home, manager):
    native.shutdown()
    real = builtins.__import__
    home.plugin("first", "def again():\n    import helpers\n    return helpers.who\n", files={"helpers.py": "who = 1"})
    home.plugin("second", "import helpers\nwho = helpers.who\n", files={"helpers.py": "who = 2"})
    assert native.load("first")
    ours = builtins.__import__
    assert ours is not real
    asked = []

    def wrapper(name, *arguments, **named):
        asked.append(name)
        return ours(name, *arguments, **named)

    builtins.__import__ = wrapper
    assert native.load("second")
    assert module("second").who == 2 and module("first").again() == 1 and asked
    # Somebody puts back what he has found.
    builtins.__import__ = ours
    assert module("first").again() == 1
    builtins.__import__ = real
    assert native.reload("first") and module("first").again() == 1
    native.shutdown()
    assert builtins.__import__ is real and "first" not in sys.modules
