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
from _lichtfeld_remote_errors import described, exception_class, named_error, rebuilt

#: The answer for an attribute that is a function: it is called by its name.
_FUNCTION = "\0function"
#: Names of two underscores that are attributes of a value, and lead nowhere else.
_HARMLESS = {"__all__", "__author__", "__doc__", "__name__", "__version__"}
#: What an attribute may not lead to: from each of these all the rest of the process can be reached.
_INSIDES = (types.CodeType, types.FrameType, types.ModuleType, types.TracebackType)
#: What may be done with something that is shared, by its number.
_WITH_SHARED = {"get", "fetch", "invoke", "call", "set", "delete", "dir", "operate"}
#: And with the modules of a plugin, by name, where that plugin is.
_WITH_MODULES = _WITH_SHARED | {"module"}


class Peer:
    """The other process: asks it, and answers it.

    ``serves_modules`` is true in a worker: its host asks for the plugin's modules by name. A host
    answers for what it has shared, and for nothing else.
    """

    def __init__(self, link, plugin, package, serves_modules):
        self.link = link
        self._serves_modules = serves_modules
        self._asking = threading.local()
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
        # Before any lock: in a forked child of this process it may be held for ever.
        self.link.refuse_in_a_fork()
        if self.dropped:
            self.forget_dropped()
        asking, outer = self._asking, getattr(self._asking, "interrupted", None)
        asking.interrupted = None
        try:
            succeeded, body, files = self.link.call(*self.write(question))
            if succeeded:
                return self.read(body, files)
            # A Ctrl-C in a callback here is one of this process, whatever the other side makes of it.
            raise asking.interrupted or self.exception(body, files)
        finally:
            asking.interrupted = outer

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
        blocks = shared_memory.receive(files, self.link.longest())
        view = memoryview(body)
        parts = [view[at : at + size] for at, size in self.link.parts(body)]
        return PeerUnpickler(parts[0], self, parts[1:], blocks).load()

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
        # Not under the lock, which references in it would wait for.
        dropped = self.read(body)
        # Asking a reference, for example for its items, would wait for this thread, which reads.
        pairs = type(dropped) is list and all(type(pair) is tuple for pair in dropped)
        if not pairs or any([*map(type, pair)] != [int, int] for pair in dropped):
            raise ValueError("a notice that is not understood")
        with self._lock:
            for number, times in dropped:
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
            return named_error(bytes(body[1:]).decode("utf-8", "replace") or "no answer")
        return rebuilt(self.classes, self.read(body, files))

    # answering

    def answer(self, body, files):
        try:
            question = self.read(body, files)
            # Not a reference, whose items would come from the other side without an end.
            if type(question) is not tuple or not question:
                raise ValueError("a question that is not understood")
            what, *rest = question
            if type(what) is not str or what not in (_WITH_MODULES if self._serves_modules else _WITH_SHARED):
                raise ValueError(f"{what!r:.99} is not a question")
            return True, *self.write(getattr(self, "do_" + what)(*rest))
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                self._asking.interrupted = error
            return False, *self.failure(error)

    def target(self, target):
        if type(target) is int:
            shared = self._exported.get(target)
            if shared is None:
                raise LookupError(f"{target} is not the number of anything shared")
            return shared[0]
        if type(target) is not str or not self._serves_modules:
            raise PermissionError(f"{target!r:.99} is not shared with plugin {self.plugin!r}")
        # A module of the plugin, by its name.
        return sys.modules.get(target) or importlib.import_module(target)

    def named(self, owner, name):
        """Returns an attribute, if it is one that the other side may have."""
        self.check_name(name)
        value = getattr(owner, name)
        if isinstance(value, _INSIDES) and not self._serves_modules:
            raise PermissionError(f"{name} is a {type(value).__name__}, which is not shared")
        return value

    @staticmethod
    def called(function, args, kwargs):
        if type(args) not in (tuple, list) or type(kwargs) is not dict:
            raise TypeError("arguments are a tuple and a dict")
        return function(*args, **kwargs)

    @staticmethod
    def check_name(name):
        if type(name) is not str:
            raise TypeError(f"{name!r:.99} is not a name")
        if name.startswith("__") and name.endswith("__") and name not in _HARMLESS:
            raise AttributeError(f"{name} does not cross between processes", name=name)

    def do_get(self, target, name):
        value = self.named(self.target(target), name)
        if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
            return _FUNCTION
        return value

    def do_fetch(self, target, name):
        return self.named(self.target(target), name)

    def do_invoke(self, target, name, args, kwargs):
        return self.called(self.named(self.target(target), name), args, kwargs)

    def do_call(self, target, args, kwargs):
        return self.called(self.target(target), args, kwargs)

    def do_set(self, target, name, value):
        self.check_name(name)
        setattr(self.target(target), name, value)

    def do_delete(self, target, name):
        self.check_name(name)
        delattr(self.target(target), name)

    def do_dir(self, target):
        return dir(self.target(target))

    def do_operate(self, target, name, args):
        if type(args) not in (tuple, list):
            raise TypeError("arguments are a tuple")
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
