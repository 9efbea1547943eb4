"""A cancel ends the work in every stage, and an earlier result stays whole."""

import shutil
import threading

import colmap_support as support
import pytest
from colmap_support import Canceller
from waiting import PATIENCE, until

STAGES = ["extracting", "matching", "reconstructing", "undistorting"]


def assert_cancelled(result):
    assert not result.success
    assert str(result.stage) == "cancelled"
    assert result.error


@pytest.mark.parametrize("stage", STAGES)
def test_small_images(colmap, scene8, tmp_path, stage):
    result = Canceller(stage).run(colmap, scene8, tmp_path / "out", **support.FEW)
    assert_cancelled(result)
    assert not (tmp_path / "out" / "sparse").exists()
    assert not (tmp_path / "out" / "undistorted").exists()


@pytest.fixture(scope="module")
def photos_with_features(tmp_path_factory, colmap, photos):
    """The output of a run that was cancelled while matching: what it extracted is used again."""
    output = tmp_path_factory.mktemp("features") / "out"
    return output, Canceller("matching").run(colmap, photos, output, **support.SCALED_DOWN)


def test_extracting_images_of_3200_pixels(colmap, photos, tmp_path):
    result = Canceller("extracting").run(colmap, photos, tmp_path / "out")
    assert_cancelled(result)


def test_matching_images_of_3200_pixels(photos_with_features):
    _, result = photos_with_features
    assert_cancelled(result)


@pytest.mark.parametrize("stage", ["reconstructing", "undistorting"])
def test_later_stages_with_images_of_3200_pixels(
    colmap, photos, photos_with_features, tmp_path, stage
):
    output = tmp_path / "out"
    shutil.copytree(photos_with_features[0], output)
    result = Canceller(stage).run(colmap, photos, output, **support.SCALED_DOWN)
    assert_cancelled(result)


def test_in_the_middle_of_a_large_image(colmap, photos, tmp_path):
    """The plugin has looked a few times at the library, which is busy with its first images."""
    # At 10 percent the files are read, and no image is finished.
    canceller = Canceller("extracting", percent=10.0, count=5)
    assert_cancelled(canceller.run(colmap, photos, tmp_path / "out"))
    assert canceller.farthest == 10.0, "an image was finished before the cancel"


def test_between_large_images(colmap, photos, tmp_path):
    canceller = Canceller("extracting", percent=30.0)
    assert_cancelled(canceller.run(colmap, photos, tmp_path / "out", **support.SCALED_DOWN))


def test_before_it_has_begun(colmap, scene8, tmp_path):
    ends = []
    job = colmap.run_pipeline_async(scene8, tmp_path / "out", on_complete=ends.append)
    job.cancel()
    result = job.wait(PATIENCE)
    assert_cancelled(result)
    assert ends == [result]


def test_from_within_the_progress_callback(colmap, scene8, tmp_path):
    jobs, ready = [], threading.Event()

    def on_progress(*_):
        ready.wait(PATIENCE)
        jobs[0].cancel()

    jobs.append(colmap.run_pipeline_async(scene8, tmp_path / "out", on_progress=on_progress))
    ready.set()
    assert_cancelled(jobs[0].wait(PATIENCE))


def test_after_the_end_it_changes_nothing(colmap, scene8, tmp_path):
    images = support.images_of(scene8, tmp_path / "in", 4)
    ends = []
    job = colmap.run_pipeline_async(
        images, tmp_path / "out", on_complete=ends.append, **support.QUICK
    )
    result = job.wait(PATIENCE)
    job.cancel()
    assert job.result is result and result.success
    assert ends == [result]


@pytest.mark.parametrize("stage", STAGES)
def test_the_earlier_result_stays_whole(colmap, scene8, finished, stage):
    _, output = finished
    models = support.contents(output / "sparse"), support.contents(output / "undistorted")
    assert all(models)
    # Other settings, so that nothing of the first run can be used again.
    settings = {**support.FEW, "max_num_features": 900}
    result = Canceller(stage).run(colmap, scene8, output, **settings)
    assert_cancelled(result)
    assert support.contents(output / "sparse") == models[0]
    assert support.contents(output / "undistorted") == models[1]


def test_threads_and_processes_are_gone_afterwards(colmap, photos, tmp_path):
    import psutil

    before = set(threading.enumerate())
    children = set(psutil.Process().children(recursive=True))
    Canceller("extracting").run(colmap, photos, tmp_path / "out")

    def left():
        processes = set(psutil.Process().children(recursive=True))
        return set(threading.enumerate()) - before, processes - children

    until(lambda: left() == (set(), set()), lambda: f"still there: {left()}")


def test_what_was_extracted_before_a_cancel_is_used_by_the_next_run(colmap, scene8, tmp_path):
    output = tmp_path / "out"
    Canceller("matching").run(colmap, scene8, output, **support.QUICK)
    result = colmap.run_pipeline(scene8, output, **support.QUICK)
    assert result.success and result.num_images == 8
    assert any("earlier run" in warning for warning in result.warnings), result.warnings
