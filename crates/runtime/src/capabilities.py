"""Capabilities: the arguments of a handler, and its answer.

The Rust side calls this file and knows all registrations; ``native`` has its functions.
Everything public here is ``lfs_plugins.capabilities``.
"""

import contextlib
import contextvars
import copy
import dataclasses
import functools
import inspect
import traceback
from typing import Any, Callable, Optional

native: Any = None  # set by the Rust side: register, unregister, unregister_all, invoke, find, all

#: The names of the capabilities that are at work in this context, the first caller's first.
_chain: contextvars.ContextVar = contextvars.ContextVar("lichtfeld_capabilities", default=())

_TYPES = {
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "array": (list, tuple),
    "object": dict,
    "null": type(None),
}


@dataclasses.dataclass
class CapabilitySchema:
    """The arguments of a capability: ``properties`` as in JSON Schema, and which are ``required``."""

    properties: dict = dataclasses.field(default_factory=dict)
    required: list = dataclasses.field(default_factory=list)

    def to_dict(self) -> dict:
        """Returns it as a JSON Schema."""
        return {"type": "object", "properties": dict(self.properties), "required": list(self.required)}


@dataclasses.dataclass(frozen=True)
class Capability:
    """A registered capability."""

    name: str
    description: str = ""
    schema: Optional[dict] = None
    plugin_name: Optional[str] = None
    requires_gui: bool = True
    handler: Optional[Callable] = None


class _Forwarding:
    """Stands for an object of the host: its attributes are that object's."""

    def __init__(self, target):
        self._target = target

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._target, name)

    def __repr__(self):
        return f"{type(self).__name__}({self._target!r})"


class SceneContext(_Forwarding):
    """The host's scene, as ``lichtfeld.get_scene()`` returns it; ``scene`` is that object."""

    @property
    def scene(self):
        """The host's own object."""
        return self._target


class ViewContext(_Forwarding):
    """What the window shows, as ``lichtfeld.get_current_view()`` returns it; ``view`` is that
    object."""

    @property
    def view(self):
        """The host's own object."""
        return self._target


class CapabilityBroker:
    """Calls other capabilities from within a handler, and detects circular calls."""

    def __init__(self, registry=None, chain=()):
        # There is one registry; older code names it.
        self._calls = tuple(chain)

    def has(self, name: str) -> bool:
        """Returns whether this capability exists now."""
        return native.find(name) is not None

    def invoke(self, name: str, args: Optional[dict] = None) -> dict:
        """Calls a capability; see ``CapabilityRegistry.invoke``."""
        # On another thread the context variable does not have the calls that led here.
        token = _chain.set(max(self._calls, _chain.get(), key=len))
        try:
            return native.invoke(name, args)
        finally:
            _chain.reset(token)

    def list_all(self) -> list:
        """Returns the names of all capabilities, in order."""
        return [one.name for one in CapabilityRegistry.instance().list_all()]


@dataclasses.dataclass
class PluginContext:
    """The second argument of a handler.

    ``scene`` and ``view`` are None where the host has none; ``view`` also where the capability was
    registered with ``requires_gui=False``.
    """

    scene: Optional[SceneContext] = None
    view: Optional[ViewContext] = None
    capabilities: CapabilityBroker = dataclasses.field(default_factory=CapabilityBroker)

    @classmethod
    def build(cls, registry: Any = None, include_view: bool = True) -> "PluginContext":
        """Returns a context of now, as a handler would receive it; without ``view`` if it is not included."""
        return _Context((), include_view)


def _of_host(function, wrapper):
    import lichtfeld

    get = getattr(lichtfeld, function, None)
    found = None if get is None else get()
    return None if found is None else wrapper(found)


class _Context(PluginContext):
    """The context of one call. The application is asked for what the handler uses: in a process of a
    plugin each question takes time."""

    def __init__(self, chain, requires_gui):
        self.capabilities = CapabilityBroker(chain=chain)
        self._requires_gui = requires_gui

    @functools.cached_property
    def scene(self):
        return _of_host("get_scene", SceneContext)

    @functools.cached_property
    def view(self):
        return _of_host("get_current_view", ViewContext) if self._requires_gui else None


class CapabilityRegistry:
    """All capabilities: ``CapabilityRegistry.instance()``."""

    _instance: Optional["CapabilityRegistry"] = None

    @classmethod
    def instance(cls) -> "CapabilityRegistry":
        """Returns the only instance."""
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    def register(
        self,
        name: str,
        handler: Callable,
        description: str = "",
        schema: Any = None,
        plugin_name: Optional[str] = None,
        requires_gui: bool = True,
    ) -> None:
        """Offers a capability; see ``lichtfeld.plugins.register_capability``."""
        native.register(name, handler, description, schema, plugin_name, requires_gui)

    def unregister(self, name: str) -> bool:
        """Unregisters a capability. Returns False if the caller has none of that name."""
        return native.unregister(name)

    def unregister_all_for_plugin(self, plugin_name: str) -> int:
        """Unregisters all capabilities of a plugin. Returns their number."""
        return native.unregister_all(plugin_name)

    def invoke(self, name: str, args: Optional[dict] = None) -> dict:
        """Calls a capability; never raises for what goes wrong in it, see
        ``lichtfeld.plugins.invoke``."""
        return native.invoke(name, args)

    def get(self, name: str) -> Optional[Capability]:
        """Returns a capability by its name, or None."""
        found = native.find(name)
        return None if found is None else Capability(**found)

    def list_all(self) -> list:
        """Returns all capabilities, by name."""
        return [Capability(**found) for found in native.all()]

    def has(self, name: str) -> bool:
        """Returns whether this capability exists now."""
        return native.find(name) is not None


def checked_schema(schema):
    """Returns a copy of the schema of a registration, a JSON Schema as a dict, or None.

    Raises TypeError or ValueError if it is neither a ``CapabilitySchema`` nor a schema.
    """
    if schema is None:
        return None
    if isinstance(schema, CapabilitySchema):
        schema = schema.to_dict()
    if not isinstance(schema, dict):
        raise TypeError(f"schema must be a CapabilitySchema or a dict, not {schema!r}")
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(properties, dict) or not all(isinstance(one, dict) for one in properties.values()):
        raise TypeError('schema: properties must be a dict such as {"radius": {"type": "number"}}')
    if not isinstance(required, (list, tuple)) or not all(isinstance(one, str) for one in required):
        raise TypeError('schema: required must be a list of names such as ["radius"]')
    unknown = {
        kind for one in properties.values() for kind in _kinds(one) if kind not in _TYPES
    }
    if unknown:
        raise ValueError(f"schema: no such type: {', '.join(map(repr, sorted(map(str, unknown))))}")
    return copy.deepcopy(schema)


def arity(handler):
    """Returns how many arguments a handler takes: ``handler(args, context)``, or fewer."""
    try:
        signature = inspect.signature(handler)
    except (TypeError, ValueError):
        return 2  # a function without a signature
    for count in (2, 1, 0):
        try:
            signature.bind(*[None] * count)
        except TypeError:
            continue
        return count
    raise TypeError(f"a handler is called as handler(args, context), but {handler!r} takes {signature}")


def _kinds(rule):
    kinds = rule.get("type", [])
    return [kinds] if isinstance(kinds, str) else kinds


def _is(value, kind):
    if isinstance(value, bool) and kind in ("number", "integer"):
        return False
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    if kind == "array" and (isinstance(value, memoryview) or hasattr(value, "__array_interface__")):
        return True
    return isinstance(value, _TYPES[kind])


def _wrong(args, schema):
    """Returns what is wrong with the arguments, or None."""
    if not isinstance(args, dict) or not all(isinstance(name, str) for name in args):
        return "the arguments must be a dict by name"
    if not schema:
        return None
    rules = schema.get("properties", {})
    missing = [name for name in schema.get("required", ()) if name not in args]
    if missing:
        return f"missing: {', '.join(map(repr, missing))}"
    if schema.get("additionalProperties") is False:
        unknown = [name for name in args if name not in rules]
        if unknown:
            known = ", ".join(map(repr, rules))
            return f"unknown: {', '.join(map(repr, unknown))}; there are: {known}"
    for name, rule in rules.items():
        if name not in args:
            continue
        value, kinds = args[name], _kinds(rule)
        if kinds and not any(_is(value, kind) for kind in kinds):
            return f"{name!r} must be of type {' or '.join(kinds)}, not {type(value).__name__}"
        if "enum" in rule and value not in rule["enum"]:
            return f"{name!r} must be one of {', '.join(map(repr, rule['enum']))}, not {value!r}"
    return None


def failed(kind, message, trace=""):
    """Makes the answer of a call that did not succeed."""
    return {"success": False, "error": message, "error_type": kind, "traceback": trace}


def chain():
    """Returns the names of the capabilities whose calls have led to this thread."""
    return _chain.get()


@contextlib.contextmanager
def chained(names):
    """Lets this thread go on for a caller in another process, where these capabilities are at work."""
    token = _chain.set(tuple(name for name in names if type(name) is str))
    try:
        yield
    finally:
        _chain.reset(token)


def call(name, handler, count, args, schema, requires_gui, chain):
    """Calls a handler. Returns its answer as a dict, and the traceback if it raised.

    ``chain`` is that of the calling thread, which may be another one.
    """
    args = {} if args is None else args
    if name in chain:
        circle = " -> ".join((*chain[chain.index(name) :], name))
        return failed("CircularCallError", f"capabilities call each other in a circle: {circle}"), None
    wrong = _wrong(args, schema)
    if wrong is not None:
        return failed("CapabilityArgumentError", f"capability {name!r}: {wrong}"), None
    token = _chain.set((*chain, name))
    try:
        given = (dict(args),)
        if count == 2:
            given = (*given, _Context((*chain, name), requires_gui))
        answer = handler(*given[:count])
    except (Exception, SystemExit) as error:
        frames = error.__traceback__
        while frames is not None and frames.tb_frame.f_code.co_filename.startswith("<lichtfeld>/"):
            frames = frames.tb_next
        trace = "".join(traceback.format_exception(type(error), error, frames))
        return failed(type(error).__name__, str(error), trace), trace
    finally:
        _chain.reset(token)
    if answer is None:
        return {"success": True}, None
    if not isinstance(answer, dict):
        return {"success": True, "result": answer}, None
    return {"success": True, **answer}, None


for _class in (
    Capability,
    CapabilityBroker,
    CapabilityRegistry,
    CapabilitySchema,
    PluginContext,
    SceneContext,
    ViewContext,
):
    _class.__module__ = "lfs_plugins.capabilities"
