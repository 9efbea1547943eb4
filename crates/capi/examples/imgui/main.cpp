// A window with the panels of all plugins, drawn by Dear ImGui.
//
//   imgui_host [--plugins DIRECTORY] [--load PLUGIN] [--script FILE] [--screenshot FILE]
//              [--size WIDTHxHEIGHT]
//
// Without --load the plugins start that the user has enabled.
#include <Python.h>

#include <SDL.h>
#include <imgui.h>
#include <imgui_impl_sdl.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "panels.hpp"
#include "renderer.hpp"
#include "script.hpp"
#include "studio.hpp"

struct arguments {
    std::string plugins, load, script, screenshot;
    int width = 932, height = 650;
};

static bool read(int argc, char **argv, arguments &arguments) {
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!std::strcmp(argv[i], "--plugins"))
            arguments.plugins = argv[i + 1];
        else if (!std::strcmp(argv[i], "--load"))
            arguments.load = argv[i + 1];
        else if (!std::strcmp(argv[i], "--script"))
            arguments.script = argv[i + 1];
        else if (!std::strcmp(argv[i], "--screenshot"))
            arguments.screenshot = argv[i + 1];
        else if (std::strcmp(argv[i], "--size") ||
                 std::sscanf(argv[i + 1], "%dx%d", &arguments.width, &arguments.height) != 2)
            return false;
    }
    return argc % 2 == 1;
}

// Windows have their size after a few frames. Only then a script begins, or a screenshot is made.
static const int frames_to_settle = 20;

// The window, its renderer, and Dear ImGui.
struct screen {
    SDL_Window *window = nullptr;
    SDL_Renderer *renderer = nullptr;
    SDL_Texture *font = nullptr;

    bool open(const arguments &arguments) {
        window = SDL_CreateWindow("Plugins", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                  arguments.width, arguments.height, SDL_WINDOW_RESIZABLE);
        renderer = window ? SDL_CreateRenderer(window, -1, 0) : nullptr;
        if (!renderer) {
            std::fprintf(stderr, "SDL: %s\n", SDL_GetError());
            return false;
        }
        ImGui::CreateContext();
        ImGui::GetIO().IniFilename = nullptr;
        ImGui::GetStyle().WindowRounding = 4;
        ImGui::GetStyle().FrameRounding = 3;
        ImGui_ImplSDL2_InitForSDLRenderer(window);
        font = make_font(renderer);
        return true;
    }

    ~screen() {
        if (font) {
            SDL_DestroyTexture(font);
            ImGui_ImplSDL2_Shutdown();
            ImGui::DestroyContext();
        }
        if (renderer)
            SDL_DestroyRenderer(renderer);
        if (window)
            SDL_DestroyWindow(window);
        SDL_Quit();
    }
};

// Waits until something happens or a panel is due, and returns false if the user closes the window.
static bool events(bool wait) {
    const Uint32 due = std::min<Uint32>(lfp_next_due(LFP_PANEL_KIND_PANEL), 500);
    SDL_Event event;
    // Dear ImGui needs a few frames after an event; a turn of 50 ms is soon enough for them.
    int more = wait ? SDL_WaitEventTimeout(&event, static_cast<int>(std::min<Uint32>(due, 50)))
                    : SDL_PollEvent(&event);
    for (; more; more = SDL_PollEvent(&event)) {
        ImGui_ImplSDL2_ProcessEvent(&event);
        if (event.type == SDL_QUIT)
            return false;
    }
    return true;
}

// The bar at the lower edge while plugins are loaded, and what went wrong afterwards.
static void show_progress(const lfp::operation &load) {
    const lfp_progress progress = load.progress();
    if (progress.done)
        return;
    const ImVec2 view = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({0, view.y}, ImGuiCond_Always, {0, 1});
    ImGui::Begin("##progress", nullptr, ImGuiWindowFlags_NoDecoration);
    ImGui::Text("%s: %s", progress.plugin, progress.message);
    ImGui::End();
}

static int run(studio &studio, screen &screen, const arguments &arguments) {
    script script;
    const bool has_script = !arguments.script.empty();
    if (has_script && !script.read(arguments.script))
        return 1;
    if (!has_script && lfp_watch(true))
        return 1;
    pictures pictures(screen.renderer);
    panels panels(pictures);
    lfp::operation load;
    const lfp_action action = arguments.load.empty() ? LFP_ACTION_LOAD_ALL : LFP_ACTION_LOAD;
    if (lfp::error error = lfp::start(action, arguments.load.c_str(), load)) {
        std::fprintf(stderr, "%s: %s\n", error.code().data(), error.message().data());
        return 1;
    }
    int frames = 0; // Since the plugins were loaded.
    while (events(!has_script)) {
        studio.do_jobs();
        ImGui_ImplSDL2_NewFrame();
        const bool is_settled = frames > frames_to_settle;
        if (has_script && is_settled)
            script.act(panels, studio.dialogs);
        ImGui::NewFrame();
        panels.show();
        studio.dialogs.show();
        show_progress(load);
        ImGui::Render();
        SDL_SetRenderDrawColor(screen.renderer, 28, 30, 34, 255);
        SDL_RenderClear(screen.renderer);
        render(screen.renderer, *ImGui::GetDrawData());
        if (has_script && is_settled)
            script.look(screen.renderer, panels);
        frames += load.done();
        const bool is_last = has_script ? script.is_empty() : is_settled;
        if (is_last && !arguments.screenshot.empty()) {
            if (!write_screenshot(screen.renderer, arguments.screenshot))
                return 1;
            break;
        }
        if (has_script && is_last)
            break;
        SDL_RenderPresent(screen.renderer);
    }
    return script.has_failed() || (has_script && load.failure());
}

int main(int argc, char **argv) {
    arguments arguments;
    if (!read(argc, argv, arguments)) {
        std::fprintf(stderr, "usage: imgui_host [--plugins DIRECTORY] [--load PLUGIN] "
                             "[--script FILE] [--screenshot FILE] [--size WIDTHxHEIGHT]\n");
        return 2;
    }
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
        std::fprintf(stderr, "SDL: %s\n", SDL_GetError());
        return 1;
    }
    screen screen;
    if (!screen.open(arguments))
        return 1;
    Py_Initialize();
    int status = 1;
    {
        studio studio;
        lfp::attached plugins;
        lfp::options options;
        options.version = "1.0.0";
        options.plugins_directory = arguments.plugins;
        // This application offers nothing of its own, so the module is the plugin system's. One that
        // has a module `lichtfeld` passes it here.
        if (lfp::error error = plugins.attach(studio, options, nullptr)) {
            std::fprintf(stderr, "%s: %s\n%s\n", error.code().data(), error.message().data(),
                         error.hint().data());
        } else {
            PyThreadState *state = PyEval_SaveThread();
            status = run(studio, screen, arguments);
            plugins.end();
            PyEval_RestoreThread(state);
        }
    }
    Py_Finalize();
    return status;
}
