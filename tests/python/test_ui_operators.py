"""Operators and menus: registered, invoked, at work, ended, gone with their plugin."""

import lichtfeld as lf
import pytest
from lfs_plugins import compat

OPERATORS = """
    import lichtfeld as lf
    from lfs_plugins.types import Operator
    from lfs_plugins.props import IntProperty, StringProperty

    calls = []

    class Scale(Operator):
        label = "Scale"
        times: IntProperty(default=2, min=1, max=10)
        name = StringProperty(default="it")
        possible = True

        @classmethod
        def poll(cls, context):
            return Scale.possible

        def execute(self, context):
            calls.append((self.times, self.name))
            return {"FINISHED"}

    class Count(Operator):
        id = "my.count"

        def execute(self, context):
            return {"status": "FINISHED", "count": 3}

    class Broken(Operator):
        id = "my.broken"

        def execute(self, context):
            return 1 / 0

    class Wrong(Operator):
        id = "my.wrong"

        def execute(self, context):
            return "done"

    class Drag(Operator):
        id = "my.drag"

        def invoke(self, context, event):
            self.moves = 0
            return {"RUNNING_MODAL"}

        def modal(self, context, event):
            calls.append((event.type, event.value))
            if event.type == "ESC":
                return {"CANCELLED"}
            if event.type == "OTHER":
                return {"PASS_THROUGH"}
            self.moves += 1
            return {"status": "FINISHED", "moves": self.moves} if self.moves == 2 else {"RUNNING_MODAL"}

        def cancel(self, context):
            calls.append("cancelled")

    classes = [Scale, Count, Broken, Wrong, Drag]

    def on_load():
        for cls in classes:
            lf.register_class(cls)
"""
SCALE = "lfs_plugins.my_tools.Scale"


@pytest.fixture(autouse=True)
def strict():
    """The mistakes of these plugins are told, though their manifests are older."""
    compat.set_leniency(operator_keywords="none", operator_errors="none")
    yield
    compat.set_leniency(operator_keywords="older", operator_errors="older")


@pytest.fixture
def tools(home, manager):
    """A plugin with operators, loaded; its module."""
    home.plugin("my-tools", OPERATORS)
    assert manager.load("my-tools"), manager.get_error("my-tools")
    import lfs_plugins.my_tools as module

    return module


def test_an_operator_is_invoked_with_properties(tools):
    assert lf.ui.ops.invoke(SCALE) == {"FINISHED"}
    result = lf.ui.ops.invoke(SCALE, times=99, name="all")
    assert tools.calls == [(2, "it"), (10, "all")]  # 99 is above the maximum
    assert "FINISHED" in result and result.finished and result.status == "FINISHED"
    assert lf.ui.ops.info(SCALE) == {
        "id": SCALE,
        "label": "Scale",
        "description": "",
        "properties": ["name", "times"],
        "plugin": "my-tools",
    }


def test_an_id_may_have_the_project_s_name(tools):
    assert lf.ui.ops.invoke("lfs_plugins.my-tools.Scale").finished


def test_a_result_may_be_a_dict(tools):
    result = lf.ui.ops.invoke("my.count")
    assert (result.status, result.count, result["count"]) == ("FINISHED", 3, 3)
    with pytest.raises(AttributeError, match="no 'cuont'; it has status, count"):
        result.cuont


def test_poll_is_asked(tools):
    assert lf.ui.ops.poll(SCALE) is True
    tools.Scale.possible = False
    assert lf.ui.ops.poll(SCALE) is False
    with pytest.raises(RuntimeError, match="not possible now"):
        lf.ui.ops.invoke(SCALE)
    assert tools.calls == []


def test_mistakes_of_the_caller_are_named(tools):
    with pytest.raises(KeyError, match="did you mean 'my.count'"):
        lf.ui.ops.invoke("my.cuont")
    with pytest.raises(TypeError, match="Scale has no property 'time'; it has name, times"):
        lf.ui.ops.invoke(SCALE, time=3)
    with pytest.raises(TypeError, match="Scale.times"):
        lf.ui.ops.invoke(SCALE, times="many")


def test_an_operator_that_raises_is_logged_once_and_raises_to_the_caller(tools, home, manager):
    with pytest.raises(ZeroDivisionError):
        lf.ui.ops.invoke("my.broken")
    log = home.log("my-tools")
    assert log.count("operator 'my.broken' failed") == 1
    assert "return 1 / 0" in log
    assert manager.get_state("my-tools").value == "active"
    with pytest.raises(TypeError, match="my.wrong: invoke returned 'done'; return {'FINISHED'}"):
        lf.ui.ops.invoke("my.wrong")


def test_an_operator_goes_on_until_it_ends(tools):
    assert lf.ui.ops.invoke("my.drag").running_modal
    assert lf.ui.ops.is_running("my.drag")
    assert lf.ui.ops.modal("my.drag", "MOVE", "PRESS") == {"RUNNING_MODAL"}
    assert lf.ui.ops.modal("my.drag", lf.ui.Event("OTHER")) == {"PASS_THROUGH"}
    assert lf.ui.ops.is_running("my.drag")
    assert lf.ui.ops.modal("my.drag", "MOVE").moves == 2
    assert not lf.ui.ops.is_running("my.drag")
    assert lf.ui.ops.modal("my.drag", "MOVE") is None
    assert tools.calls == [("MOVE", "PRESS"), ("OTHER", "NOTHING"), ("MOVE", "NOTHING")]


def test_an_operator_that_is_started_again_replaces_the_running_one(tools):
    lf.ui.ops.invoke("my.drag")
    lf.ui.ops.modal("my.drag", "MOVE")
    assert lf.ui.ops.invoke("my.drag").running_modal
    assert lf.ui.ops.is_running("my.drag")
    assert tools.calls == [("MOVE", "NOTHING"), "cancelled"]
    assert lf.ui.ops.modal("my.drag", "MOVE").status == "RUNNING_MODAL", "it counts anew"
    with pytest.raises(TypeError, match="has no property"):
        lf.ui.ops.invoke("my.drag", wrong=1)
    assert lf.ui.ops.is_running("my.drag"), "a wrong call ends nothing"


def test_cancel_modal_ends_what_runs(tools):
    assert lf.ui.ops.cancel_modal() is False
    lf.ui.ops.invoke("my.drag")
    assert lf.ui.ops.cancel_modal() is True
    assert lf.ui.ops.cancel_modal("my.drag") is False
    assert tools.calls == ["cancelled"] and not lf.ui.ops.is_running("my.drag")


def test_a_result_is_false_if_it_was_cancelled(home, manager):
    home.plugin(
        "results",
        """
        import lichtfeld as lf
        from lfs_plugins.types import Operator

        class Run(Operator):
            id = "run"
            status = "FINISHED"
            def execute(self, context):
                if self.status == "ENDS_ITSELF":
                    return {"RUNNING_MODAL"}
                return {self.status}
            def modal(self, context, event):
                lf.ui.ops.cancel_modal()
                return {"RUNNING_MODAL"}

        def on_load():
            lf.register_class(Run)
        """,
    )
    assert manager.load("results")
    for status in ("FINISHED", "CANCELLED", "RUNNING_MODAL", "PASS_THROUGH"):
        assert bool(lf.ui.ops.invoke("run", status=status)) is (status != "CANCELLED")
    lf.ui.ops.invoke("run", status="ENDS_ITSELF")
    lf.ui.ops.modal("run", "MOVE")
    assert not lf.ui.ops.is_running("run"), "cancelled by its own code while it ran"


def test_an_operator_is_cancelled_from_outside_once(tools):
    assert lf.ui.ops.cancel("my.drag") is False
    lf.ui.ops.invoke("my.drag")
    assert lf.ui.ops.cancel("my.drag") is True
    assert lf.ui.ops.cancel("my.drag") is False
    assert tools.calls == ["cancelled"]


def test_what_a_plugin_forgot_is_cancelled_and_freed(tools, manager):
    lf.ui.ops.invoke("my.drag")
    manager.unload("my-tools")
    assert tools.calls == ["cancelled"]
    assert lf.ui.ops.list() == []
    assert "operator 'my.drag'" in manager.unload_report("my-tools")["freed"]


def test_a_reload_that_fails_keeps_the_operators(tools, home, manager):
    home.plugin("my-tools", OPERATORS + "        raise ValueError('no')\n")
    assert manager.reload("my-tools") is False
    assert lf.ui.ops.invoke("my.count").count == 3
    home.plugin("my-tools", OPERATORS.replace('"count": 3', '"count": 4'))
    assert manager.reload("my-tools") is True
    assert lf.ui.ops.invoke("my.count").count == 4
    assert len(lf.ui.ops.list()) == 5


def test_registering_again_replaces_with_a_warning(home, manager):
    home.plugin(
        "twice",
        """
        import lichtfeld as lf
        from lfs_plugins.types import Operator, Menu

        class Run(Operator):
            id = "run"

        class File(Menu):
            id = "file"

        def on_load():
            for cls in (Run, Run, File, File):
                lf.register_class(cls)
            lf.unregister_class(Run)
        """,
    )
    assert manager.load("twice")
    log = home.log("twice")
    assert "operator 'run' was registered again and replaced" in log
    assert "menu 'file' was registered again and replaced" in log
    assert lf.ui.ops.list() == []
    assert lf.ui.menus() == ["file"]


def test_menus_are_drawn_and_clicked(home, manager):
    home.plugin(
        "menus",
        """
        import lichtfeld as lf
        from lfs_plugins.types import Menu

        clicks = []

        class Tools(Menu):
            label = "Tools"
            location = "MENU_BAR"
            order = 2

            def draw(self, layout):
                if layout.menu_item("Run"):
                    clicks.append("run")

        class Edit(Menu):
            location = "VIEWPORT"
            order = 1

            def draw(self, layout):
                raise ValueError("broken menu")

        def on_load():
            lf.register_class(Tools)
            lf.register_class(Edit)
        """,
    )
    assert manager.load("menus")
    import lfs_plugins.menus as module

    tools, edit = "lfs_plugins.menus.Tools", "lfs_plugins.menus.Edit"
    assert lf.ui.menus() == [edit, tools]
    assert lf.ui.menus("MENU_BAR") == [tools]
    assert "Run" in lf.ui.render_text(lf.ui.draw_menu(tools))
    lf.ui.send_input(tools, "Run")
    lf.ui.draw_menu(tools)
    lf.ui.draw_menu(tools)
    assert module.clicks == ["run"]
    assert lf.ui.draw_menu(edit)["error"]["exception"] == "ValueError"
    assert lf.ui.panels() == []
    with pytest.raises(KeyError, match="no menu is called 'x'"):
        lf.ui.draw_menu("x")
    manager.unload("menus")
    assert lf.ui.menus() == []


@pytest.mark.parametrize(
    "given, message",
    [
        ("5", "register_class takes a class, not 5"),
        ("Plain()", r"give the class itself: register_class\(Plain\)"),
        ("Plain", r"has no draw\(layout\); write `class Plain\(lfs_plugins.types.Panel\)`"),
        ("Does", r"is no Operator; write `class Does\(lfs_plugins.types.Operator\)`"),
        ("Late", "update_interval_ms must be a number of milliseconds above 0, not -1"),
        ("Disordered", "order must be a whole number, not first"),
    ],
)
def test_a_class_that_cannot_be_registered_is_an_error_that_names_what_is_missing(manager, given, message):
    class Plain:
        pass

    class Does:
        def execute(self, context):
            pass

    class Late(lf.ui.Panel):
        update_interval_ms = -1

    class Disordered(lf.ui.Panel):
        order = "first"

    with pytest.raises(TypeError, match=message):
        lf.register_class(eval(given, dict(locals())))
