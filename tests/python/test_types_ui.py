"""The stubs of ``lichtfeld`` and ``lichtfeld.ui`` have every name that exists in any application, and no other."""

import ast
import pathlib

import pytest

import lichtfeld as lf
from test_types import mypy, run  # noqa: F401 - `mypy` skips where there is none

EXCUSED = r"""
# Made by the native module: every name it has, private ones too.
lichtfeld\.ui\.__all__
# The details of an event are attributes of it.
lichtfeld\.ui\.Event\.__getattr__
# Members of an enum are looked up by value, which the base class str does not say.
lichtfeld\.ui\.(PanelSpace|PanelHeightMode|PanelOption|PollDependency)\.__new__
"""

PLUGIN = """
import lichtfeld as lf
from lichtfeld import ui

class Timer(ui.Panel):
    label = "Timer"
    space = ui.PanelSpace.SIDE_PANEL

    def draw(self, layout: lf.plugins.Layout) -> None:
        layout.label(lf.ui.tr("timer"))

def on_load() -> None:
    lf.register_class(Timer)
    future = lf.ui.schedule_on_ui_thread(lambda: 1)
    future.add_done_callback(lambda done: lf.log.info(done.result() + 1))
    lf.ui.set_panel_space("timer", "FLOATING")
    lf.ui.add_hook("tools", "top", lambda layout: layout.label("x"))
    folder: str = lf.ui.open_folder_dialog("title")
    lf.ui.confirm_dialog("title", folder, ["Yes", "No"], print)
    # What only some applications have.
    scene = lf.get_scene()
    WRONG
"""


def names(path):
    """Returns the public names that a stub defines or exports."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            found |= {alias.asname for alias in node.names if alias.asname}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign):
            found.add(node.target.id)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets}
    return {name for name in found if not name.startswith("_")}


@pytest.mark.parametrize(("module", "stub"), [(lf, "__init__.pyi"), (lf.ui, "ui.pyi")], ids=["lichtfeld", "ui"])
def test_a_stub_has_the_names_of_its_module_and_no_other(module, stub):
    package = pathlib.Path(lf.__file__).parent
    # `testing` is there once somebody has imported it.
    own = {name for name in dir(module) if not name.startswith("_")} - {"testing"}
    assert names(package / stub) == own


@pytest.mark.timeout(400)
def test_the_stubs_are_as_the_modules(tmp_path):
    (tmp_path / "excused").write_text(EXCUSED, encoding="utf-8")
    modules = ["lichtfeld.ui"]
    status, said = run(
        tmp_path, "mypy.stubtest", "--concise", "--allowlist", "excused", "--ignore-unused-allowlist", *modules
    )
    assert status == 0, said


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("", None),
        ("lf.ui.set_panel_order('timer', 'first')", "incompatible type"),
        ("lf.ui.schedule_on_ui_thread(3)", "incompatible type"),
        ("lf.add_draw_handler('x')", "Missing positional argument"),
    ],
    ids=["right", "wrong type", "no function", "no callback"],
)
def test_a_type_checker_finds_an_author_s_mistakes(tmp_path, wrong, told):
    (tmp_path / "plugin.py").write_text(PLUGIN.replace("WRONG", wrong or "..."), encoding="utf-8")
    status, said = run(tmp_path, "mypy", "--strict", "plugin.py")
    if told is None:
        assert status == 0, said
    else:
        assert status == 1 and told in said, said
