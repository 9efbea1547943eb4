"""Which files count as images, how cameras are shared, and the warnings about the rest."""

import os
import pathlib
import shutil

import colmap_support as support
import pytest


def cameras(output):
    import pycolmap

    return pycolmap.Reconstruction(str(output / "sparse" / "0"))


def test_kinds_in_any_case_and_in_subfolders(colmap, scene16, tmp_path):
    from PIL import Image

    images = support.images_of(scene16, tmp_path / "in", 6)
    paths = sorted(images.iterdir())
    (images / "deep" / "er").mkdir(parents=True)
    names = ["a.JPG", "b.jpeg", "c.TIF", "d.tiff", "deep/e.PNG", "deep/er/f.Png"]
    for path, name in zip(paths, names):
        Image.open(path).save(images / name, quality=97)
        path.unlink()
    (images / "notes.txt").write_text("not an image")
    result = colmap.run_pipeline(images, tmp_path / "out", **support.QUICK)
    assert result.success, result.error
    assert (result.num_input_images, result.num_images) == (6, 6)
    assert support.registered(tmp_path / "out" / "sparse" / "0") == set(names)
    assert not any("notes.txt" in warning for warning in result.warnings)


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege on Windows")
def test_a_link_does_not_count_twice(colmap, scene16, tmp_path):
    images = support.images_of(scene16, tmp_path / "in", 4)
    (images / "zz.png").symlink_to(images / "view_001.png")
    result = colmap.run_pipeline(images, tmp_path / "out", **support.QUICK)
    assert result.num_input_images == 4
    assert any("zz.png" in warning for warning in result.warnings)


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_images_is_an_error_that_says_what_was_found(
    colmap, scene16, tmp_path, count
):
    images = support.images_of(scene16, tmp_path / "in", count)
    (images / "broken.png").write_bytes(b"nothing")
    result = colmap.run_pipeline(images, tmp_path / "out")
    assert not result.success
    assert str(images) in result.error and "broken.png" in result.error
    assert ("view_000.png" in result.error) == (count == 1)
    assert isinstance(result.exception, colmap.InputError)
    with pytest.raises(colmap.ColmapError):
        colmap.run_pipeline(images, tmp_path / "out", raise_on_error=True)


def test_a_missing_folder_is_named(colmap, tmp_path):
    result = colmap.run_pipeline(tmp_path / "nowhere", tmp_path / "out")
    assert not result.success and str(tmp_path / "nowhere") in result.error
    assert not (tmp_path / "out").exists(), "nothing is made for a folder that is not there"


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"camera_mode": "some"}, "PER_FOLDER"),
        ({"camera_model": "FISH"}, "OPENCV"),
        ({"match_type": "guess"}, "exhaustive"),
        ({"max_image_size": -1}, "max_image_size"),
        ({"max_num_features": 1.5}, "max_num_features"),
    ],
)
def test_a_wrong_setting_names_the_right_ones(colmap, scene16, settings, named):
    result = colmap.run_pipeline(scene16, **settings)
    assert not result.success and named in result.error
    assert isinstance(result.exception, colmap.InputError)


def in_two_folders(scene, target):
    images = support.images_of(scene, target, 6)
    for number, path in enumerate(sorted(images.glob("*.png"))):
        folder = images / ("left" if number < 3 else "right")
        folder.mkdir(exist_ok=True)
        path.rename(folder / path.name)
    return images


@pytest.mark.parametrize(
    ("mode", "expected"), [("AUTO", 1), ("SINGLE", 1), ("PER_FOLDER", 2), ("PER_IMAGE", 6)]
)
def test_camera_modes(colmap, scene16, tmp_path, mode, expected):
    images = in_two_folders(scene16, tmp_path / "in")
    settings = {**support.QUICK, "camera_model": "SIMPLE_PINHOLE"}
    result = colmap.run_pipeline(images, tmp_path / "out", camera_mode=mode, **settings)
    assert result.success, result.error
    assert result.num_images == 6
    assert result.num_cameras == expected


def test_auto_keeps_cameras_of_other_sizes_apart(colmap, scene16, tmp_path):
    from PIL import Image

    images = support.images_of(scene16, tmp_path / "in", 6)
    for path in sorted(images.glob("*.png"))[3:]:
        Image.open(path).resize((400, 300), Image.Resampling.BICUBIC).save(path)
    result = colmap.run_pipeline(images, tmp_path / "out", **support.QUICK)
    assert result.success, result.error
    assert result.num_images == 6 and result.num_cameras == 2


def test_the_focal_length_in_the_exif_is_used(colmap, scene16, tmp_path):
    import pycolmap
    from PIL import Image

    images = tmp_path / "in"
    images.mkdir()
    exif = Image.Exif()
    # 0.9 of the width, as in the scene: 32.4 mm on a film of 36 mm.
    exif.get_ifd(0x8769)[0xA405] = 32
    for path in sorted(scene16.glob("*.png"))[:4]:
        Image.open(path).save(images / f"{path.stem}.jpg", quality=97, exif=exif)
    output = tmp_path / "out"
    result = colmap.run_pipeline(images, output, **support.QUICK)
    assert result.success, result.error
    databases = list(output.rglob("*.db"))
    assert databases, "the database is kept for the next run"
    with pycolmap.Database.open(databases[0]) as opened:
        (camera,) = opened.read_all_cameras()
    assert camera.has_prior_focal_length
    assert camera.mean_focal_length() == pytest.approx(320 * 32 / 36, rel=0.1)


def test_the_output_may_lie_among_the_images(colmap, scene16, tmp_path):
    images = support.images_of(scene16, tmp_path / "in", 5)
    before = support.contents(images)
    output = images / "images"
    for _ in range(2):
        result = colmap.run_pipeline(images, output, **support.FEW)
        assert result.success, result.error
        assert result.num_input_images == 5, "results of the first run are no images"
    after = support.contents(images)
    assert {name: after.get(name) for name in before} == before


def test_the_output_may_not_be_the_folder_of_images(colmap, scene16, tmp_path):
    """Results beside the photos would be found as photos; refused, or kept apart."""
    images = support.images_of(scene16, tmp_path / "in", 4)
    before = support.contents(images)
    for _ in range(2):
        result = colmap.run_pipeline(images, images, **support.FEW)
        after = support.contents(images)
        assert {name: after.get(name) for name in before} == before
        if result.success:
            assert result.num_input_images == 4
        else:
            assert isinstance(result.exception, colmap.InputError)


def test_without_an_output_folder_it_goes_to_the_data_directory(colmap, scene16, tmp_path):
    images = support.images_of(scene16, tmp_path / "in", 3)
    twin = tmp_path / "twin" / "in"
    shutil.copytree(images, twin)
    first = colmap.run_pipeline(images, **support.QUICK)
    other = colmap.run_pipeline(twin, **support.QUICK)
    data = tmp_path / "home" / "data" / "colmap"
    for result in (first, other):
        assert result.success, result.error
        assert data in pathlib.Path(result.sparse_path).parents
    assert first.sparse_path != other.sparse_path, "folders of the same name are kept apart"
