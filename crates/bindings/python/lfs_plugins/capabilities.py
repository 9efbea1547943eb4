"""Capabilities: functions with a name that plugins offer to each other and to the application.

``lichtfeld.plugins.register_capability``, ``invoke``, ``has_capability`` and ``list_capabilities``
are the short way; here is what a handler is given, and the registry as an object.
"""

import lichtfeld.plugins as _native

_capabilities = _native._capabilities()

Capability = _capabilities.Capability
CapabilityBroker = _capabilities.CapabilityBroker
CapabilityRegistry = _capabilities.CapabilityRegistry
CapabilitySchema = _capabilities.CapabilitySchema
PluginContext = _capabilities.PluginContext
SceneContext = _capabilities.SceneContext
ViewContext = _capabilities.ViewContext

__all__ = [
    "Capability",
    "CapabilityBroker",
    "CapabilityRegistry",
    "CapabilitySchema",
    "PluginContext",
    "SceneContext",
    "ViewContext",
]
