"""The computation, apart from the plugin: it can be tested without a host."""

import numpy as np


def summarize(values):
    """Mean, standard deviation, extremes and quartiles of ``values``, as plain numbers.

    ``values`` is anything that numpy makes an array of; it is taken as one flat list.
    Raises ValueError for an empty one and for values that are no numbers.
    """
    array = np.asarray(values, dtype=np.float64).ravel()
    if array.size == 0:
        raise ValueError("summarize() needs at least one value")
    quartiles = np.percentile(array, [25, 50, 75])
    return {
        "count": int(array.size),
        "mean": float(array.mean()),
        "std": float(array.std()),
        "min": float(array.min()),
        "max": float(array.max()),
        "quartiles": [float(q) for q in quartiles],
        "numpy": np.__version__,
    }
