"""Does with a plugin all that a user can do: loads it, draws each panel, presses each control once,
runs its operators, tools, handlers and hooks, and unloads it.

``Drive(application, manager).run(name)`` returns a ``Record`` of what was shown and what went wrong. The
same plugin gives the same record in the application's process and in one of its own.
"""

import dataclasses
import re
import sys
import time

import lichtfeld as lf
from lfs_plugins.tools import ToolRegistry

MOST_PRESSES = 400
"""So many controls of one panel are pressed: one that makes new controls at each press has no end."""

_CLICKED = {"button", "color_button", "radio", "selectable", "menu_item"}
_OPENED = {"header", "tree", "menu"}
_LATE = 0.25
"""A frame of a worker that took so many seconds is the one before, unless it came at the last moment."""
_EVENTS = (("MOUSEMOVE", "NOTHING"), ("LEFTMOUSE", "PRESS"), ("LEFTMOUSE", "RELEASE"), ("ESC", "PRESS"))


@dataclasses.dataclass
class Record:
    """What a plugin did."""

    loads: bool = False
    active: bool = False
    panels: list = dataclasses.field(default_factory=list)
    hidden: list = dataclasses.field(default_factory=list)
    pressed: list = dataclasses.field(default_factory=list)
    shown: list = dataclasses.field(default_factory=list)
    """The text of each panel, before anything and after all of its controls were pressed."""
    operators: list = dataclasses.field(default_factory=list)
    drawn: list = dataclasses.field(default_factory=list)
    called: int = 0
    """How many of its functions the training has called."""
    report: object = None
    errors: list = dataclasses.field(default_factory=list)
    """``(message, file, line)``, without doubles."""
    warnings: list = dataclasses.field(default_factory=list)
    left: list = dataclasses.field(default_factory=list)
    """What was there after the plugin was unloaded."""
    missed: list = dataclasses.field(default_factory=list)
    """Names that it asked for, and that neither the application nor the plugin system has."""

    def error(self, message, file="", line=0):
        if (message, file, line) not in self.errors:
            self.errors.append((message, file, line))


class Drive:
    """Uses one plugin after the other."""

    def __init__(self, application, manager, in_worker, patience=60.0, log=lambda name: ""):
        self.application, self.manager, self.in_worker = application, manager, in_worker
        self.patience = patience
        self._log = log

    def run(self, name):
        record = Record()
        self._module = "lfs_plugins." + re.sub("[-.]", "_", name)
        before = self._registered()
        self._load(name, record)
        if record.active:
            self._use(name, record)
        try:
            self.manager.unload(name)
        except Exception as error:
            record.error(f"unload: {type(error).__name__}: {error}")
        self.application.pump()
        now = self._registered()
        record.left = sorted(f"{kind} {one}" for kind in now for one in now[kind] - before[kind])
        known = {message for message, *_ in record.errors}
        for message, file, line in errors_in(self._log(name)):
            if file or message not in known:
                record.error(message, file, line)
        return record

    def _load(self, name, record):
        try:
            record.loads = self.manager.load(name)
        except Exception as error:
            record.error(f"{type(error).__name__}: {error}")
        state = self.manager.get_state(name)
        record.active = record.loads and state is not None and state.value == "active"
        if not record.active:
            message = self.manager.get_error(name) or ""
            found = re.match(r"(.*?):(\d+):(?:\d+:)? (.*)", message, re.DOTALL)
            record.error(*((found[3], found[1], int(found[2])) if found else (message or "it was not loaded",)))

    def _use(self, name, record):
        steps = [self._panels, self._menus, self._operators, self._tools, self._application, self._hooks]
        for step in steps:
            try:
                step(name, record)
            except Exception as error:
                record.error(f"{step.__name__.strip('_')}: {type(error).__name__}: {error}")
            self.application.pump()
        self._ask(record)
        # Once more, with all that has changed.
        for panel in record.panels:
            self._show(panel, record)

    def _ask(self, record):
        """Keeps what ``report()`` of a plugin returns, if it has one; None means: not yet."""
        function = getattr(sys.modules.get(self._module), "report", None)
        if function is not None:
            record.report = self._until(function)

    # Panels. ------------------------------------------------------------------------------------

    def _panels(self, name, record):
        for panel in self._panels_of(name):
            if not lf.ui.poll(panel):
                record.hidden.append(panel)
                continue
            record.panels.append(panel)
            self._show(panel, record)
            self._press_all(panel, record, lf.ui.draw_panel)

    def _menus(self, name, record):
        for menu in lf.ui.menus():
            self._settle(menu, lf.ui.draw_menu, record)
            self._press_all(menu, record, lf.ui.draw_menu)

    def _panels_of(self, name):
        spaces = [space.value for space in lf.ui.PanelSpace]
        found = [panel for space in spaces for panel in lf.ui.get_panel_names(space)]
        return [panel for panel in found if panel != "compat.hooks"]

    def _show(self, panel, record):
        try:
            frame = self._settle(panel, lf.ui.draw_panel, record)
        except KeyError:
            return
        record.shown.append((panel, lf.ui.render_text(frame, 100)))

    def _settle(self, panel, draw, record):
        """Draws until nothing changes any more; returns the frame."""
        deadline = time.monotonic() + self.patience
        last = None
        while True:
            self.application.pump()
            begun = time.monotonic()
            frame = draw(panel)
            self._note(panel, frame, record)
            if self.in_worker and time.monotonic() - begun > _LATE:
                # The new one has been asked for, and the panel is due when it has come.
                self._until(lambda: panel in lf.ui.due() or None, 5.0)
            elif frame == last and (frame["widgets"] or "error" in frame):
                return frame
            if time.monotonic() > deadline:
                return frame
            last = frame

    def _note(self, panel, frame, record):
        error = frame.get("error")
        if error:
            where = error.get("location") or {}
            record.error(f"{error['exception']}: {error['message']}", where.get("file", ""), where.get("line", 0))
        for warning in frame.get("warnings", ()):
            where = warning.get("location") or {}
            found = warning["message"], where.get("file", ""), where.get("line", 0)
            if found not in record.warnings:
                record.warnings.append(found)

    def _press_all(self, panel, record, draw):
        done = set()
        while len(done) < MOST_PRESSES:
            try:
                frame = self._settle(panel, draw, record)
            except KeyError:  # It has unregistered its panel.
                return
            control = next((one for one in frame["widgets"] if one["id"] not in done and _input_for(one)), None)
            if control is None:
                return
            done.add(control["id"])
            if control.get("disabled"):
                continue
            lf.ui.push_input(panel, {"widget": control["id"], **_input_for(control)})
            record.pressed.append((panel, control["kind"], control.get("label") or control.get("name") or ""))

    # Operators, tools, and what the application calls. --------------------------------------------

    def _operators(self, name, record):
        for operator in lf.ui.ops.list():
            result = self._operator(operator, record)
            record.operators.append((operator, result))

    def _operator(self, operator, record):
        if not lf.ui.ops.poll(operator):
            return ["not possible"]
        words = []
        try:
            words.append(lf.ui.ops.invoke(operator).status)
            for type_, value in _EVENTS:
                if not lf.ui.ops.is_running(operator):
                    break
                event = lf.ui.Event(type_, value, mouse_x=12.0, mouse_y=24.0)
                result = lf.ui.ops.modal(operator, event)
                words.append(None if result is None else result.status)
            if lf.ui.ops.is_running(operator):
                words.append(f"cancelled: {lf.ui.ops.cancel(operator)}")
        except Exception as error:
            words.append(f"{type(error).__name__}: {error}")
            record.error(f"operator {operator}: {type(error).__name__}: {error}")
        return words

    def _tools(self, name, record):
        for tool in [one.id for one in ToolRegistry.get_all()]:
            record.operators.append((f"tool {tool}", [ToolRegistry.set_active(tool)]))
            seen = getattr(sys.modules.get(self._module), "active_tools", None)
            if seen is not None:
                # A worker gets the state of the application a little later.
                self._until(lambda: tool in seen() or None)
            self.application.pump()
            ToolRegistry.clear_active()
            lf.ui.ops.cancel_modal()

    def _application(self, name, record):
        self.application.change_scene()
        record.drawn += self.application.draw_view()
        record.called = self.application.train(3)
        self.application.api_select_node("statue")

    def _hooks(self, name, record):
        if lf.ui.get_hook_points():
            self._show("compat.hooks", record)
            self._press_all("compat.hooks", record, lf.ui.draw_panel)
            self._show("compat.hooks", record)

    # ----------------------------------------------------------------------------------------------

    def _registered(self):
        """All that plugins can leave in the application, by kind."""
        return {
            "panel": set(self._panels_of("")),
            "menu": set(lf.ui.menus()),
            "operator": set(lf.ui.ops.list()),
            "tool": {tool.id for tool in ToolRegistry.get_all()},
            "capability": {one["name"] for one in lf.plugins.list_capabilities()},
            "draw handler": {str(one) for one in self.application.draw_view()},
            "handler": {"of the training"} if lf.call_handlers("post_step", None) else set(),
            "module": {one for one in sys.modules if one == self._module or one.startswith(self._module + ".")},
            # What was imported from an environment stays, and so does the environment's directory.
            "path": {one for one in sys.path if "/envs/" not in one.replace("\\", "/")},
        }

    def _until(self, asked, patience=None):
        """Asks until the answer is not None, or for as long as patience lasts."""
        deadline = time.monotonic() + (patience or self.patience)
        while True:
            self.application.pump()
            answer = asked()
            if answer is not None or time.monotonic() > deadline:
                return answer
            time.sleep(0.005)


def _input_for(widget):
    """Returns what a user may do with a widget, or None if nothing."""
    kind = widget["kind"]
    if kind in _CLICKED:
        return {"click": "primary"}
    if kind in _OPENED:
        return None if widget.get("open") else {"open": True}
    value = widget.get("value")
    if kind == "checkbox":
        return {"set": not value}
    if kind == "number":
        numbers = value if isinstance(value, list) else [value]
        low, high = widget.get("min"), widget.get("max")
        changed = [(low if number != low else high) if None not in (low, high) else number + 1 for number in numbers]
        return {"set": changed if isinstance(value, list) else changed[0]}
    if kind in ("text_input", "path_input"):
        return {"set": "typed"}
    if kind == "choice":
        items = widget.get("items") or []
        return {"set": (value + 1) % len(items)} if items else None
    if kind == "color":
        return {"set": [0.25] * len(value)}
    return None


_STAMP = re.compile(r"^\S+Z (?:debug|info|warn|error) ")
_FILE = re.compile(r'\s*File "([^"]+)", line (\d+)')
_RAISED = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Exit|Interrupt|Expired)\b")


def errors_in(log):
    """Returns ``(message, file, line)`` of each traceback of a log; the line is the last one of a plugin."""
    found, place = [], None
    for line in log.splitlines():
        line = _STAMP.sub("", line)
        named = _FILE.match(line)
        if named:
            of_plugin = re.search(r"[/\\]plugins[/\\]", named[1])
            place = (named[1], int(named[2])) if of_plugin else place or ("", 0)
        elif place is not None and _RAISED.match(line):
            found.append((line.strip(), *place))
            place = None
    return found
