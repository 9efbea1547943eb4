"""Two versions of packages that people use, from the real index: both work in one application."""

import json
import os
import struct
import sys
import zlib

import pytest

from waiting import PATIENCE

TWO_PLUGINS = """
import json, time
report = {}
def drawn(panel):
    # A worker sends its first frame when it can, on a busy machine later: nothing is shown before.
    end = time.monotonic() + PATIENCE
    while "runs" not in (text := lf.ui.render_text(frame := lf.ui.draw_panel(panel))):
        assert time.monotonic() < end, frame
        time.sleep(0.01)
    return text
for name in ("one", "two"):
    assert manager.load(name), manager.get_traceback(name) or manager.get_error(name)
assert {manager.get_state(name) for name in ("one", "two")} == {PluginState.ACTIVE}
import one, two
for name, module in (("one", one), ("two", two)):
    report[name] = {**module.report(), "place": manager.load_report(name)["place"],
                    "panel": drawn(name + ".panel")}
    # Once more, after the other one has worked as well.
    assert module.report() == {key: report[name][key] for key in module.report()}
print("REPORT", json.dumps(report))
"""

PLUGIN = """
import lichtfeld as lf
from lfs_plugins.types import Panel
{code}
class Shown(Panel):
    id = __name__.rpartition(".")[2] + ".panel"
    label = "Version"
    def draw(self, layout):
        layout.label("runs " + report()["version"])
def on_load(): lf.register_class(Shown)
"""

NUMPY = """
import numpy
def report():
    matrix = numpy.arange(9.0).reshape(3, 3) + numpy.eye(3)
    return {"version": numpy.__version__, "file": numpy.__file__,
            "value": round(float(numpy.linalg.det(matrix)), 6)}
"""

CLICK = """
import click
from importlib.metadata import version
from click.testing import CliRunner
@click.command()
@click.option("--count", default=2)
def hello(count): click.echo("hi " * count)
def report():
    return {"version": version("click"), "file": click.__file__,
            "value": CliRunner().invoke(hello, ["--count", "3"]).output.strip()}
"""

ATTRS = """
import attr
from importlib.metadata import version
@attr.s(auto_attribs=True)
class Point:
    x: int
    y: int = 2
def report():
    return {"version": version("attrs"), "file": attr.__file__, "value": repr(Point(1))}
"""

PYDANTIC = """
import pydantic, pydantic_core
class Point(pydantic.BaseModel):
    x: int
    y: float = 2.0
def report():
    try:
        Point(x="no number")
    except pydantic.ValidationError as error:
        count = error.error_count()
    return {"version": pydantic.VERSION, "file": pydantic_core._pydantic_core.__file__,
            "value": [Point(x="7").model_dump(), count]}
"""

PILLOW = """
import io, PIL
from PIL import Image, _imaging
def report():
    image = Image.new("RGB", (8, 4), (10, 200, 30)).resize((4, 2))
    stored = io.BytesIO()
    image.save(stored, "PNG")
    stored.seek(0)
    return {"version": PIL.__version__, "file": _imaging.__file__,
            "value": [list(Image.open(stored).getpixel((1, 1))), Image.open(stored).size[0]]}
"""

PYCOLMAP = """
import os, pathlib, tempfile
import pycolmap
photo = os.environ["TEST_PHOTO"]
result = {}
def report():
    if not result:
        with tempfile.TemporaryDirectory() as directory:
            database = os.path.join(directory, "database.db")
            pycolmap.extract_features(
                database, os.path.dirname(photo), image_names=[os.path.basename(photo)],
                device=pycolmap.Device.cpu,
            )
            import sqlite3
            with sqlite3.connect(database) as connection:
                (found,) = connection.execute("SELECT rows FROM keypoints").fetchone()
        result.update(version=pycolmap.__version__, file=pycolmap.__file__, value=found)
    return result
"""


def together(host, home, code, one, two, **environment):
    """Loads both plugins in one program, one after the other; returns what they report."""
    for name, requirements in (("one", one), ("two", two)):
        wanted = ", ".join(f'"{requirement}"' for requirement in requirements)
        home.plugin(name, PLUGIN.format(code=code), project=f"dependencies = [{wanted}]\n")
    status, out, err = host.run(f"PATIENCE = {PATIENCE}\n{TWO_PLUGINS}", limit=540, **environment)
    if "no wheels with a matching Python" in err or "has no wheels" in err:
        pytest.skip(f"a package has no wheel for this Python: {err.strip()[-300:]}")
    assert status == 0, f"{out}\n{err}"
    lines = [line for line in out.splitlines() if line.startswith("REPORT ")]
    report = json.loads(lines[-1].removeprefix("REPORT "))
    for name in ("one", "two"):
        print(name, {key: report[name][key] for key in ("version", "place", "file", "value")})
        assert "runs " + report[name]["version"] in report[name]["panel"]
        assert str(home.root / "envs" / name) in report[name]["file"]
    # At most one of them is in the application itself.
    assert [report[name]["place"] for name in ("one", "two")].count("worker") >= 1
    return report["one"], report["two"]


def test_two_numpys_compute(host, home, index):
    older = "numpy==1.26.4" if sys.version_info < (3, 13) else "numpy==2.1.3"
    one, two = together(host, home, NUMPY, [older], ["numpy==2.2.6"])
    assert one["version"] == older.removeprefix("numpy==") and two["version"] == "2.2.6"
    # The determinant of arange(9) + identity.
    assert one["value"] == two["value"] == -5.0


@pytest.mark.parametrize(("code", "older", "newer", "value"), [
    pytest.param(CLICK, "click==7.1.2", "click==8.1.8", "hi hi hi", id="click"),
    pytest.param(ATTRS, "attrs==22.2.0", "attrs==25.3.0", "Point(x=1, y=2)", id="attrs"),
    pytest.param(PYDANTIC, "pydantic==2.9.2", "pydantic==2.11.7", [{"x": 7, "y": 2.0}, 1], id="pydantic"),
    pytest.param(PILLOW, "pillow==11.0.0", "pillow==11.3.0", [[10, 200, 30], 4], id="pillow"),
])
def test_two_versions_of_a_package_work(host, home, index, code, older, newer, value):
    one, two = together(host, home, code, [older], [newer])
    assert (one["version"], two["version"]) == (older.partition("==")[2], newer.partition("==")[2])
    assert one["value"] == two["value"] == value


def texture(path, size=320):
    """A PNG with corners in it, without a library: blocks of grey from a fixed sequence."""
    rows, number = [], 12345
    for _ in range(size // 16):
        row = b""
        for _ in range(size // 16):
            number = (1103515245 * number + 12345) % 2**31
            row += bytes([number >> 23]) * 16
        rows += [b"\0" + row] * 16
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))  # fmt: skip
    head = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + chunk(b"IEND", b"")
    )
    return path


def test_two_pycolmaps_extract_features(host, home, index, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    photo = texture(photos / "blocks.png")
    one, two = together(
        host, home, PYCOLMAP, ["pycolmap==4.0.4"], ["pycolmap==4.2.1"], TEST_PHOTO=str(photo)
    )
    assert one["version"].startswith("4.0") and two["version"].startswith("4.2")
    assert one["value"] > 100 and two["value"] > 100
