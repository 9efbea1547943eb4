"""Capabilities: offered by plugins, called by anyone, gone with their plugin."""

import threading

import pytest

import lichtfeld as lf
from lfs_plugins import CapabilityRegistry, CapabilitySchema, PluginContext, PluginError, PluginState

OFFERS = """
import lichtfeld as lf

def double(args, context):
    return {"value": args["value"] * 2}

def on_load():
    lf.plugins.register_capability(
        "one.double",
        double,
        description="Twice the value",
        schema={"properties": {"value": {"type": "number"}}, "required": ["value"]},
    )
"""


@pytest.fixture
def one(home, manager):
    home.plugin("one", OFFERS)
    assert manager.load("one")
    return manager


def test_the_documented_calls(one):
    assert lf.plugins.invoke("one.double", {"value": 21}) == {"success": True, "value": 42}
    assert lf.plugins.has_capability("one.double") and not lf.plugins.has_capability("one.triple")
    assert lf.plugins.list_capabilities() == [
        {
            "name": "one.double",
            "description": "Twice the value",
            "schema": {"properties": {"value": {"type": "number"}}, "required": ["value"]},
            "plugin_name": "one",
            "requires_gui": True,
        }
    ]
    registry = CapabilityRegistry.instance()
    assert registry.has("one.double") and registry.get("nothing") is None
    known = registry.get("one.double")
    assert (known.name, known.plugin_name, known.handler.__name__) == ("one.double", "one", "double")
    assert registry.list_all() == [known]
    assert registry.invoke("one.double", {"value": 1})["value"] == 2


def test_a_forgotten_one_is_freed_and_reported(one):
    assert one.unload("one")
    assert one.unload_report("one")["freed"] == ["capability 'one.double'"]
    assert lf.plugins.list_capabilities() == []
    answer = lf.plugins.invoke("one.double", {"value": 1})
    assert answer["success"] is False and answer["error_type"] == "CapabilityNotFoundError"


def test_one_that_was_unregistered_is_not_reported(home, manager):
    home.plugin("one", OFFERS + "\ndef on_unload():\n    assert lf.plugins.unregister_capability('one.double')\n")
    assert manager.load("one") and manager.unload("one")
    assert manager.unload_report("one")["freed"] == []


@pytest.mark.parametrize(
    "broken",
    [
        OFFERS.replace("* 2", "* 3") + "\nraise RuntimeError('at import')\n",
        OFFERS.replace("* 2", "* 3") + "    raise RuntimeError('after registering')\n",
    ],
    ids=["import", "on_load"],
)
def test_a_failed_reload_gives_the_old_one_back(home, one, broken):
    home.plugin("one", broken)
    assert one.reload("one") is False
    assert lf.plugins.invoke("one.double", {"value": 2})["value"] == 4
    home.plugin("one", OFFERS.replace("* 2", "* 5"))
    assert one.reload("one") is True
    assert lf.plugins.invoke("one.double", {"value": 2})["value"] == 10
    assert len(lf.plugins.list_capabilities()) == 1


def test_it_belongs_to_the_code_that_registered_it(home, manager):
    code = """
        import threading
        import lichtfeld as lf
        from functools import partial

        def on_load():
            thread = threading.Thread(
                target=lf.plugins.register_capability,
                args=("from.thread", partial(dict, a=1)),
                kwargs={"plugin_name": "somebody-else"},
            )
            thread.start()
            thread.join()
    """
    home.plugin("one", code)
    assert manager.load("one")
    assert CapabilityRegistry.instance().get("from.thread").plugin_name == "one"
    manager.unload("one")
    assert not lf.plugins.has_capability("from.thread")


def test_a_name_is_not_taken_over(home, one):
    home.plugin("two", OFFERS.replace("* 2", "* 7"))
    assert one.load("two") is False
    assert "already offered by plugin 'one'" in one.get_error("two")
    assert lf.plugins.invoke("one.double", {"value": 1})["value"] == 2
    with pytest.raises(PluginError, match="already offered by plugin 'one'") as told:
        lf.plugins.register_capability("one.double", lambda args: args)
    assert told.value.code == "LR020" and "my_plugin.align" in told.value.hint


def test_a_plugin_takes_back_its_own_alone(home, one):
    home.plugin(
        "two",
        "import lichtfeld as lf\n"
        "from lfs_plugins import CapabilityRegistry\n"
        "took = [lf.plugins.unregister_capability('one.double'),\n"
        "        CapabilityRegistry.instance().unregister_all_for_plugin('one')]\n",
    )
    assert one.load("two")
    import lfs_plugins.two

    assert lfs_plugins.two.took == [False, 0]
    assert CapabilityRegistry.instance().unregister_all_for_plugin("One") == 1
    assert one.unload("one") and one.unload_report("one")["freed"] == []


def test_the_host_offers_some_too(one):
    lf.plugins.register_capability("app.version", lambda: {"version": "2"})
    lf.plugins.register_capability("app.for_one", lambda args: None, plugin_name="one")
    assert lf.plugins.invoke("app.version") == {"success": True, "version": "2"}
    assert lf.plugins.invoke("app.for_one") == {"success": True}
    one.unload("one")
    assert [known["name"] for known in lf.plugins.list_capabilities()] == ["app.version"]
    assert lf.plugins.unregister_capability("app.version")
    assert not lf.plugins.unregister_capability("app.version")


def test_what_a_handler_raises_is_the_answer_and_in_the_log(home, manager):
    code = """
        import lichtfeld as lf

        def fails(args, context):
            raise LookupError("not here")

        def ends(args, context):
            raise SystemExit(3)

        def on_load():
            lf.plugins.register_capability("one.fails", fails)
            lf.plugins.register_capability("one.ends", ends)
    """
    path = home.plugin("one", code)
    assert manager.load("one")
    answer = lf.plugins.invoke("one.fails")
    assert (answer["success"], answer["error"], answer["error_type"]) == (False, "not here", "LookupError")
    assert f'File "{path / "__init__.py"}", line 5' in answer["traceback"]
    assert "<lichtfeld>" not in answer["traceback"]
    assert lf.plugins.invoke("one.ends")["error_type"] == "SystemExit"
    assert manager.get_state("one") == PluginState.ACTIVE
    log = home.log("one")
    assert "capability 'one.fails' failed" in log and "LookupError: not here" in log


def test_an_interrupt_is_not_an_answer(manager):
    def handler(args):
        raise KeyboardInterrupt

    lf.plugins.register_capability("app.stop", handler)
    with pytest.raises(KeyboardInterrupt):
        lf.plugins.invoke("app.stop")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ({}, "missing: 'radius'"),
        ({"radius": "3"}, "'radius' must be of type number, not str"),
        ({"radius": True}, "'radius' must be of type number, not bool"),
        ({"radius": 1, "mode": "slow"}, "'mode' must be one of 'fast', 'exact', not 'slow'"),
        ({"radius": 1, "count": 1.5}, "'count' must be of type integer, not float"),
        ([1], "the arguments must be a dict by name"),
        ({1: 2}, "the arguments must be a dict by name"),
    ],
)
def test_arguments_that_the_schema_refuses_do_not_reach_the_handler(manager, args, told):
    called = []
    schema = CapabilitySchema(
        properties={
            "radius": {"type": "number"},
            "count": {"type": "integer"},
            "mode": {"enum": ["fast", "exact"]},
        },
        required=["radius"],
    )
    lf.plugins.register_capability("app.blur", called.append, schema=schema)
    answer = lf.plugins.invoke("app.blur", args)
    assert answer["error_type"] == "CapabilityArgumentError" and told in answer["error"]
    assert called == []
    assert lf.plugins.invoke("app.blur", {"radius": 1, "count": 2.0, "more": None})["success"]
    assert len(called) == 1


@pytest.mark.parametrize("by_broker", [True, False], ids=["broker", "function"])
def test_a_circle_is_found(manager, by_broker):
    def to(name):
        def handler(args, context):
            answer = context.capabilities.invoke(name) if by_broker else lf.plugins.invoke(name)
            return answer

        return handler

    lf.plugins.register_capability("a", to("b"))
    lf.plugins.register_capability("b", to("c"))
    lf.plugins.register_capability("c", to("b"))
    answer = lf.plugins.invoke("a")
    assert answer["error_type"] == "CircularCallError"
    assert answer["error"].endswith("b -> c -> b")
    assert lf.plugins.invoke("a")["error_type"] == "CircularCallError", "nothing is left of the first"


def test_a_circle_over_a_thread_is_found(manager):
    def handler(args, context):
        answers = []
        thread = threading.Thread(target=lambda: answers.append(context.capabilities.invoke("a")))
        thread.start()
        thread.join()
        return answers[0]

    lf.plugins.register_capability("a", handler)
    assert lf.plugins.invoke("a")["error_type"] == "CircularCallError"


def test_the_context_has_what_the_host_has(manager, monkeypatch):
    class Scene:
        nodes = 3

    seen = []

    def handler(args, context):
        seen.append(context)

    lf.plugins.register_capability("a", handler)
    lf.plugins.register_capability("b", handler, requires_gui=False)
    lf.plugins.invoke("a")
    assert isinstance(seen[0], PluginContext) and seen[0].scene is None and seen[0].view is None
    scene = Scene()
    monkeypatch.setattr(lf, "get_scene", lambda: scene, raising=False)
    monkeypatch.setattr(lf, "get_current_view", lambda: object(), raising=False)
    lf.plugins.invoke("a")
    lf.plugins.invoke("b")
    assert seen[1].scene.scene is scene and seen[1].scene.nodes == 3
    assert seen[1].view is not None and seen[2].view is None
    assert seen[1].capabilities.has("b") and not seen[1].capabilities.has("c")


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        (("", print), ValueError, "cannot be a capability's name"),
        (("a b", print), ValueError, "cannot be a capability's name"),
        (("a", 3), TypeError, "must be callable"),
        (("a", lambda x, y, z: 0), TypeError, "handler"),
        (("a", print, "", {"properties": {"x": {"type": "float"}}}), ValueError, "'float'"),
        (("a", print, "", {"properties": ["x"]}), TypeError, "properties must be a dict"),
        (("a", print, "", {"required": "x"}), TypeError, "required must be a list"),
        (("a", print, "", 3), TypeError, "CapabilitySchema"),
    ],
)
def test_what_cannot_be_registered_is_refused(manager, arguments, error, told):
    with pytest.raises(error, match=told):
        lf.plugins.register_capability(*arguments)
    assert lf.plugins.list_capabilities() == []


def test_an_error_names_the_nearest_name(one):
    assert lf.plugins.invoke("one.dubble")["error"].endswith("did you mean 'one.double'?")
