"""Progress is true, callbacks are called once and do no harm, errors keep what they are."""

import collections
import logging
import threading

import colmap_support as support
import pytest
from waiting import PATIENCE, until

STAGES = ["extracting", "matching", "reconstructing", "undistorting"]


@pytest.fixture
def five(scene16, tmp_path):
    return support.images_of(scene16, tmp_path / "in", 5)


class Heard:
    """Callbacks that count, and wait for the end."""

    def __init__(self):
        self.progress = []
        self.ends = []
        self.ended = threading.Event()

    def on_progress(self, stage, percent, message):
        self.progress.append((stage, percent, message))

    def on_complete(self, result):
        self.ends.append(("complete", result))
        self.ended.set()

    def on_error(self, error):
        self.ends.append(("error", error))
        self.ended.set()

    def callbacks(self):
        return {name: getattr(self, name) for name in ("on_progress", "on_complete", "on_error")}

    def one_end(self, job):
        """Waits for the end; there is one, and none after it."""
        assert self.ended.wait(PATIENCE), "neither on_complete nor on_error was called"
        job.wait(PATIENCE)
        assert not job.is_running
        assert len(self.ends) == 1, self.ends
        return self.ends[0]


def test_stages_in_order_with_counts_that_only_grow(colmap, scene8, tmp_path):
    heard = Heard()
    job = colmap.run_pipeline_async(
        scene8, tmp_path / "out", **support.FEW, **heard.callbacks()
    )
    kind, result = heard.one_end(job)
    assert kind == "complete" and result.success, result
    assert result is job.result
    stages = [stage for stage, _, _ in heard.progress]
    assert all(isinstance(stage, str) for stage in stages)
    order = list(dict.fromkeys(str(stage) for stage in stages))
    assert order[:4] == STAGES
    for stage in STAGES:
        percents = [percent for s, percent, _ in heard.progress if s == stage]
        assert percents == sorted(percents), stage
        assert 0.0 <= percents[0] and percents[-1] == 100.0, (stage, percents)
        assert len(set(percents)) > 2, f"{stage} tells more than begin and end: {percents}"
    told = " ".join(message for _, _, message in heard.progress)
    for counted in ("8 of 8 images", "28 of 28 pairs", "8 of 8 images registered"):
        assert counted in told
    assert set(STAGES) <= set(result.stage_seconds)
    assert job.progress == 100.0


def test_it_is_heard_of_while_one_image_takes_long(colmap, photos, tmp_path):
    """At 3,200 pixels an image takes many times longer than the plugin waits between two looks."""
    heard = Heard()
    job = colmap.run_pipeline_async(photos, tmp_path / "out", **heard.callbacks())

    def again():
        told = collections.Counter(message for _, _, message in heard.progress)
        return told["0 of 3 images"] > 3

    until(lambda: again() or not job.is_running)
    job.cancel()
    heard.one_end(job)
    assert again(), heard.progress


def test_the_synchronous_call_counts_to_its_total(colmap, five, tmp_path):
    heard = []
    result = colmap.run_pipeline(
        five, tmp_path / "out", progress=lambda *told: heard.append(told), **support.QUICK
    )
    assert result.success, result.error
    currents = [current for current, _, _ in heard]
    assert currents == sorted(currents)
    assert len({total for _, total, _ in heard}) == 1
    assert currents[-1] == heard[-1][1], "it ends with all of all"
    assert all(isinstance(message, str) and message for _, _, message in heard)


def test_both_calls_undistort_unless_told_not_to(colmap, five, tmp_path):
    from PIL import Image

    job = colmap.run_pipeline_async(five, tmp_path / "a", **support.FEW)
    synchronous = colmap.run_pipeline(five, tmp_path / "s", **support.FEW)
    for result in (job.wait(PATIENCE), synchronous):
        assert result.success, result.error
        images = sorted((tmp_path / result.undistorted_path / "images").rglob("*.png"))
        assert len(images) == result.num_images
        assert Image.open(images[0]).size[0] > 100
    result = colmap.run_pipeline(five, tmp_path / "n", **support.QUICK)
    assert result.undistorted_path is None and not (tmp_path / "n" / "undistorted").exists()


@pytest.mark.parametrize("raising", ["on_progress", "on_complete"])
def test_a_raising_callback_is_logged_and_does_no_harm(colmap, five, tmp_path, caplog, raising):
    heard = Heard()
    callbacks = heard.callbacks()
    inner = callbacks[raising]

    def raises(*told):
        inner(*told)
        raise ZeroDivisionError("the callback's own mistake")

    callbacks[raising] = raises
    with caplog.at_level(logging.WARNING):
        job = colmap.run_pipeline_async(five, tmp_path / "out", **support.QUICK, **callbacks)
        kind, result = heard.one_end(job)
    assert kind == "complete" and result.success
    assert "the callback's own mistake" in caplog.text


def test_a_raising_on_error_is_logged_and_does_no_harm(colmap, tmp_path, caplog):
    heard = Heard()

    def raises(error):
        heard.on_error(error)
        raise ZeroDivisionError("the callback's own mistake")

    job = colmap.run_pipeline_async(
        tmp_path / "nowhere", on_complete=heard.on_complete, on_error=raises
    )
    kind, error = heard.one_end(job)
    assert kind == "error" and "nowhere" in str(error)
    assert "the callback's own mistake" in caplog.text


def test_a_raising_progress_does_not_stop_the_synchronous_call(colmap, five, tmp_path):
    def raises(*_):
        raise ZeroDivisionError

    assert colmap.run_pipeline(five, tmp_path / "out", progress=raises, **support.QUICK).success


def test_without_on_error_on_complete_hears_of_the_failure(colmap, tmp_path):
    heard = Heard()
    job = colmap.run_pipeline_async(tmp_path / "nowhere", on_complete=heard.on_complete)
    kind, result = heard.one_end(job)
    assert kind == "complete" and not result.success
    assert str(result.stage) == "error"


def test_errors_keep_their_type_and_traceback(colmap, scene16, tmp_path):
    result = colmap.run_pipeline(tmp_path / "nowhere")
    assert type(result.exception).__name__ in result.error
    assert result.exception.__traceback__ is not None
    with pytest.raises(colmap.InputError) as raised:
        colmap.run_pipeline(tmp_path / "nowhere", raise_on_error=True)
    assert raised.value.__traceback__ is not None


def test_images_of_nothing_in_common_end_in_a_mapping_error(colmap, tmp_path):
    import numpy as np
    from PIL import Image

    images = tmp_path / "in"
    images.mkdir()
    noise = np.random.default_rng(3)
    for number in range(3):
        pixels = noise.integers(0, 255, size=(120, 160), dtype=np.uint8)
        Image.fromarray(pixels).save(images / f"{number}.png")
    result = colmap.run_pipeline(images, tmp_path / "out", **support.QUICK)
    assert not result.success
    assert isinstance(result.exception, colmap.MappingError), result.error
    assert "overlap" in result.error, "it says what to do"
    assert not (tmp_path / "out" / "sparse").exists()


def test_the_time_left_is_estimated(colmap, scene8, tmp_path):
    estimates = []
    job = None
    ready = threading.Event()

    def on_progress(stage, percent, message):
        ready.wait(PATIENCE)
        estimates.append(job.seconds_left)

    job = colmap.run_pipeline_async(
        scene8, tmp_path / "out", on_progress=on_progress, **support.QUICK
    )
    ready.set()
    assert job.wait(PATIENCE).success
    known = [left for left in estimates if left is not None]
    assert known and all(left >= 0.0 for left in known)
    assert known[-1] < 5.0, "near the end little is left"
