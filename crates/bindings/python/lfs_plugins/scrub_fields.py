"""Number fields of a document that are dragged: limits, steps and formats for its inputs.

An input of the document belongs to a field if its attribute ``data-value`` is the field's name. The
document is any object with ``query_selector_all`` and elements with attributes and event listeners.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Union

__all__ = ["ScrubFieldController", "ScrubFieldSpec"]


@dataclasses.dataclass(frozen=True)
class ScrubFieldSpec:
    """The limits of a field, its step and its format such as ``"%.2f"``. ``data_type`` is int or float.

    ``pixels_per_step`` is for hosts that let the pointer drag the text itself.
    """

    min_value: float
    max_value: float
    step: float
    fmt: str
    data_type: type = float
    pixels_per_step: float = 12.0

    def checked(self, value: float) -> Union[int, float]:
        """Returns a value within the limits, on a step from the lower one."""
        number = float(value)
        if self.step > 0:
            number = self.min_value + round((number - self.min_value) / self.step) * self.step
        number = min(max(number, self.min_value), self.max_value)
        return int(round(number)) if self.data_type is int else self.data_type(number)

    def text(self, value: float) -> str:
        """Returns a value as it is shown."""
        return self.fmt % self.checked(value)


class ScrubFieldController:
    """Keeps the inputs of a document and the values of a panel the same.

    ``get_value(name)`` returns the value of a field; ``set_value(name, value)`` is called with one within
    its limits when the user has changed it. Call ``mount`` in ``on_mount``, ``unmount`` in ``on_unmount``,
    and ``sync_all`` in ``on_update``.
    """

    def __init__(
        self,
        specs: Mapping[str, ScrubFieldSpec],
        get_value: Callable[[str], Any],
        set_value: Callable[[str, Any], object],
    ) -> None:
        self._specs = dict(specs)
        self._get_value = get_value
        self._set_value = set_value
        self._elements: dict[str, list[Any]] = {}
        self._shown: dict[str, str] = {}
        # Listeners cannot be removed: those of an earlier document do nothing.
        self._mounted = 0

    def mount(self, doc: Any) -> None:
        """Begins to keep the inputs of a document."""
        self._mounted += 1
        self._elements, self._shown = {}, {}
        for element in doc.query_selector_all("input"):
            name = element.get_attribute("data-value", "")
            if name in self._specs:
                self._elements.setdefault(name, []).append(element)
                self._listen(name, element, self._mounted)
        for name in self._elements:
            self._limit(name)
        self.sync_all()

    def unmount(self) -> None:
        """Ends it."""
        self._mounted += 1
        self._elements, self._shown = {}, {}

    def set_spec(self, prop: str, spec: ScrubFieldSpec) -> None:
        """Changes the limits of a field, or adds one for the next document."""
        self._specs[prop] = spec
        self._shown.pop(prop, None)
        self._limit(prop)

    def sync_all(self) -> bool:
        """Shows the current values. Returns whether one of them was shown otherwise."""
        changed = False
        for name in self._elements:
            changed |= self._show(name)
        return changed

    def _listen(self, name: str, element: Any, mounted: int) -> None:
        def changed(event: Any) -> None:
            if self._mounted == mounted:
                self._take(name, event.get_parameter("value", element.get_attribute("value", "")))

        element.add_event_listener("change", changed)

    def _take(self, name: str, text: str) -> None:
        try:
            value = self._specs[name].checked(float(text))
        except (TypeError, ValueError, OverflowError):
            # What is being typed is no number yet.
            self._shown.pop(name, None)
            self._show(name)
            return
        if value != self._get_value(name):
            self._set_value(name, value)
        self._show(name)

    def _show(self, name: str) -> bool:
        text = self._specs[name].text(self._get_value(name))
        if self._shown.get(name) == text:
            return False
        self._shown[name] = text
        for element in self._elements[name]:
            element.set_attribute("value", text)
        return True

    def _limit(self, name: str) -> None:
        spec = self._specs[name]
        for element in self._elements.get(name, ()):
            for attribute, value in (("min", spec.min_value), ("max", spec.max_value), ("step", spec.step)):
                element.set_attribute(attribute, f"{value:g}")
