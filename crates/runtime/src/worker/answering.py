"""The answers to what the other process asks (``remote.py``).

A host answers for what it has shared, by its number, and for what it offers as ``lichtfeld``, by its
name. A worker also answers for the modules of its plugin. What a name leads to is checked: the other
side may have gone mad.
"""

import importlib
import sys
import types

import _lichtfeld_cuda as cuda
import _lichtfeld_derived as derived
from _lichtfeld_enums import definition
from _lichtfeld_marks import ABSENT, FUNCTION, MODULE, MOST_READ
from _lichtfeld_reference import OPERATIONS

#: Names of two underscores that are attributes of a value, and lead nowhere else.
_HARMLESS = {"__all__", "__author__", "__doc__", "__name__", "__version__"}
#: What an attribute may not lead to: from each of these all the rest of the process can be reached.
_INSIDES = (types.CodeType, types.FrameType, types.ModuleType, types.TracebackType)
#: What the other side may not change: all of this process uses it.
_COMMON = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)
_FUNCTIONS = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType,
)  # fmt: skip
#: Functions of modules that are made with nanobind, whose types have no names in Python.
_NATIVE_FUNCTIONS = {"nb_func", "nb_method", "nb_bound_method"}
#: Iterators that run no code of the plugin or the application: reading ahead changes nothing.
_PASSIVE = {
    type(iter(made)) for made in ([], (), {}, {}.keys(), {}.values(), {}.items(), set(), range(0), "")
} | {type(reversed([]))}  # fmt: skip
#: So many items are read ahead at most.
MOST_ITEMS = 1024


def is_function(value):
    return isinstance(value, _FUNCTIONS) or type(value).__name__ in _NATIVE_FUNCTIONS


class PluginModules:
    """The modules of a worker's plugin: its host may have all that is in them."""

    is_application = False

    @staticmethod
    def find(name):
        return sys.modules.get(name) or importlib.import_module(name)

    @staticmethod
    def load(name):
        importlib.import_module(name)

    @staticmethod
    def get(module, name):
        return getattr(module, name)

    @staticmethod
    def names(module):
        return dir(module)

    @staticmethod
    def name_of(module):
        return None

    @staticmethod
    def is_recorded(kind):
        return False


class Answers:
    """What this process answers the one of ``peer``. ``modules`` says what may be had by name."""

    def __init__(self, peer, modules):
        self.peer = peer
        self.modules = modules

    def of(self, question):
        """Returns the answer; raises what the question leads to."""
        # Not a reference, whose items would come from the other side without an end.
        if type(question) is not tuple or not question:
            raise ValueError("a question that is not understood")
        what, *rest = question
        if type(what) is not str or what not in _QUESTIONS:
            raise ValueError(f"{what!r:.99} is not a question")
        return getattr(self, "do_" + what)(*rest)

    def target(self, target):
        if type(target) is int:
            return self.peer.shared(target)
        if type(target) is not str:
            raise PermissionError(f"{target!r:.99} is not shared with plugin {self.peer.plugin!r}")
        return self.modules.find(target)

    def named(self, owner, name):
        """Returns an attribute, if it is one that the other side may have."""
        check_name(name)
        if isinstance(owner, types.ModuleType):
            return self.modules.get(owner, name)
        value = getattr(owner, name)
        if isinstance(value, _INSIDES) and self.modules.is_application:
            raise PermissionError(f"{name} is a {type(value).__name__}, which is not shared")
        return value

    def changed(self, target, name):
        check_name(name)
        value = self.target(target)
        if isinstance(value, _COMMON) and self.modules.is_application:
            kind = type(value).__name__
            raise PermissionError(f"{name} of a {kind} of the application cannot be changed by a plugin")
        return value

    def do_get(self, target, name):
        value = self.named(self.target(target), name)
        if is_function(value):
            return FUNCTION
        if isinstance(value, types.ModuleType) and (known := self.modules.name_of(value)):
            return MODULE + known
        return value

    def do_fetch(self, target, name):
        return self.named(self.target(target), name)

    def do_read(self, targets, names):
        """Returns a list of attributes for each of the targets, ``ABSENT`` for those that cannot be
        had: to find out why, ask for one of them alone."""
        if type(targets) is not list or type(names) is not list:
            raise TypeError("targets and names are lists")
        if len(targets) * len(names) > MOST_READ:
            raise ValueError(f"more than {MOST_READ} attributes at once")
        return [[self.read(target, name) for name in names] for target in targets]

    def read(self, target, name):
        try:
            return self.do_get(target, name)
        except Exception:
            return ABSENT

    def do_invoke(self, target, name, args, kwargs):
        return called(self.named(self.target(target), name), args, kwargs)

    def do_call(self, target, args, kwargs):
        return called(self.target(target), args, kwargs)

    def do_replay(self, targets, names, calls, others):
        """Makes calls of methods that the other side has recorded (``recorded_calls.rs``)."""
        methods = {}
        calls = self.peer.link.read_calls(calls, targets, names, others)
        for made, (target, name, args, kwargs) in enumerate(calls):
            try:
                method = methods.get((target, name))
                if method is None:
                    method = methods[target, name] = self.recorded(targets[target], names[name])
                if kwargs is None:
                    method(*args)
                else:
                    method(*args, **kwargs)
            except Exception as error:
                text = f"recorded call {made + 1}, {names[name]}: {error}"
                try:
                    raised = type(error)(text)
                except Exception:
                    raised = RuntimeError(text)
                raise raised from error

    def recorded(self, target, name):
        """Returns a method whose calls may be recorded."""
        if not self.modules.is_recorded(type(target)):
            raise PermissionError(f"calls of a {type(target).__name__} are not recorded")
        return self.named(target, name)

    def do_set(self, target, name, value):
        setattr(self.changed(target, name), name, value)

    def do_delete(self, target, name):
        delattr(self.changed(target, name), name)

    def do_dir(self, target):
        target = self.target(target)
        return self.modules.names(target) if isinstance(target, types.ModuleType) else dir(target)

    def do_operate(self, target, name, args):
        if type(args) not in (tuple, list):
            raise TypeError("arguments are a tuple")
        value = self.target(target)
        if isinstance(value, types.ModuleType) and self.modules.is_application:
            raise TypeError("there is nothing to do with a module but to use what is in it")
        return OPERATIONS[name](value, *args)

    def do_items(self, target, count):
        """Returns the next items of an iterator, and whether it has ended."""
        iterator = self.target(target)
        if type(iterator) not in _PASSIVE:
            count = 1
        items = []
        for _ in range(max(1, min(int(count), MOST_ITEMS))):
            try:
                items.append(next(iterator))
            except StopIteration:
                return items, True
            except Exception:
                if items:
                    break  # it is raised by the next question
                raise
        return items, False

    def do_array(self, target):
        """Returns what a value contains as an array."""
        import numpy

        value = self.target(target)
        if hasattr(value, "__cuda_array_interface__"):
            raise TypeError(
                f"this {type(value).__name__} lies in the memory of a GPU; use it there (cupy.asarray, "
                "torch.as_tensor), or copy it to the CPU first, for example by .cpu() or .get()"
            )
        if hasattr(type(value), "__dlpack__") and not hasattr(type(value), "__array__"):
            array = numpy.from_dlpack(value)
        else:
            array = numpy.asarray(value)
        if array.dtype.hasobject:
            raise TypeError(f"a {type(value).__name__} is not an array of numbers")
        return array

    def do_cuda(self, target):
        """Returns an array of the GPU as plain data."""
        value = self.target(target)
        if not hasattr(value, "__cuda_array_interface__"):
            name = "__cuda_array_interface__"
            raise AttributeError(f"a {type(value).__name__} has no {name}", name=name)
        return cuda.described(value)

    def do_enum(self, target):
        return definition(self.peer.enum_of(target))

    def do_members(self, target):
        return derived.members(self.target(target))

    def do_derive(self, target, name, overridden, other, args, kwargs):
        """Returns what an object of a derived class crosses as here. As a value it would be the
        plugin's object, which stands behind it."""
        made = derived.make(self.target(target), name, overridden, other, args, kwargs, check_name)
        return self.peer.export(made)

    def do_inherited(self, target, name, args, kwargs):
        """Calls a method of the base class, as ``super()`` does."""
        return called(derived.inherited(self.target(target), name), args, kwargs)

    def do_capability(self, name, args, chain):
        """Calls a capability that this process has. ``chain`` has those that have led to it."""
        if type(name) is not str or type(args) is not dict or type(chain) is not list:
            raise TypeError("a capability is called by its name with a dict")
        plugins = sys.modules.get("lichtfeld.plugins")
        if plugins is None:
            return None
        with plugins._capabilities().chained(chain):
            return plugins._invoke_here(name, args)

    def do_operator(self, name, args, events, kwargs):
        if not self.modules.is_application:
            raise PermissionError("operators of a worker are asked for in another way")
        return self.modules.operator(name, args, events, kwargs)

    def do_service(self, service, what, values):
        """Asks a part of the plugin system that the application has for all plugins."""
        if not self.modules.is_application:
            raise PermissionError("services are those of the application")
        if type(service) is not str or type(what) is not str or type(values) is not list:
            raise TypeError("a service is asked by two names and a list")
        return self.modules.service(self.peer, service, what, values)

    def do_module(self, name):
        self.modules.load(name)
        return True


_QUESTIONS = {name.removeprefix("do_") for name in vars(Answers) if name.startswith("do_")}


def called(function, args, kwargs):
    if type(args) not in (tuple, list) or type(kwargs) is not dict:
        raise TypeError("arguments are a tuple and a dict")
    return function(*args, **kwargs)


def check_name(name):
    if type(name) is not str:
        raise TypeError(f"{name!r:.99} is not a name")
    if name.startswith("__") and name.endswith("__") and name not in _HARMLESS:
        raise AttributeError(f"{name} does not cross between processes", name=name)
