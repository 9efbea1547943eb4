"""Calls between a host and its workers.

What is not plain data (``crossing.py``) stays where it is; the other side gets a ``Reference`` whose
attributes and methods work by asking. Both processes run this file. Each has one ``Peer`` for each
other process it talks to.
"""

import collections
import contextlib
import io
import sys
import threading
import types
import weakref

import _lichtfeld_cuda as cuda
import _lichtfeld_derived as derived
import _lichtfeld_enums as enums
import _lichtfeld_shared_memory as shared_memory
import _lichtfeld_standin as standin
from _lichtfeld_answering import Answers
from _lichtfeld_crossing import PeerPickler, PeerUnpickler
from _lichtfeld_marks import FUNCTION, MODULE, MOST_READ
from _lichtfeld_read_together import Batches
from _lichtfeld_recorder import Recording
from _lichtfeld_reference import Method, Reference
from _lichtfeld_remote_errors import described, exception_class, named_error, rebuilt

#: What is known of a value that stays where it is.
CALLABLE, RECORDED, CLASS = 1, 2, 4


class Peer:
    """The other process: asks it, and answers it.

    ``modules`` are those that it may ask for by name: in a worker the modules of the plugin, in the
    host what it offers as ``lichtfeld``.
    """

    def __init__(self, link, plugin, package, modules):
        self.link = link
        self.plugin = plugin
        #: In the host, the key and the revision of the plugin.
        self.owner = None
        #: For messages: to whom belongs what is there.
        self.whose = f"plugin {plugin!r}, in its own process" if modules.is_application else "the application"
        self.package = package
        self.dropped = collections.deque()
        self.references = weakref.WeakValueDictionary()
        self.classes = {}
        self.functions = set()
        #: Makes a module of the other process; set where there are any.
        self.module = None
        #: The classes that stand for classes of the other process where one derives from them.
        self.bases = {}
        self.batches = Batches(self)
        self.recording = Recording(self)
        self.gives_enums = modules.is_application
        #: Classes of enums that were made after those of the other process, with their numbers.
        self.enums_of_other = weakref.WeakKeyDictionary()
        self._answers = Answers(self, modules)
        self._asking = threading.local()
        self._lock = threading.Lock()
        #: Who wants to know of the end of the other process; None after it.
        self._when_ended = set()
        self._exported = {}
        self._numbers = {}
        self._last = 0
        self._enums = {}
        self._made_enums = {}

    # asking

    def ask(self, *question):
        # Before any lock: in a forked child of this process it may be held for ever.
        self.link.refuse_in_a_fork()
        if self.dropped:
            self.forget_dropped()
        # In the order in which the plugin has made them.
        self.recording.replay(all_threads=False)
        self.batches.asked(question)
        asking, outer = self._asking, getattr(self._asking, "interrupted", None)
        asking.interrupted = None
        try:
            succeeded, body, files = self.link.call(*self.write(question), question)
            if succeeded:
                return self.read(body, files)
            # A Ctrl-C in a callback here is one of this process, whatever the other side makes of it.
            raise asking.interrupted or self.exception(body, files)
        finally:
            asking.interrupted = outer

    def fetch(self, target, name, of=None):
        """Returns an attribute. A function is not fetched; it is called by its name. ``of`` is the
        reference whose attribute it is, unless ``target`` is a module."""
        if (target, name) in self.functions:
            return Method(self, target, name, of)
        return self.fetched(target, name, self.ask("get", target, name), of)

    def fetched(self, target, name, value, of=None):
        """Returns the attribute that an answer stands for."""
        if type(value) is not str or not value.startswith("\0"):
            return value
        if value == FUNCTION:
            self.functions.add((target, name))
            return Method(self, target, name, of)
        if value.startswith(MODULE) and self.module is not None:
            return self.module(value.removeprefix(MODULE))
        return value

    def capability(self, name, args):
        """Calls a capability of the other process. Returns its answer, or None if that process does
        not have it."""
        # Not imported here: a process in which no handler has run needs it not.
        known = sys.modules.get("_lichtfeld_capabilities")
        chain = list(known.chain()) if known else []
        try:
            return self.ask("capability", name, {} if args is None else args, chain)
        except Exception as error:
            kind = type(error).__name__
            if not kind.startswith("Plugin"):
                raise
            return {"success": False, "error": str(error), "error_type": kind, "traceback": ""}

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
        blocks = shared_memory.receive(files, self.link.longest(), is_trusted=not self.gives_enums)
        view = memoryview(body)
        parts = [view[at : at + size] for at, size in self.link.parts(body)]
        unpickler = PeerUnpickler(parts[0], self, parts[1:], blocks)
        value = unpickler.load()
        if len(unpickler.arrived) > 1:
            siblings = tuple([weakref.ref(each) for each in unpickler.arrived[:MOST_READ]])
            for reference in unpickler.arrived:
                object.__setattr__(reference, "_siblings", siblings)
        return value

    def export(self, value):
        key = _identity(value)
        with self._lock:
            number = self._numbers.get(key)
            if number is None:
                self._last += 1
                number = self._last
                self._numbers[key] = number
                self._exported[number] = [value, 0, key]
            self._exported[number][1] += 1
        kind = type(value)
        traits = callable(value) and CALLABLE
        if self._answers.modules.is_recorded(kind):
            traits |= RECORDED
        if isinstance(value, type):
            return number, traits | CLASS, value.__name__
        return number, int(traits), f"{kind.__module__}.{kind.__qualname__}"[:200]

    def shared(self, number):
        """Returns what this process has shared by this number."""
        entry = self._exported.get(number)
        if entry is None:
            raise LookupError(f"{number} is not the number of anything shared")
        return entry[0]

    def made_theirs(self, arrived, number, traits, name):
        with self._lock:
            reference = self.references.get(number)
            if reference is None:
                kind = self.recording.class_of(name) if traits & RECORDED else Reference
                reference = kind(self, number, name)
                self.references[number] = reference
            object.__setattr__(reference, "_times", reference._times + 1)
        arrived.append(reference)
        return reference

    def made_yours(self, number):
        return self._exported[number][0]

    # enums

    def enum(self, kind):
        """Returns the number of a class of enums, under which it crosses from now on."""
        with self._lock:
            number = self._numbers.get(key := ("enum", id(kind)))
            if number is None:
                self._last += 1
                number = self._numbers[key] = self._last
                self._enums[number] = kind
        return number

    def base_for(self, reference):
        """Returns the class that a plugin's class derives from, for one of the other process."""
        return derived.base_for(reference)

    def cuda_array(self, reference):
        """Returns an array of the GPU that the other process has, mapped into this one."""
        return cuda.Mapped(self.ask("cuda", reference._number), reference)

    def enum_of(self, number):
        return self._enums[number]

    def made_enum(self, number):
        known = self._made_enums.get(number)
        if known is None:
            if self.gives_enums:
                raise ValueError("an enum of a plugin")
            known = self._made_enums.setdefault(number, enums.rebuilt(self.ask("enum", number)))
            self.enums_of_other[known] = number
        return known

    def made_member(self, number, key):
        return enums.member(self.made_enum(number), key)

    def made_yours_member(self, number, key):
        kind = self._enums[number]
        return kind if key is None else enums.member(kind, key)

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
                    self._numbers.pop(entry[2], None)
        # The end of an object may run code, which may ask: not under the lock.
        del released

    # exceptions

    def made_exception_class(self, module, name, bases):
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
            answer = self._answers.of(self.read(body, files))
            self.flush()
            return True, *self.write(answer)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                self._asking.interrupted = error
            # What was recorded before the error.
            with contextlib.suppress(Exception):
                self.flush()
            return False, *self.failure(error)

    def flush(self):
        """Sends the calls that were recorded, also by threads that have ended."""
        self.recording.replay(all_threads=True)

    # the end of the other process

    def note_end(self, belonging):
        """Lets ``belonging`` know when the other process ends by itself; at once if it has."""
        with self._lock:
            if self._when_ended is not None:
                self._when_ended.add(belonging)
                return
        belonging._ended()

    def forget_end(self, belonging):
        with self._lock:
            if self._when_ended is not None:
                self._when_ended.discard(belonging)

    def ended(self):
        """Called when the other process has ended by itself."""
        with self._lock:
            belongings, self._when_ended = self._when_ended, None
        for belonging in belongings or ():
            belonging._ended()

    # the module that stands for the plugin

    def enter(self, module):
        """Makes the plugin's module stand in this process for the plugin."""
        standin.enter(self, module)

    def leave(self, module):
        """Removes the plugin's module, unless it stands for a newer version already."""
        standin.leave(self, module)


def _identity(value):
    """Returns what two values have in common that are one. A method of an object is made anew each
    time that it is read, and is the same to whoever compares."""
    if type(value) is types.MethodType:
        return id(value.__self__), id(value.__func__)
    return id(value)
