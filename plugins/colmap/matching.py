"""Which images show the same: exhaustive, sequential, by a vocabulary tree, by place."""

import itertools

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


def match(database, config, kind, names, progress, cancelled):
    """Compares the images of a database."""
    import pycolmap

    options = pycolmap.FeatureMatchingOptions()
    options.use_gpu = bool(config.use_gpu and pycolmap.has_cuda)
    progress.begin(Stage.MATCHING, f"{kind}: {len(names)} images")
    # A list of pairs has one space between two names, so names with spaces cannot stand in it.
    if kind == "exhaustive" and not any(" " in name for name in names):
        _match_in_parts(database, options, names, progress, cancelled)
        return
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
    stoppable.run(
        lambda token: function(
            database, matching_options=options, pairing_options=pairing, cancellation_token=token
        ),
        cancelled,
    )
    progress.tell(100.0, "all pairs")


def _match_in_parts(database, options, names, progress, cancelled):
    """All pairs, some at a time, so that what is told is what is done.

    The database is never opened by another copy of SQLite meanwhile (Python's own): two copies in
    a process drop each other's locks (https://www.sqlite.org/howtocorrupt.html, section 2.2.1).
    """
    import pycolmap

    pairs = list(itertools.combinations(names, 2))
    size = max(BLOCK * BLOCK, len(pairs) // 12)
    listed = database.with_name("pairs.txt")
    for start in range(0, len(pairs), size):
        progress.check()
        part = pairs[start : start + size]
        listed.write_text("".join(f"{one} {two}\n" for one, two in part), encoding="utf-8")
        pairing = pycolmap.ImportedPairingOptions(match_list_path=listed, block_size=BLOCK * BLOCK)
        stoppable.run(
            lambda token, pairing=pairing: pycolmap.match_image_pairs(
                database,
                matching_options=options,
                pairing_options=pairing,
                cancellation_token=token,
            ),
            cancelled,
        )
        done = start + len(part)
        progress.tell(100.0 * done / len(pairs), f"{done} of {len(pairs)} pairs")
    listed.unlink(missing_ok=True)
