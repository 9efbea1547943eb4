"""The state of the application by the name that older plugins use: ``AppState`` is ``RuntimeState``."""

from .store import RuntimeState

__all__ = ["AppState", "AppStore", "NativeAppStore", "RuntimeState"]

AppState = RuntimeState
AppStore = RuntimeState
NativeAppStore = RuntimeState
