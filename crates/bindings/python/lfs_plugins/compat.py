"""What this host offers, for plugins that work with several versions of it; and the checks of manifests.

What a plugin cannot do without belongs in its manifest (``plugin_api``, ``lichtfeld_version``,
``required_features``), so that it is refused with a reason before any of its code runs.
``lichtfeld-plugins check`` finds more mistakes, with file, line and column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Optional

from lichtfeld.plugins import API_VERSION, FEATURES, _satisfies, host_version

from . import _leniency

__all__ = [
    "API_VERSION",
    "FEATURES",
    "PLUGIN_API_VERSION",
    "SUPPORTED_PLUGIN_FEATURES",
    "compatibility_errors",
    "get_leniency",
    "has_feature",
    "host_version",
    "missing_required_manifest_fields",
    "satisfies",
    "set_leniency",
    "validate_manifest_compatibility_fields",
    "validate_required_features",
    "validate_specifier",
]

PLUGIN_API_VERSION = API_VERSION
SUPPORTED_PLUGIN_FEATURES = tuple(FEATURES)
DEFAULT_PLUGIN_API_SPEC = ">=1,<2"
DEFAULT_LICHTFELD_VERSION_SPEC = ">=0.4.2"

_REQUIRED = ("plugin_api", "lichtfeld_version", "required_features")


def __getattr__(name: str) -> Any:
    # The host may set its version after this was imported.
    if name == "LICHTFELD_VERSION":
        return host_version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)


def has_feature(feature: str) -> bool:
    """Whether the host has a feature, such as ``"panels.v1"``; one of ``FEATURES``."""
    return feature in FEATURES


def set_leniency(**switches: str) -> None:
    """Sets for which plugins the application is as lenient as the one that older plugins were written for.

    ``operator_keywords``: keywords that an operator does not have are ignored, and are no TypeError.
    ``operator_errors``: an operator that raises, returns nonsense, or whose ``poll`` says no, is CANCELLED for
    its caller, and raises nothing; its error is in the log as always. Each is ``"older"``, the default:
    for plugins with an older manifest, one without ``plugin_api``; ``"all"``, or ``"none"``.

    Raises TypeError for an unknown switch, ValueError for another value.
    """
    _leniency.choose(switches)


def get_leniency() -> dict[str, str]:
    """Returns what ``set_leniency`` has set, with the defaults."""
    return _leniency.chosen()


def satisfies(version: str, specifiers: str) -> bool:
    """Whether a version is among those that specifiers name, both by PEP 440.

    ``satisfies(host_version(), ">=0.5,<2")``. Empty specifiers name all versions. Raises ValueError for
    what is no version, or no specifiers.
    """
    return _satisfies(version, specifiers)


def validate_specifier(field_name: str, value: object) -> Optional[str]:
    """Returns what is wrong with version specifiers of a manifest, or None."""
    if not isinstance(value, str) or not value.strip():
        return f"{field_name} must be version specifiers by PEP 440, such as '>=1,<2', not {value!r}"
    try:
        _satisfies("1.0", value.strip())
    except ValueError as error:
        return f"{field_name}: {error}"
    return None


def validate_required_features(value: object) -> Optional[str]:
    """Returns what is wrong with ``required_features`` of a manifest, or None."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        return f"tool.lichtfeld.required_features must be a list of names such as ['panels.v1'], not {value!r}"
    return None


def missing_required_manifest_fields(lf_section: Mapping[str, Any]) -> list[str]:
    """Returns a line for each key that ``[tool.lichtfeld]`` of a v1 manifest must have and does not."""
    return [
        f"pyproject.toml: tool.lichtfeld.{name} is missing; a v1 manifest has {', '.join(_REQUIRED)}"
        for name in _REQUIRED
        if name not in lf_section
    ]


def validate_manifest_compatibility_fields(lf_section: Mapping[str, Any]) -> list[str]:
    """Returns a line for each of these keys that is missing or wrong."""
    found: list[Optional[str]] = [*missing_required_manifest_fields(lf_section)]
    for name in _REQUIRED[:2]:
        if name in lf_section:
            found.append(validate_specifier(f"tool.lichtfeld.{name}", lf_section[name]))
    if "required_features" in lf_section:
        found.append(validate_required_features(lf_section["required_features"]))
    return [line for line in found if line is not None]


def compatibility_errors(
    plugin_api: str,
    lichtfeld_version: str,
    required_features: Iterable[str],
    current_plugin_api: Optional[str] = None,
    current_lichtfeld_version: Optional[str] = None,
    supported_features: Optional[Iterable[str]] = None,
) -> list[str]:
    """Returns a line for each reason why a host does not suit a plugin; this one for None."""
    wanted = [
        ("plugin API", plugin_api, current_plugin_api or PLUGIN_API_VERSION),
        ("LichtFeld", lichtfeld_version, current_lichtfeld_version or host_version()),
    ]
    errors = []
    for what, specifiers, version in wanted:
        wrong = validate_specifier(what, specifiers) if specifiers else None
        if wrong is not None:
            errors.append(wrong)
        elif not _satisfies(version, specifiers):
            errors.append(f"requires {what} {specifiers}, but this host has {version}")
    supported = set(SUPPORTED_PLUGIN_FEATURES if supported_features is None else supported_features)
    lacking = sorted(set(required_features) - supported)
    if lacking:
        errors.append(f"requires features that this host lacks: {', '.join(lacking)}")
    return errors
