"""What the end-to-end tests share: running the demo's driver as its own process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DRIVER = ROOT / "xtask" / "demo" / "demo.py"
TIMEOUT = 900


class Ran:
    """A finished run: its exit status, its messages, and its JSON."""

    def __init__(self, finished):
        self.status = finished.returncode
        self.said = finished.stderr
        self.stdout = finished.stdout
        try:
            self.facts = json.loads(finished.stdout)
        except ValueError:
            pytest.fail(f"no JSON on standard output:\n{finished.stdout}\n{finished.stderr}")

    def plugin(self, name):
        return next(p for p in self.facts["plugins"] if p["name"] == name)


def run_demo(home, images, *arguments, env=None):
    command = [sys.executable, str(DRIVER), "--home", str(home), "--images", str(images)]
    finished = subprocess.run(
        [*command, "--json", *arguments],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    return Ran(finished)


@pytest.fixture(scope="session")
def images():
    folder = os.environ.get("LICHTFELD_DEMO_IMAGES")
    if not folder:
        pytest.skip("LICHTFELD_DEMO_IMAGES names no images; `cargo xtask test` renders them")
    return Path(folder)


@pytest.fixture(scope="session")
def photos():
    folder = os.environ.get("LICHTFELD_PHOTOS")
    folder = Path(folder) if folder else ROOT.parent / "shared" / "data" / "sceaux"
    if not folder.is_dir():
        pytest.skip(f"the photos are not there: {folder}")
    return folder


@pytest.fixture(scope="session")
def kept_home(tmp_path_factory):
    """A home that several runs share."""
    return tmp_path_factory.mktemp("demo") / "home"


@pytest.fixture(scope="session")
def first_run(kept_home, images):
    return run_demo(kept_home, images)
