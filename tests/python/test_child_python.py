"""Processes that a plugin starts find the plugin's packages and its modules, wherever the plugin runs."""

import os
import subprocess
import sys

import pytest

import lichtfeld as lf
import wheels
from waiting import PATIENCE

WORK = """
    import needed

    def triple(number):
        return number * needed.FACTOR
"""

PLUGIN = """
    import multiprocessing
    import os
    import subprocess
    import sys

    import lichtfeld as lf
    from .work import triple

    # As a child that imports the plugin's modules does not.
    def on_load():
        assert multiprocessing.parent_process() is None

    def where():
        return lf.plugins.python(), lf.plugins.environment(), os.environ["PATH"], sys.executable

    def run(*arguments):
        done = subprocess.run(
            [lf.plugins.python(), *arguments],
            env=lf.plugins.environment(), capture_output=True, text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def started(method, patience):
        process = multiprocessing.get_context(method).Process(target=triple, args=(1,))
        process.start()
        process.join(patience)
        return process.exitcode

    def pooled(method, patience):
        with multiprocessing.get_context(method).Pool(2) as pool:
            return pool.map_async(triple, [1, 2, 3]).get(patience)
"""


@pytest.fixture
def project(tmp_path):
    wheels.wheel(tmp_path / "wheels", "needed", "1.0", {"needed.py": "FACTOR = 3\n"})
    return wheels.project(tmp_path / "wheels", "needed")


@pytest.fixture(params=["shared", "process"])
def plugin(home, manager, project, request):
    if request.param == "process" and sys.platform == "win32":
        pytest.skip("Windows has no workers")
    home.plugin(
        "starts", PLUGIN, files={"work.py": WORK}, project=project,
        tool=f'isolation = "{request.param}"',
    )
    assert manager.load("starts"), manager.get_error("starts")
    import starts

    return starts


def test_the_interpreter_and_the_variables_are_those_of_the_environment(home, plugin):
    python, variables, _, _ = plugin.where()
    assert os.path.isfile(python) and str(home.root / "envs") in python
    programs = os.path.dirname(python)
    assert variables["PATH"].split(os.pathsep)[0] == programs
    assert variables["VIRTUAL_ENV"] == os.path.dirname(programs)
    assert variables["LFS_RESOLVED_PLUGIN_DIR"] == str(home.plugins)


def test_a_worker_has_the_programs_of_its_environment_first_on_the_path(home, manager, project):
    if sys.platform == "win32":
        pytest.skip("Windows has no workers")
    home.plugin(
        "starts", PLUGIN, files={"work.py": WORK}, project=project, tool='isolation = "process"'
    )
    assert manager.load("starts"), manager.get_error("starts")
    import starts

    python, _, path, executable = starts.where()
    assert executable == python
    first, *others = path.split(os.pathsep)
    assert first == os.path.dirname(python)
    assert others == os.environ["PATH"].split(os.pathsep)


def test_a_program_finds_the_packages_and_the_plugin(plugin):
    code = "import needed; from lfs_plugins.starts.work import triple; print(triple(2))"
    assert plugin.run("-c", code) == "6"
    assert plugin.run("-m", "needed") == ""


def test_a_program_sees_no_other_package_of_the_application(plugin):
    """pytest is beside the application's packages, and not in the plugin's environment."""
    code = "import lichtfeld, importlib.util; print(importlib.util.find_spec('pytest'))"
    assert plugin.run("-c", code) == "None"


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_pool_returns_its_results(plugin, method):
    if sys.platform == "win32" and method == "forkserver":
        pytest.skip("Windows has no forkserver")
    assert plugin.pooled(method, PATIENCE) == [3, 6, 9]


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_process_runs_a_function_of_the_plugin(plugin, method):
    if sys.platform == "win32" and method == "forkserver":
        pytest.skip("Windows has no forkserver")
    assert plugin.started(method, PATIENCE) == 0


@pytest.mark.parametrize("function", ["python", "environment"])
def test_outside_of_a_plugin_it_says_so(manager, function):
    from lfs_plugins.errors import PluginError

    with pytest.raises(PluginError, match=f"{function}\\(\\) was called by code that is not") as raised:
        getattr(lf.plugins, function)()
    assert raised.value.code == "LR021" and "plugin" in raised.value.hint


def test_without_dependencies_it_is_the_python_of_the_application(home, manager):
    home.plugin("bare", "import lichtfeld as lf\ndef where(): return lf.plugins.python()\n")
    assert manager.load("bare"), manager.get_error("bare")
    import bare

    assert bare.where() == sys.executable


APPLICATION = """
import os, sys
# A program that is no Python, as an application that embeds one is.
sys.executable = {application!r}
assert manager.load("starts"), manager.get_error("starts")
import starts
for method in ("spawn", "forkserver"):
    assert starts.pooled(method, {patience!r}) == [3, 6, 9], method
print("POOLED")
"""


def test_multiprocessing_starts_a_python_where_the_application_is_none(home, host, project, tmp_path):
    if sys.platform == "win32":
        pytest.skip("a script is no program there")
    home.plugin("starts", PLUGIN, files={"work.py": WORK}, project=project, tool='isolation = "shared"')
    application = tmp_path / "application"
    application.write_text("#!/bin/sh\nexit 3\n")
    application.chmod(0o755)
    code = APPLICATION.format(application=str(application), patience=PATIENCE)
    status, out, err = host.run(code, limit=2 * PATIENCE)
    assert status == 0 and "POOLED" in out, err


UNGUARDED = """
from lfs_plugins import PluginManager
print("STARTED", flush=True)
manager = PluginManager.instance()
assert manager.load("starts"), manager.get_error("starts")
import starts
{code}
print("POOLED", flush=True)
"""


def run_unguarded(home, tmp_path, code):
    """Runs an application whose main file has no ``if __name__ == "__main__"``: it starts once."""
    script = tmp_path / "application.py"
    script.write_text(UNGUARDED.format(code=code), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=2 * PATIENCE,
        env={**os.environ, "LFS_RESOLVED_PLUGIN_DIR": str(home.plugins)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["STARTED", "POOLED"]


def test_a_pool_does_not_start_an_application_without_a_guard_again(home, project, tmp_path):
    home.plugin("starts", PLUGIN, files={"work.py": WORK}, project=project, tool='isolation = "shared"')
    run_unguarded(home, tmp_path, f"assert starts.pooled('spawn', {PATIENCE!r}) == [3, 6, 9]")


LOKY = """
    import joblib
    import loky
    from .work import triple

    def pooled(patience):
        with loky.ProcessPoolExecutor(2) as executor:
            by_loky = list(executor.map(triple, [1, 2, 3], timeout=patience))
        calls = [joblib.delayed(triple)(number) for number in (1, 2, 3)]
        return by_loky, joblib.Parallel(n_jobs=2, timeout=patience)(calls)
"""
LOKY_WORK = """
    import joblib

    def triple(number):
        return number * 3 if joblib.__version__ else None
"""


@pytest.mark.parametrize("isolation", ["shared", "process"])
def test_loky_and_joblib_return_their_results(home, index, tmp_path, isolation):
    if isolation == "process" and sys.platform == "win32":
        pytest.skip("Windows has no workers")
    home.plugin(
        "starts", LOKY, files={"work.py": LOKY_WORK}, tool=f'isolation = "{isolation}"',
        project='dependencies = ["joblib==1.5.2", "loky==3.5.6"]',
    )
    run_unguarded(
        home, tmp_path, f"assert starts.pooled({PATIENCE!r}) == ([3, 6, 9], [3, 6, 9])"
    )
