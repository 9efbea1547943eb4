/* The floor of the benchmark of panels: an object with the names of the widgets that it calls,
 * each an empty function that takes any arguments and gives what the widget would give. */
#define Py_LIMITED_API 0x030a0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *pair;

static PyObject *gives_none(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    (void)self, (void)args, (void)count, (void)names;
    Py_INCREF(Py_None);
    return Py_None;
}

static PyObject *gives_false(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    (void)self, (void)args, (void)count, (void)names;
    Py_INCREF(Py_False);
    return Py_False;
}

static PyObject *gives_pair(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    (void)self, (void)args, (void)count, (void)names;
    Py_INCREF(pair);
    return pair;
}

#define METHOD(name, function) \
    {name, (PyCFunction)(void (*)(void))function, METH_FASTCALL | METH_KEYWORDS, NULL}

static PyMethodDef methods[] = {
    METHOD("label", gives_none),
    METHOD("text_disabled", gives_none),
    METHOD("progress_bar", gives_none),
    METHOD("separator", gives_none),
    METHOD("button", gives_false),
    METHOD("checkbox", gives_pair),
    METHOD("slider_float", gives_pair),
    METHOD("drag_int", gives_pair),
    METHOD("combo", gives_pair),
    METHOD("input_text", gives_pair),
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {{Py_tp_methods, methods}, {0, NULL}};

static PyType_Spec type = {"panels_floor.Layout", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, slots};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "panels_floor", NULL, -1,
                                    NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_panels_floor(void)
{
    PyObject *made = PyModule_Create(&module);
    PyObject *class = PyType_FromSpec(&type);
    pair = Py_BuildValue("(Od)", Py_False, 0.5);
    if (!made || !class || !pair || PyModule_AddObject(made, "Layout", class) < 0)
        return NULL;
    return made;
}
