// An application that gives objects to panels: documents for those with a template, and an array in
// memory that other processes use without a copy.
#include <Python.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>

#include "lichtfeld_plugins.hpp"

static lfp::array points, marks;

static PyObject *object_of(const lfp::array &array) {
    PyObject *object = static_cast<PyObject *>(array.object());
    Py_INCREF(object);
    return object;
}

static PyObject *get_points(PyObject *, PyObject *) { return object_of(points); }
static PyObject *get_marks(PyObject *, PyObject *) { return object_of(marks); }

static PyMethodDef functions[] = {
    {"get_points", get_points, METH_NOARGS, "The points of the scene."},
    {"get_marks", get_marks, METH_NOARGS, "Marks that plugins set."},
    {nullptr, nullptr, 0, nullptr},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "lichtfeld", nullptr, -1, functions, nullptr, nullptr, nullptr, nullptr,
};

// What a toolkit with documents has: here only lists of what panels have done.
static const char *const classes = R"(
class Document:
    def __init__(self): self.calls = []
    def note(self, what): self.calls.append(what)

class Context(Document):
    def create_data_model(self, name): self.note("model " + name); return self

document, context = Document(), Context()
)";

static bool failed(const lfp::error &error) {
    if (error)
        std::printf("%s: %s\n", error.code().data(), error.message().data());
    return bool(error);
}

// An object of `__main__`. With the GIL; the reference is borrowed.
static PyObject *global(const char *name) {
    return PyDict_GetItemString(PyModule_GetDict(PyImport_AddModule("__main__")), name);
}

// The calls that an object has noted, each once.
static std::string calls(const char *name) {
    const PyGILState_STATE state = PyGILState_Ensure();
    PyObject *seen = PyObject_GetAttrString(global(name), "calls");
    PyObject *once = PyDict_New();
    for (Py_ssize_t i = 0; i < PyList_Size(seen); i++)
        PyDict_SetItem(once, PyList_GetItem(seen, i), Py_None);
    PyObject *text = PyUnicode_Join(PyUnicode_FromString(", "), PyDict_Keys(once));
    const std::string result = PyUnicode_AsUTF8(text);
    PyGILState_Release(state);
    return result;
}

// Draws what is due until the document has been told of something.
static void draw_until_noted(const char *what) {
    while (calls("document").find(what) == std::string::npos) {
        lfp::panels due;
        lfp::frame frame;
        if (failed(lfp::get_due(due)))
            return;
        for (const lfp_panel &panel : due)
            if (std::strcmp(panel.id, "retained") == 0 && failed(lfp::draw(panel.id, frame)))
                return;
        std::this_thread::sleep_for(
            std::chrono::milliseconds(std::min(lfp_next_due(LFP_PANEL_KIND_PANEL), 10u)));
    }
}

static int documents() {
    lfp::panels panels;
    if (failed(lfp::get(panels)))
        return 1;
    for (const lfp_panel &panel : panels) {
        std::printf("%s: '%s' '%s' '%s' %s", panel.id, panel.template_name, panel.style,
                    panel.height_mode, panel.retained ? "retained" : "draws");
        for (std::size_t i = 0; i < panel.option_count; i++)
            std::printf(" %s", panel.options[i]);
        std::printf("\n");
    }
    void *document = nullptr, *context = nullptr;
    {
        const PyGILState_STATE state = PyGILState_Ensure();
        document = global("document");
        context = global("context");
        PyGILState_Release(state);
    }
    if (failed(lfp::mount("retained", document, context)))
        return 1;
    draw_until_noted("updated");
    if (failed(lfp::error(lfp_scene_changed())) || failed(lfp::unmount("retained")))
        return 1;
    std::printf("document: %s\ncontext: %s\n", calls("document").c_str(), calls("context").c_str());
    // One whose function raises has no document, and can have another one.
    std::printf("broken: %s\n", failed(lfp::mount("broken", document)) ? "refused" : "taken");
    std::printf("broken: %s\n", failed(lfp::unmount("broken")) ? "refused" : "taken away");
    std::printf("nobody: %s\n", failed(lfp::mount("nobody", document)) ? "refused" : "taken");
    std::printf("null: %s\n", failed(lfp::mount("retained", nullptr)) ? "refused" : "taken");
    return 0;
}

// Draws a panel until it shows another text than before: a worker that is late shows the last frame.
static int show(const char *panel) {
    static std::string before;
    std::string text = before;
    for (int i = 0; text == before && i < 6000; i++) {
        lfp::frame frame;
        if (failed(lfp::draw(panel, frame)))
            return 1;
        if (frame->failed)
            return std::printf("%s\n", frame->traceback.data);
        if (frame.size() > 0)
            text = lfp::view(frame[0].content.text.text);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::printf("%s\n", text.c_str());
    before = text;
    return 0;
}

static int arrays() {
    if (failed(lfp::make_array({200000, 3}, "float32", points)))
        return 1;
    if (failed(lfp::make_array({2 << 20}, "uint8", marks, true)))
        return 1;
    float *first = points.data<float>();
    std::printf("%zu bytes, all zero: %d\n", points.bytes(),
                std::all_of(first, first + points.bytes() / sizeof(float),
                            [](float value) { return value == 0; }));
    first[0] = 7;
    if (show("points"))
        return 1;
    std::printf("written by the plugin: %d\n", marks.data<unsigned char>()[3]);
    // The plugin has the memory, and not a copy.
    first[1] = 8;
    if (show("points"))
        return 1;
    lfp::array wrong;
    std::printf("float31: %s\n", failed(lfp::make_array({2}, "float31", wrong)) ? "refused" : "made");
    std::printf("no lengths: %s\n", failed(lfp::make_array({}, "int8", wrong)) ? "refused" : "made");
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    Py_Initialize();
    PyRun_SimpleString(classes);
    PyObject *module = PyModule_Create(&definition);
    int status = 1;
    {
        lfp::host host;
        lfp::attached plugins;
        lfp::options options;
        options.plugins_directory = argv[1];
        if (!failed(plugins.attach(host, options, module))) {
            PyThreadState *state = PyEval_SaveThread();
            status = failed(lfp::run(LFP_ACTION_LOAD, argv[2])) || documents() || arrays();
            plugins.end();
            PyEval_RestoreThread(state);
        }
    }
    points = {};
    marks = {};
    Py_Finalize();
    return status;
}
