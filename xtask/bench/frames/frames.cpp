// What a frame of 100 widgets costs an application in C++: drawn and walked through the plugin system,
// drawn by direct calls of nanobind into a plain list, and as dicts of Python.
//
//   frames PLUGINS_DIRECTORY SAMPLES
//
// Prints series as `xtask/src/bench/series.rs` reads them.
#include <Python.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "direct.hpp"
#include "lichtfeld_plugins.hpp"

static const char panel_id[] = "frames.panel";
static const int warm_up = 200, walks_of_a_sample = 50;
static const std::size_t widgets = 100;

class studio : public lfp::host {
public:
    void log(std::string_view plugin, lfp_level level, std::string_view message) override {
        if (level >= LFP_LEVEL_ERROR)
            std::fprintf(stderr, "[%.*s] %.*s\n", int(plugin.size()), plugin.data(),
                         int(message.size()), message.data());
    }
};

[[noreturn]] static void fail(const char *what) {
    std::fprintf(stderr, "frames: %s\n", what);
    std::exit(1);
}

static void check(const lfp::error &error) {
    if (!error)
        return;
    std::fprintf(stderr, "%s: %s\n", error.code().data(), error.message().data());
    std::exit(1);
}

static PyObject *checked(PyObject *object) {
    if (object)
        return object;
    PyErr_Print();
    fail("Python has raised an exception");
}

// So that the compiler leaves out no walk.
static volatile std::size_t sink;

// What a front end reads of each widget: its kind, its place, its texts, and its value.
static std::size_t walk(const lfp::frame &frame) {
    std::size_t sum = 0;
    for (const lfp_widget &widget : frame) {
        sum += widget.id + widget.depth + widget.flags + widget.label.length;
        switch (static_cast<lfp_kind>(widget.kind)) {
        case LFP_KIND_TEXT:
            sum += widget.content.text.text.length + widget.content.text.style;
            break;
        case LFP_KIND_NUMBER: {
            const lfp_as_number &number = widget.content.number;
            sum += static_cast<std::size_t>(number.integer) + static_cast<std::size_t>(number.max);
            for (std::size_t i = 0; i < number.count; i++)
                sum += static_cast<std::size_t>(number.numbers[i]);
            break;
        }
        case LFP_KIND_CHOICE:
            for (std::size_t i = 0; i < widget.content.choice.count; i++)
                sum += widget.content.choice.items[i].length;
            break;
        case LFP_KIND_CHECKBOX:
            sum += widget.content.checkbox.value;
            break;
        case LFP_KIND_TEXT_INPUT:
            sum += widget.content.text_input.value.length;
            break;
        default:
            break;
        }
    }
    return sum;
}

static std::size_t walk(const std::vector<item> &items) {
    std::size_t sum = 0;
    for (const item &item : items) {
        sum += static_cast<std::size_t>(item.kind) + item.label.size() + item.text.size();
        sum += static_cast<std::size_t>(item.value) + static_cast<std::size_t>(item.max);
        for (const std::string &choice : item.items)
            sum += choice.size();
    }
    return sum;
}

template <typename Function>
static double seconds(Function function) {
    const auto begun = std::chrono::steady_clock::now();
    function();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

static void print(const char *name, const std::vector<double> &samples,
                  const std::vector<double> &floor, const char *limits, const char *end) {
    const auto list = [](const std::vector<double> &numbers) {
        for (std::size_t i = warm_up; i < numbers.size(); i++)
            std::printf("%s%.9g", i == warm_up ? "" : ", ", numbers[i]);
    };
    std::printf("{\"name\": \"%s\", \"unit\": \"seconds\", \"samples\": [", name);
    list(samples);
    std::printf("], \"floor\": [");
    list(floor);
    std::printf("], \"limits\": [%s]}%s\n", limits, end);
}

// What the same panel is called with. Borrowed by nobody else, and needed with the GIL only.
struct python {
    PyObject *panel, *layout, *draw, *draw_panel, *id;
};

static PyObject *attribute(const char *module, const char *name) {
    PyObject *imported = checked(PyImport_ImportModule(module));
    PyObject *found = checked(PyObject_GetAttrString(imported, name));
    Py_DECREF(imported);
    return found;
}

static PyObject *made(const char *module, const char *name) {
    PyObject *type = attribute(module, name);
    PyObject *object = checked(PyObject_CallNoArgs(type));
    Py_DECREF(type);
    return object;
}

static python prepared() {
    PyObject *ui = attribute("lichtfeld", "ui");
    PyObject *draw_panel = checked(PyObject_GetAttrString(ui, "draw_panel"));
    Py_DECREF(ui);
    return {made("lfs_plugins.frames", "Images"), made("direct", "Layout"),
            checked(PyUnicode_FromString("draw")), draw_panel,
            checked(PyUnicode_FromString(panel_id))};
}

static void measure(int count) {
    check(lfp::run(LFP_ACTION_LOAD, "frames"));
    PyGILState_STATE gil = PyGILState_Ensure();
    const python python = prepared();
    PyGILState_Release(gil);

    lfp::frame frame;
    std::vector<double> through, direct, dicts, kept;
    // In turns, so that what else the machine does falls on all alike.
    for (int i = 0; i < warm_up + count; i++) {
        direct.push_back(seconds([&] {
            const PyGILState_STATE gil = PyGILState_Ensure();
            drawn().clear();
            Py_DECREF(checked(PyObject_CallMethodOneArg(python.panel, python.draw, python.layout)));
            PyGILState_Release(gil);
            sink = walk(drawn());
        }));
        through.push_back(seconds([&] {
            check(lfp::draw(panel_id, frame));
            sink = walk(frame);
        }));
        kept.push_back(seconds([&] {
                           for (int walks = 0; walks < walks_of_a_sample; walks++)
                               sink = walk(frame);
                       }) /
                       walks_of_a_sample);
        gil = PyGILState_Ensure();
        PyObject *made = nullptr;
        dicts.push_back(seconds([&] { made = PyObject_CallOneArg(python.draw_panel, python.id); }));
        Py_DECREF(checked(made));
        PyGILState_Release(gil);
    }
    gil = PyGILState_Ensure();
    for (PyObject *object :
         {python.panel, python.layout, python.draw, python.draw_panel, python.id})
        Py_DECREF(object);
    PyGILState_Release(gil);
    if (frame.size() != widgets || drawn().size() != widgets || frame->failed ||
        frame->warning_count)
        fail("the panel has not drawn 100 widgets");
    std::printf("[");
    print("100 widgets, drawn and walked in C++; floor: nanobind", through, direct,
          "{\"ratio\": 1.5}", ",");
    print("the same frame, walked once more", kept, {}, "{\"median\": 2e-6}", ",");
    print("100 widgets as dicts of Python; floor: in C++", dicts, through, "{\"ratio\": 3.0}", "]");
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    add_module();
    Py_Initialize();
    {
        studio studio;
        lfp::attached plugins;
        lfp::options options;
        options.version = "1.0.0";
        options.plugins_directory = argv[1];
        check(plugins.attach(studio, options));
        PyThreadState *state = PyEval_SaveThread();
        measure(std::atoi(argv[2]));
        plugins.end();
        PyEval_RestoreThread(state);
    }
    Py_Finalize();
    return 0;
}
