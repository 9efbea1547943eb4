"""Small native modules, made with the C compiler that is there; alone, and in wheels."""

import os
import shutil
import subprocess
import sys
import sysconfig

import pytest
from wheels import wheel

SOURCE = """
#include <Python.h>
static int calls = 0;
static PyObject *version(PyObject *self, PyObject *none) {{
    calls++;
    return PyUnicode_FromString("{version}");
}}
static PyObject *called(PyObject *self, PyObject *none) {{ return PyLong_FromLong(calls); }}
static PyMethodDef methods[] = {{
    {{"version", version, METH_NOARGS, ""}}, {{"called", called, METH_NOARGS, ""}},
    {{NULL, NULL, 0, NULL}},
}};
static struct PyModuleDef definition = {{PyModuleDef_HEAD_INIT, "_core", "", -1, methods}};
PyMODINIT_FUNC PyInit__core(void) {{ return PyModule_Create(&definition); }}
"""


SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")


def compiled(directory, version):
    """Returns the content of a native module ``_core`` whose ``version()`` returns ``version``."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    include = sysconfig.get_path("include")
    if compiler is None or not os.path.exists(os.path.join(include, "Python.h")):
        pytest.skip("compiles a C extension: needs a C compiler and Python's headers")
    directory.mkdir(parents=True, exist_ok=True)
    source, library = directory / "core.c", directory / "core.so"
    source.write_text(SOURCE.format(version=version))
    link = ["-undefined", "dynamic_lookup"] if sys.platform == "darwin" else []
    subprocess.run(
        [compiler, "-O1", "-shared", "-fPIC", "-I", include, source, *link, "-o", library], check=True
    )
    return library.read_bytes()


def compiled_wheel(directory, name, version):
    """Writes a wheel of a package ``name`` whose module ``_core`` is native."""
    library = compiled(directory / f"{name}-{version}-build", version)
    return wheel(
        directory, name, version,
        {f"{name}/__init__.py": "from ._core import version, called\n", f"{name}/_core{SUFFIX}": library},
        # What installs it takes the tag at its word; the file's own name keeps other Pythons out.
    )  # fmt: skip
