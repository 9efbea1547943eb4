// The application, as the plugin system sees it.
#ifndef STUDIO_HPP
#define STUDIO_HPP

#include <SDL.h>

#include <mutex>
#include <string>
#include <vector>

#include "dialogs.hpp"
#include "lichtfeld_plugins.hpp"

class studio : public lfp::host {
public:
    studio() : wake_(SDL_RegisterEvents(1)) {}

    void log(std::string_view plugin, lfp_level level, std::string_view message) override;
    bool has_ui_thread() const override { return true; }
    void post(lfp::job job) override;
    void redraw() override { wake(); }
    void event(const lfp_event &event) override;
    bool request(const lfp_request &request) override {
        wake();
        return dialogs.take(request);
    }
    void request_withdrawn(std::uint64_t id) override { dialogs.withdraw(id); }

    // Those of plugins.
    ::dialogs dialogs;

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
