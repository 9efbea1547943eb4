"""The main job, end to end: fresh, again, on real photos, and without a network."""

import os
import subprocess
import sys

import pytest

from conftest import DRIVER, run_demo


def test_the_first_run_does_all_seven_steps(first_run):
    assert first_run.status == 0, first_run.said
    facts = first_run.facts
    assert facts["ok"] and facts["failures"] == []
    states = {p["name"]: p["state"] for p in facts["plugins"]}
    assert {state.upper() for state in states.values()} == {"ACTIVE"}, states
    assert first_run.plugin("hello_panel")["environment"] == "none"
    assert first_run.plugin("array_stats")["environment"] == "built"
    assert first_run.plugin("colmap")["environment"] == "built"


def test_the_panel_counts_and_shows_the_saved_code(first_run):
    facts = first_run.facts
    assert "Clicked: 2" in facts["panel"]["text"]
    assert "Hello from plugin!" in facts["panel"]["text"]
    assert "Hello from the file just saved!" in facts["reload"]["text"]
    assert 0 < facts["reload"]["ms"] < 10_000


def test_numpy_computed_on_a_real_array(first_run):
    values = [n * n % 97 for n in range(10_000)]
    answer = first_run.facts["array_stats"]
    assert answer["count"] == len(values)
    assert answer["mean"] == pytest.approx(sum(values) / len(values))
    assert answer["quartiles"][1] == pytest.approx(sorted(values)[5_000], abs=1)


def test_colmap_registers_every_rendered_view(first_run):
    facts = first_run.facts["colmap"]
    assert facts["images_total"] >= 16
    assert facts["images_registered"] == facts["images_total"]
    assert facts["points"] > 200
    assert 0 < facts["mean_reprojection_error_px"] < 2
    assert facts["stage_seconds"]


def test_nothing_is_left_after_unloading(first_run):
    unload = first_run.facts["unload"]
    assert unload["modules_left"] == [] and unload["panels_left"] == []


def test_everything_is_said_on_standard_error(first_run):
    for part in ("1. ", "7. ", "array_stats", "images registered", "Clicked: 2"):
        assert part in first_run.said


def test_a_second_run_reuses_the_environments(first_run, kept_home, images):
    assert first_run.status == 0
    again = run_demo(kept_home, images)
    assert again.status == 0, again.said
    assert again.plugin("array_stats")["environment"] == "reused"
    assert again.plugin("colmap")["environment"] == "reused"
    assert "reused" in again.said


def test_real_photos_are_all_registered(first_run, kept_home, photos):
    ran = run_demo(kept_home, photos)
    assert ran.status == 0, ran.said
    assert ran.facts["colmap"]["images_registered"] == ran.facts["colmap"]["images_total"] == 11


def test_without_network_and_cache_the_plugin_without_dependencies_works(tmp_path, images):
    # A proxy that refuses every connection is as good as no network, and works everywhere.
    nowhere = "http://127.0.0.1:9"
    env = {
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "XDG_CACHE_HOME": str(tmp_path / "xdg"),
        "LOCALAPPDATA": str(tmp_path / "local"),
        "UV_HTTP_RETRIES": "0",
        "PIP_FIND_LINKS": "",
        **{name: nowhere for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")},
        **{name: nowhere for name in ("http_proxy", "https_proxy", "all_proxy")},
        **{name: "" for name in ("NO_PROXY", "no_proxy")},
    }
    ran = run_demo(tmp_path / "home", images, env=env)
    assert ran.status == 1
    assert ran.plugin("hello_panel")["state"].upper() == "ACTIVE"
    assert "Clicked: 2" in ran.facts["panel"]["text"]
    for name in ("array_stats", "colmap"):
        plugin = ran.plugin(name)
        assert plugin["state"].upper() == "ERROR", ran.said
        assert plugin["error"], f"uv's reason is missing for {name}"
        assert plugin["hint"], f"there is no hint for {name}"
        assert plugin["error"].splitlines()[0] in ran.said


@pytest.mark.skipif(os.name == "nt", reason="HOME does not move the home folder on Windows")
def test_the_users_own_home_is_not_touched(tmp_path, images):
    users = tmp_path / "users-home"
    users.mkdir()
    env = {
        "HOME": str(users),
        # uv's cache would be found through HOME; this test is not about it.
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", os.path.expanduser("~/.cache/uv")),
    }
    ran = run_demo(tmp_path / "home", images, "--until", "load", env=env)
    assert ran.status == 0, ran.said
    assert not (users / ".lichtfeld").exists()


def test_a_wrong_use_is_told():
    finished = subprocess.run(
        [sys.executable, str(DRIVER)], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 2 and "--home" in finished.stderr
