"""Extraction and matching in parts by an executor: other processes, or other machines.

A part is made in a temporary folder of the worker and comes back as a feature database, which is
merged into the one here. So workers need the folder of images at the same path, this plugin and
pycolmap; nothing else is shared.
"""

import concurrent.futures
import itertools
import os
import pathlib
import tempfile

from .errors import Cancelled, ColmapError
from .stoppable import Process

PARTS = 8
"""The number of parts in which images are extracted; progress is reported by the part."""
BLOCKS = 4
"""The number of blocks of images in matching; a part has the pairs of two blocks."""
TICK = 0.1
"""The time between two looks at the running parts, in seconds."""


def work(name, request, features=None):
    """Does one part of the work in a worker; returns the bytes of its database.

    ``features`` are the bytes of a database to begin with. Raises ColmapError if the worker cannot
    see the images, and Cancelled as soon as the file ``request["stop"]`` exists.
    """
    folder = request["image_path"]
    missing = [n for n in request["names"] if not os.path.isfile(os.path.join(folder, n))]
    if missing:
        raise ColmapError(
            f"a worker of the executor cannot see {os.path.join(folder, missing[0])}: the folder of "
            f"images {folder} must be there on every worker at the same path, for instance as a "
            "network drive"
        )
    with tempfile.TemporaryDirectory(prefix="colmap-") as scratch, Process() as process:
        database = pathlib.Path(scratch) / "part.db"
        if features is not None:
            database.write_bytes(features)
        request = {**request, "database": str(database)}
        if "pairs" in request:
            listed = pathlib.Path(scratch) / "pairs.txt"
            listed.write_text("".join(f"{one} {two}\n" for one, two in request["pairs"]))
            request["list"] = str(listed)
        stop = request["stop"]
        process.call(name, request, lambda: os.path.exists(stop))
        return database.read_bytes()


def extract(run, request, report):
    """Extracts features of the images of ``request["groups"]``; calls ``report(images done)``."""
    run.call("enroll", request)
    names = [name for group in request["groups"] for name in group["names"]]
    size = max(1, -(-len(names) // PARTS))
    parts = []
    for start in range(0, len(names), size):
        some = names[start : start + size]
        # The cameras of the whole database are used; those of the part are dropped.
        group = {"names": some, "alone": True, "camera": None}
        parts.append(({**request, "names": some, "groups": [group]}, None, len(some)))
    _run(run, "extract", "features", parts, report)


def match(run, pairs, report):
    """Compares pairs of names; calls ``report(pairs done)``."""
    known = run.facts()["images"]
    names = sorted({name for pair in pairs for name in pair if known.get(name, [0])[0]})
    size = max(2, -(-len(names) // BLOCKS))
    block = {name: index // size for index, name in enumerate(names)}
    shares = {}
    for one, two in pairs:
        if one in block and two in block:
            shares.setdefault(tuple(sorted((block[one], block[two]))), []).append((one, two))

    def parts():
        for index, share in enumerate(shares.values()):
            some = sorted(set(itertools.chain.from_iterable(share)))
            target = run.work / f"shard{index}.db"
            target.unlink(missing_ok=True)
            run.call(
                "subset", {"database": str(run.database), "names": some, "target": str(target)}
            )
            features = target.read_bytes()
            target.unlink()
            request = {
                "image_path": str(run.config.image_path),
                "names": some,
                "kind": "listed",
                "pairs": [(known[one][2], known[two][2]) for one, two in share],
                "use_gpu": run.config.use_gpu,
            }
            yield request, features, len(share)

    _run(run, "match", "matches", parts(), report)


def _run(run, name, what, parts, report):
    """Submits parts, ``(request, features, how many)``, and merges what comes back."""
    stop = run.work / "stop"
    stop.unlink(missing_ok=True)
    pending, done = {}, 0
    try:
        for request, features, count in parts:
            run.progress.check()
            request = {**request, "stop": str(stop)}
            pending[run.executor.submit(work, name, request, features)] = count
        while pending:
            run.progress.check()
            # concurrent.futures.wait does not accept the futures of every library.
            ended = [future for future in pending if future.done()]
            for future in ended:
                part = run.work / "part.db"
                part.write_bytes(_result(future))
                run.call("merge", {"database": str(run.database), "part": str(part), "what": what})
                part.unlink()
                done += pending.pop(future)
            report(done)
            if not ended:
                run.pause(TICK)
    finally:
        if pending:
            # Workers that see this file end their part at once; parts that wait never start.
            stop.touch()
            for future in pending:
                future.cancel()


def _result(future):
    try:
        return future.result()
    except (Cancelled, concurrent.futures.CancelledError) as error:
        raise ColmapError("a worker of the executor gave up its part") from error
    except ModuleNotFoundError as error:
        raise ColmapError(
            f"a worker of the executor has no module {error.name}: every worker needs this plugin's "
            "folder on its path, and pycolmap installed"
        ) from error
    except concurrent.futures.BrokenExecutor as error:
        raise ColmapError(f"the executor has broken: {error}") from error
