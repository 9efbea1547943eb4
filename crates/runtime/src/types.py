"""The classes that plugins derive from: Panel, Operator, Menu, and the values around them.

Each is a plain class with defaults, so that ``__init__`` of a plugin's class needs no call to
``super().__init__()``.
"""

import enum

from _lichtfeld_property_group import PropertyGroup, properties_of


class PanelSpace(str, enum.Enum):
    """Where a panel is shown. A member and its name as a string mean the same."""

    SIDE_PANEL = "SIDE_PANEL"
    MAIN_PANEL_TAB = "MAIN_PANEL_TAB"
    SCENE_HEADER = "SCENE_HEADER"
    FLOATING = "FLOATING"
    DOCKABLE = "DOCKABLE"
    STATUS_BAR = "STATUS_BAR"
    VIEWPORT_OVERLAY = "VIEWPORT_OVERLAY"

    def __str__(self):
        return self.value


class PanelHeightMode(str, enum.Enum):
    """How high a panel is: as its content, or all that is left."""

    CONTENT = "content"
    FILL = "fill"

    def __str__(self):
        return self.value


class PanelOption(str, enum.Enum):
    """What a host may do differently with a panel."""

    DEFAULT_CLOSED = "DEFAULT_CLOSED"
    HIDE_HEADER = "HIDE_HEADER"

    def __str__(self):
        return self.value


class PollDependency(str, enum.Enum):
    """What of the application may change the answer of ``poll``. A panel here is asked whenever it might be
    drawn, so its answer follows anything."""

    SCENE = "SCENE"
    SELECTION = "SELECTION"
    TRAINING = "TRAINING"

    def __str__(self):
        return self.value


class Panel:
    """A panel of a plugin.

    Give it a ``label``, a ``space`` and a ``draw(layout)``; ``lichtfeld.register_class`` shows it.
    One instance is made, when the class is registered; what it keeps in ``self`` lasts until the
    plugin is unloaded.
    """

    id = ""
    """Names the panel; made from module and class where empty."""
    label = ""
    """Shown as its title."""
    space = PanelSpace.MAIN_PANEL_TAB
    parent = ""
    """The id of the panel it is a part of."""
    order = 100
    """Smaller numbers come first."""
    options = frozenset()
    """A set of ``PanelOption``."""
    poll_dependencies = frozenset(PollDependency)
    size = None
    """``(width, height)`` in pixels for a floating panel, or None."""
    template = ""
    """The RML file that the panel is made from, by its path from the module or the plugin's folder."""
    style = ""
    """RCSS that is added to the template's."""
    height_mode = PanelHeightMode.CONTENT
    update_interval_ms = 100
    """How often it is drawn without a reason, or ``on_update`` is called if it exists. Counts if the
    class itself sets one of the two, or has an ``on_update``."""
    update_policy = "interval"

    @classmethod
    def poll(cls, context):
        """Whether the panel is shown now."""
        return True

    def draw(self, layout):
        """Draws the panel: called on the UI thread, with a ``lichtfeld.plugins.Layout``."""

    # `document` is what is made of the `template`: by the host, which gives it to the panel
    # (`lichtfeld.ui.mount`), else a `lichtfeld.ui.rml.RmlDocument`. None without a template.

    def on_bind_model(self, context):
        """Called before the panel is made from its ``template``: bind the data that it shows."""

    def on_mount(self, document):
        """Called when the panel is first shown."""

    def on_unmount(self, document):
        """Called when the panel is taken away."""

    def on_update(self, document):
        """Called each ``update_interval_ms`` while the panel is shown; True: draw it again."""

    def on_scene_changed(self, document):
        """Called when the host's scene has changed; True: draw the panel again."""


class Operator(PropertyGroup):
    """An action that can be invoked by its id, by a button, a menu or ``lf.ui.ops.invoke``.

    Properties of ``lfs_plugins.props``, as attributes or as annotations, are what ``invoke`` may
    be given by name. Each invocation makes an instance of its own; ``get_instance()`` is one that all
    code of the plugin shares, and that no invocation uses.
    """

    id = ""
    """Names the operator; made from module and class where empty."""
    label = ""
    description = ""
    options = frozenset()

    @classmethod
    def poll(cls, context):
        """Whether the action is possible now."""
        return True

    def invoke(self, context, event):
        """Starts the action; by default runs ``execute``."""
        return self.execute(context)

    def execute(self, context):
        """Does the work. Returns ``{"FINISHED"}``, ``{"CANCELLED"}``, or a dict with ``status``."""
        return {"FINISHED"}

    def modal(self, context, event):
        """Goes on with an action that ``invoke`` left running with ``{"RUNNING_MODAL"}``."""
        return {"FINISHED"}

    def cancel(self, context):
        """Called when a running action is ended from outside."""


class Menu:
    """A menu of a plugin: ``draw(layout)`` fills it when it is opened, or ``menu_items()`` says what is in
    it."""

    id = ""
    label = ""
    location = ""
    order = 100

    @classmethod
    def poll(cls, context):
        """Whether the menu is shown now."""
        return True

    def draw(self, layout):
        """Draws the entries: by default those of ``menu_items``."""
        _draw_items(layout, self.menu_items())

    def menu_items(self):
        """Returns the entries as dicts, by their ``type``:

        - ``separator``
        - ``submenu``: ``label``, ``items``
        - ``operator``: ``operator_id``, ``label``
        - ``item``: ``label``, ``callback``, ``shortcut``, ``enabled``
        - ``toggle``: the same, and ``selected``

        ``callback()`` is called after a click.
        """
        return []


def _draw_items(layout, items):
    for item in items or ():
        kind = item.get("type")
        if kind not in _ITEMS:
            raise ValueError(f"menu_items: {kind!r} is not a type of item; there are {', '.join(_ITEMS)}")
        _ITEMS[kind](layout, item)


def _draw_submenu(layout, item):
    if layout.begin_menu(item["label"]):
        _draw_items(layout, item.get("items"))
        layout.end_menu()


def _draw_entry(layout, item):
    label, shortcut, enabled = item["label"], item.get("shortcut") or "", bool(item.get("enabled", True))
    layout.begin_disabled(not enabled)
    if item["type"] == "toggle":
        clicked, _ = layout.menu_item_toggle(label, shortcut, bool(item.get("selected")))
    else:
        clicked = layout.menu_item_shortcut(label, shortcut)
    layout.end_disabled()
    if clicked and item.get("callback") is not None:
        item["callback"]()


_ITEMS = {
    "separator": lambda layout, item: layout.separator(),
    "submenu": _draw_submenu,
    "operator": lambda layout, item: layout.operator_(item["operator_id"], item.get("label") or None),
    "item": _draw_entry,
    "toggle": _draw_entry,
}


class Event:
    """An action of the user, as an operator's ``invoke`` and ``modal`` receive it.

    ``type`` is a word such as ``LEFTMOUSE``, ``MOUSEMOVE``, ``WHEELUPMOUSE``, ``KEY_A`` or ``ESC``; ``value``
    is ``PRESS``, ``RELEASE`` or ``NOTHING``. What the host does not say is as below.
    """

    mouse_x = mouse_y = 0.0
    """The place of the pointer, in pixels of the viewport; ``mouse_region_x`` of the region below it."""
    mouse_region_x = mouse_region_y = 0.0
    delta_x = delta_y = 0.0
    """How far it has moved since the last event."""
    scroll_x = scroll_y = 0.0
    shift = ctrl = alt = False
    pressure = 1.0
    """Of a pen; 1 for a mouse."""
    over_gui = False
    key_code = 0

    def __init__(self, type="NONE", value="NOTHING", **details):
        self.type = type
        self.value = value
        self.__dict__.update(details)

    def __repr__(self):
        return f"Event(type={self.type!r}, value={self.value!r})"


class OperatorResult:
    """How an operator ended, whether it returned ``{"FINISHED"}`` or a dict with ``status``.

    ``result.status`` is the word; ``"FINISHED" in result`` and ``result == {"FINISHED"}`` test it. As
    a truth value it is False for CANCELLED. Other items of the dict are in ``result.data``, and are attributes.
    """

    STATUSES = ("FINISHED", "CANCELLED", "RUNNING_MODAL", "PASS_THROUGH")

    def __init__(self, status, data=None):
        self.status = status
        self.data = dict(data or {})

    def __bool__(self):
        return self.status != "CANCELLED"

    @property
    def finished(self):
        return self.status == "FINISHED"

    @property
    def cancelled(self):
        return self.status == "CANCELLED"

    @property
    def running_modal(self):
        return self.status == "RUNNING_MODAL"

    def __getattr__(self, name):
        try:
            return self.__dict__["data"][name]
        except KeyError:
            raise AttributeError(
                f"the result of this operator has no {name!r}; it has "
                + ", ".join(["status", *self.__dict__.get("data", ())])
            ) from None

    def __getitem__(self, name):
        return self.status if name == "status" else self.data[name]

    def __contains__(self, status):
        return status == self.status

    def __iter__(self):
        return iter((self.status,))

    def __eq__(self, other):
        if isinstance(other, OperatorResult):
            return self.status == other.status and self.data == other.data
        if isinstance(other, (set, frozenset)):
            return other == {self.status}
        if isinstance(other, dict):
            return other == {"status": self.status, **self.data}
        return NotImplemented

    __hash__ = None

    def __repr__(self):
        return f"OperatorResult({self.status!r}, {self.data!r})"


def property_names(cls):
    """Returns the names of a class's properties, in order."""
    return list(properties_of(cls))


def make_operator(cls, values, plugin=None):
    """Makes an instance whose properties have these values. Of a plugin that is treated leniently unknown
    names are left out."""
    known = property_names(cls)
    ignored = set()
    for name in values:
        # Plain attributes that are no methods work as properties do.
        plain = hasattr(cls, name) and not callable(getattr(cls, name)) and not hasattr(Operator, name)
        if name not in known and not plain:
            if is_lenient(plugin, "operator_keywords"):
                ignored.add(name)
                continue
            raise TypeError(
                f"{cls.__qualname__} has no property {name!r}; it has {', '.join(known) or 'none'}"
            )
    made = cls()
    for name, value in values.items():
        if name not in ignored:
            setattr(made, name, value)
    return made


def is_lenient(plugin, switch):
    """Returns whether a plugin is treated leniently; see ``lfs_plugins.compat.set_leniency``. Imported only
    when something is wrong."""
    from lfs_plugins import _leniency

    return _leniency.applies(plugin, switch)


def make_event(event, value, details):
    """Returns an event as it is, or makes one from its type."""
    return Event(event, value, **details) if isinstance(event, str) else event


def operator_result(where, value):
    """Returns the result of ``where`` as an OperatorResult; raises TypeError if it has neither form."""
    data = {}
    if isinstance(value, OperatorResult):
        return value
    if isinstance(value, dict):
        data = dict(value)
        status = data.pop("status", None)
        status = getattr(status, "value", status)
        words = {str(status).upper()}
    elif isinstance(value, (set, frozenset)):
        words = {str(getattr(word, "value", word)).upper() for word in value}
    else:
        words = set()
    status = next(iter(words), None) if len(words) == 1 else None
    if status not in OperatorResult.STATUSES:
        raise TypeError(
            f"{where} returned {value!r}; return {{'FINISHED'}}, {{'CANCELLED'}}, "
            "{'RUNNING_MODAL'} or {'PASS_THROUGH'}, or a dict with one of them as 'status'"
        )
    return OperatorResult(status, data)
