"""The thirty plugins of the soak: twenty in the application's process, ten in workers.

Each is one way to use, or to misuse, what a plugin has. The code says what it does. A plugin that
finds something wrong itself writes a line to the file that ``SOAK_FAILURES`` names, which ends the
run.
"""

import shutil

#: What several plugins share, as their module ``common``. The same code runs in both places.
COMMON = '''
import multiprocessing, os, pickle, random, subprocess, sys, threading, time
import lichtfeld as lf
from lichtfeld import plugins

CHILD_LIMIT = 90.0

def fail(text):
    with open(os.environ["SOAK_FAILURES"], "a") as file:
        file.write(text.replace("\\n", " | ") + "\\n")

def in_child(answers, number):
    print("a print of a child", number)
    lf.log.info(f"a line of child {number}")
    import colorsys
    from . import part
    # None where it is saved at this moment: emptied, and not written yet.
    value = getattr(part, "value", None)
    answers.put((number, value, colorsys.rgb_to_hsv(1, 0, 0)))

def start_child(method):
    """Runs a child by ``method`` and waits for its answer."""
    context = multiprocessing.get_context(method)
    answers = context.SimpleQueue()
    child = context.Process(target=in_child, args=(answers, os.getpid()))
    try:
        child.start()
    except pickle.PicklingError:
        # A function of a version that was replaced during the call.
        answers.close()
        return {"exitcode": None}
    end = time.monotonic() + CHILD_LIMIT
    # Python returns from `join` without an exit status where another thread starts a child at that moment.
    while child.exitcode is None and time.monotonic() < end: child.join(1)
    status = child.exitcode
    # An unload ends a child, and a child by spawn finds no plugin after it.
    is_current = getattr(sys.modules.get(__name__), "__dict__", None) is globals()
    if status is None:
        fail(f"a child by {method} of {__name__} does not end")
        time.sleep(CHILD_LIMIT)  # the watch looks at it before it goes
    elif status > 0 and (method == "fork" or is_current):
        fail(f"a child by {method} of {__name__} ended with {status}")
    elif status == 0 and answers.empty():
        fail(f"a child by {method} of {__name__} did not answer")
    child.kill()
    child.join()
    answers.close()
    return {"exitcode": status}
'''

#: A thread that `on_unload` ends.
TICKER = '''
class Ticker(threading.Thread):
    """Does ``work`` every 20 ms until `end`."""
    def __init__(self, work):
        super().__init__(name=f"ticker of {__name__}", daemon=True)
        self.work, self.ended = work, threading.Event()
    def run(self):
        while not self.ended.wait(0.02):
            self.work()
    def end(self):
        self.ended.set()
        self.join()
'''

CAPABILITIES = '''
from .common import *

def echo(args): return {"got": args.get("value"), "pid": os.getpid()}
def forward(args): return plugins.invoke(args["name"], args.get("args"))
def size(args): return {"size": len(args["text"])}
def large(args): return {"text": "x" * args["size"]}

def on_load():
    for handler in (echo, forward, size, large):
        plugins.register_capability(f"NAME.{handler.__name__}", handler, requires_gui=False)
'''

SHOWS = '''
from .common import *
from lfs_plugins.types import Menu, Operator, Panel
from lfs_plugins.props import IntProperty
from .part import value

drawn = 0

class Shown(Panel):
    id = "NAME.panel"
    label = "NAME"
    update_interval_ms = 20
    def draw(self, layout):
        global drawn
        drawn += 1
        layout.label(f"{value} {drawn}")
        for number in range(20):
            layout.button(f"Run##{number}")
            layout.slider_float(f"Radius##{number}", 0.5, 0.0, 1.0)
        if layout.button("Press"):
            lf.log.info("pressed")

class Tools(Menu):
    id = "NAME.menu"
    label = "NAME"
    location = "MENU_BAR"
    def draw(self, layout):
        layout.operator_("NAME.scale")
        layout.menu_item("Other")

class Scale(Operator):
    id = "NAME.scale"
    label = "Scale"
    times: IntProperty(default=2, min=1, max=10)
    @classmethod
    def poll(cls, context): return value > 0
    def execute(self, context): return {"FINISHED"}

def on_load():
    for cls in (Shown, Tools, Scale): lf.register_class(cls)

def on_unload():
    for cls in (Scale, Tools, Shown): lf.unregister_class(cls)
'''

#: What the place does not change.
FORKS = CAPABILITIES.replace("def on_load", '''
def fork(args): return start_child("fork")
def spawn(args): return start_child("spawn")

def on_load''').replace("large)", "large, fork, spawn)")

CHILDREN = CAPABILITIES.replace("def on_load():", '''
def run(args):
    done = subprocess.run([plugins.python(), "-I", "-c", "print(6 * 7)"], capture_output=True, text=True)
    return {"said": done.stdout, "status": done.returncode}

def forget(args):
    # Ended by the unload.
    child = subprocess.Popen([plugins.python(), "-I", "-c", "import time; time.sleep(600)"])
    return {"pid": child.pid}

def on_load():
    if random.random() < 0.3: forget({})
''').replace("large)", "large, run, forget)")

THREADS = "from .common import *\n" + TICKER + '''
settings = plugins.settings()

def write():
    settings.set("count", settings.get("count", 0) + 1)

def on_load():
    global ticker
    ticker = Ticker(write)
    ticker.start()

def on_unload():
    ticker.end()
'''

FORGETS = '''
from concurrent.futures import ThreadPoolExecutor
from .common import *
from lfs_plugins.types import Panel

class Shown(Panel):
    id = "NAME.panel"
    def draw(self, layout): layout.label("forgotten")

def wait():
    # Ends by itself: no thread can be ended from outside.
    for _ in range(100): time.sleep(0.02)

def on_load():
    global pool
    lf.register_class(Shown)
    plugins.register_capability("NAME.forgotten", lambda args: {}, requires_gui=False)
    threading.Thread(target=wait, name="forgotten by NAME", daemon=True).start()
    pool = ThreadPoolExecutor(2)
    pool.submit(wait)
'''

STATE = '''
from .common import *

def get(args): return {"count": count}

count = 0
def on_load(): plugins.register_capability("NAME.get", get, requires_gui=False)
def on_before_reload(): return {"count": count + 1, "pad": "x" * 100_000}
def on_after_reload(state):
    global count
    count = state["count"]
'''

PROCESS = '''
import atexit, warnings
from .common import *
os.environ["SOAK_NAME"] = "set"
warnings.filterwarnings("ignore", message="of NAME")
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "vendor"))
import vendored_NAME
import json, logging
logging.getLogger("soak.NAME").addHandler(logging.NullHandler())

def on_load():
    atexit.register(int)
    if vendored_NAME.WHO != "NAME": fail(f"vendored_NAME is of {vendored_NAME.WHO}")
'''

DRAWS_SLOWLY = '''
from .common import *
from lfs_plugins.types import Panel

class Shown(Panel):
    id = "NAME.panel"
    def draw(self, layout):
        layout.label("begins")
        dice = random.random()
        if dice < 0.002:
            # Longer than any limit.
            end = time.monotonic() + HANG
            while time.monotonic() < end: time.sleep(0.01)
        elif dice < 0.1:
            raise ValueError("now and then")
        layout.label("ends")

def on_load(): lf.register_class(Shown)
'''

SOMETIMES = '''
from .common import *
from lfs_plugins.types import Panel
if random.random() < 0.2: raise ImportError("fails at import now and then")

class Shown(Panel):
    id = "NAME.panel"
    def draw(self, layout): layout.label("here")

def wait():
    for _ in range(20): time.sleep(0.02)

def on_load():
    lf.register_class(Shown)
    threading.Thread(target=wait, daemon=True).start()
    subprocess.Popen([plugins.python(), "-I", "-c", "import time; time.sleep(600)"])
    if random.random() < 0.5: raise RuntimeError("fails in on_load now and then")

def on_unload():
    if random.random() < 0.2: raise RuntimeError("fails in on_unload now and then")
'''

CALLS_MANAGER = '''
from .common import *
from lfs_plugins import PluginManager

def on_load():
    manager = PluginManager.instance()
    manager.get_state("caps_a"), manager.list_loaded()
    if random.random() < 0.5 and not plugins._is_worker():
        manager.load("loaded_by_another")
'''

CRASHES = CAPABILITIES.replace("def on_load", '''
import signal
def die(args):
    {"kill": lambda: os.kill(os.getpid(), signal.SIGKILL), "exit": lambda: os._exit(3), "abort": os.abort,
     "segv": lambda: os.kill(os.getpid(), signal.SIGSEGV)}[args["how"]]()

def on_load''').replace("large)", "large, die)")

REFERENCES = CAPABILITIES + '''
class Thing:
    def __init__(self, number): self.number = number
    def double(self): return 2 * self.number

def thing(number): return Thing(number)
def call(function, *args): return function(*args)
def data(size): return bytes(size)
def view(size): return memoryview(bytearray(size))
def length(value): return len(value)
def many(count): return [Thing(number) for number in range(count)]
'''

STEADY = '''
from .common import *
from .part import value
def get(args): return {"value": value, "pid": os.getpid()}
def on_load(): plugins.register_capability("NAME.get", get, requires_gui=False)
'''

#: Name, code. Those of ``WORKERS`` have a process of their own.
SHARED = {
    "panel_a": SHOWS,
    "panel_b": SHOWS,
    "panel_c": SHOWS,
    "slow_a": DRAWS_SLOWLY.replace("HANG", "2.0"),
    "caps_a": CAPABILITIES,
    "caps_b": CAPABILITIES,
    "forks_a": FORKS,
    "forks_b": FORKS,
    "children_a": CHILDREN,
    "threads_a": THREADS,
    "threads_b": THREADS,
    "forgets_a": FORGETS,
    "state_a": STATE,
    "process_a": PROCESS,
    "process_b": PROCESS,
    "sometimes_a": SOMETIMES,
    "syntax_a": "def broken(:\n",
    "imports_a": "import surely_not_there\n",
    "calls_a": CALLS_MANAGER,
    "steady_a": STEADY,
}
WORKERS = {
    "w_panel": SHOWS,
    "w_slow": DRAWS_SLOWLY.replace("HANG", "6.0"),
    "w_caps": CAPABILITIES,
    "w_forks": FORKS,
    "w_children": CHILDREN,
    "w_threads": THREADS,
    "w_sometimes": SOMETIMES,
    "w_crashes": CRASHES,
    "w_references": REFERENCES,
    "w_steady": STEADY,
}
#: Come and go: put into the directory and removed, or installed and uninstalled.
VISITORS = {
    "visitor_a": (SHOWS, "shared"),
    "visitor_b": (FORGETS, "shared"),
    "visitor_c": (CAPABILITIES, "process"),
    "installed_a": (SHOWS, "shared"),
    "installed_b": (STATE, "process"),
    "loaded_by_another": ("", "shared"),
}
#: Nobody reloads or unloads these: a save must reach them.
STEADIES = ("steady_a", "w_steady")
#: Enough to see that the program itself works.
FEW = ("panel_a", "caps_a", "forks_a", "sometimes_a", "syntax_a", "steady_a", "w_caps", "w_steady")


def write(directory, name, code, place):
    """Writes a plugin to ``directory``."""
    directory.mkdir(parents=True)
    (directory / "vendor").mkdir()
    (directory / "vendor" / f"vendored_{name}.py").write_text(f"WHO = {name!r}\n")
    (directory / "common.py").write_text(COMMON)
    (directory / "part.py").write_text("value = 1\n")
    (directory / "__init__.py").write_text(code.replace("NAME", name))
    # Last: the directory is a plugin from now on.
    (directory / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "1.0.0"\n\n[tool.lichtfeld]\n'
        f'hot_reload = true\nisolation = "{place}"\n'
    )


def write_all(plugins, sources, names):
    """Writes the plugins that are named, and what the visitors come from."""
    for kinds, place in ((SHARED, "shared"), (WORKERS, "process")):
        for name, code in kinds.items():
            if name in names:
                write(plugins / name, name, code, place)
    for name, (code, place) in VISITORS.items():
        write(sources / name, name, code, place)
    shutil.copytree(sources / "loaded_by_another", plugins / "loaded_by_another")
