#include "panels.hpp"

#include <cstdio>

static const float gap = 8;

static bool failed(const lfp::error &error) {
    if (error)
        std::fprintf(stderr, "%s: %s\n", error.code().data(), error.message().data());
    return bool(error);
}

// The ids of those that must be drawn now.
static std::set<std::string> due(lfp_panel_kind kind) {
    lfp::panels due;
    std::set<std::string> ids;
    if (!failed(lfp::get_due(due, kind)))
        for (const lfp_panel &panel : due)
            ids.insert(panel.id);
    return ids;
}

// Tells the panel where it is, before it draws.
static void set_surface(const char *id) {
    const ImVec2 corner = ImGui::GetCursorScreenPos(), size = ImGui::GetContentRegionAvail();
    const ImVec2 view = ImGui::GetIO().DisplaySize, pointer = ImGui::GetIO().MousePos;
    lfp_surface surface{};
    surface.size = sizeof surface;
    surface.width = size.x;
    surface.height = size.y;
    surface.x = corner.x;
    surface.y = corner.y;
    surface.view_width = view.x;
    surface.view_height = view.y;
    surface.pointer_x = pointer.x - corner.x;
    surface.pointer_y = pointer.y - corner.y;
    surface.scale = 1;
    surface.focused = ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows);
    surface.hovered = ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows);
    (void)failed(lfp::error(lfp_panel_set_surface(id, &surface)));
}

static bool wants_to_be_shown(const char *id) {
    bool shown = true;
    return failed(lfp::error(lfp_panel_poll(id, &shown))) || shown;
}

void panels::show() {
    const float top = show_menus() + gap;
    lfp::panels all;
    if (failed(lfp::get(all)))
        return;
    const std::set<std::string> due = ::due(LFP_PANEL_KIND_PANEL);
    std::set<std::string> ids;
    ImVec2 corner(gap, top);
    for (const lfp_panel &info : all) {
        panel &panel = panels_[info.id];
        const bool is_due = due.count(info.id) > 0 || !panel.frame;
        if (is_due)
            panel.is_shown = wants_to_be_shown(info.id);
        if (panel.is_shown)
            show_one(info, panel, is_due, top, corner);
        ids.insert(info.id);
    }
    // Those whose plugin has been unloaded.
    for (auto one = panels_.begin(); one != panels_.end();)
        one = ids.count(one->first) ? std::next(one) : panels_.erase(one);
    free_textures();
}

// Frees the copies of textures that no panel shows.
void panels::free_textures() {
    std::set<std::uint64_t> shown;
    for (const auto *all : {&panels_, &menus_})
        for (const auto &[id, panel] : *all)
            for (auto one = panel.frame.textures_begin(); one != panel.frame.textures_end(); ++one)
                shown.insert(one->id);
    pictures_.keep(shown);
}

void panels::show_one(const lfp_panel &info, panel &panel, bool is_due, float top,
                      ImVec2 &corner) {
    if (!panel.widgets)
        panel.widgets = std::make_unique<view>(info.id, pictures_);
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    const float width = info.width > 0 ? static_cast<float>(info.width) : 300;
    if (corner.y > top && corner.y + panel.size.y > display.y)
        corner = {corner.x + 300 + gap, top};
    ImGui::SetNextWindowPos(corner);
    ImGui::SetNextWindowSizeConstraints({width, 0}, {width, display.y - corner.y - gap});
    ImGuiWindowFlags flags = ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                             ImGuiWindowFlags_AlwaysAutoResize;
    if (view::has_menu_bar(panel.frame))
        flags |= ImGuiWindowFlags_MenuBar;
    // What the panel does with the wheel is more than scrolling.
    if (panel.frame && panel.frame->wants_wheel)
        flags |= ImGuiWindowFlags_NoScrollWithMouse;
    const std::string title = std::string(info.label) + "###" + info.id;
    if (ImGui::Begin(title.c_str(), nullptr, flags)) {
        set_surface(info.id);
        if (is_due)
            (void)failed(lfp::draw(info.id, panel.frame));
        if (panel.frame)
            panel.widgets->show(panel.frame);
    }
    panel.size = ImGui::GetWindowSize();
    corner.y += panel.size.y + gap;
    ImGui::End();
}

float panels::show_menus() {
    lfp::panels all;
    if (failed(lfp::get(all, LFP_PANEL_KIND_MENU)) || all.empty() || !ImGui::BeginMainMenuBar())
        return 0;
    const std::set<std::string> due = ::due(LFP_PANEL_KIND_MENU);
    for (const lfp_panel &info : all) {
        panel &menu = menus_[info.id];
        if (!menu.widgets)
            menu.widgets = std::make_unique<view>(info.id, pictures_);
        menu.label = info.label;
        // Also a menu that is closed: the click that has closed it is for its plugin.
        if (due.count(info.id) || !menu.frame)
            (void)failed(lfp::draw(info.id, menu.frame));
        const bool is_open = ImGui::BeginMenu((menu.label + "###" + info.id).c_str());
        menu.place = {ImGui::GetItemRectMin(), ImGui::GetItemRectMax()};
        if (is_open) {
            if (menu.frame)
                menu.widgets->show(menu.frame);
            ImGui::EndMenu();
        }
    }
    const float height = ImGui::GetWindowSize().y;
    ImGui::EndMainMenuBar();
    return height;
}

std::optional<drawn_at> panels::find(const std::string &text) const {
    for (const auto *all : {&panels_, &menus_})
        for (const auto &[id, panel] : *all) {
            if (panel.label == text)
                return panel.place;
            if (!panel.widgets)
                continue;
            const auto &places = panel.widgets->places();
            if (const auto found = places.find(text); found != places.end())
                return found->second;
        }
    return std::nullopt;
}

std::set<std::uint32_t> panels::kinds() const {
    std::set<std::uint32_t> kinds;
    for (const auto *all : {&panels_, &menus_})
        for (const auto &[id, panel] : *all)
            if (panel.widgets)
                kinds.insert(panel.widgets->kinds().begin(), panel.widgets->kinds().end());
    return kinds;
}
