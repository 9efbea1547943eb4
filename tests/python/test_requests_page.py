"""The blocks of docs/hosts.md about dialogs and the theme."""

import lichtfeld as lf
from homes import module

CODE = """
import lichtfeld as lf

got = []

def ask():
    got.append(lf.ui.open_folder_dialog("Where"))
    lf.ui.confirm_dialog("Sure?", "Really?", ["Yes", "No"], got.append)
    got.append(lf.ui.get_clipboard_text())
    got.append((lf.ui.get_theme(), lf.ui.get_ui_scale()))
"""


class Window:
    """Stands for the application's window."""

    def __init__(self):
        self.open, self.closed = [], []

    def choose_folder(self, title):
        return f"/{title}"

    def ask(self, message, buttons, answer):
        self.open.append((message, buttons, answer))

    def close(self, id):
        self.closed.append(id)


def test_an_application_answers(home, manager):
    window = Window()

    def asked(request):
        if request.kind == "open_folder":
            request.answer(window.choose_folder(request.title))       # a modal dialog: at once
        elif request.kind == "confirm" and not request.blocking:
            window.ask(request.message, request.buttons, request.answer)   # calls request.answer(label) later
        else:
            return False                                              # not answered here

    lf.plugins.set_request_handler(asked, withdrawn=lambda request: window.close(request.id))
    lf.ui.provide_theme("light", palette={"text": (0, 0, 0)}, is_dark=False, scale=1.5)

    try:
        home.plugin("asks", CODE)
        assert manager.load("asks")
        module("asks").ask()
        [(message, buttons, answer)] = window.open
        assert (message, buttons) == ("Really?", ["Yes", "No"])
        answer("Yes")
        assert module("asks").got == ["/Where", None, ("light", 1.5), "Yes"]
        module("asks").ask()
        assert manager.unload("asks") and len(window.closed) == 1
    finally:
        lf.ui.provide_theme()
