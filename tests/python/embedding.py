"""A program in C that embeds this Python, and does with it what it is told."""

import os
import shutil
import subprocess
import sys
import sysconfig

import pytest

from waiting import PATIENCE

SOURCE = """
#include <Python.h>
#include <stdio.h>
#include <string.h>

static PyThreadState *outer = NULL;

/* "init", "finalize", "begin sub", "end sub"; anything else is Python code. */
static int step(const char *what) {
    if (!strcmp(what, "init")) {
        Py_Initialize();
        return 0;
    }
    if (!strcmp(what, "finalize")) {
        return Py_FinalizeEx();
    }
    if (!strcmp(what, "begin sub")) {
        outer = PyThreadState_Get();
        return Py_NewInterpreter() == NULL;
    }
    if (!strcmp(what, "end sub")) {
        Py_EndInterpreter(PyThreadState_Get());
        PyThreadState_Swap(outer);
        return 0;
    }
    return PyRun_SimpleString(what);
}

int main(int count, char **arguments) {
    for (int at = 1; at < count; at++) {
        if (step(arguments[at])) {
            fprintf(stderr, "step %d has failed\\n", at);
            return 3;
        }
    }
    return 0;
}
"""


def link_options():
    """Returns the options that link a program with this Python's library, or None without one."""
    get = sysconfig.get_config_var
    version = get("LDVERSION")
    directory = get("LIBDIR")
    if get("Py_ENABLE_SHARED"):
        return [f"-L{directory}", f"-lpython{version}", f"-Wl,-rpath,{directory}"]
    library = os.path.join(get("LIBPL") or "", get("LIBRARY") or "")
    if not os.path.isfile(library):
        return None
    # Native modules look for Python's functions in the program.
    export = [] if sys.platform == "darwin" else ["-Wl,-export-dynamic"]
    return [library, *export, *f"{get('LIBS')} {get('SYSLIBS')} -lm".split()]


class Embedder:
    """The program; ``run`` starts it with the packages of this environment."""

    def __init__(self, directory, home):
        compiler = shutil.which("cc") or shutil.which("gcc")
        include = sysconfig.get_path("include")
        options = link_options()
        if compiler is None or options is None or not os.path.exists(os.path.join(include, "Python.h")):
            pytest.skip("compiles a program: needs a C compiler, and Python's headers and library")
        source, self.program = directory / "embedder.c", directory / "embedder"
        source.write_text(SOURCE)
        subprocess.run([compiler, "-I", include, source, *options, "-o", self.program], check=True)
        self.environment = {
            **os.environ,
            "LFS_RESOLVED_PLUGIN_DIR": str(home.plugins),
            "PYTHONHOME": sys.base_prefix,
            "PYTHONPATH": sysconfig.get_path("purelib"),
        }
        self.environment.pop("PYTHONFAULTHANDLER", None)

    def run(self, *steps):
        """Runs the steps; returns ``(exit status, output, errors)``."""
        done = subprocess.run(
            [self.program, *steps], env=self.environment, capture_output=True, text=True, timeout=PATIENCE
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr
