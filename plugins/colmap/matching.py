"""Finding images that show the same: exhaustive, sequential, by vocabulary tree, by GPS position."""

import itertools

from . import features, shards
from .errors import InputError
from .progress import Stage

FEW = 60
"""Up to this number of images, ``auto`` compares all pairs."""
OVERLAP = 10
"""The number of following images that an image is compared with in a sequence."""
BLOCK = 50
"""Images in a block of pairs; the library keeps the features of one block in memory."""


def choose(config, count, places, warnings):
    """Returns the kind of matching to do; adds a warning if it is not the one asked for.

    ``places`` is the number of images with a GPS position. Raises InputError if the kind that was
    asked for is impossible.
    """
    kind = config.match_type
    if kind == "vocab_tree" and config.vocab_tree_path is None:
        kind = "auto"
        warnings.append("matching by vocabulary tree needs a file (vocab_tree_path); there is none")
    if kind == "vocab_tree" and not config.vocab_tree_path.is_file():
        raise InputError(f"the vocabulary tree {config.vocab_tree_path} is not there")
    if kind == "spatial" and places < 2:
        raise InputError(
            "spatial matching needs images with GPS positions, and "
            f"{places or 'none'} of these {count} have one; choose exhaustive or sequential"
        )
    if kind == "auto":
        kind = "exhaustive" if count <= FEW else "sequential"
        warnings.append(f"{kind} matching was chosen for {count} images")
    return kind


def expected_pairs(kind, names):
    """Returns the pairs of names that will be compared, or None if the library decides."""
    if kind == "exhaustive":
        return list(itertools.combinations(names, 2))
    if kind == "sequential":
        # Neighbours, and images at distances that double.
        steps = sorted({*range(1, OVERLAP + 1), *(2**d for d in range(OVERLAP))})
        ordered = sorted(names)
        count = len(ordered)
        return [(ordered[i], ordered[i + s]) for i in range(count) for s in steps if i + s < count]
    return None


def match(run, kind):
    """Compares the images of a database."""
    config, names = run.config, run.found.names
    pairs = expected_pairs(kind, names)
    run.progress.begin(Stage.MATCHING, f"{kind}: {len(names)} images")

    def report(done):
        if pairs is None:
            # The number of all pairs is not known.
            run.progress.report(0.0, f"{done} pairs")
        else:
            done = min(done, len(pairs))
            run.progress.report(100.0 * done / len(pairs), f"{done} of {len(pairs)} pairs")

    if run.executor is not None and pairs is not None:
        shards.match(run, pairs, report)
        run.progress.report(100.0, f"{len(pairs)} of {len(pairs)} pairs")
        return
    if run.executor is not None:
        run.warnings.append(f"{kind} matching was done here, not by the executor")
    request = {
        "database": str(run.database),
        "kind": kind,
        "block_size": BLOCK,
        "overlap": OVERLAP,
        "vocab_tree_path": str(config.vocab_tree_path),
        "use_gpu": config.use_gpu,
    }
    done = run.call("match", request, lambda _: report(features.count(run.database, "matches")))
    if kind == "exhaustive":
        # The library skips pairs with an image without features; they count as done.
        done = len(pairs)
    run.progress.report(100.0, f"{done} of {done} pairs")
