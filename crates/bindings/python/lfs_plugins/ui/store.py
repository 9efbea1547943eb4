"""The state of the application as signals: ``RuntimeState.iteration.value``.

A host sets the fields, on any thread; a plugin reads and follows them::

    RuntimeState.iteration.value = 100                      # one field
    RuntimeState.update(iteration=100, loss=0.02)           # several, in one step
    with batch_updates():                                   # the same
        ...

A plugin in a process of its own has the values that have arrived there (``_mirror.py``).
"""

from __future__ import annotations

import difflib
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Optional, TypeVar, Union

import lichtfeld.plugins as _native

from . import _mirror
from ._notify import Source, depends, differs
from .signals import Batch, ComputedSignal, Signal, batch

__all__ = [
    "PanelStateBinding",
    "RuntimeState",
    "StateSignal",
    "batch_updates",
    "invalidate_panel",
    "native_value",
    "new_bug_report_state",
]

T = TypeVar("T")

#: A field lasts as long as its signal; those of RuntimeState for ever.
_fields: weakref.WeakValueDictionary[str, StateSignal[Any]] = weakref.WeakValueDictionary()

#: So many values may a state contain that a plugin in a process of its own sets.
MOST_VALUES = 10_000


class StateSignal(Signal[T]):
    """A field of the application's state. Each field has one signal: the same name is the same object."""

    field: str
    #: The number of its last change; 0 if it has its initial value.
    number: int
    is_incoming: bool
    #: Whether anybody has set it since the last reset.
    is_set: bool

    def __new__(cls, field: str, initial_value: T) -> StateSignal[T]:
        known = _fields.get(field)
        return super().__new__(cls) if known is None else known

    def __init__(self, field: str, initial_value: T) -> None:
        if field in _fields:
            return
        super().__init__(initial_value, field)
        self.field = field
        self.number = 0
        self.is_incoming = False
        self.is_set = False
        self._initial = initial_value
        _fields[field] = self

    def tell(self, value: T) -> None:
        self.is_set = True
        if not self.is_incoming:
            _mirror.note(self)
        super().tell(value)

    def reset(self) -> None:
        """Sets the initial value."""
        initial: Any = self._initial
        fresh: Any = dict(initial) if isinstance(initial, dict) else initial
        self.value = fresh
        self.is_set = False

    def check(self, value: object) -> None:
        """Raises TypeError for a value of another type than the initial one, ValueError for too many."""
        initial: object = self._initial
        kinds = {bool: (bool,), int: (int,), float: (int, float), str: (str,), dict: (type(None), dict)}.get(
            type(initial)
        )
        if kinds is not None and type(value) not in kinds:
            raise TypeError(f"RuntimeState.{self.field} must be a {kinds[-1].__name__}, not {value!r:.99}")
        left = [MOST_VALUES]
        if not _is_plain(value, left):
            raise TypeError(f"RuntimeState.{self.field} must be plain data, not {value!r:.99}")
        if left[0] < 0:
            raise ValueError(f"RuntimeState.{self.field} has more than {MOST_VALUES} values")


def _is_plain(value: object, left: list[int]) -> bool:
    """Returns whether a value is plain data. Counts down what may be left of it, and stops there."""
    left[0] -= 1
    if left[0] < 0 or value is None or type(value) in (bool, int, float, str):
        return True
    if type(value) in (list, tuple):
        return all(_is_plain(one, left) for one in value)  # type: ignore[attr-defined]
    if type(value) is dict:
        return all(type(key) is str and _is_plain(one, left) for key, one in value.items())
    return False


def native_value(field: str, fallback: T) -> T:
    """Returns the value of a field, or ``fallback`` if nobody has set it."""
    signal = _fields.get(field)
    return fallback if signal is None or not signal.is_set else signal.peek()


def batch_updates() -> Batch:
    """Returns a batch, in which several fields are set in one step: ``with batch_updates():``."""
    return batch()


def new_bug_report_state() -> dict[str, Any]:
    """Returns the state of a bug report that nobody has begun."""
    return {"status": "idle", "progress": 0.0, "message": "", "error": "", "url": ""}


class _Fields(type):
    """The class of RuntimeState: a field is a signal, which nobody replaces by a value."""

    def __setattr__(cls, name: str, value: object) -> None:
        known = vars(cls).get(name)
        if isinstance(known, Source) and not hasattr(value, "value"):
            raise AttributeError(
                f"{cls.__name__}.{name} is a signal; write `{cls.__name__}.{name}.value = {value!r:.60}`", name=name
            )
        super().__setattr__(name, value)

    def __getattr__(cls, name: str) -> Any:
        known = [field for field, value in vars(cls).items() if isinstance(value, Source)]
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(sorted(known))}"
        raise AttributeError(f"{cls.__name__} has no field {name!r}; {hint}", name=name)


class RuntimeState(metaclass=_Fields):
    """The state of the application. All fields are signals."""

    iteration = StateSignal("iteration", 0)
    total_iterations = StateSignal("total_iterations", 0)
    loss = StateSignal("loss", 0.0)
    num_gaussians = StateSignal("num_gaussians", 0)
    max_gaussians = StateSignal("max_gaussians", 0)
    training_running = StateSignal("training_running", False)
    training_state = StateSignal("training_state", "idle")
    """``idle``, ``ready``, ``running``, ``paused`` or ``stopping``."""
    trainer_loaded = StateSignal("trainer_loaded", False)
    eval_psnr = StateSignal("eval_psnr", 0.0)
    eval_ssim = StateSignal("eval_ssim", 0.0)
    scene_generation = StateSignal("scene_generation", 0)
    """Changes with the scene; the number itself means nothing. The next three are alike."""
    selection_generation = StateSignal("selection_generation", 0)
    scripts_generation = StateSignal("scripts_generation", 0)
    language_generation = StateSignal("language_generation", 0)
    render_settings_generation = StateSignal("render_settings_generation", 0)
    fps = StateSignal("fps", 0.0)
    mode_text = StateSignal("mode_text", "")
    active_tool = StateSignal("active_tool", "")
    active_submode = StateSignal("active_submode", "")
    transform_space = StateSignal("transform_space", 0)
    pivot_mode = StateSignal("pivot_mode", 0)
    multi_transform_mode = StateSignal("multi_transform_mode", 0)
    import_overlay_state: StateSignal[dict[str, Any]] = StateSignal("import_overlay_state", {})
    account_state: StateSignal[dict[str, Any]] = StateSignal("account_state", {})
    bug_report_state: StateSignal[dict[str, Any]] = StateSignal("bug_report_state", new_bug_report_state())
    video_export_overlay_state: StateSignal[dict[str, Any]] = StateSignal("video_export_overlay_state", {})
    export_progress_state: StateSignal[dict[str, Any]] = StateSignal("export_progress_state", {})
    mesh2splat_state: StateSignal[dict[str, Any]] = StateSignal("mesh2splat_state", {})
    splat_simplify_state: StateSignal[dict[str, Any]] = StateSignal("splat_simplify_state", {})
    has_scene = StateSignal("has_scene", False)
    scene_path = StateSignal("scene_path", "")
    has_selection = StateSignal("has_selection", False)
    selection_count = StateSignal("selection_count", 0)
    viewport_width = StateSignal("viewport_width", 0)
    viewport_height = StateSignal("viewport_height", 0)
    is_headless = StateSignal("is_headless", False)

    # Older names of the same signals.
    is_training = training_running
    trainer_state = training_state
    has_trainer = trainer_loaded
    max_iterations = total_iterations
    psnr = eval_psnr

    training_progress = ComputedSignal(
        lambda: _progress(RuntimeState.iteration.peek(), RuntimeState.total_iterations.peek()),
        [iteration, total_iterations],
    )
    """From 0 to 1."""
    can_start_training = ComputedSignal(
        lambda: RuntimeState.trainer_loaded.peek() and RuntimeState.training_state.peek() in ("idle", "ready"),
        [trainer_loaded, training_state],
    )

    @classmethod
    def update(cls, **values: Any) -> None:
        """Sets several fields in one step. Raises AttributeError for an unknown one; then none is set."""
        signals = [(getattr(cls, name), value) for name, value in values.items()]
        with batch():
            for signal, value in signals:
                signal.value = value

    @classmethod
    def reset(cls) -> None:
        """Sets all fields to their initial values, in one step."""
        signals = [signal for signal in vars(cls).values() if isinstance(signal, StateSignal)]
        with batch():
            for signal in signals:
                signal.reset()
        for signal in signals:
            signal.is_set = False

    @classmethod
    def bind_native_store(cls) -> None:
        """Lets the fields have the application's values, as they do from the beginning."""
        if _native._is_worker():
            _mirror.follow()

    @classmethod
    def unbind_native_store(cls) -> None:
        """Keeps the values in a plugin's own process as they are. In the application it does nothing: its
        fields are for all plugins."""
        if _native._is_worker():
            _mirror.unfollow()


def _progress(iteration: int, total: int) -> float:
    return min(max(iteration / total, 0.0), 1.0) if total > 0 else 0.0


_mirror.start(_fields)
#: For plugins in processes of their own.
answer = _mirror.answer


def invalidate_panel(handle: Any, dirty: Union[None, str, Iterable[str]] = None) -> None:
    """Lets a panel be drawn again: that of a data model's handle, or all if ``handle`` is None.

    ``dirty`` is the name of a variable, or several; ``"*"`` all of them; with None the panel is updated and
    no variable is read again.
    """
    if handle is None:
        _native._ui.request_redraw()
    elif dirty is None:
        handle.request_update()
    elif dirty == "*":
        handle.dirty_all()
    else:
        for name in [dirty] if isinstance(dirty, str) else dirty:
            handle.dirty(name)


class _Watched(Source):
    """Several signals as one, which changes once with all of a batch."""

    def __init__(self, signals: Sequence[Source]) -> None:
        super().__init__(", ".join(one.name for one in signals if isinstance(one, Source)))
        for signal in signals:
            depends(signal, self)
        self._signals: list[Any] = list(signals)
        self._known = [each.peek() for each in self._signals]

    def deliver(self) -> None:
        try:
            values = [each.peek() for each in self._signals]
        except Exception as error:
            for subscription in self.subscriptions:
                subscription.report(error)
            return
        if any(map(differs, self._known, values)):
            self._known = values
            for subscription in self.subscriptions:
                subscription.notify(None)


class PanelStateBinding:
    """What a panel does when fields of the state change, from ``on_mount`` to ``on_unmount``.

    ::

        self.binding = PanelStateBinding()
        self.binding.set_handle(handle).watch(RuntimeState.loss, refresh=self.refresh, dirty="loss")
        self.binding.close()
    """

    def __init__(self, handle: Any = None) -> None:
        self._handle = handle
        self._watched: list[Callable[[], None]] = []

    @property
    def active(self) -> bool:
        """Whether it watches something."""
        return bool(self._watched)

    def set_handle(self, handle: Any) -> PanelStateBinding:
        """Sets the handle of the data model; see ``invalidate_panel``. Returns this object."""
        self._handle = handle
        return self

    def watch(
        self,
        *signals: Source,
        refresh: Optional[Callable[[], object]] = None,
        dirty: Union[None, str, Iterable[str]] = None,
        immediate: bool = False,
    ) -> PanelStateBinding:
        """Calls ``refresh()`` and invalidates the panel when signals change: once for all of a batch.

        ``dirty`` is that of ``invalidate_panel``. With ``immediate`` it is also done now. Returns this
        object.
        """
        if refresh is not None and not callable(refresh):
            raise TypeError(f"refresh must be a function without arguments, not {refresh!r}")
        names = dirty if dirty is None or isinstance(dirty, str) else tuple(dirty)

        def changed(_value: object = None) -> None:
            if refresh is not None:
                refresh()
            invalidate_panel(self._handle, names)

        self._watched.append(_Watched(signals).subscribe(changed))
        if immediate:
            changed()
        return self

    def close(self) -> None:
        """Ends all that it watches. It can be used again."""
        watched, self._watched = self._watched, []
        for end in watched:
            end()
