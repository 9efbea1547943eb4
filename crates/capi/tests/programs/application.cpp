// An application in C++ with an interpreter and a module `lichtfeld` of its own, which runs a plugin.
#include <Python.h>

#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "lichtfeld_plugins.hpp"

// What the application offers to plugins: lichtfeld.node_count().
static PyObject *node_count(PyObject *, PyObject *) { return PyLong_FromLong(3); }

static PyMethodDef functions[] = {
    {"node_count", node_count, METH_NOARGS, "The number of nodes of the scene."},
    {nullptr, nullptr, 0, nullptr},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "lichtfeld", nullptr, -1, functions, nullptr, nullptr, nullptr, nullptr,
};

class studio : public lfp::host {
public:
    void log(std::string_view plugin, lfp_level level, std::string_view message) override {
        if (level >= LFP_LEVEL_WARNING)
            std::fprintf(stderr, "[%.*s] %.*s\n", int(plugin.size()), plugin.data(),
                         int(message.size()), message.data());
    }
    bool has_ui_thread() const override { return true; }
    void post(lfp::job job) override {
        std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    // An exception of the application stays in the application.
    void event(const lfp_event &) override { throw std::runtime_error("in a callback"); }

    // Once in each turn of the loop that draws.
    void do_jobs() {
        std::vector<lfp::job> jobs;
        {
            std::lock_guard lock(mutex_);
            jobs.swap(jobs_);
        }
        for (lfp::job &job : jobs)
            job.run();
    }

private:
    std::mutex mutex_;
    std::vector<lfp::job> jobs_;
};

static bool failed(const lfp::error &error) {
    if (error)
        std::fprintf(stderr, "%s: %s\n%s\n", error.code().data(), error.message().data(),
                     error.hint().data());
    return bool(error);
}

static void show(const lfp::frame &frame) {
    std::printf("%s\n", frame->label.data);
    for (const lfp_widget &widget : frame) {
        std::printf("%*s", 2 + 2 * widget.depth, "");
        if (widget.kind == LFP_KIND_TEXT)
            std::printf("%s\n", widget.content.text.text.data);
        else if (widget.kind == LFP_KIND_BUTTON)
            std::printf("[ %s ]\n", widget.label.data);
        else
            std::printf("(%s)\n", widget.label.data);
    }
}

static int run(studio &studio, const char *plugin) {
    lfp::operation load;
    if (failed(lfp::start(LFP_ACTION_LOAD, plugin, load)))
        return 1;
    while (!load.wait(16))
        studio.do_jobs();
    if (load.failure() || lfp::state(plugin) != LFP_STATE_ACTIVE)
        return 1;

    lfp::panels panels;
    if (failed(lfp::get(panels)))
        return 1;
    for (const lfp_panel &panel : panels) {
        lfp::frame before, after;
        if (failed(lfp::draw(panel.id, before)))
            return 1;
        const lfp_widget *button = before.labelled("Click me");
        if (!button || failed(lfp::input(panel.id, button->id, lfp::click())))
            return 1;
        if (failed(lfp::draw(panel.id, after)))
            return 1;
        show(before); // It has not changed.
        std::thread([kept = after] { show(kept); }).join();
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    Py_Initialize();
    PyObject *module = PyModule_Create(&definition);
    int status = 1;
    {
        studio studio;
        lfp::attached plugins;
        lfp::options options;
        options.version = "2.1.0";
        options.plugins_directory = argv[1];
        if (!failed(plugins.attach(studio, options, module))) {
            PyThreadState *state = PyEval_SaveThread();
            status = run(studio, argv[2]);
            plugins.end();
            PyEval_RestoreThread(state);
        }
    }
    Py_Finalize();
    return status;
}
