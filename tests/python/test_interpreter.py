"""Which interpreter environments and workers are made of: the one of this process, checked."""

import os
import stat
import subprocess
import sys

import pytest

PROGRAM = """
import sys
import lichtfeld as lf
from lfs_plugins import PluginError, PluginManager
lf.plugins.set_python(sys.argv[1])
try:
    PluginManager.instance().discover()
except PluginError as error:
    print(error.code, error, error.hint)
    raise SystemExit(3)
try:
    lf.plugins.set_python(sys.argv[1])
except RuntimeError as error:
    print(error)
lf.plugins.shutdown()
"""


def made(tmp_path, program):
    """Starts a manager with this interpreter in a process of its own."""
    home = {"LFS_RESOLVED_PLUGIN_DIR": str(tmp_path / "plugins")}
    command = [sys.executable, "-c", PROGRAM, str(program)]
    done = subprocess.run(command, env={**os.environ, **home}, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_the_one_of_this_process_is_taken_and_cannot_be_changed_later(tmp_path):
    status, said = made(tmp_path, sys.executable)
    assert status == 0 and "the plugin manager runs already" in said, said


def test_another_program_is_refused_with_the_reason(tmp_path):
    status, said = made(tmp_path, tmp_path / "python3")
    assert status == 3 and "LR122" in said and "set by the application): there is no such file" in said, said
    assert "which this process embeds, was not found" in said and "set_python" in said


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for the application")
def test_an_application_is_not_run_to_ask_it(tmp_path):
    program = tmp_path / "studio"
    program.write_text(f"#!/bin/sh\n: > '{tmp_path}/was-run'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    status, said = made(tmp_path, program)
    assert status == 3 and "not named like an interpreter, so it was not run" in said, said
    assert not (tmp_path / "was-run").exists()


def test_what_was_asked_which_python_it_is_asks_nobody(tmp_path, monkeypatch):
    monkeypatch.setenv("LICHTFELD_WHICH_PYTHON", "1")
    status, said = made(tmp_path, sys.executable)
    assert status == 3 and "so it is none" in said, said
