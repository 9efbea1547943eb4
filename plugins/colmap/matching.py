"""Which images show the same: exhaustive, sequential, by a vocabulary tree, by place."""

import sqlite3

from . import stoppable
from .utils import InputError, Stage

FEW = 60
"""Up to so many images, all pairs are compared where nothing was chosen."""
OVERLAP = 10
"""With how many images after it an image is compared in a sequence."""
BLOCK = 5
"""Images in a block of pairs: small, so that a cancel is prompt."""


def choose(config, count, has_places, warnings):
    """The kind of matching that will be done, and why if it is not the one asked for."""
    kind = config.match_type
    if kind == "vocab_tree" and config.vocab_tree_path is None:
        kind = "auto"
        warnings.append("matching by vocabulary tree needs a file (vocab_tree_path); there is none")
    if kind == "vocab_tree" and not config.vocab_tree_path.is_file():
        raise InputError(f"the vocabulary tree {config.vocab_tree_path} is not there")
    if kind == "spatial" and not has_places:
        raise InputError(
            "spatial matching needs images with GPS positions, and these have none; "
            "choose exhaustive or sequential"
        )
    if kind == "auto":
        kind = "exhaustive" if count <= FEW else "sequential"
        warnings.append(f"{kind} matching was chosen for {count} images")
    return kind


def has_places(database):
    """Whether at least two images have a GPS position."""
    import pycolmap

    with pycolmap.Database.open(database) as opened:
        return opened.num_pose_priors() >= 2


def expected_pairs(kind, count):
    """How many pairs will be looked at; None where nobody knows beforehand."""
    if kind == "exhaustive":
        return count * (count - 1) // 2
    if kind == "sequential":
        # Neighbours, and farther ones at distances that double.
        pairs = {
            (i, j)
            for i in range(count)
            for j in [i + d for d in range(1, OVERLAP)] + [i + 2**d for d in range(OVERLAP)]
            if i < j < count
        }
        return len(pairs)
    return None


def match(database, config, kind, count, progress, cancelled):
    """Compares the images of a database."""
    import pycolmap

    matching = pycolmap.FeatureMatchingOptions()
    matching.use_gpu = bool(config.use_gpu and pycolmap.has_cuda)
    if kind == "exhaustive":
        pairing = pycolmap.ExhaustivePairingOptions(block_size=BLOCK)
        function = pycolmap.match_exhaustive
    elif kind == "sequential":
        pairing = pycolmap.SequentialPairingOptions(overlap=OVERLAP)
        function = pycolmap.match_sequential
    elif kind == "spatial":
        pairing = pycolmap.SpatialPairingOptions()
        function = pycolmap.match_spatial
    else:
        pairing = pycolmap.VocabTreePairingOptions(vocab_tree_path=config.vocab_tree_path)
        function = pycolmap.match_vocabtree
    total = expected_pairs(kind, count)
    progress.begin(Stage.MATCHING, f"{kind}: {count} images")

    def watch():
        done = pairs_done(database)
        if done is None:
            return
        if total:
            progress.tell(100.0 * done / total, f"{min(done, total)} of {total} pairs")
        else:
            progress.tell(0.0, f"{done} pairs")

    stoppable.run(
        lambda token: function(
            database, matching_options=matching, pairing_options=pairing, cancellation_token=token
        ),
        cancelled,
        watch,
    )
    done = pairs_done(database)
    progress.tell(100.0, f"{done} pairs" if done is not None else "all pairs")


def pairs_done(database):
    """How many pairs the database has; None where it cannot be asked at this moment."""
    try:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=0.05)
        try:
            return connection.execute("SELECT COUNT(*) FROM matches").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error:
        return None
