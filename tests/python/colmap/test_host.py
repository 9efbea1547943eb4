"""The plugin in its host: loaded like any other, reloaded and unloaded while a job runs."""

import re
import shutil
import sys
import threading
import time

import colmap_support as support
import pytest
from waiting import PATIENCE, until


@pytest.fixture
def isolation():
    """Where the plugin runs; a test may ask for another place."""
    return "auto"


@pytest.fixture
def loaded(home, manager, monkeypatch, isolation):
    """The plugin in a scratch home. Its packages are those of this environment: no download."""
    # The other tests import the checkout's own; here only the host may find it.
    monkeypatch.setattr(sys, "path", [p for p in sys.path if p != str(support.PLUGIN.parent)])
    for name in [n for n in sys.modules if n == "colmap" or n.startswith("colmap.")]:
        monkeypatch.delitem(sys.modules, name)
    target = home.plugins / "colmap"
    ignored = shutil.ignore_patterns("__pycache__", ".venv", "*.txt")
    shutil.copytree(support.PLUGIN, target, ignore=ignored)
    manifest = target / "pyproject.toml"
    text = manifest.read_text(encoding="utf-8")
    text, count = re.subn(r"(?m)^dependencies = \[.*?\]", "dependencies = []", text, flags=re.S)
    assert count == 1
    text = text.replace("[tool.lichtfeld]", f'[tool.lichtfeld]\nisolation = "{isolation}"')
    manifest.write_text(text, encoding="utf-8")
    shutil.rmtree(home.root / "data", ignore_errors=True)
    assert manager.load("colmap"), manager.get_error("colmap")
    return manager


def module():
    return sys.modules["lfs_plugins.colmap"]


class Shown:
    """The plugin's panel, used by its labels as a user would."""

    def __init__(self):
        import lichtfeld as lf

        self.ui = lf.ui
        (self.id,) = [panel for panel in lf.ui.panels() if "econstruction" in panel]

    def text(self):
        # Wide enough that nothing is broken over lines.
        return self.ui.render_text(self.ui.draw_panel(self.id), 400)

    def set(self, label, value="click"):
        # A panel in a worker may show the frame before for a while.
        self.until(label)
        self.ui.send_input(self.id, label, value)
        self.ui.draw_panel(self.id)
        self.ui.draw_panel(self.id)

    def reconstruct(self, images, output):
        """Fills in the folders and presses the button."""
        self.set("Images", str(images))
        self.set("Output", str(output))
        self.set("Reconstruct")

    def until(self, wanted):
        """Draws until a text is shown, or one of several; returns all that is shown."""
        wanted = [wanted] if isinstance(wanted, str) else wanted
        texts = []

        def asked():
            # Drawing as fast as possible would take a core from the reconstruction.
            time.sleep(0.03)
            texts[:] = [self.text()]
            return any(one in texts[0] for one in wanted)

        until(asked, lambda: f"{wanted!r} is not shown:\n{texts[0]}")
        return texts[0]


def test_it_loads_and_its_documented_names_are_there(loaded):
    import colmap as by_name

    assert module().run_pipeline is not None
    assert callable(by_name.run_pipeline) and callable(by_name.run_pipeline_async)
    assert Shown().text()
    assert loaded.get_error("colmap") is None


def test_a_reconstruction_by_the_panel(loaded, scene16, tmp_path):
    images = support.images_of(scene16, tmp_path / "photos", 6)
    shown = Shown()
    shown.reconstruct(images, tmp_path / "out")
    text = shown.until("6 of 6 images registered")
    text = shown.until("Last runs")
    for stage in ("extracting", "matching", "reconstructing", "undistorting"):
        assert stage in text, "the time of each stage is shown"
    assert str(tmp_path / "out" / "sparse") in text, "where there is no scene to import to"


def test_the_host_is_given_the_model(loaded, scene16, tmp_path, monkeypatch):
    import types

    import lichtfeld as lf

    # What an application offers to its plugins are attributes of this package.
    opened = []
    monkeypatch.setattr(lf, "app", types.SimpleNamespace(open=opened.append), raising=False)
    images = support.images_of(scene16, tmp_path / "photos", 6)
    shown = Shown()
    shown.reconstruct(images, tmp_path / "out")
    shown.until("6 of 6 images registered")
    assert not opened
    shown.set("Import to scene")
    assert opened == [str(tmp_path / "out" / "sparse")]


def test_the_panel_says_what_is_wrong(loaded, tmp_path):
    shown = Shown()
    shown.set("Reconstruct")
    assert "folder" in shown.text()
    shown.set("Images", str(tmp_path / "nowhere"))
    shown.set("Reconstruct")
    shown.until("nowhere is not a folder")


def test_cancel_by_the_panel(loaded, photos, tmp_path):
    shown = Shown()
    shown.reconstruct(photos, tmp_path / "out")
    shown.until("extracting")
    shown.set("Cancel")
    shown.until("cancelled")
    assert not (tmp_path / "out" / "sparse").exists()


def test_unloading_while_a_job_runs_ends_it_and_leaves_nothing(loaded, photos, tmp_path):
    import psutil

    children = set(psutil.Process().children(recursive=True))
    ends, begun = [], threading.Event()
    job = module().run_pipeline_async(
        photos,
        tmp_path / "out",
        on_progress=lambda *_: begun.set(),
        on_complete=ends.append,
        on_error=ends.append,
    )
    assert begun.wait(PATIENCE)
    assert loaded.unload("colmap")
    assert not job.is_running and str(job.result.stage) == "cancelled"
    assert ends == [job.result]
    assert not [t for t in threading.enumerate() if t.name.startswith("colmap")]
    assert set(psutil.Process().children(recursive=True)) <= children
    assert not [name for name in sys.modules if name.startswith("lfs_plugins.colmap")]
    assert not (tmp_path / "out" / "sparse").exists()


def test_the_panel_keeps_its_state_over_a_reload(loaded, tmp_path):
    shown = Shown()
    shown.set("Images", str(tmp_path / "photos of mine"))
    shown.set("Output", str(tmp_path / "models of mine"))
    assert loaded.reload("colmap"), loaded.get_error("colmap")
    text = Shown().text()
    assert "photos of mine" in text and "models of mine" in text


def test_a_running_job_survives_a_reload(loaded, scene16, tmp_path):
    images = support.images_of(scene16, tmp_path / "photos", 6)
    shown = Shown()
    shown.reconstruct(images, tmp_path / "out")
    shown.until("extracting")
    assert loaded.reload("colmap"), loaded.get_error("colmap")
    shown = Shown()
    shown.until("6 of 6 images registered")
    shown.until("Last runs")
    assert (tmp_path / "out" / "sparse" / "0" / "points3D.bin").is_file()


def test_a_job_that_survived_a_reload_can_be_cancelled(loaded, photos, tmp_path):
    shown = Shown()
    shown.reconstruct(photos, tmp_path / "out")
    shown.until("extracting")
    assert loaded.reload("colmap"), loaded.get_error("colmap")
    shown = Shown()
    shown.set("Cancel")
    shown.until("cancelled")
    assert loaded.unload("colmap")
    assert not [t for t in threading.enumerate() if t.name.startswith("colmap")]


def test_a_reload_leaves_a_running_job_as_it_is(loaded, photos, tmp_path):
    ends, heard = [], []
    job = module().run_pipeline_async(
        photos,
        tmp_path / "out",
        on_progress=lambda stage, percent, message: heard.append(message),
        on_complete=ends.append,
        on_error=ends.append,
    )
    helpers = until(support.helper_processes, "the job has no process of its own")
    for _ in range(2):
        before = job.progress
        assert loaded.reload("colmap"), loaded.get_error("colmap")
        report = loaded.unload_report("colmap")
        assert not (report["threads"] or report["processes"] or report["freed"]), report
        assert job.is_running and job.progress >= before
        assert support.helper_processes() == helpers, "the very same process goes on"
    told = len(heard)
    until(lambda: len(heard) > told, "nothing is told any more")
    assert loaded.unload("colmap")
    assert ends == [job.result] and str(job.result.stage) == "cancelled"
    assert not support.helper_processes()
    assert not [t for t in threading.enumerate() if t.name.startswith("colmap")]


def test_a_failed_reload_keeps_the_old_panel_and_its_job(loaded, home, scene16, tmp_path):
    images = support.images_of(scene16, tmp_path / "photos", 6)
    shown = Shown()
    shown.reconstruct(images, tmp_path / "out")
    shown.until("extracting")
    (home.plugins / "colmap" / "__init__.py").write_text("def broken(:\n", encoding="utf-8")
    assert not loaded.reload("colmap")
    Shown().until("6 of 6 images registered")


@pytest.mark.parametrize("isolation", ["process"])
def test_in_a_worker_it_does_the_same(loaded, scene16, tmp_path):
    images = support.images_of(scene16, tmp_path / "photos", 6)
    shown = Shown()
    shown.reconstruct(images, tmp_path / "out")
    shown.until("6 of 6 images registered")
    shown.until("Last runs")
    assert (tmp_path / "out" / "sparse" / "0" / "points3D.bin").is_file()


@pytest.mark.parametrize("isolation", ["process"])
def test_in_a_worker_a_running_job_survives_a_reload(loaded, scene16, tmp_path):
    images = support.images_of(scene16, tmp_path / "photos", 6)
    shown = Shown()
    shown.reconstruct(images, tmp_path / "out")
    # On a busy machine it may have ended before the first frame comes.
    shown.until(["Cancel", "6 of 6 images registered"])
    assert loaded.reload("colmap"), loaded.get_error("colmap")
    shown = Shown()
    shown.until("6 of 6 images registered")


@pytest.mark.parametrize("isolation", ["process"])
def test_a_worker_is_unloaded_while_a_job_runs(loaded, photos, tmp_path):
    import psutil

    shown = Shown()
    shown.reconstruct(photos, tmp_path / "out")
    shown.until("extracting")
    # The stage is shown from the start of the job; its process comes a little later.
    helpers = until(support.helper_processes, "the job has no process of its own")
    assert loaded.unload("colmap")
    psutil.wait_procs(helpers, PATIENCE)
    assert not [child for child in helpers if child.is_running()]


def test_the_work_is_done_by_the_python_that_the_application_names(loaded, monkeypatch):
    named = sys.executable
    monkeypatch.setattr(sys, "executable", "/opt/application/bin/application")
    stoppable = sys.modules["lfs_plugins.colmap.stoppable"]
    assert stoppable.python_program() == named
    with stoppable.Process() as process:
        facts = process.call("facts", {"database": "nowhere.db"}, lambda: False)
    assert facts == {"images": {}, "places": 0}


def test_the_time_left_is_said_in_words(loaded):
    said = sys.modules["lfs_plugins.colmap.panels.reconstruction"].time_left
    assert said(None) == ""
    assert [said(0.2), said(59.0)] == [", about 1 s left", ", about 59 s left"]
    assert said(80.0) == ", about 1 min 20 s left"
    assert said(3700.0) == ", about 1 h 1 min left"


def test_a_refused_version_leaves_the_job_running(loaded, home, photos, tmp_path):
    shown = Shown()
    shown.reconstruct(photos, tmp_path / "out")
    shown.until("extracting")
    init = home.plugins / "colmap" / "__init__.py"
    code = init.read_text(encoding="utf-8")
    refused = code.replace("def on_after_reload(state):", "def on_after_reload(state):\n    1 / 0")
    assert refused != code
    init.write_text(refused, encoding="utf-8")
    helpers = until(support.helper_processes, "the job has no process of its own")
    assert not loaded.reload("colmap")
    assert support.helper_processes() == helpers, "the job goes on, and no second one"
    shown = Shown()
    shown.set("Cancel")
    shown.until("cancelled")
