"""Capabilities with a schema, registered in both ways, which use the scene and each other."""

import lichtfeld as lf
from lfs_plugins.capabilities import CapabilityRegistry, CapabilitySchema
from lfs_plugins.context import PluginContext

NAME = "capability_filter.select"
SCHEMA = {"properties": {"limit": {"type": "number"}}, "required": ["limit"]}


def select(args, context: PluginContext):
    scene = context.scene.scene if context.scene is not None else None
    if scene is None:
        return {"success": False, "error": "no scene"}
    count = scene.total_gaussian_count
    twice = context.capabilities.invoke("capability_filter.twice", {"value": count})
    mask = lf.Tensor.full((40,), 1, "uint8")
    context.scene.set_selection_mask(mask)
    return {"success": True, "count": count, "twice": twice["value"], "limit": args["limit"], "fov": context.view.fov}


def twice(args, ctx):
    return {"value": 2 * args["value"]}


def fails(args, ctx):
    raise KeyError("on purpose")


def on_load():
    registry = CapabilityRegistry.instance()
    registry.register(
        name=NAME,
        handler=select,
        description="Selects",
        schema=CapabilitySchema(properties=SCHEMA["properties"], required=SCHEMA["required"]),
        plugin_name="capability_filter",
        requires_gui=True,
    )
    lf.plugins.register_capability("capability_filter.twice", twice, "Doubles", None, "capability_filter", False)
    lf.plugins.register_capability("capability_filter.fails", fails, plugin_name="capability_filter", requires_gui=False)


def on_unload():
    CapabilityRegistry.instance().unregister_all_for_plugin("capability_filter")


def report():
    good = lf.plugins.invoke(NAME, {"limit": 3})
    wrong = lf.plugins.invoke(NAME, {"limit": "three"})
    failed = lf.plugins.invoke("capability_filter.fails", {})
    mask = lf.get_scene().selection_mask
    return {
        "good": {key: good.get(key) for key in ("success", "count", "twice", "limit", "fov", "error")},
        "wrong": wrong["success"],
        "failed": (failed["success"], failed["error_type"]),
        "has": (lf.plugins.has_capability(NAME), lf.plugins.has_capability("nobody.has_this")),
        "mask": None if mask is None else mask.shape,
        "listed": sorted(one["name"] for one in lf.plugins.list_capabilities()),
    }
