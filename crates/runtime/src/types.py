"""The classes that plugins derive from: Panel, Operator, Menu, and the values around them.

Each is a plain class with defaults, so that ``__init__`` of a plugin's class needs no call to
``super().__init__()``.
"""

import enum
import sys


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
    poll_dependencies = frozenset()
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

    # `document` is what is made of the `template`, a `lichtfeld.ui.rml.RmlDocument`; None without one.

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


class Operator:
    """An action that can be invoked by its id, by a button, a menu or ``lf.ui.ops.invoke``.

    Properties of ``lfs_plugins.props``, as attributes or as annotations, are what ``invoke`` may
    be given by name. Each invocation makes an instance of its own.
    """

    id = ""
    """Names the operator; made from module and class where empty."""
    label = ""
    description = ""
    options = frozenset()

    def __init_subclass__(cls, **others):
        super().__init_subclass__(**others)
        # Without lfs_plugins.props being imported there are no properties to adopt.
        props = sys.modules.get("lfs_plugins.props")
        if props is not None:
            props.adopt_annotations(cls)

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
    """A menu of a plugin: ``draw(layout)`` fills it when it is opened."""

    id = ""
    label = ""
    location = ""
    order = 100

    @classmethod
    def poll(cls, context):
        """Whether the menu is shown now."""
        return True

    def draw(self, layout):
        """Draws the entries."""


class Event:
    """An action of the user, as an operator's ``invoke`` and ``modal`` receive it."""

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
    props = sys.modules.get("lfs_plugins.props")
    return list(props.properties_of(cls)) if props is not None else []


def make_operator(cls, values):
    """Makes an instance whose properties have these values."""
    known = property_names(cls)
    for name in values:
        # Plain attributes that are no methods work as properties do.
        plain = hasattr(cls, name) and not callable(getattr(cls, name)) and not hasattr(Operator, name)
        if name not in known and not plain:
            raise TypeError(
                f"{cls.__qualname__} has no property {name!r}; it has {', '.join(known) or 'none'}"
            )
    made = cls()
    for name, value in values.items():
        setattr(made, name, value)
    return made


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
