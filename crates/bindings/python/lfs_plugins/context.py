"""What a handler of a capability receives: ``handler(args, context)``."""

from .capabilities import CapabilityBroker, PluginContext, SceneContext, ViewContext

__all__ = ["CapabilityBroker", "PluginContext", "SceneContext", "ViewContext"]
