"""The classes that plugins derive from: Panel, Operator, Menu, and the values around them.

Each is a plain class with defaults, so that ``__init__`` of a plugin's class needs no call to
``super().__init__()``.
"""

import enum


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
    style = ""
    height_mode = PanelHeightMode.CONTENT
    update_interval_ms = 100
    """How often it is drawn without a reason, where ``update_policy`` is ``"interval"``."""
    update_policy = "interval"

    @classmethod
    def poll(cls, context):
        """Whether the panel is shown now."""
        return True

    def draw(self, layout):
        """Draws the panel: called on the UI thread, with a ``lichtfeld.plugins.Layout``."""

    def on_bind_model(self, context):
        """Called once before a retained panel is made."""

    def on_mount(self, document):
        """Called when the panel is first shown."""

    def on_unmount(self, document):
        """Called when the panel is taken away."""

    def on_update(self, document):
        """Called before each drawing."""

    def on_scene_changed(self, document):
        """Called when the host's scene has changed."""


class Operator:
    """An action that can be invoked by its id, by a button, a menu or ``lf.ui.ops.invoke``."""

    id = ""
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
    """Something the user did, as an operator's ``invoke`` and ``modal`` are given it."""

    def __init__(self, type="NONE", value="NOTHING", **details):
        self.type = type
        self.value = value
        self.__dict__.update(details)

    def __repr__(self):
        return f"Event(type={self.type!r}, value={self.value!r})"
