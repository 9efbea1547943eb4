"""Plugins with loose requirements share the application's process: they take the versions that are there."""

import json
import os
import subprocess
import sys

import pytest

from children import run_command
from waiting import PATIENCE
from wheels import project, wheel

# What an application had some time ago: all of these have newer versions on the index.
HOST = [
    "numpy==2.1.1", "packaging==23.2", "click==8.1.3", "attrs==23.1.0", "six==1.15.0", "pyyaml==6.0.1",
    "typing-extensions==4.7.1", "requests==2.31.0", "urllib3==2.0.7", "idna==3.4", "certifi==2023.7.22",
    "charset-normalizer==3.2.0", "jinja2==3.1.2", "markupsafe==2.1.3",
]  # fmt: skip

LOOSE = {
    "arrays": ["numpy>=1.26"],
    "tables": ["numpy", "packaging>=21"],
    "fetch": ["requests>=2.28"],
    "shell": ["click>=8", "attrs"],
    "pages": ["jinja2>=3"],
    "config": ["pyyaml>=6", "six"],
    "dates": ["python-dateutil>=2.8"],
    "looks": ["rich>=13"],
    "console": ["rich", "click>=8.1"],
    "net": ["urllib3<3", "idna>=2"],
    "typed": ["typing-extensions>=4", "attrs>=22"],
    "texts": ["markupsafe>=2", "pyyaml", "packaging"],
}

CONFLICTS = {"other_click": ["click==8.1.7"], "new_idna": ["idna>=3.10"]}

LOAD_ALL = """
import json, time
started = time.monotonic()
results = manager.load_all()
reports = {name: manager.load_report(name) for name in results}
print("REPORT", json.dumps({
    "seconds": round(time.monotonic() - started, 1),
    "failed": {name: manager.get_error(name) for name, done in results.items() if not done},
    "places": {name: report and report["place"] for name, report in reports.items()},
    "versions": {name: dict(report["distributions"]) for name, report in reports.items() if report},
}))
"""


def load_all(host, application):
    """Loads all plugins in an application that has the packages in ``application`` on its path."""
    path = [str(application), os.environ.get("PYTHONPATH")]
    status, out, err = host.run(LOAD_ALL, limit=280, PYTHONPATH=os.pathsep.join(filter(None, path)))
    assert status == 0, err
    line = next(line for line in out.splitlines() if line.startswith("REPORT "))
    return json.loads(line.removeprefix("REPORT "))


@pytest.fixture
def application(tmp_path):
    """Returns a function that makes the packages of an application."""

    def make(*arguments):
        target = tmp_path / "application"
        uv = os.environ.get("LICHTFELD_UV", "uv")
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(target), *arguments],
            check=True, timeout=300,
        )  # fmt: skip
        return target

    return make


@pytest.mark.timeout(300)
def test_twelve_plugins_share_and_only_honest_conflicts_do_not(home, host, index, application):
    packages = application("--no-deps", *HOST)
    for name, requirements in {**LOOSE, **CONFLICTS}.items():
        lines = ", ".join(f'"{one}"' for one in requirements)
        home.plugin(name, project=f"dependencies = [{lines}]\n", tool="auto_start = true")
    report = load_all(host, packages)
    print(json.dumps(report["places"]), report["seconds"])
    assert not report["failed"], report["failed"]
    assert {name for name, place in report["places"].items() if place == "worker"} == set(CONFLICTS)
    assert report["versions"]["arrays"]["numpy"] == "2.1.1"
    assert report["versions"]["fetch"] == {
        "certifi": "2023.7.22", "charset-normalizer": "3.2.0", "idna": "3.4", "requests": "2.31.0", "urllib3": "2.0.7",
    }  # fmt: skip
    # Nothing is built or asked once more.
    again = load_all(host, packages)
    assert again["places"] == report["places"]
    assert again["versions"] == report["versions"]


@pytest.fixture
def things(tmp_path):
    directory = tmp_path / "wheels"
    for version in ("1.0", "1.1", "1.2"):
        wheel(directory, "thing", version, {"thing.py": f"VERSION = {version!r}\n"})
    return directory


def add(home, things, **plugins):
    for name, requirement in plugins.items():
        home.plugin(name, "import thing", project=project(things, requirement), tool="auto_start = true")


def places(report):
    return {name: (place, report["versions"][name]["thing"]) for name, place in report["places"].items()}


def test_a_plugin_with_a_pin_moves_the_others_to_its_version_and_none_to_a_worker(home, host, things, tmp_path):
    add(home, things, loose="thing>=1.0", other="thing")
    assert set(places(load_all(host, tmp_path / "none")).values()) == {("shared", "1.2")}
    add(home, things, pinned="thing==1.0")
    expected = {name: ("shared", "1.0") for name in ("loose", "other", "pinned")}
    assert places(load_all(host, tmp_path / "none")) == expected
    assert places(load_all(host, tmp_path / "none")) == expected


def test_two_that_cannot_agree_move_nobody_back_and_forth(home, host, things, tmp_path):
    add(home, things, loose="thing>=1.0", first="thing==1.0", second="thing==1.1")
    expected = places(load_all(host, tmp_path / "none"))
    assert expected == {"first": ("shared", "1.0"), "loose": ("shared", "1.0"), "second": ("worker", "1.1")}
    assert places(load_all(host, tmp_path / "none")) == expected


def test_an_application_with_another_version_moves_what_was_built_before(home, host, things, application):
    add(home, things, loose="thing>=1.0", pinned="thing==1.2")
    from_wheels = ("--no-index", "--find-links", str(things))
    assert set(places(load_all(host, things / "none")).values()) == {("shared", "1.2")}
    packages = application(*from_wheels, "thing==1.1")
    for _ in range(2):
        report = places(load_all(host, packages))
        assert report == {"loose": ("shared", "1.1"), "pinned": ("worker", "1.2")}


def test_a_plugin_that_is_installed_into_a_running_application_agrees_with_it(home, manager, things):
    add(home, things, pinned="thing==1.0")
    assert manager.load("pinned")
    add(home, things, loose="thing>=1.0")
    assert manager.load("loose")
    assert manager.load_report("loose")["place"] == "shared"
    assert dict(manager.load_report("loose")["distributions"])["thing"] == "1.0"


def test_the_plan_says_what_was_agreed_on_and_what_would_have_to_change(home, things, host, tmp_path):
    add(home, things, loose="thing>=1.0", first="thing==1.0", second="thing==1.1")
    load_all(host, tmp_path / "none")
    status, out, err = run_command(home, "plan")
    assert status == 0, err
    lines = out.splitlines()
    start = lines.index(next(line for line in lines if line.startswith("second")))
    second = "\n".join(lines[start:])
    pin = f"`thing==1.1` in {home.plugins}/second/pyproject.toml:4:18"
    assert f"    to share: {pin} excludes thing 1.0, which plugin 'first' has" in second
    assert "    on disk: " in second and "shared with uv's cache" in second
    assert "    versions of others: thing 1.0 (plugin 'first')" in "\n".join(lines[:start])
    status, out, _ = run_command(home, "plan", "--all-shared")
    assert status == 0
    changes = [line.strip() for line in out.splitlines()[1:]]
    assert changes == [f"let {pin} allow thing 1.0, which plugin 'first' has"]


def test_the_plan_names_the_pair_that_stands_against_sharing(home, things, host, application, tmp_path):
    wheel(things, "user", "1.0", {"user.py": ""}, requires=["thing>=1.2"])
    home.plugin("old", project=project(things, "thing==1.0"), tool="auto_start = true")
    home.plugin("new", project=project(things, "user"), tool="auto_start = true")
    load_all(host, tmp_path / "none")
    status, out, _ = run_command(home, "plan", "--all-shared")
    # Either `old` gives up its pin, or `new` gives up its library: the pin can be changed.
    assert status == 0 and "`thing==1.0`" in out
    home.plugin("old", project=project(things, "older"), tool="auto_start = true")
    wheel(things, "older", "1.0", {"older.py": ""}, requires=["thing<1.1"])
    load_all(host, tmp_path / "none")
    status, out, _ = run_command(home, "plan", "--all-shared")
    assert status == 1
    assert "plugin 'new' and plugin 'old': user 1.0 requires `thing>=1.2`" in out or (
        "plugin 'old' and plugin 'new': older 1.0 requires `thing<1.1`" in out
    )
    assert run_command(home, "plan")[1].count("to share: ") == 1


def test_relative_paths_work_from_any_directory(home, things, tmp_path, monkeypatch):
    add(home, things, loose="thing>=1.0")
    monkeypatch.chdir(home.root)
    monkeypatch.setenv("LFS_RESOLVED_PLUGIN_DIR", "plugins")
    command = os.path.join(os.path.dirname(sys.executable), "lichtfeld-plugins")
    for _ in range(2):
        done = subprocess.run([command, "sync", "loose"], capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"loose: environment reused {home.root}/envs/loose/")
