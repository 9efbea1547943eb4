"""Draws into panels of the application."""

import lichtfeld as lf

notes = []


def before(layout):
    layout.text_disabled("Notes begin")


@lf.ui.hook("rendering", "selection_groups")
def groups(layout):
    if layout.collapsing_header("Notes", default_open=True):
        if layout.button("Add a note"):
            notes.append(f"note {len(notes)}")
        for note in notes:
            layout.bullet_text(note)


def broken(layout):
    layout.label("before it fails")
    if notes:
        raise ValueError("only while there are notes")


def on_load():
    lf.ui.add_hook("rendering", "selection_groups", before, "prepend")


def on_unload():
    lf.ui.remove_hook("rendering", "selection_groups", before)
    lf.ui.remove_hook("rendering", "selection_groups", groups)


def report():
    return notes
