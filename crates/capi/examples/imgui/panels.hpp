// All panels of plugins, each in a window of its own; the windows stand in columns.
#ifndef PANELS_HPP
#define PANELS_HPP

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "lichtfeld_plugins.hpp"
#include "view.hpp"

class panels {
public:
    explicit panels(pictures &pictures) : pictures_(pictures) {}

    // Draws those that are due, and shows all. On the UI thread, inside a frame of Dear ImGui.
    void show();
    // Where a widget with this text is on the screen.
    std::optional<drawn_at> find(const std::string &text) const;
    // The kinds of widgets that have been drawn since the beginning.
    std::set<std::uint32_t> kinds() const;

private:
    struct panel {
        lfp::frame frame;
        std::unique_ptr<view> widgets;
        ImVec2 size{300, 0};
        bool is_shown = false;
        // Of a menu: its entry in the bar.
        std::string label;
        drawn_at place{};
    };

    void show_one(const lfp_panel &info, panel &panel, bool is_due, float top, ImVec2 &corner);
    // Returns its height.
    float show_menus();
    void free_textures();

    pictures &pictures_;
    std::map<std::string, panel> panels_, menus_;
};

#endif
