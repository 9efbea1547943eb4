// What is painted: shapes and curves.
#include "view.hpp"

#include <cmath>

ImVec4 color_of(const lfp_rgba &color) { return {color.r, color.g, color.b, color.a}; }

static ImDrawList *list_of(lfp_layer layer) {
    switch (layer) {
    case LFP_LAYER_WINDOW:
        break;
    case LFP_LAYER_FOREGROUND:
        return ImGui::GetForegroundDrawList();
    case LFP_LAYER_BACKGROUND:
        return ImGui::GetBackgroundDrawList();
    }
    return ImGui::GetWindowDrawList();
}

void paint(const lfp_as_shape &shape) {
    ImDrawList *list = list_of(static_cast<lfp_layer>(shape.layer));
    const ImU32 color = ImGui::ColorConvertFloat4ToU32(color_of(shape.color));
    std::vector<ImVec2> points;
    for (std::size_t i = 0; i < shape.count; i++)
        points.emplace_back(shape.points[i].x, shape.points[i].y);
    const std::size_t needed = shape.kind == LFP_SHAPE_KIND_RECT ? 2 : 1;
    if (points.size() < needed)
        return;
    const int count = static_cast<int>(points.size()), segments = static_cast<int>(shape.segments);
    const ImDrawFlags closed = shape.closed ? ImDrawFlags_Closed : ImDrawFlags_None;
    switch (static_cast<lfp_shape_kind>(shape.kind)) {
    case LFP_SHAPE_KIND_PATH:
        if (shape.filled)
            list->AddConvexPolyFilled(points.data(), count, color);
        else
            list->AddPolyline(points.data(), count, color, closed, shape.thickness);
        break;
    case LFP_SHAPE_KIND_RECT:
        if (shape.filled)
            list->AddRectFilled(points[0], points[1], color, shape.radius);
        else
            list->AddRect(points[0], points[1], color, shape.radius, ImDrawFlags_None,
                          shape.thickness);
        break;
    case LFP_SHAPE_KIND_CIRCLE:
        if (shape.filled)
            list->AddCircleFilled(points[0], shape.radius, color, segments);
        else
            list->AddCircle(points[0], shape.radius, color, segments, shape.thickness);
        break;
    case LFP_SHAPE_KIND_TEXT:
        list->AddText(points[0], color, shape.text.data, shape.text.data + shape.text.length);
        break;
    }
}

// PlotLines draws the frame; the curve is drawn here, since it has gaps where a value is NaN.
void plot(const std::string &label, const lfp_as_plot &plot) {
    float low = plot.min, high = plot.max;
    for (std::size_t i = 0; i < plot.count; i++) {
        const float value = plot.values[i];
        if (std::isnan(plot.min) && !std::isnan(value))
            low = std::isnan(low) ? value : std::fmin(low, value);
        if (std::isnan(plot.max) && !std::isnan(value))
            high = std::isnan(high) ? value : std::fmax(high, value);
    }
    ImVec2 size(plot.size.x, plot.size.y);
    size.x = size.x == 0 ? ImGui::CalcItemWidth() : size.x;
    size.x = size.x < 0 ? ImGui::GetContentRegionAvail().x + size.x : size.x;
    size.y = size.y <= 0 ? 48 : size.y;
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    ImGui::PlotLines(label.c_str(), nullptr, 0, 0, nullptr, low, high, size);
    std::vector<ImVec2> run;
    const auto draw = [&run] {
        ImGui::GetWindowDrawList()->AddPolyline(run.data(), static_cast<int>(run.size()),
                                                ImGui::GetColorU32(ImGuiCol_PlotLines),
                                                ImDrawFlags_None, 1.0f);
        run.clear();
    };
    const float step = plot.count > 1 ? size.x / static_cast<float>(plot.count - 1) : 0;
    const float range = high > low ? high - low : 1;
    for (std::size_t i = 0; i < plot.count; i++) {
        if (std::isnan(plot.values[i])) {
            draw();
            continue;
        }
        const float part = std::fmin(std::fmax((plot.values[i] - low) / range, 0.0f), 1.0f);
        run.emplace_back(corner.x + step * static_cast<float>(i),
                         corner.y + 2 + (size.y - 4) * (1 - part));
    }
    draw();
}
