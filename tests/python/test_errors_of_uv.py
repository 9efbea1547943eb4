"""What uv says of a failed installation stands once, wherever it is read."""

import io
import tarfile

import pytest

import wheels
from children import run_command

BACKEND = """
def build_wheel(*_, **__):
    raise RuntimeError("no compiler here")
"""


def sdist(directory, name):
    """Writes the sources of a package that does not build."""
    directory.mkdir(exist_ok=True)
    files = {
        "pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
        f"[project]\nname = '{name}'\nversion = '1.0'\n",
        "PKG-INFO": f"Metadata-Version: 2.2\nName: {name}\nVersion: 1.0\n",
        "backend.py": BACKEND,
    }
    with tarfile.open(directory / f"{name}-1.0.tar.gz", "w:gz") as archive:
        for file, text in files.items():
            entry = tarfile.TarInfo(f"{name}-1.0/{file}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))


@pytest.mark.parametrize("command", ["load", "sync"])
def test_the_explanation_of_uv_stands_once(home, tmp_path, command):
    wheels.wheel(tmp_path / "wheels", "shapes", "1.0", {"shapes.py": ""})
    home.plugin("one", project=wheels.project(tmp_path / "wheels", "shapes>=99"))
    status, _, err = run_command(home, command, "one")
    assert status == 1
    assert err.count("your project depends on shapes>=99") == 1, err
    assert err.count("hint: ") == 1 and "failed: [LI100]" in err, err
    if command == "load":
        assert home.log("one").count("your project depends on shapes>=99") == 1, home.log("one")


@pytest.mark.parametrize("command", ["load", "sync"])
def test_the_traceback_of_a_build_stands_once(home, tmp_path, command):
    sdist(tmp_path / "wheels", "broken")
    home.plugin("one", project=wheels.project(tmp_path / "wheels", "broken"))
    status, _, err = run_command(home, command, "one")
    assert status == 1
    assert err.count("Traceback (most recent call last)") == 1, err
    assert err.count("hint: ") == 1 and "LI106" in err, err
    if command == "load":
        assert home.log("one").count("Traceback (most recent call last)") == 1, home.log("one")
