"""Settings of the whole process that code can change: read as one snapshot, written one by one.

A name that is not in a snapshot is not set.
"""

import _locale
import _signal
import gc
import itertools
import logging
import os
import signal
import sys
import threading
import warnings

from _lichtfeld_plugin_environment import restoring

#: The value of what is not set.
ABSENT = object()


def unwrapped(stream):
    """Returns a stream without this system's own stream around it; replaced by ``output.py``'s."""
    return stream


class _Kind:
    """One kind of settings."""

    #: Whether a version's changes are taken back while another version of its plugin is imported.
    swapped = True

    def __init__(self, label):
        self.label = label

    def read(self):
        """Returns a dict from names to values."""
        raise NotImplementedError

    def write(self, name, value):
        """Sets a value. May raise, for example if the value is not possible any more."""
        raise NotImplementedError

    def same(self, one, other):
        return one is other or one == other

    def value(self, name):
        """Returns one value now."""
        return self.read().get(name, ABSENT)

    def describe(self, name):
        return f"{self.label} {name}" if name else self.label


class _Environment(_Kind):
    def read(self):
        return {}  # `plugin_environment.py` knows each change as it is made

    def value(self, name):
        return os.environ.get(name, ABSENT)

    def write(self, name, value):
        with restoring():
            if value is ABSENT:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class _Directory(_Kind):
    # The old version runs meanwhile, and would write to other files.
    swapped = False

    def read(self):
        try:
            return {"": os.getcwd()}
        except OSError:
            return {}

    def write(self, name, value):
        if value is not ABSENT:
            os.chdir(value)


class _Attributes(_Kind):
    """Attributes of modules, compared by identity: functions and streams."""

    def read(self):
        return {
            "sys.excepthook": sys.excepthook,
            "sys.unraisablehook": sys.unraisablehook,
            "sys.displayhook": sys.displayhook,
            "sys.breakpointhook": sys.breakpointhook,
            "sys.stdout": sys.stdout,
            "sys.stderr": sys.stderr,
            "sys.stdin": sys.stdin,
            "threading.excepthook": threading.excepthook,
            "warnings.showwarning": warnings.showwarning,
            "logging._warnings_showwarning": logging._warnings_showwarning,
        }

    def write(self, name, value):
        module, _, attribute = name.rpartition(".")
        setattr(sys.modules[module], attribute, value)

    def same(self, one, other):
        return one is other or unwrapped(one) is unwrapped(other)


class _Signals(_Kind):
    # Real-time signals have no names. Plain numbers: `signal` makes an enumeration of each.
    NUMBERS = sorted(int(number) for number in set(signal.Signals) & signal.valid_signals())

    def read(self, get=_signal.getsignal):
        return {number: get(number) for number in self.NUMBERS}

    def value(self, name):
        return _signal.getsignal(name)

    def write(self, name, value):
        if value is not None:  # a handler that is not Python's cannot be set from Python
            signal.signal(name, value)

    def same(self, one, other):
        return one is other

    def describe(self, name):
        return f"{self.label} {signal.Signals(name).name}"


class _Functions(_Kind):
    """A value with a function that reads it and one that sets it."""

    def __init__(self, label, read, write):
        super().__init__(label)
        self._read, self._write = read, write

    def read(self):
        value = self._read()
        return {} if value is ABSENT else {"": value}

    def write(self, name, value):
        if value is not ABSENT:
            self._write(value)


class _Warnings(_Kind):
    """The filters of warnings, each by itself: other code may have added others since."""

    def read(self):
        return {item: index for index, item in enumerate(warnings.filters)}

    def same(self, one, other):
        return (one is ABSENT) == (other is ABSENT)  # the position changes with others

    def write(self, name, value):
        filters = [item for item in warnings.filters if item != name]
        if value is not ABSENT:
            filters.insert(value, name)
        warnings.filters[:] = filters
        # Without it Python uses what it has decided before.
        mutated = getattr(warnings, "_filters_mutated", None)
        if mutated is not None:
            mutated()

    def describe(self, name):
        action, message, category, module, _ = name
        parts = [getattr(category, "__name__", str(category))]
        parts += [getattr(part, "pattern", part) for part in (message, module) if part]
        return f'{self.label} "{action}" for {", ".join(parts)}'


#: What the loggers begin with by which the application logs what plugins say, one for each plugin.
_OF_PLUGINS = "lichtfeld.plugins."


#: How many loggers there were, and the names of those of them that are compared.
_compared = (0, [])


def _names_to_compare(loggers):
    """Returns the names of all loggers but the application's for each plugin, which may be a thousand.
    Loggers are hardly ever removed, so only new ones are looked at."""
    global _compared
    count, names = _compared
    if len(loggers) < count:
        count, names = 0, []
    new = itertools.islice(loggers, count, None)
    names = names + [name for name in new if not name.startswith(_OF_PLUGINS)]
    _compared = len(loggers), names  # as one: other threads do the same
    return names


class Loggers:
    """The loggers at one time: which ones there are, and the state of those that somebody has set.

    Of the loggers by which the application logs what plugins say it has that of ``plugin`` only.
    """

    def __init__(self, plugin=None):
        manager = logging.root.manager
        #: From the names to the loggers.
        self.known = known = manager.loggerDict.copy()
        self.disable = manager.disable
        #: From the names to ``(level, disabled, propagate, *handlers)``.
        self.set = {"root": _state(logging.root)}
        for name in itertools.chain(_names_to_compare(known), [f"{_OF_PLUGINS}{plugin}"] if plugin else ()):
            logger = known.get(name)
            if type(logger) in (logging.PlaceHolder, type(None)):
                continue
            if logger.level or logger.handlers or logger.disabled or not logger.propagate:
                self.set[name] = _state(logger)

    def __eq__(self, other):
        return self.set == other.set and self.disable == other.disable

    __hash__ = None

    def has(self, name):
        """Returns whether there was a logger of this name."""
        return not name or name == "root" or type(self.known.get(name)) not in (type(None), logging.PlaceHolder)

    def settings(self, names):
        """Returns the settings of the named loggers, as a `_Kind` has them."""
        found = {("", "logging.disable", None): self.disable}
        for name in names:
            if not self.has(name):
                continue
            level, disabled, propagate, *handlers = self.set.get(name, _AS_MADE)
            found[name, "level", None] = level
            found[name, "disabled", None] = bool(disabled)
            found[name, "propagate", None] = bool(propagate)
            for handler in handlers:
                found[name, "handler", handler] = True
        return found

    def take(self, before, after):
        """Takes over what differs between two other times."""
        if after.disable != before.disable:
            self.disable = after.disable
        for name, logger in after.known.items():
            if before.known.get(name) is not logger:
                self.known[name] = logger
        for name in before.set.keys() | after.set.keys():
            state = after.set.get(name)
            if state == before.set.get(name):
                continue
            if state is None:
                self.set.pop(name, None)
            else:
                self.set[name] = state


#: The state of a logger that nobody has set.
_AS_MADE = (0, False, True)


def _state(logger):
    return (logger.level, logger.disabled, logger.propagate, *logger.handlers)


class _Logging(_Kind):
    """Level, handlers and switches of loggers."""

    def read(self, plugin=None):
        return Loggers(plugin)

    def value(self, name):
        return Loggers(name[0].removeprefix(_OF_PLUGINS)).settings([name[0]]).get(name, ABSENT)

    def write(self, name, value):
        logger, attribute, handler = name
        if attribute == "logging.disable":
            logging.disable(value)
            return
        logger = logging.getLogger(logger if logger != "root" else None)
        if attribute == "handler":
            logger.removeHandler(handler) if value is ABSENT else logger.addHandler(handler)
        elif attribute == "level":
            logger.setLevel(0 if value is ABSENT else value)
        elif value is not ABSENT:
            setattr(logger, attribute, value)
        else:
            setattr(logger, attribute, attribute == "propagate")

    def describe(self, name):
        logger, attribute, handler = name
        if attribute == "logging.disable":
            return "logging.disable()"
        what = f"handler {type(handler).__name__}" if handler is not None else attribute
        return f"{what} of logger '{logger}'"


def _read_locale():
    try:
        return _locale.setlocale(_locale.LC_ALL, None)
    except _locale.Error:
        return ABSENT


def _set_locale(value):
    import locale

    locale.setlocale(locale.LC_ALL, value)


def _timeout():
    socket = sys.modules.get("socket")
    return ABSENT if socket is None else socket.getdefaulttimeout()


KINDS = {
    "environment": _Environment("environment variable"),
    "directory": _Directory("working directory"),
    "attribute": _Attributes(""),
    "signal": _Signals("signal handler"),
    "warnings": _Warnings("warnings filter"),
    "logging": _Logging("logging"),
    "gc": _Functions("gc.enable()", gc.isenabled, lambda on: gc.enable() if on else gc.disable()),
    "gc threshold": _Functions("gc.set_threshold()", gc.get_threshold, lambda three: gc.set_threshold(*three)),
    "recursion": _Functions("sys.setrecursionlimit()", sys.getrecursionlimit, sys.setrecursionlimit),
    "switch": _Functions("sys.setswitchinterval()", sys.getswitchinterval, sys.setswitchinterval),
    "locale": _Functions("locale", _read_locale, _set_locale),
    "timeout": _Functions(
        "socket.setdefaulttimeout()", _timeout, lambda value: sys.modules["socket"].setdefaulttimeout(value)
    ),
}
if hasattr(sys, "setdlopenflags"):
    KINDS["dlopen"] = _Functions("sys.setdlopenflags()", sys.getdlopenflags, sys.setdlopenflags)
KINDS["attribute"].describe = lambda name: name


def snapshot(plugin=None):
    """Returns all settings as they are now: a dict of names and values for each kind. The
    application's logger of a plugin is that of ``plugin`` only."""
    found = {}
    for kind, of in KINDS.items():
        try:
            found[kind] = of.read(plugin) if kind == "logging" else of.read()
        except Exception:
            pass  # not comparable now: a filter that cannot be hashed, a logger of another class
    return found


def same(key, one, other):
    """Returns whether two values of a setting are the same."""
    return KINDS[key[0]].same(one, other)


def changed(before, after):
    """Yields ``(key, before, after)`` for each setting that differs in two snapshots; ``key`` is
    ``(kind, name)``."""
    for kind in before.keys() & after.keys():
        old, new = before[kind], after[kind]
        if old == new:
            continue
        if isinstance(old, Loggers):
            names = old.set.keys() | new.set.keys()
            old, new = old.settings(names), new.settings(names)
        for name in [*old, *(name for name in new if name not in old)]:
            one, other = old.get(name, ABSENT), new.get(name, ABSENT)
            if not KINDS[kind].same(one, other):
                yield (kind, name), one, other


def current(key):
    """Returns the value of one setting now."""
    return KINDS[key[0]].value(key[1])


def describe(key):
    """Returns the setting in words."""
    return KINDS[key[0]].describe(key[1])


def write(key, value):
    """Sets a value. Returns False if it cannot be set, for example because its directory is gone."""
    try:
        KINDS[key[0]].write(key[1], value)
    except Exception:
        return False
    return True
