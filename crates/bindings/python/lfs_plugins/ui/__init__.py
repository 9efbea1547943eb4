"""Signals, the state of the application, and the names of ``lichtfeld.ui`` by another way.

``lfs_plugins.ui.Panel`` is ``lichtfeld.ui.Panel``. ``Signal`` and its like are in ``signals``,
``RuntimeState`` and ``PanelStateBinding`` in ``store``.
"""

import importlib as _importlib

from typing import Any as _Any

import lichtfeld as _lf

from .._missing import missing as _missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .signals import Batch, ComputedSignal, Signal, ThrottledSignal, batch
    from .state import AppState, AppStore, NativeAppStore
    from .store import (
        PanelStateBinding,
        RuntimeState,
        StateSignal,
        batch_updates,
        invalidate_panel,
        native_value,
        new_bug_report_state,
    )
    from .subscription_registry import SubscriptionRegistry

# Imported when they are first asked for, as in the package above.
_HOMES = {
    "signals": "Batch ComputedSignal Signal ThrottledSignal batch",
    "state": "AppState AppStore NativeAppStore",
    "store": (
        "PanelStateBinding RuntimeState StateSignal batch_updates invalidate_panel native_value "
        "new_bug_report_state"
    ),
    "subscription_registry": "SubscriptionRegistry",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "AppState",
    "AppStore",
    "Batch",
    "ComputedSignal",
    "NativeAppStore",
    "PanelStateBinding",
    "RuntimeState",
    "Signal",
    "StateSignal",
    "SubscriptionRegistry",
    "ThrottledSignal",
    "batch",
    "batch_updates",
    "invalidate_panel",
    "native_value",
    "new_bug_report_state",
]


def __getattr__(name: str) -> _Any:
    home = _HOME_OF.get(name)
    if home is not None:
        value = getattr(_importlib.import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value
    if name in _HOMES:
        return _importlib.import_module(f"{__name__}.{name}")
    # `lichtfeld.ui` has no modules, and its own error would speak of an application.
    if name.startswith("__"):
        raise AttributeError(name)
    try:
        return getattr(_lf.ui, name)
    except AttributeError:
        raise _missing(__name__, name, "see docs/panels.md for what lichtfeld.ui has") from None


def __dir__() -> list[str]:
    return sorted({*__all__, *_HOMES, *(name for name in dir(_lf.ui) if not name.startswith("_"))})
