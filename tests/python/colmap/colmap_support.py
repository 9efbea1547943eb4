"""What the tests of the COLMAP plugin share: the plugin as a module, scenes, truth, disks."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading

from waiting import LONG, PATIENCE, until

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLUGIN = ROOT / "plugins" / "colmap"

FEW = {"max_num_features": 1000, "max_image_size": 240}
"""Enough features for every small view to find its place, in two thirds of the time."""

QUICK = {**FEW, "undistort": False}
"""Settings with which 8 small views take two seconds."""

SCALED_DOWN = {} if LONG else {"max_image_size": 1000}
"""For large photos in stages where their size is not the point: extraction is ten times as fast."""


def helper_processes():
    """The processes in which the library works for this one, and for its workers."""
    import psutil

    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            command = child.cmdline()
        except psutil.Error:
            # Ended since the list was made.
            continue
        if any("helper.py" in part for part in command):
            found.append(child)
    return found


def missing():
    """Why these tests cannot run here, or None."""
    import importlib.util

    for name in ("pycolmap", "numpy", "PIL"):
        if importlib.util.find_spec(name) is None:
            return (
                f"{name} is not installed in {sys.executable}; "
                "`cargo xtask test --only colmap` prepares an environment that has it"
            )
    return None


def cargo(command, *arguments):
    """Runs cargo for the program that renders scenes."""
    program = os.environ.get("CARGO") or shutil.which("cargo")
    if program is None:
        raise RuntimeError("the scenes of these tests are rendered by cargo, which is not on PATH")
    example = ["--quiet", "--package", "lichtfeld-testkit", "--example", "scene"]
    done = subprocess.run(
        [program, command, *example, *arguments], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"rendering a scene failed:\n{done.stderr}")


def render(folder, views, width=320, height=240, seed=1):
    """Renders a synthetic scene into ``folder``."""
    cargo("run", "--", str(folder), *[str(n) for n in (views, width, height, seed)])


class Truth:
    """Where the cameras of a scene really were."""

    def __init__(self, folder):
        facts = json.loads((folder / "cameras.json").read_text(encoding="utf-8"))
        self.size = facts["size"]
        self.centers = {image["name"]: image["center"] for image in facts["images"]}
        self.focal = facts["camera"]["params"][0]

    def error(self, model_folder, rename=lambda name: name):
        """The worst distance of a camera's centre from the truth, as a share of the size.

        The model is first turned, moved and scaled onto the truth by least squares (Umeyama,
        "Least-squares estimation of transformation parameters between two point patterns", 1991).
        """
        import numpy as np
        import pycolmap

        model = pycolmap.Reconstruction(str(model_folder))
        found, true = [], []
        for image in model.images.values():
            name = rename(image.name)
            if image.has_pose and name in self.centers:
                found.append(image.projection_center())
                true.append(self.centers[name])
        found, true = np.array(found), np.array(true)
        a, b = found - found.mean(0), true - true.mean(0)
        u, s, vt = np.linalg.svd(b.T @ a)
        signs = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
        rotation = (u * signs) @ vt
        scale = (s * signs).sum() / (a**2).sum()
        return float(np.linalg.norm(scale * a @ rotation.T - b, axis=1).max() / self.size)


def registered(model_folder):
    """The names of the images that have a pose in a model."""
    import pycolmap

    model = pycolmap.Reconstruction(str(model_folder))
    return {image.name for image in model.images.values() if image.has_pose}


def images_of(scene, target, count=None):
    """A copy of a scene's images alone, since tests add to them and break them."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(scene.glob("*.png"))[:count]:
        shutil.copy2(path, target / path.name)
    return target


def photographs(scene, target, count, size):
    """JPEGs of ``size`` pixels, as a camera would deliver them: large, with detail everywhere."""
    import numpy as np
    from PIL import Image

    target.mkdir(parents=True, exist_ok=True)
    grain = np.random.default_rng(1)
    for path in sorted(scene.glob("*.png"))[:count]:
        large = np.asarray(Image.open(path).resize(size, Image.Resampling.BICUBIC), dtype=np.int16)
        noisy = large + grain.integers(-20, 20, size=(size[1], size[0], 1), dtype=np.int16)
        photo = Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
        photo.save(target / f"{path.stem}.jpg", quality=90)
    return target


def with_places(scene, target):
    """JPEGs with the GPS position where they were taken, ten metres for each of the scene's."""
    from PIL import Image

    target.mkdir(parents=True, exist_ok=True)
    for name, (east, north, up) in Truth(scene).centers.items():
        exif = Image.Exif()
        exif.get_ifd(0x8825).update(
            {
                1: "N",
                2: _degrees(48.0 + 10.0 * north / 111_000.0),
                3: "E",
                4: _degrees(11.0 + 10.0 * east / 74_500.0),
                5: b"\x00",
                6: 500.0 + 10.0 * up,
            }
        )
        photo = Image.open(scene / name)
        photo.save(target / name.replace(".png", ".jpg"), quality=97, exif=exif)
    return target


def _degrees(value):
    whole = int(value)
    minutes = int((value - whole) * 60.0)
    return (float(whole), float(minutes), (value - whole - minutes / 60.0) * 3600.0)


def vocabulary(scene, folder):
    """A vocabulary tree of 256 words, learnt from a few images of a scene."""
    import numpy as np
    import pycolmap

    database = folder / "vocabulary.db"
    names = [path.name for path in sorted(scene.glob("*.png"))[::4]]
    pycolmap.extract_features(database, scene, image_names=names)
    with pycolmap.Database.open(database) as opened:
        found = [opened.read_descriptors(image.image_id) for image in opened.read_all_images()]
    data = np.concatenate([descriptors.data for descriptors in found]).astype(np.float32)
    tree = pycolmap.VisualIndex.create(128, 64)
    options = pycolmap.VisualIndex.BuildOptions()
    options.num_visual_words, options.num_iterations, options.num_rounds = 256, 10, 1
    tree.build(options, pycolmap.FeatureDescriptorsFloat(found[0].type, data))
    tree.write(folder / "tree.bin")
    return folder / "tree.bin"


def photos_of_sceaux():
    """The folder of eleven real photos, or None."""
    named = os.environ.get("LICHTFELD_PHOTOS")
    folder = pathlib.Path(named) if named else ROOT.parent / "shared" / "data" / "sceaux"
    return folder if any(folder.glob("*.jpg")) else None


class Canceller:
    """Cancels at the ``count``-th report of a stage that is so far, and waits for the end."""

    def __init__(self, stage, percent=0.0, count=1):
        self.stage, self.percent, self.left = stage, percent, count
        self.reached = threading.Event()
        self.farthest = 0.0
        self.ends = []

    def on_progress(self, stage, percent, message):
        if stage == self.stage:
            self.farthest = max(self.farthest, percent)
        if stage == self.stage and percent >= self.percent:
            self.left -= 1
            if self.left <= 0:
                self.reached.set()

    def run(self, colmap, images, output, **settings):
        """Starts a job, cancels it in the stage, and returns its result."""
        job = colmap.run_pipeline_async(
            images,
            output,
            on_progress=self.on_progress,
            on_complete=self.ends.append,
            on_error=self.ends.append,
            **settings,
        )
        while not self.reached.wait(0.01):
            assert job.is_running, f"ended before {self.stage}: {job.result}"
        job.cancel()
        job.cancel()
        result = job.wait(PATIENCE)
        assert result is not None, "it never ended"
        assert not job.is_running
        assert self.ends == [result], f"not called exactly once with {result}: {self.ends}"
        return result


def contents(folder):
    """Every file below a folder with a hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
