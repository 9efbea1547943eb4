"""What a person sees of a result: the summary, the picture, the listed models."""

import re
import xml.etree.ElementTree as ElementTree

import colmap_support as support


def test_the_summary_says_what_matters(reconstructed):
    result, _ = reconstructed
    text = result.summary()
    assert "8 of 8 images registered" in text
    assert f"{result.num_points} points" in text
    assert re.search(r"0\.\d\d px", text)
    assert re.search(r"extracting: \d+\.\d s", text)


def test_the_summary_of_a_failure_is_its_error(colmap, tmp_path):
    result = colmap.run_pipeline(tmp_path / "nowhere")
    assert "nowhere is not a folder" in result.summary()


def test_the_models_are_those_on_the_disk(finished):
    result, output = finished
    folders = sorted(path.name for path in (output / "sparse").iterdir() if path.is_dir())
    assert folders == [str(i) for i in range(len(result.models))]
    assert result.models[0][1] == result.num_images == len(
        support.registered(output / "sparse" / "0")
    )
    assert 2.0 <= result.mean_track_length <= 8.0


def test_a_picture_as_svg(reconstructed, tmp_path):
    result, _ = reconstructed
    path = tmp_path / "deep" / "model.svg"
    result.plot(path)
    root = ElementTree.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    text = " ".join(root.itertext()).lower()
    assert "above" in text and "side" in text
    assert "8 cameras" in text, "it says how many cameras it shows"
    assert path.stat().st_size < 2_000_000, "many points do not make a picture of many megabytes"


def test_a_picture_of_a_failure_is_refused(colmap, tmp_path):
    import pytest

    result = colmap.run_pipeline(tmp_path / "nowhere")
    with pytest.raises((colmap.ColmapError, ValueError)):
        result.plot(tmp_path / "model.svg")
    assert not (tmp_path / "model.svg").exists()


def test_a_result_can_be_sent_to_another_process(reconstructed):
    import pickle

    result, _ = reconstructed
    assert pickle.loads(pickle.dumps(result)).num_points == result.num_points
