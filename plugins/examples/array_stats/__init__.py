"""Statistics of arrays: a plugin with a dependency, which offers a function to other plugins.

``array_stats.summarize(values)`` is a plain function for whoever imports the plugin;
the capability ``array_stats.summarize`` is the same for whoever does not.
"""

import lichtfeld as lf

from .statistics import summarize

__all__ = ["summarize"]

CAPABILITY = "array_stats.summarize"


def on_load():
    # A host that is too old for capabilities still has the function.
    if hasattr(lf.plugins, "register_capability"):
        lf.plugins.register_capability(
            CAPABILITY,
            _invoked,
            description="Mean, deviation, extremes and quartiles of a list of numbers",
            schema={
                "properties": {"values": {"type": "array", "items": {"type": "number"}}},
                "required": ["values"],
            },
            plugin_name="array_stats",
            requires_gui=False,
        )


def on_unload():
    if hasattr(lf.plugins, "unregister_capability"):
        lf.plugins.unregister_capability(CAPABILITY)


def _invoked(args, *_context):
    return summarize(args["values"])
