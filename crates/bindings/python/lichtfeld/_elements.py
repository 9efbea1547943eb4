"""Elements of a panel's document, for tests of authors."""

import difflib

from lichtfeld import ui

#: So many elements are listed in a message.
_MOST_LISTED = 20


class ElementNotFound(LookupError):
    """There is no such element, or more than one. The message lists what is there."""


class Element:
    """An element of a panel that is made from a template, as it was in the last drawing.

    ``tag``, ``id``, ``classes``, ``attributes``, ``style`` (the computed style as RCSS, without initial
    values), ``text`` (of all in it), ``children``, ``parent`` and ``is_shown``.
    """

    def __init__(self, probe, node, document):
        self._probe = probe
        self._document = document
        self._node = node
        self._at = next(at for at, one in enumerate(document["nodes"]) if one["node"] == node["node"])
        self.number = node["node"]
        self.tag = node.get("tag", "")
        self.id = node.get("id", "")
        self.classes = list(node.get("classes", ()))
        self.attributes = dict(node.get("attributes", ()))
        self.style = dict(node.get("style", ()))

    @property
    def text(self):
        """The text of all in it, with single spaces."""
        texts = [node.get("text", "") for node in self._inside()]
        return " ".join("".join(texts).split())

    @property
    def children(self):
        """The elements directly in it."""
        depth = self._node["depth"] + 1
        inside = [node for node in self._inside() if node["depth"] == depth and node.get("tag")]
        return [Element(self._probe, node, self._document) for node in inside]

    @property
    def parent(self):
        """The element around it, or None for the body."""
        for node in reversed(self._document["nodes"][: self._at]):
            if node["depth"] < self._node["depth"]:
                return Element(self._probe, node, self._document)
        return None

    @property
    def is_shown(self):
        """Whether it, and all around it, is displayed."""
        hidden = self.style.get("display") == "none" or self.style.get("visibility") == "hidden"
        around = self.parent
        return not hidden and (around is None or around.is_shown)

    def get(self, name, otherwise=None):
        """The value of an attribute."""
        return self.attributes.get(name, otherwise)

    def find(self, selector):
        """The one element in it that a selector means."""
        return _one(self.find_all(selector), selector, self._probe.find_all("*"))

    def find_all(self, selector):
        """All elements in it that a selector means."""
        inside = {node["node"] for node in self._inside()}
        return [element for element in self._probe.find_all(selector) if element.number in inside]

    def click(self):
        """Clicks it. Draws."""
        return self._probe._act(self, {"click": "primary"})

    def set(self, value):
        """Enters a value: a text, a number, True or False; of a list the value of an option. Draws."""
        return self._probe._act(self, {"set": value})

    type = set

    def focus(self):
        """Gives it the keyboard. Draws."""
        return self._probe._act(self, {"focus": True})

    def hover(self):
        """Moves the pointer onto it. Draws."""
        return self._probe._act(self, {"hover": True})

    def _inside(self):
        inside = []
        for node in self._document["nodes"][self._at + 1 :]:
            if node["depth"] <= self._node["depth"]:
                break
            inside.append(node)
        return inside

    def __eq__(self, other):
        return isinstance(other, Element) and other.number == self.number

    def __hash__(self):
        return hash(self.number)

    def __repr__(self):
        return f"<Element {describe(self)}>"


def describe(element):
    """An element as a selector, with its text."""
    name = element.tag + (f"#{element.id}" if element.id else "")
    name += "".join(f".{one}" for one in element.classes)
    return f"{name} {element.text[:40]!r}" if element.text else name


def find_all(probe, document, selector):
    """All elements of a frame's document that a selector means."""
    numbers = set(ui.find_elements(document, selector))
    return [Element(probe, node, document) for node in document["nodes"] if node["node"] in numbers]


def _one(found, what, known):
    if len(found) == 1:
        return found[0]
    if found:
        raise ElementNotFound(f"there are {len(found)} elements {what!r}: {_listed(found)}")
    near = difflib.get_close_matches(what.lstrip("#."), [one.id for one in known if one.id], n=1)
    hint = f"; did you mean '#{near[0]}'?" if near else "."
    raise ElementNotFound(f"there is no element {what!r}{hint} There are: {_listed(known)}")


def one(probe, document, selector):
    """The one element that a selector means."""
    return _one(find_all(probe, document, selector), selector, find_all(probe, document, "*"))


def named(probe, document, name):
    """The one element that is called so: by its text, else its id, else a selector. None if there is
    none."""
    everything = find_all(probe, document, "*")
    by_text = [one for one in everything if one.text == name and one.is_shown]
    # The innermost: its parents have the same text.
    innermost = [one for one in by_text if not any(child in by_text for child in one.children)]
    found = innermost or [one for one in everything if one.id == name]
    if not found:
        try:
            found = find_all(probe, document, name)
        except ValueError:
            return None
    return _one(found, name, everything) if found else None


def _listed(elements):
    listed = ", ".join(describe(one) for one in elements[:_MOST_LISTED])
    more = len(elements) - _MOST_LISTED
    return f"{listed} and {more} more" if more > 0 else listed
