"""Asks the user: a question, a name, and what is in the clipboard."""

import asyncio
import threading

import lichtfeld as lf
from lfs_plugins.types import Panel

answers = {}


def keep(what, answer):
    answers[what] = answer
    lf.ui.request_redraw()


async def ask_twice():
    name = await lf.ui.input_dialog("Name", "Which name?", "copy")
    return name, await lf.ui.get_clipboard_text_async()


class AskPanel(Panel):
    label = "Ask"
    space = "FLOATING"

    def draw(self, layout):
        if layout.button("Delete"):
            lf.ui.confirm_dialog("Delete?", "It is gone then.", ["Delete", "Keep"], lambda label: keep("delete", label))
        if layout.button("Rename"):
            threading.Thread(target=lambda: keep("rename", asyncio.run(ask_twice())), daemon=True).start()
        if layout.button("Tell"):
            lf.ui.message_dialog("Done", "All is well.", callback=lambda: keep("told", True))
            lf.ui.notify("saved", "success")
        layout.label(f"deleted: {answers.get('delete', 'nothing yet')}")


def on_load():
    lf.register_class(AskPanel)


def on_unload():
    lf.unregister_class(AskPanel)


def report():
    """What the user has answered; None until the last answer has come."""
    return dict(sorted(answers.items())) if len(answers) == 3 else None
