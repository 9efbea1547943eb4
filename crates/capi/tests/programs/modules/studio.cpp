// An application in C++ whose module `lichtfeld` is made with nanobind or pybind11. It loads a plugin,
// draws its panel, clicks its button, calls its draw handler, and unloads it.
#include <Python.h>

#include <chrono>
#include <cstdio>
#include <string_view>
#include <thread>

#include "lichtfeld_plugins.hpp"
#include "scene.hpp"

class studio : public lfp::host {
public:
    void log(std::string_view plugin, lfp_level level, std::string_view message) override {
        if (level >= LFP_LEVEL_ERROR)
            std::fprintf(stderr, "[%.*s] %.*s\n", int(plugin.size()), plugin.data(),
                         int(message.size()), message.data());
    }
};

static bool failed(const lfp::error &error) {
    if (error)
        std::fprintf(stderr, "%s: %s\n%s\n", error.code().data(), error.message().data(),
                     error.hint().data());
    return bool(error);
}

static void show(const lfp::frame &frame) {
    for (const lfp_widget &widget : frame)
        if (widget.kind == LFP_KIND_TEXT)
            std::printf("%s\n", widget.content.text.text.data);
    if (frame->failed)
        std::printf("%s\n", frame->traceback.data);
}

// Draws the panel until it shows this text: a worker that is late shows the last frame.
static bool draw_until(std::string_view text, lfp::frame &frame) {
    for (int i = 0; i < 6000; i++) {
        if (failed(lfp::draw("scene.panel", frame)) || frame->failed)
            return false;
        for (const lfp_widget &widget : frame)
            if (widget.kind == LFP_KIND_TEXT && lfp::view(widget.content.text.text) == text)
                return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

// What a renderer does in each of its frames.
static void call_draw_handlers() {
    const PyGILState_STATE state = PyGILState_Ensure();
    for (const std::string &line : run_draw_handlers())
        std::printf("%s\n", line.c_str());
    PyGILState_Release(state);
}

static int run(const char *plugin) {
    if (failed(lfp::run(LFP_ACTION_LOAD, plugin)))
        return 1;
    lfp::frame before, after;
    const bool is_drawn = draw_until("selected: []", before);
    show(before);
    const lfp_widget *button = before.labelled("Change");
    if (!is_drawn || !button || failed(lfp::input("scene.panel", button->id, lfp::click())))
        return 1;
    const bool is_changed = draw_until("selected: ['left', 'cloud']", after);
    show(after);
    if (!is_changed)
        return 1;
    call_draw_handlers();
    std::printf("%zu draw handlers\n", draw_handlers());
    if (failed(lfp::run(LFP_ACTION_UNLOAD, plugin)))
        return 1;
    // What the plugin has done stays.
    for (const auto &node : the_scene()->nodes)
        std::printf("%s %s, %zu points\n", node->name.c_str(), node->visible ? "visible" : "hidden",
                    node->points.size() / 3);
    std::printf("%zu draw handlers\n", draw_handlers());
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    add_module();
    Py_Initialize();
    int status = 1;
    {
        studio studio;
        lfp::attached plugins;
        lfp::options options;
        options.version = "1.0.0";
        options.plugins_directory = argv[1];
        if (!failed(plugins.attach(studio, options))) {
            PyThreadState *state = PyEval_SaveThread();
            status = run(argv[2]);
            plugins.end();
            PyEval_RestoreThread(state);
        }
    }
    forget_draw_handlers();
    Py_Finalize();
    return status;
}
