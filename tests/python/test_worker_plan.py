"""The plan of where plugins would run, before any of them is loaded."""

import json
import sys
from importlib.metadata import version

import pytest
from children import run_command
from wheels import project, wheel


@pytest.fixture
def wheels(tmp_path):
    directory = tmp_path / "wheels"
    for number in ("1.0", "1.0+cpu", "1.0+cu12"):
        wheel(directory, "torchlike", number, {"torchlike.py": f"VERSION = {number!r}\n"})
    yield directory
    sys.modules.pop("torchlike", None)


def make(home, wheels, name, requirement, tool=""):
    home.plugin(name, "", project=project(wheels, requirement), tool=tool)
    status, _, err = run_command(home, "sync", name)
    assert status == 0, err


def test_the_table_says_where_and_why(home, wheels):
    home.plugin("alone", "", tool='isolation = "process"')
    home.plugin("free", "")
    make(home, wheels, "cpu", "torchlike==1.0+cpu")
    make(home, wheels, "gpu", "torchlike==1.0+cu12")
    make(home, wheels, "must-a", "torchlike==1.0+cpu", 'isolation = "shared"')
    make(home, wheels, "must-b", "torchlike==1.0+cu12", 'isolation = "shared"')
    home.plugin("not-made", "", project=project(wheels, "torchlike==1.0"))
    names = ["alone", "cpu", "free", "gpu", "must-a", "must-b", "not-made"]
    status, out, err = run_command(home, "plan", *names)
    assert status == 1, "one cannot run"
    details = [line for line in out.splitlines() if line.startswith(" ")]
    assert f"    to share: `torchlike==1.0+cu12` in {home.plugins}/gpu/pyproject.toml:4:18 excludes" in "\n".join(details)
    assert [line.rstrip() for line in out.splitlines() if line not in details] == [
        "alone     worker    it asks for a process of its own",
        "cpu       shared    it agrees with this process",
        "free      shared    it has no dependencies",
        "gpu       worker    torchlike 1.0+cu12 is needed, plugin 'must-a' has 1.0+cpu",
        "must-a    shared    it agrees with this process",
        "must-b    nowhere   'must-b' cannot share this process: torchlike 1.0+cu12 is needed, "
        "plugin 'must-a' has 1.0+cpu",
        "not-made  shared    its environment is not made yet, so its conflicts are not known",
    ]
    assert run_command(home, "plan", *names) == (status, out, err), "the same plugins give the same plan"


def test_json_has_both_sides_of_a_conflict(home, wheels):
    make(home, wheels, "one", "torchlike==1.0+cpu")
    path = wheels / "torchlike-1.0+cpu-py3-none-any.whl"
    home.plugin(
        "two", "",
        project='dependencies = ["torchlike"]\n[tool.uv.sources]\n'
        f"torchlike = {{ path = '{path}' }}\n",
    )  # fmt: skip
    assert run_command(home, "sync", "two")[0] == 0
    status, out, _ = run_command(home, "plan", "--json", "one", "two")
    assert status == 0
    one, two = json.loads(out)["placements"]
    assert one.pop("disk")["own"] > 0
    assert one == {
        "agreed": [], "to_share": [], "name": "one", "place": "shared", "reason": "it agrees with this process", "conflicts": [],
    }  # fmt: skip
    (conflict,) = two.pop("conflicts")
    # The same version from elsewhere is another one: direct_url.json says so.
    assert conflict["wanted"].startswith("1.0+cpu from file:///")
    assert conflict["wanted"].rstrip("/").endswith("py3-none-any.whl")
    assert (conflict["name"], conflict["here"], conflict["origin"]) == (
        "torchlike", "1.0+cpu", {"plugin": "one"},
    )  # fmt: skip
    assert two["place"] == "worker" and "torchlike" in two["reason"]


def test_what_the_application_has_is_a_side_too(home, manager, tmp_path):
    directory = tmp_path / "own"
    wheel(directory, "pytest", "0.1", {"pytest.py": ""})
    home.plugin("old", "", project=project(directory, "pytest==0.1"))
    assert manager.load("old"), manager.get_error("old")
    assert manager.load_report("old")["place"] == "worker"
    manager.unload("old")
    (found,) = manager.plan(["old"])
    (conflict,) = found["conflicts"]
    assert conflict["origin"] == "host" and conflict["here"] == version("pytest")


def test_path_files_work_and_nothing_comes_before_the_standard_library(home, manager, tmp_path):
    directory = tmp_path / "own"
    wheel(directory, "withpath", "1.0", {
        "withpath.pth": "withpath_more\nimport sys; sys.path.insert(0, sys.path[-1] + '/first')\n"
                        "import sys; sys.withpath_ran = True\n",
        "withpath_more/withpath_part.py": "VALUE = 7\n",
        # In the way of what the standard library has.
        "json.py": "raise ImportError('the wrong one')\n",
    })  # fmt: skip
    before = list(sys.path)
    code = "import withpath_part, json\nfrom importlib.metadata import version\n"
    home.plugin("paths", code + "found = (withpath_part.VALUE, version('withpath'))\n",
                project=project(directory, "withpath==1.0"))  # fmt: skip
    assert manager.load("paths"), manager.get_error("paths")
    import paths

    assert paths.found == (7, "1.0") and sys.withpath_ran
    assert paths.json is json
    assert sys.path[: len(before)] == before
    del sys.withpath_ran, sys.modules["withpath_part"]
