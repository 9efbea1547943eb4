"""All views of a known scene are registered, and where they really were."""

import shutil

import colmap_support as support
import pytest
from waiting import LONG, scaled

WORST = 0.005
"""How far a camera's centre may be from the truth, as a share of the scene's size."""


@pytest.mark.parametrize("kind", ["exhaustive", "sequential", "auto"])
def test_8_views_or_16(colmap, request, tmp_path, kind):
    count = scaled(8, 16)
    scene = request.getfixturevalue(f"scene{count}")
    result = colmap.run_pipeline(scene, tmp_path / "out", match_type=kind, **support.QUICK)
    assert result.success, result.error
    assert (result.num_input_images, result.num_images, result.num_cameras) == (count, count, 1)
    assert result.num_points > 60 * count and result.mean_reproj_error < 0.5
    truth = support.Truth(scene)
    assert truth.error(tmp_path / "out" / "sparse" / "0") < WORST


# More images than the ten that follow each: only then is a sequence not compared exhaustively.
@pytest.mark.parametrize("kind", scaled(["sequential"], ["exhaustive", "sequential"]))
def test_24_views(colmap, scene24, tmp_path, kind):
    result = colmap.run_pipeline(scene24, tmp_path / "out", match_type=kind, **support.QUICK)
    assert result.success, result.error
    assert result.num_images == 24
    assert support.Truth(scene24).error(tmp_path / "out" / "sparse" / "0") < WORST


def test_as_many_as_by_the_library_alone(colmap, request, tmp_path):
    """The library's calls one after the other, as its documentation shows them."""
    import pycolmap

    count = scaled(8, 24)
    scene = request.getfixturevalue(f"scene{count}")
    database, sparse = tmp_path / "database.db", tmp_path / "sparse"
    sparse.mkdir()
    extraction = pycolmap.FeatureExtractionOptions()
    extraction.sift.max_num_features = support.QUICK["max_num_features"]
    extraction.max_image_size = support.QUICK["max_image_size"]
    pycolmap.extract_features(
        database,
        scene,
        camera_mode=pycolmap.CameraMode.SINGLE,
        reader_options=pycolmap.ImageReaderOptions(camera_model="OPENCV"),
        extraction_options=extraction,
    )
    pycolmap.match_exhaustive(database)
    # By default the library drops models of fewer than ten images.
    options = pycolmap.IncrementalPipelineOptions(min_model_size=3)
    models = pycolmap.incremental_mapping(database, scene, sparse, options=options)
    by_library = max(model.num_reg_images() for model in models.values())
    result = colmap.run_pipeline(scene, tmp_path / "out", **support.QUICK)
    assert result.success and result.num_images == by_library == count


def test_spatial_matching_uses_the_positions_of_the_photos(colmap, scene8, tmp_path):
    photos = support.with_places(scene8, tmp_path / "photos")
    result = colmap.run_pipeline(photos, tmp_path / "out", match_type="spatial", **support.QUICK)
    assert result.success, result.error
    assert result.num_images == 8
    error = support.Truth(scene8).error(
        tmp_path / "out" / "sparse" / "0", rename=lambda name: name.replace(".jpg", ".png")
    )
    assert error < WORST


def test_spatial_matching_without_positions_says_so(colmap, scene16, tmp_path):
    result = colmap.run_pipeline(
        support.images_of(scene16, tmp_path / "in", 3), match_type="spatial", **support.QUICK
    )
    told = " ".join([result.error or "", *result.warnings])
    assert "GPS" in told


def test_a_vocabulary_tree(colmap, scene8, tmp_path):
    tree = support.vocabulary(scene8, tmp_path)
    result = colmap.run_pipeline(
        scene8, tmp_path / "out", match_type="vocab_tree", vocab_tree_path=tree, **support.QUICK
    )
    assert result.success, result.error
    assert result.num_images == 8
    assert support.Truth(scene8).error(tmp_path / "out" / "sparse" / "0") < WORST


def test_without_a_vocabulary_file_another_kind_is_chosen_and_named(colmap, scene16, tmp_path):
    images = support.images_of(scene16, tmp_path / "in", 5)
    result = colmap.run_pipeline(
        images, tmp_path / "out", match_type="vocab_tree", **support.QUICK
    )
    assert result.success, result.error
    told = " ".join(result.warnings)
    assert "vocab" in told and "exhaustive" in told


def test_corrupt_duplicate_and_grey_images_do_no_harm(colmap, scene8, tmp_path):
    from PIL import Image

    images = support.images_of(scene8, tmp_path / "in")
    (images / "corrupt.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no photo" * 20)
    shutil.copy2(images / "view_004.png", images / "again.png")
    Image.new("RGB", (320, 240), (128, 128, 128)).save(images / "grey.png")
    result = colmap.run_pipeline(images, tmp_path / "out", **support.QUICK)
    assert result.success, result.error
    names = support.registered(tmp_path / "out" / "sparse" / "0")
    assert {f"view_{i:03}.png" for i in range(8)} <= names
    assert "grey.png" not in names and "corrupt.jpg" not in names
    assert support.Truth(scene8).error(tmp_path / "out" / "sparse" / "0") < WORST
    told = "\n".join(result.warnings)
    assert "corrupt.jpg" in told and "grey.png" in told


def test_a_small_set_is_not_thrown_away(colmap, scene16, tmp_path):
    images = support.images_of(scene16, tmp_path / "in", 3)
    result = colmap.run_pipeline(images, tmp_path / "out", **support.QUICK)
    assert result.success, result.error
    assert result.num_images == 3


def test_two_places_become_two_models_the_larger_first(colmap, scene16, scene24, tmp_path):
    images = support.images_of(scene16, tmp_path / "in", 6)
    for path in support.images_of(scene24, tmp_path / "other", 4).iterdir():
        path.rename(images / f"other_{path.name}")
    result = colmap.run_pipeline(images, tmp_path / "out", **support.QUICK)
    assert result.success, result.error
    assert [count for _, count, _ in result.models] == [6, 4]
    assert result.num_images == 6
    for index, (folder, count, _) in enumerate(result.models):
        assert len(support.registered(folder)) == count, folder
        assert folder.endswith(str(index))


def test_the_photos_of_sceaux(colmap, tmp_path):
    photos = support.photos_of_sceaux()
    if photos is None:
        pytest.skip("the photos of Sceaux are not there; LICHTFELD_PHOTOS names their folder")
    settings = {} if LONG else {"max_image_size": 480, "max_num_features": 2000}
    result = colmap.run_pipeline(photos, tmp_path / "out", undistort=False, **settings)
    assert result.success, result.error
    assert (result.num_input_images, result.num_images) == (11, 11)
    assert result.num_points >= scaled(1500, 3000)
    assert result.mean_reproj_error <= 0.6
