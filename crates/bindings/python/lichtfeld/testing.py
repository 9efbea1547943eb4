"""Tests of panels without the application.

A probe draws a panel as a host would, clicks and types, and shows what a user would see::

    from lichtfeld.plugins.testing import PanelProbe

    def test_counts_clicks():
        probe = PanelProbe(MyPanel)
        probe.click("Click me")
        assert "Clicked: 1" in probe.text()

Inputs go the way they go in the application: into the next drawing, each once. A panel that raises
fails the test with its own traceback; a widget that is not there is an error that lists those that
are.
"""

import difflib
import os
import time

# Not `from lichtfeld import`: the application's module may have another name of its own.
import lichtfeld._elements as _elements
from lfs_plugins import _requests
from lichtfeld import ui
from lichtfeld._elements import Element, ElementNotFound
from lichtfeld.plugins import _PanelSession

__all__ = ["Answers", "Element", "ElementNotFound", "PanelFailed", "PanelProbe", "WidgetNotFound"]

#: A panel that still wants to be drawn after so many drawings never settles.
_MOST_DRAWINGS = 100

#: In the place of a widget: beside all of them.
_WHOLE_PANEL = "0" * 16

_CLICKABLE = {"button", "color_button", "radio", "selectable", "menu_item", "checkbox"}
_SETTABLE = {"checkbox", "number", "text_input", "path_input", "choice", "color"}
_EDITABLE = {"number", "text_input", "path_input", "color"}
_FOLDABLE = {"header", "tree", "menu", "popup", "window"}
_REQUESTS = (
    "open_file", "open_folder", "save_file", "message", "confirm", "input", "notify", "get_clipboard",
    "set_clipboard", "has_clipboard_image", "save_clipboard_image", "open_url", "reveal", "set_theme", "set_scale",
)  # fmt: skip


class PanelFailed(AssertionError):
    """``draw`` raised. The message is the traceback; ``error`` the frame's error."""

    def __init__(self, error):
        super().__init__("draw() raised:\n" + error["traceback"])
        self.error = error


class WidgetNotFound(LookupError):
    """There is no such widget, or more than one. The message lists what is there."""


class Answers:
    """Answers the dialogs of a plugin in a test, as a user would::

        with Answers(open_folder="/data", confirm="OK") as answers:
            my_plugin.import_folder()
        assert answers.asked[0]["title"] == "Select Folder"

    Each kind of request (see docs/dialogs.md) is answered by what was given for it, in that order; the last
    answer counts for all that follow. What was not given is answered as if the user had cancelled.
    """

    def __init__(self, **answers):
        #: What was asked, as dicts with the kind and all that belongs to it.
        self.asked = []
        self._prepared = {}
        for kind, value in answers.items():
            self.answer(kind, value)

    def answer(self, kind, value):
        """Prepares the answer to the next request of a kind, such as ``"open_folder"``: a path, the label of
        a button, a text, True or False, or None for a user who cancels."""
        if kind not in _REQUESTS:
            near = difflib.get_close_matches(kind, _REQUESTS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_REQUESTS)}"
            raise ValueError(f"{kind!r} is no kind of a request; {hint}")
        self._prepared.setdefault(kind, []).append(value)

    def ask(self, fields):
        """Called for each request: returns the answer."""
        self.asked.append(dict(fields))
        prepared = self._prepared.get(fields["kind"], [])
        value = prepared.pop(0) if len(prepared) > 1 else prepared[0] if prepared else None
        if fields["kind"] == "confirm" and value is not None and value not in fields["buttons"]:
            labels = ", ".join(map(repr, fields["buttons"]))
            raise ValueError(f"the question {fields['message']!r} has no button {value!r}; it has {labels}")
        return value if value is None or isinstance(value, bool) else os.fspath(value)

    def __enter__(self):
        _requests.probes.append(self)
        return self

    def __exit__(self, *error):
        _requests.probes.remove(self)


class PanelProbe:
    """Draws a panel and uses it as a user would.

    ``panel`` is a panel's class, of which one instance is made, or an instance, or anything with a
    method ``draw(layout)``; or the id of a panel of a plugin that is loaded, in whichever process.
    With ``check=False`` a panel that raises does not fail the test; its error is in ``probe.error``
    and in ``probe.text()``.
    """

    def __init__(self, panel, *, check=True):
        self._check = check
        self._frame = None
        self._answers = Answers()
        if isinstance(panel, str):
            self.panel = None
            self._session = _Loaded(panel)
            return
        self.panel = panel() if isinstance(panel, type) else panel
        if not callable(getattr(self.panel, "draw", None)):
            raise TypeError(f"{panel!r} is no panel: it has no method draw(layout)")
        kind = type(self.panel)
        label = getattr(self.panel, "label", "") or getattr(self.panel, "panel_label", "")
        self._session = _PanelSession(
            str(getattr(self.panel, "id", "") or f"{kind.__module__}.{kind.__qualname__}"),
            str(label or kind.__name__),
        )

    def answer(self, kind, value):
        """Prepares the answer to the next dialog that the panel opens while it draws: see ``Answers``. Returns
        the probe. Without an answer the user has cancelled."""
        self._answers.answer(kind, value)
        return self

    @property
    def asked(self):
        """What the panel has asked of the front end, as dicts with the kind and all that belongs to it."""
        return self._answers.asked

    def draw(self):
        """Draws, and draws again after an input, until nothing changes. Returns the probe."""
        with self._answers:
            return self._draw()

    def _draw(self):
        dropped = []
        for _ in range(_MOST_DRAWINGS):
            self._session.draw(self.panel)
            self._frame = self._session.frame()
            dropped += self._frame.get("dropped", ())
            if not self._session.wants_drawing():
                break
        else:
            raise PanelFailed(
                {"traceback": f"the panel still asks for a drawing after {_MOST_DRAWINGS} of them"}
            )
        if self._check and "error" in self._frame:
            raise PanelFailed(self._frame["error"])
        if dropped:
            raise ValueError("an input did not arrive: " + "; ".join(one["reason"] for one in dropped))
        return self

    @property
    def frame(self):
        """The last drawing: the frame as plain data (see docs/panels.md)."""
        if self._frame is None:
            self.draw()
        return self._frame

    @property
    def error(self):
        """Why the last drawing failed: exception, message, traceback, location; None if it did not."""
        return self.frame.get("error")

    @property
    def warnings(self):
        """What the panel's author should know of, as messages."""
        return [warning["message"] for warning in self.frame.get("warnings", ())]

    @property
    def labels(self):
        """The labels and texts of the last drawing, in order."""
        return [name for name in map(_name, self.frame["widgets"]) if name]

    def text(self, width=60):
        """The last drawing in characters, ``width`` columns wide."""
        if self._frame is None:
            self.draw()
        return self._session.text(width)

    def widget(self, label, *, kind=None, index=None):
        """The widget with this label (or text, or id), as a dict of the frame. Of a label
        ``Delete##2``, ``Delete`` and ``##2`` will do if no other widget has it.

        Where several have it, ``kind`` or ``index`` (from 0) says which.
        """
        kinds = None if kind is None else {kind}
        return self._find(label, kinds, index, "")

    @property
    def document(self):
        """The elements of a panel that is made from a template, as plain data; None for others."""
        return self.frame.get("document")

    def find(self, selector):
        """The one element that a selector such as ``#total`` or ``div.row > button`` means.

        Raises ElementNotFound, which lists the elements, if there is none or more than one.
        """
        return _elements.one(self, self._elements(), selector)

    def find_all(self, selector):
        """All elements that a selector means, in the order of the document."""
        return _elements.find_all(self, self._elements(), selector)

    def type(self, name, text):
        """Enters a text into a field, by its label, id or selector. Draws."""
        return self.set(name, str(text))

    def set_theme(self, theme):
        """Sets the theme of documents, "dark" or "light". Draws."""
        self._session.set_theme(theme)
        return self.draw()

    def wait(self, condition, seconds=10.0):
        """Draws until ``condition(probe)`` is true, for panels that wait for threads or for another
        process. Returns the probe. Fails after so many seconds."""
        deadline = time.monotonic() + seconds
        while not condition(self.draw()):
            if time.monotonic() > deadline:
                raise AssertionError(f"still not after {seconds} s:\n{self.text()}")
            time.sleep(0.005)
        return self

    def click(self, label, *, index=None, button="primary"):
        """Clicks a button, a menu entry, a check box, a radio button, or a header. Draws.

        Of a panel that is made from a template also any element, by its text, id or selector.
        """
        if element := self._named(label, _CLICKABLE | {"header", "tree", "menu"}, index):
            return element.click()
        widget = self._find(label, _CLICKABLE | {"header", "tree", "menu"}, index, " to click")
        return self._send(widget, {"click": button})

    def set(self, label, value, *, index=None):
        """Sets a value: a number, text, True or False, a colour; of a choice the item. Draws."""
        if element := self._named(label, _SETTABLE, index):
            return element.set(value)
        widget = self._find(label, _SETTABLE, index, " to set")
        if isinstance(value, (tuple, list)):
            value = [float(part) for part in value]
        elif widget["kind"] == "path_input":
            value = str(value)
        if widget["kind"] == "choice" and isinstance(value, str) and value not in widget["items"]:
            items = ", ".join(map(repr, widget["items"]))
            raise ValueError(f"{label!r} has no item {value!r}; it has {items}")
        return self._send(widget, {"set": value})

    def open(self, label, is_open=True, *, index=None):
        """Unfolds a header, a branch, a menu; with False folds it, or closes a popup. Draws."""
        widget = self._find(label, _FOLDABLE, index, " to open")
        return self._send(widget, {"open": bool(is_open)})

    def close(self, label, *, index=None):
        """Folds a header, a branch, a menu; closes a popup or a window. Draws."""
        return self.open(label, False, index=index)

    def hover(self, label, *, index=None):
        """Moves the pointer over a widget. Draws."""
        return self._send(self._find(label, None, index, ""), {"hover": True})

    def drop(self, label, type, data, *, index=None):
        """Drops something on a widget. Draws."""
        widget = self._find(label, None, index, "")
        return self._send(widget, {"drop": {"type": type, "data": data}})

    def double_click(self, label=None, *, index=None, button="primary"):
        """Clicks a widget twice in quick succession: both clicks, then the double click. Draws.

        Without a label beside all widgets.
        """
        if label is None:
            return self._send(None, {"double_click": button})
        widget = self._find(label, None, index, "")
        if widget["kind"] in _CLICKABLE or widget.get("wants_click"):
            self._send(widget, {"click": button})
            self._send(widget, {"click": button})
        return self._send(widget, {"double_click": button})

    def drag(self, label, *points, index=None, button="primary"):
        """Presses a button at the first point, moves to each of the others, and releases it at the last.

        Points are ``(x, y)``, in pixels from the upper left corner of the panel. ``label`` is the
        widget that is held, or None for the panel. Draws at each point.
        """
        if len(points) < 2:
            raise ValueError("a drag has at least two points: where it begins, and where it ends")
        widget = None if label is None else self._find(label, None, index, "")
        start = list(points[0])
        for at in points[1:]:
            self._send(widget, {"drag": {"button": button, "start": start, "at": list(at)}})
        end = {"button": button, "start": start, "at": list(points[-1]), "ended": True}
        return self._send(widget, {"drag": end})

    def wheel(self, y, x=0.0, label=None, *, index=None):
        """Turns the wheel by so many lines up, over a widget or beside all of them. Draws."""
        widget = None if label is None else self._find(label, None, index, "")
        return self._send(widget, {"wheel": [x, y]})

    def edit(self, label, *values, index=None):
        """Edits a number, a text, a path or a colour: begins, sets each value, ends. Draws each time."""
        widget = self._find(label, _EDITABLE, index, " to edit")
        self._send(widget, {"edit": True})
        for value in values:
            self.set(widget["id"], value)
        return self._send(widget, {"edit": False})

    def resize(self, width, height, scale=1.0):
        """Sets the size of the panel, in pixels. Draws."""
        self._session.resize(width, height, scale)
        return self.draw()

    def _elements(self):
        document = self.document
        if document is None:
            raise ElementNotFound("the panel has no elements: it is not made from a template")
        return document

    def _named(self, label, kinds, index):
        """The element that is meant, if no widget is."""
        if index is not None or self.document is None:
            return None
        usable = [widget for widget in self.frame["widgets"] if widget["kind"] in kinds]
        if any(label == widget["id"] or _is_called(widget, label) for widget in usable):
            return None
        return _elements.named(self, self.document, label)

    def _act(self, element, action):
        if "disabled" in element.attributes:
            raise ValueError(f"{_elements.describe(element)} is disabled")
        self._session.push_element({"element": element.number, **action})
        return self.draw()

    def _send(self, widget, value):
        if widget is not None and widget.get("disabled"):
            raise ValueError(f"{_name(widget)!r} is disabled")
        id = _WHOLE_PANEL if widget is None else widget["id"]
        self._session.push({"widget": id, **value})
        return self.draw()

    def _find(self, label, kinds, index, purpose):
        usable = [w for w in self.frame["widgets"] if kinds is None or w["kind"] in kinds]
        found = [w for w in usable if label == w["id"] or _is_called(w, label)]
        if index is not None and 0 <= index < len(found):
            return found[index]
        if len(found) == 1:
            return found[0]
        raise WidgetNotFound(self._explain(label, found, usable, index, purpose))

    def _explain(self, label, found, usable, index, purpose):
        if found and index is not None:
            return f"there are {len(found)} widgets {label!r}{purpose}, so index {index} is too high"
        if found:
            kinds = ", ".join(widget["kind"] for widget in found)
            return (
                f"there are {len(found)} widgets {label!r}{purpose} ({kinds}); "
                f"say which: index=0 to index={len(found) - 1}"
            )
        named = [(_name(widget), widget["kind"]) for widget in usable if _name(widget)]
        message = f"there is no widget {label!r}{purpose}"
        near = difflib.get_close_matches(label, [name for name, _ in named], n=1)
        if near:
            message += f"; did you mean {near[0]!r}?"
        if not named:
            return f"{message}. The panel has none at all"
        listed = ", ".join(f"{name!r} ({kind})" for name, kind in named[:20])
        more = f" and {len(named) - 20} more" if len(named) > 20 else ""
        return f"{message}. There are: {listed}{more}"


def _name(widget):
    return widget.get("label") or widget.get("text") or ""


def _is_called(widget, name):
    """Whether ``name`` means a widget, as ``send_input`` takes it: its label with or without what
    follows ``##`` in the plugin's code, or that part alone."""
    shown, hidden = _name(widget), widget.get("name", "")
    if name == shown:
        return True
    # What is shown before `###` does not matter, and may change.
    whole = hidden.startswith("###") and name.endswith(hidden)
    return bool(hidden) and (whole or name in (hidden, shown + hidden))


class _Loaded:
    """The panel of a plugin that is loaded, as a session."""

    def __init__(self, id):
        self._id = id
        self._last = None
        ui.set_surface(id, document="both")

    def draw(self, panel):
        self._last = ui.draw_panel(self._id)

    def frame(self):
        return self._last

    def text(self, width):
        return ui.render_text(self._last, width)

    def wants_drawing(self):
        return self._last.get("redraw") == "again"

    def push(self, input):
        ui.push_input(self._id, input)

    push_element = push

    def resize(self, width, height, scale):
        ui.set_surface(self._id, size=(width, height), scale=scale)

    def set_theme(self, theme):
        ui.set_surface(self._id, theme=theme)
