"""Textures from pixels: what arrays become, versions, and what a front end gets."""

import array
import ctypes
import os
import sys

import pytest
from lichtfeld import plugins, ui
from lichtfeld.testing import PanelProbe

from lfs_plugins import PluginLimitError
from homes import module

FIRST = 1 << 52


@pytest.fixture
def numpy():
    return pytest.importorskip("numpy", reason="needs numpy beside the host")


def pixels(tensor):
    """The pixels that an array becomes, as rows of (red, green, blue, opacity)."""
    texture = ui.DynamicTexture(tensor)
    found = ui.texture(texture.id)
    assert (found["width"], found["height"], found["format"]) == (texture.width, texture.height, "rgba8")
    return [[tuple(pixel) for pixel in row] for row in found["pixels"].tolist()]


def view(values, *shape, code="B"):
    """A memoryview, which needs no NumPy."""
    return memoryview(array.array(code, values)).cast("B").cast(code, shape)


class TestPixels:
    def test_grey_rgb_and_rgba(self):
        assert pixels(view([1, 2], 1, 2)) == [[(1, 1, 1, 255), (2, 2, 2, 255)]]
        assert pixels(view([1, 2], 2, 1, 1)) == [[(1, 1, 1, 255)], [(2, 2, 2, 255)]]
        assert pixels(view([1, 2, 3], 1, 1, 3)) == [[(1, 2, 3, 255)]]
        assert pixels(view([1, 2, 3, 4], 1, 1, 4)) == [[(1, 2, 3, 4)]]

    @pytest.mark.parametrize("code", ["f", "d"])
    def test_floats_are_rounded_and_limited(self, code):
        nan = float("nan")
        assert pixels(view([0.0, 0.5, 1.0, -3.0, 7.0, nan], 1, 2, 3, code=code)) == [
            [(0, 128, 255, 255), (0, 255, 0, 255)]
        ]

    def test_every_type_of_numpy_that_is_taken(self, numpy):
        for kind, values in {"u1": [0, 128, 255], "i4": [-1, 128, 300], "i8": [-1, 128, 300],
                             "f2": [0, 0.5, 2], "f4": [0, 0.5, 1], "f8": [0, 0.5, 1]}.items():  # fmt: skip
            assert pixels(numpy.array([[values]], kind)) == [[(0, 128, 255, 255)]], kind
        assert pixels(numpy.array([[True, False]])) == [[(255,) * 4, (0, 0, 0, 255)]]

    def test_any_strides(self, numpy):
        whole = numpy.arange(4 * 6 * 3, dtype="u1").reshape(4, 6, 3)
        for part in (whole[::2, ::-1], whole[::-1], whole.transpose(1, 0, 2), whole[..., ::-1], whole[1:3, 2:5]):
            opaque = numpy.dstack([part, numpy.full(part.shape[:2], 255, "u1")])
            assert numpy.array_equal(pixels(part), opaque)
        once = numpy.broadcast_to(numpy.array([1, 2, 3], "u1"), (2, 2, 3))
        assert pixels(once) == [[(1, 2, 3, 255)] * 2] * 2
        assert pixels(memoryview(whole)[::2])[1][0] == (36, 37, 38, 255)

    def test_arrays_by_their_interface(self, numpy):
        class Interface:
            def __init__(self, **interface):
                self.__interface = interface

            @property
            def __array_interface__(self):
                return self.__interface

        memory = (ctypes.c_uint8 * 6)(*range(6))
        given = {"shape": (1, 2), "typestr": "|u1", "version": 3, "data": (ctypes.addressof(memory), False)}
        assert pixels(Interface(**given, strides=(0, 3))) == [[(0, 0, 0, 255), (3, 3, 3, 255)]]
        # As Pillow has it.
        given["data"] = b"\1\2"
        assert pixels(Interface(**given)) == [[(1, 1, 1, 255), (2, 2, 2, 255)]]
        for broken in ({}, {**given, "data": b"\1"}, {**given, "shape": "x"}, {**given, "strides": (1,), "data": (1, 0)}):
            with pytest.raises(TypeError, match="__array_interface__|buffer"):
                ui.DynamicTexture(Interface(**broken))

    def test_arrays_by_dlpack(self, numpy):
        class Passed:
            def __init__(self, array, device=(1, 0)):
                self.array, self.device = array, device

            def __dlpack__(self):
                return self.array.__dlpack__()

            def __dlpack_device__(self):
                return self.device

        array = numpy.arange(12, dtype="u1").reshape(2, 2, 3)
        references = sys.getrefcount(array)
        assert pixels(Passed(array))[1] == [(6, 7, 8, 255), (9, 10, 11, 255)]
        assert pixels(Passed(array[:, ::2]))[1] == [(6, 7, 8, 255)]
        assert sys.getrefcount(array) == references, "it was given back"
        with pytest.raises(TypeError, match="must be uint8.*not u2"):
            ui.DynamicTexture(Passed(array.astype("u2")))
        with pytest.raises(TypeError, match="memory of a GPU, and has neither cpu.. nor get.."):
            ui.DynamicTexture(Passed(array, (2, 0)))

        class OnGpu(Passed):
            def cpu(self):
                return Passed(self.array)

        assert pixels(OnGpu(array, (2, 0)))[0][0] == (0, 1, 2, 255)

    def test_tensors_as_torch_has_them(self, numpy):
        class Tensor:
            requires_grad = True

            def __init__(self, array, log):
                self.array, self.log = array, log

            def detach(self):
                self.log.append("detach")
                found = Tensor(self.array, self.log)
                found.requires_grad = False
                return found

            def __dlpack_device__(self):
                return (1, 0)

            def __dlpack__(self):
                assert not self.requires_grad
                return self.array.__dlpack__()

        log = []
        assert pixels(Tensor(numpy.full((1, 1), 0.5, "f4"), log)) == [[(128, 128, 128, 255)]]
        assert log == ["detach"]


class TestMistakes:
    @pytest.mark.parametrize(("shape", "hint"), [
        ((3, 8, 8), r"\(3, 8, 8\).*tensor.permute\(1, 2, 0\)"),
        ((1, 2, 2, 3), r"pass tensor\[0\]"),
        ((4, 4, 2), r"\(4, 4, 2\); it must be height x width, or height x width x 1, 3 or 4$"),
        ((4,), r"\(4\); it must be"),
    ])  # fmt: skip
    def test_the_shape(self, shape, hint, numpy):
        with pytest.raises(ValueError, match=hint):
            ui.DynamicTexture(numpy.zeros(shape, "u1"))

    @pytest.mark.parametrize("kind", ["u2", "c8", ">f4", "S1", "O"])
    def test_the_numbers(self, kind, numpy):
        with pytest.raises(TypeError, match=r"DynamicTexture\(\): the elements of `tensor` must be uint8"):
            ui.DynamicTexture(numpy.zeros((2, 2), kind))

    @pytest.mark.parametrize("what", [[[1, 2]], "a.png", 7, None.__class__, object()])
    def test_what_is_no_array(self, what):
        with pytest.raises(TypeError, match="`tensor` must be an array of height x width"):
            ui.DynamicTexture(what)

    def test_bytes_have_no_height(self):
        with pytest.raises(ValueError, match=r"the shape of `tensor` is \(4\)"):
            ui.DynamicTexture(b"1234")

    @pytest.mark.parametrize("shape", [(0, 4), (4, 0), (1, 16_385)])
    def test_the_size(self, shape, numpy):
        with pytest.raises(PluginLimitError, match="each side may have from 1 to 16384") as raised:
            ui.DynamicTexture(numpy.zeros(shape, "u1"))
        assert raised.value.code == "LR140" and "smaller" in raised.value.hint

    def test_the_layout_names_the_widget(self, numpy):
        said = []

        class Panel:
            def draw(self, layout):
                for call in (
                    lambda: layout.image_tensor("view", numpy.zeros((2, 2, 2)), (1, 1)),
                    lambda: layout.image_texture(numpy.zeros((2, 2)), (1, 1)),
                    lambda: layout.image_tensor(1, numpy.zeros((2, 2)), (1, 1)),
                ):
                    with pytest.raises((TypeError, ValueError)) as raised:
                        call()
                    said.append(str(raised.value))

        PanelProbe(Panel).draw()
        assert said[0].startswith('layout.image_tensor("view"): the shape of `tensor` is (2, 2, 2)')
        assert "must be a lichtfeld.ui.DynamicTexture; for an array there is image_tensor" in said[1]
        assert said[2].startswith("layout.image_tensor(): `label` must be str")


class TestDynamicTexture:
    def test_it_begins_without_pixels(self):
        texture = ui.DynamicTexture()
        assert (texture.valid, texture.id, texture.width, texture.height) == (False, 0, 0, 0)
        texture.update(view([1, 2], 1, 2))
        assert (texture.valid, texture.width, texture.height, texture.version) == (True, 2, 1, 1)
        assert texture.id > FIRST and texture.uv1 == (1.0, 1.0)
        assert repr(texture) == "<DynamicTexture 2 x 1, version 1>"

    def test_a_version_for_each_change(self):
        texture = ui.DynamicTexture(view([1, 2], 1, 2), plugin_name="any")
        number = texture.id
        texture.update(view([1, 2], 1, 2))
        assert texture.version == 1, "nothing has changed"
        texture.update(view([1, 3], 1, 2))
        assert texture.version == 2
        texture.update(view([1, 3], 2, 1))
        assert (texture.version, texture.id, texture.height) == (3, number, 2)
        with pytest.raises(ValueError):
            texture.update(b"1")
        assert (texture.version, ui.texture(number)["pixels"].shape) == (3, (2, 1, 4))

    def test_it_is_freed(self):
        texture = ui.DynamicTexture(view([1], 1, 1))
        number = texture.id
        texture.destroy()
        assert not texture.valid and ui.texture(number) is None
        texture.update(view([1], 1, 1))
        assert texture.id == number
        del texture
        assert ui.texture(number) is None

    def test_pixels_that_were_taken_stay(self):
        texture = ui.DynamicTexture(view([5], 1, 1))
        taken = ui.texture(texture.id)["pixels"]
        assert taken.readonly
        texture.destroy()
        assert taken.tolist() == [[[5, 5, 5, 255]]]


class Shown:
    """A panel with a texture."""

    def __init__(self):
        self.texture = ui.DynamicTexture(view([1, 2, 3, 4, 5, 6], 2, 3))

    def draw(self, layout):
        layout.image_texture(self.texture, (30, 20), tint=(1, 0, 0))
        layout.image(self.texture.id, (3, 2))
        layout.image_uv(self.texture, (3, 2), (0, 0), self.texture.uv1)
        layout.image_button("go", self.texture.id, (3, 2))


class TestFrames:
    def test_a_frame_refers_to_a_version(self):
        probe = PanelProbe(Shown).draw()
        texture = probe.panel.texture
        expected = {"id": texture.id, "version": 1, "width": 3, "height": 2, "format": "rgba8"}
        assert probe.frame["textures"] == [expected]
        assert [widget["picture"] for widget in probe.frame["widgets"]] == [{"pixels": expected}] * 4
        assert probe.frame["widgets"][0]["tint"] == [1.0, 0.0, 0.0, 1.0]
        texture.update(view([6, 5, 4, 3, 2, 1], 2, 3))
        assert probe.draw().frame["textures"] == [{**expected, "version": 2}]

    def test_texts_show_size_and_version(self):
        probe = PanelProbe(Shown).draw()
        assert "[texture 3×2 v1 30×20]" in probe.text()
        assert "[ texture 3×2 v1 ]" in ui.render_text(probe.frame)

    def test_without_pixels_nothing_is_drawn(self):
        class Empty:
            texture = ui.DynamicTexture()

            def draw(self, layout):
                layout.image_texture(self.texture, (1, 1))

        frame = PanelProbe(Empty).draw().frame
        assert frame["widgets"] == [] and "textures" not in frame and "warnings" not in frame

    def test_a_texture_that_is_gone_is_told(self):
        class Gone:
            def draw(self, layout):
                layout.image_texture(ui.DynamicTexture(view([1], 1, 1)), (1, 1))
                layout.image(FIRST + (1 << 40), (1, 1))

        probe = PanelProbe(Gone).draw()
        assert "textures" not in probe.frame
        assert "a picture shows a texture that does not exist any more" in probe.warnings
        assert any("`texture_id` is a texture without pixels" in warning for warning in probe.warnings)

    def test_numbers_of_the_application_stay_what_they_are(self):
        class Own:
            def draw(self, layout):
                layout.image(7, (1, 1))

        frame = PanelProbe(Own).draw().frame
        assert frame["widgets"][0]["picture"] == {"texture": 7} and "textures" not in frame

    def test_a_label_is_a_texture_while_it_is_shown(self):
        class Labels:
            numbers, is_shown = [1, 2], True

            def draw(self, layout):
                if self.is_shown:
                    layout.image_tensor("view", view(self.numbers, 1, 2), (2, 1))
                layout.label("more")

        probe = PanelProbe(Labels).draw()
        (first,) = probe.frame["textures"]
        assert probe.draw().frame["textures"] == [first], "the same numbers are the same version"
        probe.panel.numbers = [3, 4]
        assert probe.draw().frame["textures"] == [{**first, "version": 2}]
        probe.panel.is_shown = False
        assert "textures" not in probe.draw().frame and ui.texture(first["id"]) is None
        probe.panel.is_shown = True
        (again,) = probe.draw().frame["textures"]
        assert again["id"] > first["id"]


CODE = '''
import lichtfeld as lf
from lfs_plugins.types import Panel
kept = []

class Main(Panel):
    label = "Main"
    def draw(self, layout):
        layout.image_tensor("a", memoryview(bytes([1, 2, 3])).cast("B", (1, 1, 3)), (4, 4))
        for texture in kept:
            layout.image_texture(texture, (4, 4))

def on_load():
    kept.append(lf.ui.DynamicTexture(memoryview(b"12").cast("B", (1, 2))))
    lf.register_class(Main)

def on_before_reload():
    return kept[0]

def on_after_reload(state):
    global handed
    handed = state
'''


class TestPlugins:
    def test_textures_go_with_their_plugin(self, home, manager):
        home.plugin("p", CODE)
        assert manager.load("p"), manager.get_error("p")
        (panel,) = ui.panels()
        numbers = [texture["id"] for texture in ui.draw_panel(panel)["textures"]]
        assert len(numbers) == 2 and all(ui.texture(number) for number in numbers)
        kept = module("p").kept[0]
        ui.free_plugin_textures("other")
        assert kept.valid
        manager.unload("p")
        assert not any(ui.texture(number) for number in numbers)
        assert not kept.valid
        assert "texture" not in home.log("p"), "a plugin need not free them"

    def test_a_texture_is_handed_over_to_the_new_version(self, home, manager):
        home.plugin("p", CODE)
        assert manager.load("p") and manager.reload("p"), manager.get_error("p")
        handed = module("p").handed
        assert not handed.valid and module("p").kept[0].valid
        home.plugin("p", CODE + "\nhanded = None\ndef again(): handed.update(memoryview(b'1').cast('B', (1, 1)))\n")
        assert manager.reload("p")
        module("p").again()
        handed = module("p").handed
        assert handed.valid
        manager.unload("p")
        assert not handed.valid

    def test_a_plugin_has_so_many_and_no_more(self, home, manager):
        home.plugin("p", '''
            import lichtfeld as lf
            one = memoryview(b"1").cast("B", (1, 1))
            many = []
            def fill():
                while True:
                    many.append(lf.ui.DynamicTexture(one))
        ''')  # fmt: skip
        assert manager.load("p")
        with pytest.raises(PluginLimitError, match="has 1024 textures already") as raised:
            module("p").fill()
        assert raised.value.code == "LR140" and "destroy()" in raised.value.hint
        assert len(module("p").many) == 1024
        module("p").many.pop()
        with pytest.raises(PluginLimitError):
            module("p").fill()
        assert len(module("p").many) == 1024
        other = ui.DynamicTexture(view([1], 1, 1))
        assert other.valid, "the application has no such bound"

    def test_a_forked_process_has_none(self):
        texture = ui.DynamicTexture(view([1], 1, 1))
        child = os.fork()
        if child == 0:
            try:
                texture.update(view([1], 1, 1))
                os._exit(0 if texture.valid and texture.version == 1 else 1)
            finally:
                os._exit(2)
        assert os.waitpid(child, 0)[1] == 0
        assert texture.version == 1


def test_the_classes_are_where_a_plugin_looks():
    assert ui.DynamicTexture is plugins.DynamicTexture
