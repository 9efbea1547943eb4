"""What loads without an error and cannot be what was meant: a note with the nearest name."""

import pytest

from lfs_plugins import PluginState

PLACES = ["shared", "process"]


def load(home, manager, code, place):
    path = home.plugin("noted", code, tool=f'isolation = "{place}"')
    assert manager.load("noted"), manager.get_traceback("noted") or manager.get_error("noted")
    assert manager.get_state("noted") is PluginState.ACTIVE
    return f"{path / '__init__.py'}", home.log("noted")


@pytest.mark.parametrize("place", PLACES)
def test_a_misspelt_function_of_the_plugin(home, manager, place):
    file, log = load(home, manager, "def onload(): pass\n\ndef on_unlaod(): pass\ndef on_draw_all(): pass\n", place)
    assert f"{file}:1: `onload` is never called; did you mean `on_load`?" in log
    assert f"{file}:3: `on_unlaod` is never called; did you mean `on_unload`?" in log
    assert "on_draw_all" not in log
    assert "active, with no panel, menu, operator or capability registered; it has no `on_load`" in log


@pytest.mark.parametrize("place", PLACES)
def test_an_async_on_load(home, manager, place, recwarn):
    file, log = load(home, manager, "x = 1\nasync def on_load():\n    1 / 0\n", place)
    assert f"{file}:2: `async def on_load` is called and never awaited" in log
    assert "write `def on_load`" in log
    assert not any("never awaited" in str(warning.message) for warning in recwarn)


@pytest.mark.parametrize("place", PLACES)
def test_classes_without_what_is_called(home, manager, place):
    _, log = load(
        home,
        manager,
        """
        import lichtfeld as lf
        class Shown(lf.ui.Panel):
            space = "SIDE_PANNEL"
            def darw(self, layout): pass
        class Filled(lf.ui.Menu):
            pass
        class Runs(lf.ui.Operator):
            def exceute(self, context): pass
        class Good(lf.ui.Panel):
            space = "FLOATING"
            def draw(self, layout): pass
        class Retained(lf.ui.Panel):
            template = "panel.rml"
        class Modal(lf.ui.Operator):
            def invoke(self, context, event): return {"FINISHED"}
        def on_load():
            for cls in (Shown, Filled, Runs, Good, Retained, Modal):
                lf.register_class(cls)
        """,
        place,
    )
    assert "Shown has no `draw` and shows nothing; did you mean `draw` by `darw`?" in log
    assert "Shown has the unknown space 'SIDE_PANNEL'; did you mean 'SIDE_PANEL'?" in log
    assert "Filled has no `draw` and shows nothing\n" in log
    assert "Runs has no `execute` and does nothing; did you mean `execute` by `exceute`?" in log
    assert not any(name in log for name in ("Good", "Retained", "Modal"))
    assert "active, with no" not in log


@pytest.mark.parametrize("place", PLACES)
def test_a_plugin_without_mistakes_has_no_notes(home, manager, place):
    code = """
    from lichtfeld import plugins
    def on_load(): plugins.register_capability("noted.run", lambda args: {})
    def on_unload(): pass
    def only(): pass
    """
    _, log = load(home, manager, code, place)
    assert log == ""
