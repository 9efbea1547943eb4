"""Tools of the viewport: what plugins and the host have registered, and the active one.

A host shows ``ToolRegistry.get_all()`` in its toolbar and calls ``set_active(tool_id)``. Everybody follows
the active tool by ``RuntimeState.active_tool`` and ``active_submode``. The registry is that of the
application, also for a plugin in a process of its own.
"""

from __future__ import annotations

import dataclasses
import sys
import threading
from typing import Any, Optional

import lichtfeld as _lf
import lichtfeld.plugins as _native

from .op_context import get_context
from .tool_defs.definition import PivotModeDef, SubmodeDef, ToolDef
from .ui.signals import batch
from .ui.store import RuntimeState

__all__ = ["ToolRegistry", "register", "unregister"]

#: So many tools may a plugin in a process of its own register.
MOST_TOOLS = 1000


class _Entry:
    """A registered tool."""

    def __init__(self, tool: ToolDef, peer: Any) -> None:
        self.tool = tool
        self.peer = peer
        self.belonging: Optional[_native.Belonging] = None


class ToolRegistry:
    """All tools. It has no objects: ``ToolRegistry.register_tool(tool)``."""

    _entries: dict[str, _Entry] = {}
    _lock = threading.RLock()

    @classmethod
    def register_tool(cls, tool: ToolDef) -> None:
        """Registers a tool, or replaces the one of its id. It is removed with the calling plugin.

        Raises TypeError if it is no ``ToolDef``, ValueError if it has no id.
        """
        if not isinstance(tool, ToolDef):
            raise TypeError(f"register_tool takes a ToolDef, not {tool!r:.99}")
        if not tool.id:
            raise ValueError("a tool needs an id, such as 'my_plugin.measure'")
        if _native._is_worker():
            _ask("register", _fields(tool), tool.poll, tool.selected, lambda: None)
            return
        # Not by `poll`, which may be another plugin's or nobody's.
        cls._enter(_Entry(tool, None), tool.poll if tool.poll is not None else cls.register_tool)

    @classmethod
    def _enter(cls, entry: _Entry, of_plugin: Any) -> None:
        def release() -> None:
            cls._remove(entry)

        with cls._lock:
            before = cls._entries.get(entry.tool.id)
            cls._entries[entry.tool.id] = entry
        if before is not None:
            _forget(before)
        entry.belonging = _native._belonging(of_plugin, release, f"tool {entry.tool.id!r}", False)

    @classmethod
    def _remove(cls, entry: _Entry) -> None:
        with cls._lock:
            if cls._entries.get(entry.tool.id) is not entry:
                return
            del cls._entries[entry.tool.id]
        _forget(entry)
        if cls.get_active_id() == entry.tool.id:
            cls.clear_active()

    @classmethod
    def unregister_tool(cls, tool_id: str) -> None:
        """Removes a tool; an unknown one is no mistake. If it was the active one, there is none then."""
        if _native._is_worker():
            _ask("unregister", tool_id)
            return
        entry = cls._entries.get(tool_id)
        if entry is not None:
            cls._remove(entry)

    @classmethod
    def get(cls, tool_id: str) -> Optional[ToolDef]:
        """Returns a tool by its id, or None."""
        if _native._is_worker():
            return _tool(_ask("get", tool_id))
        entry = cls._entries.get(tool_id)
        return None if entry is None else entry.tool

    @classmethod
    def get_all(cls) -> list[ToolDef]:
        """Returns all tools: by group, order and id."""
        if _native._is_worker():
            tools = [tool for answer in _ask("get_all") if (tool := _tool(answer)) is not None]
        else:
            tools = [entry.tool for entry in list(cls._entries.values())]
        return sorted(tools, key=lambda tool: (tool.group, tool.order, tool.id))

    @classmethod
    def set_active(cls, tool_id: str) -> bool:
        """Makes a tool the active one and invokes its operator. Returns whether that was possible.

        It is not if there is no such tool, if its ``poll`` says so, or if its operator was cancelled or
        has failed, which the log says. The tool before stays active then.
        """
        if _native._is_worker():
            return bool(_ask("set_active", tool_id))
        tool = cls.get(tool_id)
        if tool is None or not tool.can_activate(get_context()):
            return False
        if tool.operator:
            try:
                if not _lf.ui.ops.invoke(tool.operator):
                    return False
            except Exception as error:
                _native._log_failure(None, f"tool {tool_id!r} cannot be activated: {tool.operator}: {error}")
                return False
        if not tool.action_only:
            with batch():
                RuntimeState.active_tool.value = tool_id
                RuntimeState.active_submode.value = tool.submodes[0].id if tool.submodes else ""
            _tell_host(tool_id)
        return True

    @classmethod
    def clear_active(cls) -> None:
        """Makes no tool the active one."""
        if _native._is_worker():
            _ask("clear_active")
            return
        with batch():
            RuntimeState.active_tool.value = ""
            RuntimeState.active_submode.value = ""
        _tell_host("")

    @classmethod
    def get_active(cls) -> Optional[ToolDef]:
        """Returns the active tool, or None."""
        return cls.get(cls.get_active_id())

    @classmethod
    def get_active_id(cls) -> str:
        """Returns the id of the active tool, or an empty text."""
        if _native._is_worker():
            return str(_ask("active"))
        return RuntimeState.active_tool.peek()

    @classmethod
    def sync_native_active(cls) -> None:
        """Takes the active tool over from the host's own ``lichtfeld.ui.get_active_tool()``, if it has one."""
        of_host = _of_host("get_active_tool")
        if of_host is not None:
            RuntimeState.active_tool.value = str(of_host() or "")

    @classmethod
    def clear(cls) -> None:
        """Removes all tools; in a process of a plugin those of this plugin."""
        if _native._is_worker():
            _ask("clear")
            return
        for entry in list(cls._entries.values()):
            cls._remove(entry)
        cls.clear_active()


def register() -> None:
    """Makes the host's ``builtin.select`` the active tool, if it has it."""
    ToolRegistry.set_active("builtin.select")


def unregister() -> None:
    """Removes all tools."""
    ToolRegistry.clear()


def _forget(entry: _Entry) -> None:
    belonging, entry.belonging = entry.belonging, None
    if belonging is not None:
        belonging.forget()


def _of_host(name: str) -> Any:
    """Returns a function of the host's ``lichtfeld.ui``, or None if it has none of its own."""
    found = getattr(_lf.ui, name, None)
    return None if getattr(found, "_lichtfeld_fallback", False) else found


def _tell_host(tool_id: str) -> None:
    set_active_tool = _of_host("set_active_tool")
    if set_active_tool is not None:
        set_active_tool(tool_id)


def _fields(tool: ToolDef) -> dict[str, Any]:
    fields = {field.name: getattr(tool, field.name) for field in dataclasses.fields(tool)}
    del fields["poll"], fields["selected"]
    fields["submodes"] = [vars(one) for one in tool.submodes]
    fields["pivot_modes"] = [vars(one) for one in tool.pivot_modes]
    return fields


def _tool(answer: Any) -> Optional[ToolDef]:
    """Returns the tool that the application has answered with, or that a worker registers."""
    if answer is None:
        return None
    fields, poll, selected = answer
    modes = {
        "submodes": tuple(SubmodeDef(**one) for one in fields["submodes"]),
        "pivot_modes": tuple(PivotModeDef(**one) for one in fields["pivot_modes"]),
    }
    return ToolDef(**{**fields, **modes, "poll": poll, "selected": selected})


def _ask(what: str, *values: Any) -> Any:
    modules: Any = sys.modules["_lichtfeld_host_modules"]
    return modules.ask_service("tools", what, *values)


def _check(fields: Any) -> None:
    """Raises TypeError for what is no tool."""
    kinds = {bool: bool, int: int, str: str}
    if type(fields) is not dict or not all(type(fields.get(name)) is list for name in ("submodes", "pivot_modes")):
        raise TypeError("a tool is a dict")
    for field in dataclasses.fields(ToolDef):
        kind = kinds.get(type(field.default), str)
        if field.name in ("poll", "selected", "submodes", "pivot_modes"):
            continue
        if type(fields.get(field.name)) is not kind:
            raise TypeError(f"ToolDef.{field.name} must be a {kind.__name__}, not {fields.get(field.name)!r:.99}")
    for one in (*fields["submodes"], *fields["pivot_modes"]):
        if type(one) is not dict or not all(type(value) is str for value in one.values()):
            raise TypeError("modes of a tool are dicts of texts")


def answer(peer: Any, what: str, *values: Any) -> Any:
    """Answers a plugin in a process of its own. Raises TypeError or ValueError for what it may not do."""
    registry = ToolRegistry
    if what == "register":
        fields, poll, selected, of_plugin = values
        _check(fields)
        if sum(entry.peer is peer for entry in list(registry._entries.values())) >= MOST_TOOLS:
            raise ValueError(f"a plugin has at most {MOST_TOOLS} tools")
        tool = _tool((fields, poll, selected))
        if tool is not None:
            registry._enter(_Entry(tool, peer), of_plugin)
        return None
    if what == "clear":
        for entry in list(registry._entries.values()):
            if entry.peer is peer:
                registry._remove(entry)
        return None
    if what == "get_all":
        return [(_fields(tool), tool.poll, tool.selected) for tool in registry.get_all()]
    if what == "clear_active":
        return registry.clear_active()
    if what == "active":
        return registry.get_active_id()
    (tool_id,) = values
    if type(tool_id) is not str:
        raise TypeError("the id of a tool is a text")
    if what == "get":
        found = registry.get(tool_id)
        return None if found is None else (_fields(found), found.poll, found.selected)
    if what == "set_active":
        return registry.set_active(tool_id)
    if what == "unregister":
        known = registry._entries.get(tool_id)
        if known is not None and known.peer is not peer:
            raise PermissionError(f"tool {tool_id!r} is not this plugin's")
        return registry.unregister_tool(tool_id)
    raise ValueError(f"{what!r:.99} is nothing to do with tools")
