"""The user's files are only read; a result is whole or the one before it; disks may be full."""

import json
import os
import shutil
import subprocess
import sys
import textwrap

import colmap_support as support
import pytest
from waiting import PATIENCE


def test_the_same_again_is_resumed_and_says_so(colmap, scene8, finished):
    _, output = finished
    result = colmap.run_pipeline(scene8, output, **support.FEW)
    assert result.success and result.num_images == 8
    assert "8 of 8 images have features from an earlier run" in result.warnings
    assert "the matches are from an earlier run" in result.warnings


@pytest.mark.parametrize("change", ["settings", "another image", "an edited image"])
def test_a_database_from_something_else_is_not_used(colmap, scene16, tmp_path, change):
    images = support.images_of(scene16, tmp_path / "in", 5)
    output = tmp_path / "out"
    assert colmap.run_pipeline(images, output, **support.QUICK).success
    settings = dict(support.QUICK)
    if change == "settings":
        settings["max_num_features"] = 900
    elif change == "another image":
        (images / "view_000.png").unlink()
    else:
        shutil.copyfile(scene16 / "view_005.png", images / "view_000.png")
    again = colmap.run_pipeline(images, output, **settings)
    fresh = colmap.run_pipeline(images, tmp_path / "fresh", **settings)
    assert again.success and fresh.success
    assert not any("earlier run" in warning for warning in again.warnings), again.warnings
    assert again.num_images == fresh.num_images
    assert again.num_points == pytest.approx(fresh.num_points, rel=0.2)


def test_a_folder_named_images_in_the_output_is_left_alone(colmap, scene16, tmp_path):
    """The published plugin's rival replaced the user's photos by undistorted ones."""
    output = tmp_path / "project"
    images = support.images_of(scene16, output / "images", 5)
    before = support.contents(images)
    result = colmap.run_pipeline(images, output, **support.FEW)
    assert result.success, result.error
    assert support.contents(images) == before


@pytest.mark.parametrize("name", ["sparse", "undistorted"])
def test_photos_in_a_folder_with_the_name_of_a_result_are_left_alone(
    colmap, scene16, tmp_path, name
):
    output = tmp_path / "project"
    images = support.images_of(scene16, output / name, 5)
    before = support.contents(images)
    result = colmap.run_pipeline(images, output, **support.FEW)
    after = support.contents(images)
    assert {name: after.get(name) for name in before} == before
    if not result.success:
        assert isinstance(result.exception, colmap.InputError), result.error


def test_a_folder_of_the_users_with_the_name_of_a_result_is_not_lost(colmap, scene16, tmp_path):
    """What lies in ``sparse`` and was not made here belongs to the user."""
    images = support.images_of(scene16, tmp_path / "in", 5)
    output = tmp_path / "out"
    (output / "sparse").mkdir(parents=True)
    (output / "sparse" / "thesis.txt").write_text("years of work")
    colmap.run_pipeline(images, output, **support.QUICK)
    kept = [path for path in tmp_path.rglob("thesis.txt")]
    assert kept and kept[0].read_text() == "years of work"


def test_nothing_but_results_is_left_in_the_output(colmap, finished):
    _, output = finished
    shown = {path.name for path in output.iterdir() if not path.name.startswith(".")}
    assert {"sparse", "undistorted"} <= shown
    assert {"0"} <= {path.name for path in (output / "sparse").iterdir()}
    assert not [path for path in output.rglob("*") if path.name.endswith((".raw", ".tmp", ".old"))]


TWO_COPIES = """
    import json, pathlib, sys
    import psutil
    sys.path.append({plugins!r})
    import colmap

    libraries = set()

    def look(*_):
        for helper in psutil.Process().children():
            try:
                maps = helper.memory_maps() if sys.platform == "linux" else []
            except psutil.Error:
                continue  # Ended meanwhile.
            libraries.update(pathlib.Path(one.path).name for one in maps)

    result = colmap.run_pipeline(
        {images!r}, {output!r}, progress=look, **{settings!r}
    )
    print(json.dumps([result.error, "pycolmap" in sys.modules, sorted(libraries)]))
"""


def test_no_process_has_two_copies_of_sqlite(scene16, tmp_path):
    """pycolmap brings its own SQLite. A second copy in the process, Python's, would drop the locks
    of the first on closing the file and cut off what it has mapped: a bus error, now and then
    (https://www.sqlite.org/howtocorrupt.html, section 2.2.1)."""
    images = support.images_of(scene16, tmp_path / "in", 5)
    script = TWO_COPIES.format(
        plugins=str(support.PLUGIN.parent),
        images=str(images),
        output=str(tmp_path / "out"),
        settings=support.QUICK,
    )
    command = [sys.executable, "-c", textwrap.dedent(script)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert told.returncode == 0, told.stderr
    error, has_library, libraries = json.loads(told.stdout)
    assert error is None and not has_library
    if sys.platform == "linux":
        assert any(name.startswith("_core") for name in libraries), libraries
    assert not [name for name in libraries if name.startswith("_sqlite3")]


def test_images_on_which_nothing_can_be_written(colmap, scene16, tmp_path):
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("the superuser may write anywhere, and Windows has no such modes")
    images = support.images_of(scene16, tmp_path / "in", 4)
    images.chmod(0o555)
    try:
        assert colmap.run_pipeline(images, tmp_path / "out", **support.QUICK).success
    finally:
        images.chmod(0o755)


def test_an_output_that_is_a_file_is_named(colmap, scene16, tmp_path):
    (tmp_path / "out").write_text("a file")
    images = support.images_of(scene16, tmp_path / "in", 3)
    result = colmap.run_pipeline(images, tmp_path / "out", **support.QUICK)
    assert not result.success and str(tmp_path / "out") in result.error
    assert (tmp_path / "out").read_text() == "a file"


FULL = """
    import os, pathlib, subprocess, sys
    sys.path.insert(0, {plugins!r})
    size, images, output = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    output.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={{size}}", "tmpfs", output], check=True)
    import colmap
    early = colmap.run_pipeline(images, output, max_num_features=300)
    before = sorted(p.name for p in (output / "sparse").rglob("*.bin")) if early.success else None
    late = colmap.run_pipeline(images, output, max_num_features=4000)
    after = sorted(p.name for p in (output / "sparse").rglob("*.bin")) if early.success else None
    import json
    print(json.dumps({{
        "early": early.success, "late": late.success, "stage": str(late.stage),
        "error": late.error, "same": before == after, "type": type(late.exception).__name__,
    }}))
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="a small disk needs Linux's unshare")
@pytest.mark.parametrize("size", ["64k", "1400k", "3m"])
def test_a_full_disk_is_an_error_and_the_earlier_result_stays(scene16, tmp_path, size):
    """A real file system of that size: it fills up in one stage or another."""
    import json

    inside = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*inside, "true"], capture_output=True).returncode:
        pytest.skip("this system does not let its users mount a small disk")
    script = tmp_path / "full.py"
    script.write_text(textwrap.dedent(FULL.format(plugins=str(support.PLUGIN.parent))))
    images = support.images_of(scene16, tmp_path / "in", 6)
    done = subprocess.run(
        [*inside, sys.executable, str(script), size, str(images), str(tmp_path / "disk")],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"the process ended with {done.returncode}:\n{done.stderr[-2000:]}"
    told = json.loads(done.stdout.splitlines()[-1])
    assert not told["late"], told
    assert told["stage"] == "error" and told["same"], told
    assert "space" in told["error"] or "full" in told["error"], told
