"""The PySide6 example answers what plugins ask by Qt's own dialogs, and a user closes them."""

import pytest

from qt_program import qt, run  # noqa: F401 - fixtures

CODE = '''
import lichtfeld as lf
from lfs_plugins.types import Panel

class Asks(Panel):
    label = "Asks"

    def draw(self, layout):
        if layout.button("Waits"):
            lf.log.info(f"waited {lf.ui.open_folder_dialog('Where', '/')!r}")
        if layout.button("Image"):
            lf.ui.open_image_dialog_async("/", lambda path: lf.log.info(f"image {path!r}"))
        if layout.button("Save"):
            lf.ui.save_png_file_dialog_async("a.png", lambda path: lf.log.info(f"save {path.rpartition('/')[2]!r}"))
        if layout.button("Question"):
            lf.ui.confirm_dialog("Sure?", "Really?", ["Yes", "Never"], lambda label: lf.log.info(f"chosen {label!r}"))
        if layout.button("Name"):
            lf.ui.input_dialog("Name", "Which?", "abc", lambda text: lf.log.info(f"typed {text!r}"))
        if layout.button("Message"):
            lf.ui.message_dialog("Done", "It is done.", "warning", lambda: lf.log.info("closed"))
        if layout.button("Copy"):
            lf.ui.set_clipboard_text("copied")
            lf.ui.get_clipboard_text_async(lambda text: lf.log.info(f"clipboard {text!r}"))

def on_load():
    lf.register_class(Asks)
    lf.log.info(lf.ui.get_theme())

def on_unload():
    lf.unregister_class(Asks)
'''

USER = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QLineEdit, QMessageBox
QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
user.load("asks")
user.panel("Asks")

def dialog(kind):
    found = [one for one in QApplication.topLevelWidgets() if type(one) is kind and one.isVisible()]
    return found[0] if found else None

def answer(kind, act):
    shown = user.until(lambda: dialog(kind))
    act(shown)
"""


@pytest.fixture(params=["shared", "process"])
def place(request, home):
    home.plugin("asks", CODE, tool=f'isolation = "{request.param}"')
    return request.param


def test_a_user_answers_dialogs_that_nobody_waits_for(place, run, tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    run(
        USER
        + f"""
user.click("Image")
answer(QFileDialog, lambda it: (it.findChild(QLineEdit).setText({str(tmp_path / "a.png")!r}), it.accept()))
user.told("image {str(tmp_path / "a.png")!r}")
user.click("Save")
answer(QFileDialog, lambda it: it.reject())
user.told("save ''")
user.click("Question")
answer(QMessageBox, lambda it: [one for one in it.buttons() if one.text() == "Never"][0].click())
user.told("chosen 'Never'")
user.click("Question")
answer(QMessageBox, lambda it: it.reject())
user.told("chosen ''")
user.click("Name")
answer(QInputDialog, lambda it: (it.setTextValue("new"), it.accept()))
user.told("typed 'new'")
user.click("Message")
answer(QMessageBox, lambda it: it.buttons()[0].click())
user.told("closed")
user.click("Copy")
user.told("clipboard 'copied'")
user.click("Name")
user.until(lambda: dialog(QInputDialog))
from lfs_plugins import PluginManager
assert PluginManager.instance().unload("asks")
user.until(lambda: not dialog(QInputDialog))
"""
    )


def test_a_drawing_waits_in_the_dialog_s_own_loop(place, run):
    run(
        USER
        + """
def choose():
    shown = dialog(QFileDialog)
    if shown is None:
        QTimer.singleShot(20, choose)
        return
    # Longer than a drawing may take; the window goes on meanwhile.
    QTimer.singleShot(3000, shown.accept)
QTimer.singleShot(20, choose)
user.click("Waits")
user.told("waited '/'")
assert not any("took longer" in line for line in user.lines), user.lines
"""
    )
