"""The command ``lichtfeld-plugins``, run as a program."""

import json

import wheels
from children import run_command


def test_help_and_wrong_use(home):
    status, out, _ = run_command(home, "--help")
    assert status == 0
    for command in ("check", "migrate", "schema", "list", "info", "load", "plan", "sync", "log"):
        assert f"\n  {command} " in out
    status, _, err = run_command(home, "lst")
    assert status == 2 and "'list'" in err


def test_list_shows_states_and_what_is_broken(home):
    home.plugin("good", project='description = "does good"')
    home.plugin("bad", tool='hot_reload = "no"')
    status, out, err = run_command(home, "list")
    assert status == 0
    assert out.split() == ["good", "1.0.0", "UNLOADED", "does", "good"]
    assert "bad" in err and "check" in err
    status, out, _ = run_command(home, "list", "--json")
    assert [row["name"] for row in json.loads(out)] == ["good"]


def test_load_reports_success_and_failure(home):
    home.plugin("good")
    path = home.plugin("bad", "def on_load():\n    raise ValueError('why')\n")
    status, out, _ = run_command(home, "load", "good")
    assert status == 0 and out.startswith("good: ACTIVE (environment none")
    status, out, err = run_command(home, "load", "bad")
    assert status == 1 and out.startswith("bad: ERROR")
    assert "ValueError: why" in err and f"{path / '__init__.py'}:2" in err


def test_disable_is_kept_and_enable_lifts_it(home):
    home.plugin("one")
    assert run_command(home, "disable", "one")[0] == 0
    assert "DISABLED" in run_command(home, "list")[1]
    status, _, err = run_command(home, "load", "one")
    assert status == 1 and "enable one" in err
    assert run_command(home, "enable", "one")[0] == 0
    assert run_command(home, "load", "one")[0] == 0


def test_the_log_of_a_plugin(home):
    home.plugin("one", "import lichtfeld as lf\nlf.log.warn('mind', 'this')\n")
    run_command(home, "load", "one")
    status, out, _ = run_command(home, "log", "one")
    assert status == 0 and "warn  mind this\n" in out


def test_sync_makes_no_environment_where_none_is_needed(home):
    home.plugin("one")
    status, out, _ = run_command(home, "sync", "one")
    assert (status, out.strip()) == (0, "one: environment none")
    assert list((home.root / "envs").iterdir()) == []
    status, _, err = run_command(home, "sync", "two")
    assert status == 1 and "no plugin is called 'two'" in err


def test_sync_makes_locks_and_repairs_an_environment(home, tmp_path):
    wheels.wheel(tmp_path / "wheels", "shapes", "1.0", {"shapes.py": "SIDES = 3\n"})
    plugin = home.plugin("one", project=wheels.project(tmp_path / "wheels", "shapes"))
    status, out, err = run_command(home, "sync", "one")
    assert status == 0, err
    assert out.startswith("one: environment built ") and "  shapes 1.0\n" in out
    assert run_command(home, "sync", "one")[1].startswith("one: environment reused ")
    # What the author did not ask for is not in the author's directory.
    assert not (plugin / "uv.lock").exists()

    published = home.root / "envs" / "one"
    changed = next(published.glob("*/lib/python*/site-packages/shapes.py"))
    changed.write_text("SIDES = 4\n", encoding="utf-8")
    status, out, err = run_command(home, "sync", "one", "--repair")
    assert status == 0, err
    assert out.startswith("one: environment built ")
    cured = next(published.glob("*/lib/python*/site-packages/shapes.py"))
    assert cured.read_text(encoding="utf-8") == "SIDES = 3\n"

    status, out, err = run_command(home, "sync", "one", "--lock")
    assert status == 0, err
    assert 'name = "shapes"' in (plugin / "uv.lock").read_text(encoding="utf-8")
    # From now on these versions, newer wheels or not.
    wheels.wheel(tmp_path / "wheels", "shapes", "2.0", {"shapes.py": "SIDES = 5\n"})
    assert "  shapes 1.0\n" in run_command(home, "sync", "one", "--repair")[1]


def test_sync_that_fails_leaves_the_environment_of_before(home, tmp_path):
    wheels.wheel(tmp_path / "wheels", "shapes", "1.0", {"shapes.py": "SIDES = 3\n"})
    project = wheels.project(tmp_path / "wheels", "shapes")
    plugin = home.plugin("one", project=project)
    assert run_command(home, "sync", "one")[0] == 0
    paths = next((plugin / ".venv").rglob("lichtfeld_plugin.pth"))
    before = paths.read_text(encoding="utf-8")
    home.plugin("one", project=project.replace('"shapes"', '"shapes>2"'))
    status, _, err = run_command(home, "sync", "one", "--repair")
    assert status == 1 and "shapes>2" in err
    assert paths.read_text(encoding="utf-8") == before
    assert (paths.parent / before.splitlines()[1] / "shapes.py").exists()


def test_an_unknown_plugin_is_an_error_that_names_the_nearest(home):
    home.plugin("colmap")
    status, _, err = run_command(home, "info", "colmop")
    assert status == 1 and "did you mean 'colmap'" in err
