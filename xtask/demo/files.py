"""Plugin directories as the demo wants them: a fresh copy, with what is installed kept."""

import os
import shutil
import tempfile
from pathlib import Path

KEPT = {".venv", "__pycache__"}


def mirror(source, target):
    """Makes ``target`` the same as ``source``; what the system has put there stays."""
    target.mkdir(parents=True, exist_ok=True)
    wanted = {entry.name for entry in source.iterdir()} - KEPT
    for entry in list(target.iterdir()):
        if entry.name not in wanted and entry.name not in KEPT:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for name in wanted:
        entry = source / name
        if entry.is_dir():
            mirror(entry, target / name)
        elif not _same(entry, target / name):
            shutil.copyfile(entry, target / name)


def _same(one, other):
    return other.is_file() and one.read_bytes() == other.read_bytes()


def save(path, text):
    """Saves as editors do: a temporary file beside it, then a rename."""
    handle, name = tempfile.mkstemp(dir=Path(path).parent, prefix=".save-")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.replace(name, path)
