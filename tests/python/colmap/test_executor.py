"""Extraction and matching in shards, by other processes: the same model as alone."""

import concurrent.futures
import multiprocessing

import colmap_support as support
import pytest
from waiting import LONG


@pytest.fixture(autouse=True)
def few_parts(colmap, monkeypatch):
    """3 parts in extraction and 3 in matching: each starts a process that imports the library."""
    if not LONG:
        monkeypatch.setattr(colmap.shards, "PARTS", 3)
        monkeypatch.setattr(colmap.shards, "BLOCKS", 2)


@pytest.fixture
def alone(reconstructed):
    """The images that are registered without an executor."""
    result, output = reconstructed
    assert result.success, result.error
    return support.registered(output / "sparse" / "0")


def processes():
    # Not fork: the library's threads of this process would be missing in the copy.
    context = multiprocessing.get_context("spawn")
    return concurrent.futures.ProcessPoolExecutor(max_workers=2, mp_context=context)


def test_a_process_pool(colmap, scene8, tmp_path, alone):
    with processes() as pool:
        result = colmap.run_pipeline(scene8, tmp_path / "out", executor=pool, **support.QUICK)
    assert result.success, result.error
    assert support.registered(tmp_path / "out" / "sparse" / "0") == alone
    assert (result.num_images, result.num_cameras) == (8, 1)
    assert support.Truth(scene8).error(tmp_path / "out" / "sparse" / "0") < 0.005


def test_a_dask_cluster_of_two_workers(colmap, scene8, tmp_path, alone):
    distributed = pytest.importorskip("distributed", reason="dask[distributed] is not installed")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with cluster, distributed.Client(cluster) as client:
        result = colmap.run_pipeline(
            scene8, tmp_path / "out", executor=client.get_executor(), **support.QUICK
        )
    assert result.success, result.error
    assert support.registered(tmp_path / "out" / "sparse" / "0") == alone


def test_a_thread_pool_will_do_as_well(colmap, scene8, tmp_path, alone):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        result = colmap.run_pipeline(scene8, tmp_path / "out", executor=pool, **support.QUICK)
    assert result.success, result.error
    assert support.registered(tmp_path / "out" / "sparse" / "0") == alone


class Elsewhere(concurrent.futures.Executor):
    """Machines that do not see the folder of images: it is away while a task runs."""

    def __init__(self, folder):
        self.folder = folder

    def submit(self, function, /, *args, **kwargs):
        future = concurrent.futures.Future()
        away = self.folder.rename(self.folder.with_name("away"))
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        finally:
            away.rename(self.folder)
        return future


def test_workers_that_cannot_see_the_images_are_an_error_that_says_so(colmap, scene8, tmp_path):
    images = support.images_of(scene8, tmp_path / "in", 4)
    result = colmap.run_pipeline(images, tmp_path / "out", executor=Elsewhere(images))
    assert not result.success
    assert str(images) in result.error and "worker" in result.error, result.error
    assert isinstance(result.exception, colmap.ColmapError)


def test_a_cancel_is_heard_with_an_executor_too(colmap, scene8, tmp_path):
    with processes() as pool:
        canceller = support.Canceller("extracting")
        result = canceller.run(colmap, scene8, tmp_path / "out", executor=pool, **support.FEW)
    assert str(result.stage) == "cancelled"
    assert not (tmp_path / "out" / "sparse").exists()


def test_a_broken_executor_is_an_error(colmap, scene8, tmp_path):
    pool = processes()
    pool.shutdown()
    result = colmap.run_pipeline(scene8, tmp_path / "out", executor=pool, **support.QUICK)
    assert not result.success and result.exception is not None


@pytest.mark.parametrize("shards", [True, False])
def test_what_shards_have_found_before_a_cancel_is_used_again(colmap, scene8, tmp_path, shards):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        canceller = support.Canceller("extracting", percent=30.0)
        canceller.run(colmap, scene8, tmp_path / "out", executor=pool, **support.QUICK)
        settings = {**support.QUICK, **({"executor": pool} if shards else {})}
        result = colmap.run_pipeline(scene8, tmp_path / "out", **settings)
    assert result.success, result.error
    assert any("earlier run" in warning for warning in result.warnings), result.warnings
    assert (result.num_images, result.num_cameras) == (8, 1)
