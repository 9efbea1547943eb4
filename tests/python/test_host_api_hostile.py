"""A process of a plugin uses what the application offers, and nothing behind it."""

import os

import pytest

import lichtfeld
from lichtfeld import plugins
from hostile import worker  # noqa: F401 - a fixture


@pytest.mark.parametrize("question", [
    ("get", "lichtfeld", "plugins"),
    ("fetch", "lichtfeld", "plugins"),
    ("invoke", "lichtfeld.plugins", "shutdown", (), {}),
    ("invoke", "lichtfeld", "register_class", (1,), {}),
    ("get", "lichtfeld", "os"),
    ("get", "lichtfeld", "_sys"),
    ("get", "lichtfeld", "__dict__"),
    ("fetch", "lichtfeld", "__getattr__"),
    ("invoke", "lichtfeld.ui", "panels", (), {}),
    ("get", "lichtfeld.os", "environ"),
    ("get", "lichtfeld.Thing", "module"),
    ("module", "lichtfeld.plugins"),
    ("module", "lichtfeld.testing_"),
    ("module", "lichtfeld._plugins"),
    ("module", "lichtfeld.os"),
    ("set", "lichtfeld", "Thing", 1),
    ("delete", "lichtfeld", "Thing"),
    ("operate", "lichtfeld", "setitem", ("Thing", 1)),
])
def test_of_the_application_only_what_it_offers_is_a_target(worker, monkeypatch, question):
    class Thing:
        module = os

    monkeypatch.setattr(lichtfeld, "Thing", Thing, raising=False)
    monkeypatch.setattr(lichtfeld, "os", os, raising=False)
    kind, said = worker.ask(*question)
    assert kind in ("AttributeError", "PermissionError", "ModuleNotFoundError", "TypeError"), (kind, said)
    assert lichtfeld.Thing is Thing


def test_classes_and_functions_of_the_application_are_not_changed(worker, monkeypatch):
    class Thing:
        size = 1

        def method(self):
            return "its own"

    def function():
        return 1

    monkeypatch.setattr(lichtfeld, "Thing", Thing, raising=False)
    monkeypatch.setattr(lichtfeld, "function", function, raising=False)
    assert "cannot be changed" in worker.change_offered()
    assert Thing.size == 1 and Thing().method() == "its own" and not hasattr(function, "x")


def test_recorded_calls_and_derived_classes_are_checked(worker, monkeypatch):
    class Thing:
        def __init__(self):
            self.done = []

        def do(self, *what):
            self.done.append(what)

    thing = Thing()
    monkeypatch.setattr(lichtfeld, "Thing", Thing, raising=False)
    monkeypatch.setattr(lichtfeld, "thing", thing, raising=False)
    said = worker.misuse()
    done = {what: answer for what, answer in said.items() if answer[0] == "done"}
    assert not done
    assert thing.done == []


def test_recorded_calls_that_nobody_has_recorded_are_refused(worker, monkeypatch):
    class Thing:
        def __init__(self):
            self.done = []

        def do(self, *what):
            self.done.append(what)

    thing = Thing()
    plugins.share("RecordedThing", Thing, recorded=True)
    monkeypatch.setattr(lichtfeld, "recorded_thing", thing, raising=False)
    try:
        said = worker.misread()
    finally:
        plugins.unshare("RecordedThing")
    assert said.pop("good") == ["done", "None"]
    assert thing.done == [(1, 2)]
    kinds = {what: kind for what, (kind, _) in said.items()}
    assert kinds.pop("nested too deep") == "RecursionError"
    assert set(kinds.values()) == {"ValueError"}, kinds
