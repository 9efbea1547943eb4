"""The type stubs say what the modules are, and a plugin's author gets them."""

import subprocess
import sys

import pytest

#: What stubtest cannot know or is not meant to see, as patterns of names.
EXCUSED = r"""
# The signature of a native __call__ is not to be had at run time.
lichtfeld\.plugins\.Subscription\.__call__
# Made by the native module: every name it has, private ones too.
lichtfeld\.plugins\.__all__
# The details of an event are attributes of it.
lichtfeld\.plugins\.Event\.__getattr__
# What belongs to a request are attributes of it.
lichtfeld\.plugins\.Request\.__getattr__
# Members of an enum are looked up by value, which the base class str does not say.
lichtfeld\.plugins\.(PanelSpace|PanelHeightMode|PanelOption|PollDependency)\.__new__
# These work for a class and for an object of it, which no signature says.
lichtfeld\.plugins\.PropertyGroup\.(add_property|remove_property|get_all_properties)
# Python code beside the native module; its types are in lichtfeld/testing.py.
lichtfeld\.plugins\.testing
"""

PLUGIN = """
import lichtfeld as lf
from lfs_plugins import CapabilitySchema, PluginManager
from lfs_plugins.types import Panel
from lichtfeld.plugins import Layout

class MyPanel(Panel):
    label = "My Panel"
    value = 0.5

    def draw(self, layout: Layout) -> None:
        changed, self.value = layout.slider_float("Value", self.value, 0.0, 1.0)
        with layout.row() as row:
            if row.button("Go", (80, 20)) and changed:
                lf.log.info(self.value)
        WRONG

def on_load() -> None:
    lf.register_class(MyPanel)
    lf.plugins.register_capability("a.b", lambda args: args, schema=CapabilitySchema(required=["x"]))
    lf.plugins.settings().set("a", 1)
    lf.plugins.data_dir().mkdir()
    loading = PluginManager.instance().load_async("other")
    loading.add_done_callback(lambda one: print(one.progress + 1.0))
"""


def run(directory, *arguments):
    """Runs a module of mypy; returns its exit status and its output."""
    ran = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=directory, capture_output=True, text=True, timeout=300
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture(autouse=True)
def mypy():
    """Skips where there is no mypy."""
    return pytest.importorskip("mypy", reason="mypy is not installed; see xtask/requirements/test.txt")


@pytest.mark.timeout(400)
def test_the_stubs_are_as_the_modules(tmp_path):
    (tmp_path / "excused").write_text(EXCUSED, encoding="utf-8")
    modules = ["lichtfeld.plugins", "lfs_plugins.capabilities"]
    status, said = run(
        tmp_path, "mypy.stubtest", "--concise", "--allowlist", "excused", "--ignore-unused-allowlist", *modules
    )
    assert status == 0, said


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("", None),
        ("layout.sliderfloat('x', 1, 2, 3)", 'has no attribute "sliderfloat"'),
        ("layout.checkbox('x', 'yes')", "incompatible type"),
    ],
    ids=["right", "no such widget", "wrong type"],
)
def test_a_type_checker_finds_an_author_s_mistakes(tmp_path, wrong, told):
    (tmp_path / "plugin.py").write_text(PLUGIN.replace("WRONG", wrong), encoding="utf-8")
    status, said = run(tmp_path, "mypy", "--strict", "plugin.py")
    if told is None:
        assert status == 0, said
    else:
        assert status == 1 and told in said, said
