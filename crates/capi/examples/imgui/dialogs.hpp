// Dialogs of plugins, drawn by Dear ImGui: messages, questions, texts to type; and the clipboard.
#ifndef DIALOGS_HPP
#define DIALOGS_HPP

#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "lichtfeld_plugins.hpp"
#include "view.hpp"

class dialogs {
public:
    // Takes a request, unless it is of a kind that is not shown here: Dear ImGui has no dialogs for
    // files. Called on any thread.
    bool take(const lfp_request &request);
    // Closes a dialog that nobody waits for.
    void withdraw(std::uint64_t id);
    // Shows one dialog after the other, and answers. Called in each frame.
    void show();
    // Where a button of the dialog is that is shown.
    std::optional<drawn_at> find(const std::string &label) const;

private:
    struct dialog {
        std::uint64_t id;
        lfp_request_kind kind;
        std::string title, message, text;
        std::vector<std::string> buttons;
        std::array<char, 1024> typed;
    };

    std::mutex mutex_;
    std::vector<dialog> open_;
    std::vector<std::pair<std::string, drawn_at>> shown_;
};

#endif
