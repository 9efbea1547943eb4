"""The values that the panel shows; apart from the panel, so that they survive a reload."""

from .config import CAMERA_MODELS, CAMERA_MODES, MATCH_TYPES

RUNS = 5
"""The number of past runs that are shown."""

FIELDS = {
    "images": "",
    "output": "",
    "mode": 0,
    "model": CAMERA_MODELS.index("OPENCV"),
    "match": MATCH_TYPES.index("auto"),
    "max_image_size": 3200,
    "max_num_features": 8192,
    "undistort": True,
    "use_gpu": True,
}
"""The values that the user sets, with their defaults."""


class Session:
    """The fields, the job and the last runs."""

    def __init__(self):
        self.__dict__.update(FIELDS)
        self.job = None
        self.runs = []
        self.problem = ""
        self._noted = None

    def settings(self):
        """Returns the fields as settings of a run."""
        return {
            "camera_mode": CAMERA_MODES[self.mode],
            "camera_model": CAMERA_MODELS[self.model],
            "match_type": MATCH_TYPES[self.match],
            "max_image_size": self.max_image_size,
            "max_num_features": self.max_num_features,
            "undistort": self.undistort,
            "use_gpu": self.use_gpu,
        }

    def note_end(self):
        """Adds a job that has ended to the past runs, once."""
        if self.job is not None and self.job.result is not None and self._noted is not self.job:
            self._noted = self.job
            self.runs = [*self.runs, self.job.result.summary().splitlines()[0]][-RUNS:]

    def keep(self):
        """Returns plain values for the next version, which may run in another process."""
        self.note_end()
        return {
            "fields": {name: getattr(self, name) for name in FIELDS},
            "runs": self.runs,
            "problem": self.problem,
            "running": self.job is not None and self.job.is_running,
        }

    def live(self):
        """Returns the job itself, which only a version in the same process can take over."""
        return {"job": self.job, "noted": self._noted}

    def restore(self, kept, start):
        """Takes over what another version kept; ignores values that do not fit.

        A live job runs on. In another process the job has ended with its code: then this calls
        ``start()``, and the run resumes with the features and matches that it finds. If the next
        version was refused, this one gets back what it kept itself.
        """
        for name, value in kept.get("fields", {}).items():
            if name in FIELDS and type(value) is type(FIELDS[name]):
                setattr(self, name, value)
        for name, known in (
            ("mode", CAMERA_MODES),
            ("model", CAMERA_MODELS),
            ("match", MATCH_TYPES),
        ):
            setattr(self, name, min(max(getattr(self, name), 0), len(known) - 1))
        self.runs = [str(run) for run in kept.get("runs", [])]
        self.problem = str(kept.get("problem", ""))
        live = kept.get("live")
        if live is not None:
            self.job, self._noted = live["job"], live["noted"]
        elif kept.get("running"):
            start()


current = Session()
"""The session of this version of the code."""
