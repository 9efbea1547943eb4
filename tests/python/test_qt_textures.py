"""The PySide6 example shows textures: the pixels of a version are asked for once."""

import pytest

from qt_program import qt, run  # noqa: F401 - fixtures

CODE = '''
import lichtfeld as lf
from lfs_plugins.types import Panel

class Pixels(Panel):
    label = "Pixels"
    space = "SIDE_PANEL"
    value, is_shown = 1, True

    def draw(self, layout):
        if layout.button("next"):
            self.value += 1
        if layout.button("hide"):
            self.is_shown = False
        if self.is_shown:
            image = memoryview(bytes([self.value, 20, 30] * 6)).cast("B", (2, 3, 3))
            layout.image_tensor("image", image, (30, 20))

def on_load():
    lf.register_class(Pixels)

def on_unload():
    lf.unregister_class(Pixels)
'''


@pytest.mark.parametrize("place", ["shared", "process"])
def test_pixels_are_shown_and_freed(place, home, run):
    home.plugin("pixels", CODE, tool=f'isolation = "{place}"')
    run("""
    asked = []
    texture = lf.ui.texture
    lf.ui.texture = lambda id: asked.append(id) or texture(id)
    user.load("pixels")
    view = user.panel("Pixels")
    known = user.window.pictures._pixels
    def shown(red):
        [(version, pixmap)] = known.values()
        color = pixmap.toImage().pixelColor(2, 1)
        return (pixmap.width(), pixmap.height(), color.getRgb()) == (3, 2, (red, 20, 30, 255))
    user.until(lambda: user.window.pictures._pixels)
    known = user.window.pictures._pixels
    assert shown(1)
    count = len(asked)
    lf.ui.request_redraw()
    user.quiet()
    assert len(asked) == count, "the same version is not asked for again"
    user.click("next")
    def is_new():
        global known
        known = user.window.pictures._pixels
        return len(known) == 1 and shown(2)
    user.until(is_new)
    user.click("hide")
    user.until(lambda: not user.window.pictures._pixels)
    """)
