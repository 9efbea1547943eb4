"""The COLMAP plugin beside the library's own calls; how soon it ends after a cancel or an unload.

``LICHTFELD_BENCH_SCENE`` is a folder with 24 rendered views of 320 x 240 pixels,
``LICHTFELD_BENCH_PHOTOS`` one with 4 of 3,200 x 2,400.
"""

import importlib
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import threading
import time

import pycolmap

import lichtfeld.plugins as native
from lfs_plugins import PluginManager

PLUGIN = pathlib.Path(__file__).resolve().parents[2] / "plugins" / "colmap"
HOME = pathlib.Path(os.environ["LFS_RESOLVED_PLUGIN_DIR"])
FEATURES = 4000
ROUNDS = 4
UNLOADS = 2
STAGES = ("extracting", "matching", "reconstructing", "undistorting")
PATIENCE = 600.0


def timed(function, *arguments, **named):
    begun = time.perf_counter()
    answer = function(*arguments, **named)
    return time.perf_counter() - begun, answer


def plain(images, folder):
    """The library's calls, one after the other, as its documentation shows them."""
    database, sparse = folder / "database.db", folder / "sparse"
    sparse.mkdir(parents=True)
    extraction = pycolmap.FeatureExtractionOptions()
    extraction.sift.max_num_features = FEATURES
    pycolmap.extract_features(
        database,
        images,
        camera_mode=pycolmap.CameraMode.SINGLE,
        reader_options=pycolmap.ImageReaderOptions(camera_model="OPENCV"),
        extraction_options=extraction,
    )
    pycolmap.match_exhaustive(database)
    models = pycolmap.incremental_mapping(database, images, sparse)
    pycolmap.undistort_images(folder / "undistorted", sparse / "0", images)
    return models


def pipelines(colmap, images, scratch):
    """Seconds of the pipeline, of the library's calls, and of the stages of each repeated run."""
    ours, theirs, again, first = [], [], [], []
    for turn in range(ROUNDS):
        took, models = timed(plain, images, scratch / f"plain{turn}")
        theirs.append(took)
        output = scratch / f"ours{turn}"
        took, result = timed(colmap.run_pipeline, images, output, max_num_features=FEATURES)
        assert result.success, result.error
        assert result.num_images == models[0].num_reg_images(), result
        ours.append(took)
        repeated = colmap.run_pipeline(images, output, max_num_features=FEATURES)
        assert repeated.success, repeated.error
        for result, samples in ((result, first), (repeated, again)):
            samples.append(sum(result.stage_seconds.get(stage, 0.0) for stage in STAGES[:2]))
    return ours, theirs, again, first


def reach(run, images, output, stage):
    """Starts a job and waits until it is in the stage."""
    reached = threading.Event()

    def on_progress(now, percent, message):
        if now == stage:
            reached.set()

    job = run(images, output, on_progress=on_progress)
    deadline = time.perf_counter() + PATIENCE
    while not reached.wait(0.005):
        assert job.is_running, f"it ended before {stage}: {job.result}"
        assert time.perf_counter() < deadline, f"it never came to {stage}"
    return job


def cancelled(colmap, images, output, stage):
    """Seconds from `cancel` in a stage to the end of the job."""
    job = reach(colmap.run_pipeline_async, images, output, stage)
    begun = time.perf_counter()
    job.cancel()
    assert job.wait(PATIENCE) is not None, "it never ended"
    return time.perf_counter() - begun


def cancels(colmap, images, rounds, pixels, scratch):
    """The series of cancels in each stage."""
    # The later stages use what this one extracted.
    extracted = scratch / f"extracted-{pixels}"
    matching = [cancelled(colmap, images, extracted, "matching")]
    series = []
    for stage in STAGES:
        samples = matching if stage == "matching" else []
        while len(samples) < rounds:
            output = scratch / f"{stage}-{pixels}-{len(samples)}"
            if stage != "extracting":
                shutil.copytree(extracted, output)
            samples.append(cancelled(colmap, images, output, stage))
        series.append(seconds(f"cancel while {stage}, {pixels:,} px", samples, {"max": 1.0}))
    return series


def gaps(colmap, photos, output):
    """Seconds between two calls of ``on_progress``."""
    times = []
    job = colmap.run_pipeline_async(photos, output, on_progress=lambda *_: times.append(time.perf_counter()))
    result = job.wait(PATIENCE)
    assert result is not None, "it never ended"
    return [after - before for before, after in zip(times, times[1:])]


def unloads(photos, scratch):
    """Seconds of unloading the plugin while a job runs."""
    shutil.copytree(PLUGIN, HOME / "colmap", ignore=shutil.ignore_patterns("__pycache__", ".venv"))
    manifest = HOME / "colmap" / "pyproject.toml"
    # Its packages are those of this environment: nothing is downloaded.
    text, count = re.subn(r"(?m)^dependencies = \[.*?\]", "dependencies = []", manifest.read_text(), flags=re.S)
    assert count == 1, text
    manifest.write_text(text)
    manager = PluginManager.instance()
    samples = []
    for turn in range(UNLOADS):
        assert manager.load("colmap"), manager.get_traceback("colmap")
        run = sys.modules["lfs_plugins.colmap"].run_pipeline_async
        job = reach(run, photos, scratch / f"unloaded{turn}", "extracting")
        time.sleep(1.0)  # The stage begins before its process does.
        samples.append(timed(manager.unload, "colmap")[0])
        assert not job.is_running, "the job runs on"
    native.shutdown()
    return samples


def seconds(name, samples, *limits, floor=()):
    return {"name": name, "unit": "seconds", "samples": samples, "floor": list(floor), "limits": list(limits)}


def main():
    # The folder of this script, in which it would hide the plugin of the same name.
    sys.path.pop(0)
    images = pathlib.Path(os.environ["LICHTFELD_BENCH_SCENE"])
    photos = pathlib.Path(os.environ["LICHTFELD_BENCH_PHOTOS"])
    pycolmap.logging.minloglevel = 2
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        unloaded = unloads(photos, scratch)
        # Last, so that nothing in the folder of the plugins stands before an installed package.
        sys.path.append(str(PLUGIN.parent))
        colmap = importlib.import_module("colmap")
        ours, theirs, again, first = pipelines(colmap, images, scratch)
        series = [
            seconds("a pipeline of 24 views", ours, {"best": 1.15}, floor=theirs),
            seconds("extracting and matching again", again, {"max": 2.0}, floor=first),
            *cancels(colmap, images, ROUNDS, 320, scratch),
            *cancels(colmap, photos, 2, 3200, scratch),
            seconds(
                "between two reports of progress, 3,200 px",
                gaps(colmap, photos, scratch / "gaps"),
                {"p90": 0.5},
                {"max": 2.0},
            ),
            seconds("unload while a job runs", unloaded, {"max": 5.0}),
        ]
    print(json.dumps(series))


if __name__ == "__main__":
    main()
