"""What this host offers: for plugins that work with several versions of it.

What a plugin cannot do without belongs in its manifest (``plugin_api``, ``lichtfeld_version``,
``required_features``), so that it is refused with a reason before any of its code runs.
"""

from lichtfeld.plugins import API_VERSION, FEATURES, _satisfies, host_version

__all__ = ["API_VERSION", "FEATURES", "has_feature", "host_version", "satisfies"]


def has_feature(feature: str) -> bool:
    """Whether the host has a feature, such as ``"panels.v1"``; one of ``FEATURES``."""
    return feature in FEATURES


def satisfies(version: str, specifiers: str) -> bool:
    """Whether a version is among those that specifiers name, both by PEP 440.

    ``satisfies(host_version(), ">=0.5,<2")``. Empty specifiers name all versions. Raises ValueError for
    what is no version, or no specifiers.
    """
    return _satisfies(version, specifiers)
