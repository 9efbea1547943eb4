#include "looks.hpp"

#include <imgui.h>

#include <algorithm>
#include <string_view>

#include "view.hpp"

// The measures that a plugin may set, and whether they have two parts. Dear ImGui ends the program if
// it gets the wrong number.
static const struct {
    std::string_view name;
    ImGuiStyleVar var;
    bool has_two;
} measures[] = {
    {"Alpha", ImGuiStyleVar_Alpha, false},
    {"ButtonTextAlign", ImGuiStyleVar_ButtonTextAlign, true},
    {"CellPadding", ImGuiStyleVar_CellPadding, true},
    {"ChildBorderSize", ImGuiStyleVar_ChildBorderSize, false},
    {"ChildRounding", ImGuiStyleVar_ChildRounding, false},
    {"FrameBorderSize", ImGuiStyleVar_FrameBorderSize, false},
    {"FramePadding", ImGuiStyleVar_FramePadding, true},
    {"FrameRounding", ImGuiStyleVar_FrameRounding, false},
    {"GrabRounding", ImGuiStyleVar_GrabRounding, false},
    {"IndentSpacing", ImGuiStyleVar_IndentSpacing, false},
    {"ItemInnerSpacing", ImGuiStyleVar_ItemInnerSpacing, true},
    {"ItemSpacing", ImGuiStyleVar_ItemSpacing, true},
    {"PopupRounding", ImGuiStyleVar_PopupRounding, false},
    {"WindowBorderSize", ImGuiStyleVar_WindowBorderSize, false},
    {"WindowPadding", ImGuiStyleVar_WindowPadding, true},
    {"WindowRounding", ImGuiStyleVar_WindowRounding, false},
};

looks::looks(const lfp_widget &widget) {
    for (std::size_t i = 0; i < widget.style_count; i++)
        set(widget.styles[i]);
}

looks::~looks() {
    ImGui::PopStyleVar(measures_);
    ImGui::PopStyleColor(colors_);
}

void looks::set(const lfp_style &style) {
    switch (static_cast<lfp_style_kind>(style.kind)) {
    case LFP_STYLE_KIND_OTHER:
        return;
    case LFP_STYLE_KIND_COLOR:
        for (ImGuiCol color = 0; color < ImGuiCol_COUNT; color++)
            if (lfp::view(style.name) == ImGui::GetStyleColorName(color)) {
                ImGui::PushStyleColor(color, color_of(style.color));
                colors_++;
            }
        return;
    case LFP_STYLE_KIND_NUMBER:
    case LFP_STYLE_KIND_SIZE:
        measure(style);
        return;
    case LFP_STYLE_KIND_WINDOW_THEME:
        window();
        return;
    case LFP_STYLE_KIND_MODAL_THEME:
        dialog();
        return;
    }
}

void looks::measure(const lfp_style &style) {
    for (const auto &known : measures) {
        const bool has_two = style.kind == LFP_STYLE_KIND_SIZE;
        if (lfp::view(style.name) != known.name || has_two != known.has_two)
            continue;
        const float most = known.var == ImGuiStyleVar_Alpha ? 1.0f : 1000.0f;
        const auto bounded = [most](float value) { return std::min(std::max(value, 0.0f), most); };
        if (has_two)
            ImGui::PushStyleVar(known.var, ImVec2(bounded(style.values.x), bounded(style.values.y)));
        else
            ImGui::PushStyleVar(known.var, bounded(style.values.x));
        measures_++;
    }
}

// This application's own windows have sharp corners and a dark blue ground.
void looks::window() {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0.0f);
    measures_++;
    ImGui::PushStyleColor(ImGuiCol_WindowBg, IM_COL32(20, 28, 44, 255));
    ImGui::PushStyleColor(ImGuiCol_TitleBgActive, IM_COL32(36, 52, 84, 255));
    colors_ += 2;
}

// Its dialogs have a warm one, and a border. Popups have the colour of popups, windows their own.
void looks::dialog() {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 2.0f);
    ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, 2.0f);
    measures_ += 2;
    for (const ImGuiCol ground : {ImGuiCol_WindowBg, ImGuiCol_PopupBg})
        ImGui::PushStyleColor(ground, IM_COL32(44, 34, 24, 255));
    ImGui::PushStyleColor(ImGuiCol_Border, IM_COL32(200, 140, 60, 255));
    colors_ += 3;
}
