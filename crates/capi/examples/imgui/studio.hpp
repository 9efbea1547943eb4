// The application, as the plugin system sees it.
#ifndef STUDIO_HPP
#define STUDIO_HPP

#include <SDL.h>

#include <mutex>
#include <string>
#include <vector>

#include "lichtfeld_plugins.hpp"

class studio : public lfp::host {
public:
    studio() : wake_(SDL_RegisterEvents(1)) {}

    void log(std::string_view plugin, lfp_level level, std::string_view message) override;
    bool has_ui_thread() const override { return true; }
    void post(lfp::job job) override;
    void redraw() override { wake(); }
    void event(const lfp_event &event) override;

    // Does what waits for the UI thread.
    void do_jobs();

private:
    // The loop sleeps until an event.
    void wake();

    const Uint32 wake_;
    std::mutex mutex_;
    std::vector<lfp::job> jobs_;
};

#endif
