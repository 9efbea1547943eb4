"""A plugin in a process of its own that sends what it likes."""

import pytest
from lichtfeld import plugins

CODE = '''
import gc, os, pickle, struct, sys, threading

def peer():
    return next(found for found in gc.get_objects() if type(found).__name__ == "Peer")

def framed(*parts):
    head = [len(parts), *map(len, parts)]
    return b"".join([*[number.to_bytes(8, "little") for number in head], *parts])

def ask(*question):
    try:
        return ["done", repr(peer().ask(*question))]
    except BaseException as error:
        return [type(error).__name__, str(error)]

def send(code, *more):
    """Sends a pickle that no pickler would write; returns what the host says of it."""
    body = framed(code, *more)
    succeeded, answer, files = peer().link.call(body, [])
    try:
        return ["done", repr(peer().read(answer, files))] if succeeded else [
            type(error := peer().exception(answer, files)).__name__, str(error)]
    except BaseException as error:
        return [type(error).__name__, str(error)]

def notice(code):
    peer().link.notify(framed(code))

def answer_raw(how):
    """Answers the call under way with what ``how`` makes."""
    its = type(peer())
    kept = its.answer
    def answer(self, body, files):
        its.answer = kept
        return how()
    its.answer = answer

def answer_pickle(succeeded, code):
    answer_raw(lambda: (succeeded, framed(code), []))

def answer_failure(names, args=(), state=None):
    described = (names, list(args), dict(state or {}), "text", "trace")
    answer_raw(lambda: (False, *peer().write(described)))

def answer_files(count, size, kind):
    def how():
        body, files = peer().write(None)
        for number in range(count):
            if kind == "pipe":
                files += os.pipe()
                continue
            file = os.memfd_create("x")
            os.ftruncate(file, size)
            files.append(file)
        return True, body, files
    answer_raw(how)

def explore(callback, thing):
    """Everything that leads from something shared to the insides of the host."""
    number = callback._number
    said = {}
    for name in ("__globals__", "__code__", "__closure__", "__self__", "__func__", "__class__",
                 "__builtins__", "__dict__", "__reduce_ex__", "__init_subclass__"):
        said["fetch " + name] = ask("fetch", number, name)
        said["get " + name] = ask("get", number, name)
        said["invoke " + name] = ask("invoke", number, name, (2,), {})
        said["set " + name] = ask("set", number, name, None)
        said["delete " + name] = ask("delete", number, name)
    said["module"] = ask("get", thing._number, "module")
    said["fetch module"] = ask("fetch", thing._number, "module")
    said["frame"] = ask("fetch", thing._number, "frame")
    said["code"] = ask("fetch", thing._number, "code")
    return said

def change_offered():
    import lichtfeld as lf
    said = []
    for target, name in ((lf.Thing, "size"), (lf.Thing, "method"), (lf.__getattr__("function").resolve(), "x")):
        for change in (lambda: setattr(target, name, 2), lambda: delattr(target, name)):
            try:
                change()
                return "changed " + name
            except PermissionError as error:
                said.append(str(error))
    return said[0]

def recorded_call(target, name, *values):
    """A recorded call with numbers."""
    head = b"".join(number.to_bytes(4, "little") for number in (target, name, len(values)))
    return head + b"".join(b"\\x03" + value.to_bytes(8, "little") for value in values) + bytes(4)

def misread():
    """Recorded calls of something that may be recorded, but not what they say they are."""
    import lichtfeld as lf
    good, recorded = recorded_call(0, 0, 1, 2), lf.recorded_thing
    said = {"good": ask("replay", [recorded], ["do"], good, [])}
    for size in range(1, len(good)):
        said[f"cut off at {size}"] = ask("replay", [recorded], ["do"], good[:size], [])
    for at, value in ((8, b"\\xff" * 4), (12, b"\\x09"), (12, b"\\x08"), (12, b"\\x05" + b"\\xff" * 4)):
        said[f"{value} at {at}"] = ask("replay", [recorded], ["do"], good[:at] + value + good[at + len(value):], [])
    deep = b"\\x06\\x01\\0\\0\\0" * 100_000 + b"\\0"
    said["nested too deep"] = ask("replay", [recorded], ["do"], recorded_call(0, 0)[:8] + b"\\x01\\0\\0\\0" + deep + bytes(4), [])
    return said

def misuse():
    import lichtfeld as lf
    kind, thing = lf.Thing._number, lf.thing
    said = {
        "replay of what is not recorded": ask("replay", [thing], ["do"], recorded_call(0, 0, 1), []),
        "replay of no target": ask("replay", [], ["do"], recorded_call(0, 0, 1), []),
        "replay of no name": ask("replay", [thing], [], recorded_call(0, 0, 1), []),
        "replay of a name": ask("replay", ["os"], ["system"], recorded_call(0, 0, 1), []),
        "replay of insides": ask("replay", [thing], ["__init__"], recorded_call(0, 0), []),
        "replay of what is no name": ask("replay", [thing], [thing], recorded_call(0, 0), []),
        "replay of no lists": ask("replay", thing, thing, recorded_call(0, 0), thing),
        "replay of no bytes": ask("replay", [thing], ["do"], 1, []),
        "derived with insides": ask("derive", kind, "X", ("__reduce__",), peer, (), {}),
        "derived with code": ask("derive", kind, "X", ("__getattribute__",), peer, (), {}),
        "derived by no name": ask("derive", kind, 3, (), peer, (), {}),
        "derived from no class": ask("derive", thing._number, "X", (), peer, (), {}),
        "derived with too much": ask("derive", kind, "X", tuple(map(str, range(2000))), peer, (), {}),
        "inherited of what is not derived": ask("inherited", thing._number, "do", (), {}),
        "members of no class": ask("members", thing._number),
        "an enum": ask("enum", 1),
        "an array": ask("array", thing._number),
        "no list": ask("read", thing, ["done"]),
        "too many": ask("read", [thing._number] * 5000, ["done"]),
    }
    for name in ("_enum", "_member", "_yours_member"):
        code = b"\\x80\\x05\\x8c\\x13_lichtfeld_crossing\\x8c" + bytes([len(name)]) + name.encode() + b"\\x93"
        said[name] = send(code + (b"K\\x01\\x85R." if name == "_enum" else b"K\\x01\\x8c\\x01A\\x86R."))
    return said

def flood(count, held):
    """Asks so often at once that a thread for each would be too many."""
    number = held._number
    body, _ = peer().write(("call", number, (), {}))
    results = {}
    def one():
        succeeded, answer, files = peer().link.call(body, [])
        name = "done" if succeeded else type(peer().exception(answer, files)).__name__
        results[name] = results.get(name, 0) + 1
    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return results

def register(count, description):
    """Returns how many capabilities were registered, and the error of the one after."""
    import lichtfeld as lf
    for number in range(count):
        try:
            lf.plugins.register_capability(f"w.{number}", echo, description=description)
        except Exception as error:
            return number, type(error).__name__, str(error)
    return count, "", ""

def unregister(number):
    import lichtfeld as lf
    lf.plugins.unregister_capability(f"w.{number}")

def made(size): return bytes(size)
def echo(value): return value
def call(function, *args): return function(*args)
def later(function):
    out = []
    thread = threading.Thread(target=lambda: out.append(function()))
    thread.start(); thread.join()
    return out[0]
def stop(): raise KeyboardInterrupt
'''


@pytest.fixture
def worker(home, manager):
    home.plugin("w", CODE, tool='isolation = "process"')
    assert manager.load("w"), manager.get_traceback("w")
    import w

    yield w
    plugins.set_worker_limits()
    plugins.set_worker_limits("w")
