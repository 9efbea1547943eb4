#include "studio.hpp"

#include <cstdio>

void studio::log(std::string_view plugin, lfp_level level, std::string_view message) {
    std::FILE *to = level >= LFP_LEVEL_WARNING ? stderr : stdout;
    if (level < LFP_LEVEL_INFO || (plugin.empty() && level < LFP_LEVEL_WARNING))
        return;
    std::fprintf(to, "[%.*s] %.*s\n", int(plugin.size()), plugin.data(), int(message.size()),
                 message.data());
    std::fflush(to);
}

void studio::event(const lfp_event &event) {
    if (event.to == LFP_STATE_ERROR)
        std::fprintf(stderr, "[%s] %s: %s\n", event.plugin, event.event, event.cause);
}

void studio::post(lfp::job job) {
    {
        std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    wake();
}

void studio::do_jobs() {
    std::vector<lfp::job> jobs;
    {
        std::lock_guard lock(mutex_);
        jobs.swap(jobs_);
    }
    for (lfp::job &job : jobs)
        job.run();
}

void studio::wake() {
    SDL_Event event{};
    event.type = wake_;
    SDL_PushEvent(&event);
}
