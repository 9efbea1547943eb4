"""A frame recorded from Python beside the same loop over empty C functions; encoding; 60 frames
a second of twenty panels.

``LICHTFELD_BENCH_FLOOR`` is the directory of the compiled ``panels.c``.
"""

import gc
import json
import os
import sys
import time

from lichtfeld.plugins import _PanelSession

sys.path.insert(0, os.environ["LICHTFELD_BENCH_FLOOR"])
import panels_floor

SAMPLES = 400
WARM_UP = 50
PANELS, FRAMES_A_SECOND, SECONDS, ROUNDS = 20, 60, 2.0, 5



class Images:
    """A block of ten widgets for each image, written as authors of plugins write: labels made in
    the loop, told apart by ``##``; ``changed, value`` taken apart; what is chosen from listed in
    place."""

    def __init__(self, images):
        self.images = images
        self.shown, self.radius, self.count = True, 0.5, 10
        self.matching, self.name, self.running = 1, "scene", False

    def draw(self, layout):
        for image in range(self.images):
            layout.label(f"Image number {image}")
            if layout.button(f"Run##{image}"):
                self.running = True
            changed, value = layout.checkbox(f"Shown##{image}", self.shown)
            if changed:
                self.shown = value
            changed, value = layout.slider_float(f"Radius##{image}", self.radius, 0.0, 1.0)
            if changed:
                self.radius = value
            changed, value = layout.drag_int(f"Count##{image}", self.count, 1.0, 0, 100)
            if changed:
                self.count = value
            changed, value = layout.combo(
                f"Matching##{image}", self.matching, ["exhaustive", "sequential", "spatial"]
            )
            if changed:
                self.matching = value
            changed, value = layout.input_text(f"Name##{image}", self.name)
            if changed:
                self.name = value
            layout.text_disabled(f"{self.count} points, {image} matches")
            layout.progress_bar(self.radius, f"{image} %")
            layout.separator()


class Names:
    """The same widgets with all labels made beforehand: next to nothing but the calls is left."""

    def __init__(self, images):
        words = ("Image", "Run", "Shown", "Radius", "Count", "Matching", "Name", "points")
        self.labels = [tuple(f"{word}##{image}" for word in words) for image in range(images)]
        self.items = ["exhaustive", "sequential", "spatial"]

    def draw(self, layout):
        items = self.items
        for image, run, shown, radius, count, matching, name, points in self.labels:
            layout.label(image)
            layout.button(run)
            layout.checkbox(shown, True)
            layout.slider_float(radius, 0.5, 0.0, 1.0)
            layout.drag_int(count, 10, 1.0, 0, 100)
            layout.combo(matching, 1, items)
            layout.input_text(name, "scene")
            layout.text_disabled(points)
            layout.progress_bar(0.5, "half")
            layout.separator()


def timed(function, *arguments):
    begun = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - begun


def recording(kind):
    """Seconds of a frame of 1,000 widgets: recorded, over empty functions, encoded."""
    panel, session = kind(100), _PanelSession("bench", "Bench")
    empty, nothing = kind(100), panels_floor.Layout()
    for _ in range(2):
        session.draw(panel)
    frame = session.frame()
    assert len(frame["widgets"]) == 1000, len(frame["widgets"])
    assert not frame.get("warnings") and not frame.get("error"), frame.get("error")
    recorded, floor, encoded = [], [], []
    # In turns, so that what else the machine does falls on all alike.
    for _ in range(WARM_UP + SAMPLES):
        floor.append(timed(empty.draw, nothing))
        recorded.append(timed(session.draw, panel))
        encoded.append(timed(session.frame))
    return recorded[WARM_UP:], floor[WARM_UP:], encoded[WARM_UP:]


def pace():
    """Percent of a core that drawing and encoding takes, each frame when its time has come."""
    panels = [(Images(5), _PanelSession(f"bench.{n}", "Bench")) for n in range(PANELS)]
    samples = []
    for _ in range(ROUNDS):
        begun, busy = time.perf_counter(), time.process_time()
        for frame in range(int(SECONDS * FRAMES_A_SECOND)):
            for panel, session in panels:
                session.draw(panel)
                session.frame()
            ahead = begun + (frame + 1) / FRAMES_A_SECOND - time.perf_counter()
            if ahead > 0:
                time.sleep(ahead)
        took = time.perf_counter() - begun
        samples.append(100.0 * (time.process_time() - busy) / took)
    return samples


def main():
    gc.freeze()
    recorded, floor, encoded = recording(Images)
    alone, floor_alone, _ = recording(Names)
    print(
        json.dumps(
            [
                {
                    "name": "1,000 widgets recorded",
                    "unit": "seconds",
                    "samples": recorded,
                    "floor": floor,
                    "limits": [{"ratio": 2.0}, {"median": 1.5e-3}],
                },
                {
                    "name": "the same, labels made beforehand",
                    "unit": "seconds",
                    "samples": alone,
                    "floor": floor_alone,
                    "limits": [{"median": 1.5e-3}],
                },
                {
                    "name": "1,000 widgets encoded",
                    "unit": "seconds",
                    "samples": encoded,
                    "limits": [{"median": 1e-3}],
                },
                {
                    "name": "20 panels of 50 widgets, 60 a second",
                    "unit": "percent",
                    "samples": pace(),
                    "limits": [{"max": 15.0}],
                },
            ]
        )
    )


if __name__ == "__main__":
    main()
