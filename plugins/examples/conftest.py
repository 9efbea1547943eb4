"""Lets each example's tests import it by its name, as `import hello_panel`."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


@pytest.fixture
def snapshot(request):
    """Compares text with the file `<test>.txt` beside the test; UPDATE_SNAPSHOTS=1 writes it."""
    import os

    def check(text):
        file = request.path.parent / f"{request.node.name}.txt"
        if os.environ.get("UPDATE_SNAPSHOTS"):
            file.write_text(text, encoding="utf-8")
        assert file.exists(), f"{file} is missing: run UPDATE_SNAPSHOTS=1 pytest"
        assert text == file.read_text(encoding="utf-8")

    return check
