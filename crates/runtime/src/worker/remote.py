"""Calls between a host and its workers.

What is not plain data (``crossing.py``) stays where it is; the other side gets a ``Reference`` whose
attributes and methods work by asking. Both processes run this file. Each has one ``Peer`` for each
other process it talks to.
"""

import collections
import importlib
import io
import sys
import threading
import types
import weakref

import _lichtfeld_shared_memory as shared_memory
import _lichtfeld_standin as standin
from _lichtfeld_crossing import PeerPickler, PeerUnpickler
from _lichtfeld_reference import OPERATIONS, Method, Reference
from _lichtfeld_remote_errors import described, exception_class, rebuilt

#: The answer for an attribute that is a function: it is called by its name.
_FUNCTION = "\0function"


class Peer:
    """The other process: asks it, and answers it."""

    def __init__(self, link, plugin, package):
        self.link = link
        self.plugin = plugin
        self.package = package
        self.dropped = collections.deque()
        self.references = weakref.WeakValueDictionary()
        self.classes = {}
        self.functions = set()
        self._lock = threading.Lock()
        self._exported = {}
        self._numbers = {}
        self._last = 0

    # asking

    def ask(self, *question):
        if self.dropped:
            self.forget_dropped()
        succeeded, body, files = self.link.call(*self.write(question))
        if succeeded:
            return self.read(body, files)
        raise self.exception(body, files)

    def fetch(self, target, name):
        """Returns an attribute. A function is not fetched; it is called by its name."""
        if (target, name) in self.functions:
            return Method(self, target, name)
        value = self.ask("get", target, name)
        if type(value) is str and value == _FUNCTION:
            self.functions.add((target, name))
            return Method(self, target, name)
        return value

    def forget_dropped(self):
        dropped = []
        while True:
            try:
                dropped.append(self.dropped.popleft())
            except IndexError:
                break
        for number, _ in dropped:
            self.functions = {known for known in self.functions if known[0] != number}
        self.link.notify(self.write(dropped)[0])

    # crossing

    def write(self, value):
        file = io.BytesIO()
        buffers = []
        pickler = PeerPickler(file, self, buffers)
        pickler.dump(value)
        parts = [file.getbuffer(), *[buffer.raw() for buffer in buffers]]
        head = [len(parts), *[part.nbytes for part in parts]]
        body = b"".join([*[number.to_bytes(8, "little") for number in head], *parts])
        return body, pickler.sender.files()

    def read(self, body, files=()):
        # First of all: this process must close them now.
        blocks = shared_memory.receive(files)
        view = memoryview(body)
        count = int.from_bytes(view[:8], "little")
        at = 8 + 8 * count
        parts = []
        for index in range(count):
            size = int.from_bytes(view[8 + 8 * index : 16 + 8 * index], "little")
            parts.append(view[at : at + size])
            at += size
        return PeerUnpickler(io.BytesIO(parts[0]), self, parts[1:], blocks).load()

    def export(self, value):
        with self._lock:
            number = self._numbers.get(id(value))
            if number is None:
                self._last += 1
                number = self._last
                self._numbers[id(value)] = number
                self._exported[number] = [value, 0]
            self._exported[number][1] += 1
        return number, callable(value), type(value).__name__

    def theirs(self, number, is_callable, name):
        with self._lock:
            reference = self.references.get(number)
            if reference is None:
                reference = Reference(self, number, is_callable)
                self.references[number] = reference
            object.__setattr__(reference, "_times", reference._times + 1)
        return reference

    def yours(self, number):
        return self._exported[number][0]

    def notice(self, body):
        released = []
        with self._lock:
            for number, times in self.read(body):
                entry = self._exported.get(number)
                if entry is None:
                    continue
                entry[1] -= times
                if entry[1] <= 0:
                    released.append(self._exported.pop(number))
                    self._numbers.pop(id(entry[0]), None)
        # The end of an object may run code, which may ask: not under the lock.
        del released

    # exceptions

    def exception_class(self, module, name, bases):
        return exception_class(self.classes, module, name, bases)

    def failure(self, error):
        """Returns an exception as it crosses."""
        return self.write(described(error))

    def exception(self, body, files=()):
        """Returns the exception that the other process has answered with."""
        if not body or body[:1] == b"!":
            return RuntimeError(bytes(body[1:]).decode("utf-8", "replace") or "no answer")
        return rebuilt(self.classes, self.read(body, files))

    # answering

    def answer(self, body, files):
        try:
            what, *rest = self.read(body, files)
            return True, *self.write(getattr(self, "do_" + what)(*rest))
        except BaseException as error:
            return False, *self.failure(error)

    def target(self, target):
        if isinstance(target, int):
            return self._exported[target][0]
        # A module of the plugin, by its name.
        return sys.modules.get(target) or importlib.import_module(target)

    def do_get(self, target, name):
        owner = self.target(target)
        if name.startswith("__") and name.endswith("__") and name not in ("__doc__", "__name__"):
            raise AttributeError(f"{name} does not cross between processes", name=name)
        value = getattr(owner, name)
        if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
            return _FUNCTION
        return value

    def do_fetch(self, target, name):
        return getattr(self.target(target), name)

    def do_invoke(self, target, name, args, kwargs):
        return getattr(self.target(target), name)(*args, **kwargs)

    def do_call(self, target, args, kwargs):
        return self.target(target)(*args, **kwargs)

    def do_set(self, target, name, value):
        setattr(self.target(target), name, value)

    def do_delete(self, target, name):
        delattr(self.target(target), name)

    def do_dir(self, target):
        return dir(self.target(target))

    def do_operate(self, target, name, args):
        return OPERATIONS[name](self.target(target), *args)

    def do_module(self, name):
        importlib.import_module(name)
        return True

    # the module that stands for the plugin

    def enter(self, module):
        """Makes the plugin's module stand in this process for the plugin."""
        standin.enter(self, module)

    def leave(self, module):
        """Removes the plugin's module, unless it stands for a newer version already."""
        standin.leave(self, module)
