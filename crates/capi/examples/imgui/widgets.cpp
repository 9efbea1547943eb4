// Each kind of widget.
#include "view.hpp"

// Dear ImGui takes 0 for what the content needs as well, and a negative length for the space less that.
static ImVec2 size_of(const lfp_vec2 &size) { return {size.x, size.y}; }

// There is no default: the compiler names a kind that is missing here.
bool view::widget(std::size_t at) {
    const lfp_widget &widget = (*frame_)[at];
    const lfp_content &content = widget.content;
    const std::string label = named(widget);
    switch (static_cast<lfp_kind>(widget.kind)) {
    case LFP_KIND_UNKNOWN:
        return false;
    case LFP_KIND_TEXT:
        text(widget);
        return true;
    case LFP_KIND_BUTTON:
        button(widget);
        return true;
    case LFP_KIND_COLOR_BUTTON: {
        const ImVec4 color = color_of(content.color_button.color);
        clicked(widget, ImGui::ColorButton(label.c_str(), color, ImGuiColorEditFlags_NoTooltip |
                                           ImGuiColorEditFlags_NoDragDrop,
                                           size_of(content.color_button.size)));
        return true;
    }
    case LFP_KIND_CHECKBOX: {
        bool value = content.checkbox.value;
        if (ImGui::Checkbox(label.c_str(), &value))
            send(widget, lfp::set_bool(value));
        return true;
    }
    case LFP_KIND_RADIO:
        clicked(widget, ImGui::RadioButton(label.c_str(), content.radio.selected));
        return true;
    case LFP_KIND_NUMBER:
        content.number.kind == LFP_VALUE_KIND_INTEGER ? whole(widget) : number(widget);
        return true;
    case LFP_KIND_TEXT_INPUT:
        text_input(widget);
        return true;
    case LFP_KIND_PATH_INPUT:
        path_input(widget);
        return true;
    case LFP_KIND_CHOICE:
        choice(widget);
        return true;
    case LFP_KIND_COLOR:
        color(widget);
        return true;
    case LFP_KIND_SELECTABLE: {
        const bool selected = content.selectable.selected;
        clicked(widget, ImGui::Selectable(label.c_str(), selected, ImGuiSelectableFlags_None,
                                          ImVec2(0, content.selectable.height)));
        return true;
    }
    case LFP_KIND_MENU_ITEM:
        clicked(widget, ImGui::MenuItem(label.c_str(), content.menu_item.shortcut.data,
                                        content.menu_item.selected != 0));
        return true;
    case LFP_KIND_HEADER:
        return fold(at, true);
    case LFP_KIND_PROGRESS: {
        // Dear ImGui takes no width for all that is there.
        ImVec2 size = size_of(content.progress.size);
        size.x = size.x == 0 ? -1 : size.x;
        const char *overlay = content.progress.overlay.data;
        ImGui::ProgressBar(content.progress.fraction, size, overlay);
        return true;
    }
    case LFP_KIND_PLOT:
        plot(label, content.plot);
        return true;
    case LFP_KIND_IMAGE:
        image(widget);
        return true;
    case LFP_KIND_SEPARATOR:
        ImGui::Separator();
        return false;
    case LFP_KIND_SPACING:
        ImGui::Spacing();
        return false;
    case LFP_KIND_NEW_LINE:
        ImGui::NewLine();
        return false;
    case LFP_KIND_CURSOR:
        if (content.cursor.x == content.cursor.x) // NaN: unchanged.
            ImGui::SetCursorPosX(origin_.x + content.cursor.x);
        if (content.cursor.y == content.cursor.y)
            ImGui::SetCursorPosY(origin_.y + content.cursor.y);
        return false;
    case LFP_KIND_SCROLL_HERE:
        ImGui::SetScrollHereY(content.scroll_here.ratio);
        return false;
    case LFP_KIND_DRAW:
        paint(content.shape);
        return false;
    case LFP_KIND_TREE:
        return fold(at, false);
    case LFP_KIND_GROUP:
        group(at);
        return true;
    case LFP_KIND_CHILD:
        child(at);
        return true;
    case LFP_KIND_LAYOUT:
        layout(at);
        return true;
    case LFP_KIND_POPUP:
        popup(at);
        return false;
    case LFP_KIND_WINDOW:
        window(at);
        return false;
    case LFP_KIND_TOOLTIP:
        // Of the widget before it, which is still the last item.
        if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) {
            ImGui::BeginTooltip();
            lines(this->content(at));
            ImGui::EndTooltip();
        }
        return false;
    case LFP_KIND_MENU_BAR:
        if (ImGui::BeginMenuBar()) {
            lines(this->content(at), true);
            ImGui::EndMenuBar();
        }
        return false;
    case LFP_KIND_MENU:
        menu(at);
        return true;
    case LFP_KIND_TABLE:
        table(at);
        return false;
    case LFP_KIND_TABLE_ROW:
    case LFP_KIND_TABLE_CELL:
        // Drawn by the table.
        return false;
    case LFP_KIND_DRAG_PREVIEW:
        // Drawn by the widget before it.
        return false;
    }
    // A number of a newer library: it is skipped, with its content.
    return false;
}

// Another button of the mouse than the first presses nothing, but counts as a click.
void view::clicked(const lfp_widget &widget, bool primary) {
    if (primary)
        send(widget, lfp::click());
    if (ImGui::IsItemClicked(ImGuiMouseButton_Right))
        send(widget, lfp::click(LFP_MOUSE_BUTTON_SECONDARY));
    if (ImGui::IsItemClicked(ImGuiMouseButton_Middle))
        send(widget, lfp::click(LFP_MOUSE_BUTTON_MIDDLE));
}

void view::text(const lfp_widget &widget) {
    const lfp_as_text &text = widget.content.text;
    const char *begin = text.text.data, *end = begin + text.text.length;
    if (text.has_color)
        ImGui::PushStyleColor(ImGuiCol_Text, color_of(text.color));
    switch (static_cast<lfp_text_style>(text.style)) {
    case LFP_TEXT_STYLE_PLAIN:
        ImGui::TextUnformatted(begin, end);
        break;
    case LFP_TEXT_STYLE_HEADING: {
        if (!text.has_color)
            ImGui::PushStyleColor(ImGuiCol_Text, ImGui::GetColorU32(ImGuiCol_PlotHistogram));
        ImGui::TextUnformatted(begin, end);
        if (!text.has_color)
            ImGui::PopStyleColor();
        break;
    }
    case LFP_TEXT_STYLE_DISABLED:
        ImGui::TextDisabled("%s", begin);
        break;
    case LFP_TEXT_STYLE_WRAPPED:
        ImGui::TextWrapped("%s", begin);
        break;
    case LFP_TEXT_STYLE_BULLET:
        ImGui::BulletText("%s", begin);
        break;
    case LFP_TEXT_STYLE_SELECTABLE: {
        // A text field that cannot be changed.
        std::string copy(begin, end);
        ImGui::PushStyleColor(ImGuiCol_FrameBg, ImVec4());
        ImGui::SetNextItemWidth(-1);
        ImGui::InputText("##text", copy.data(), copy.size() + 1, ImGuiInputTextFlags_ReadOnly);
        ImGui::PopStyleColor();
        break;
    }
    case LFP_TEXT_STYLE_CENTERED: {
        const float free = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(begin, end).x;
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + (free > 0 ? free / 2 : 0));
        ImGui::TextUnformatted(begin, end);
        break;
    }
    }
    if (text.has_color)
        ImGui::PopStyleColor();
}

// The colour of a button by what it means; without opacity: that of the theme.
static ImVec4 button_color(lfp_button_style style) {
    switch (style) {
    case LFP_BUTTON_STYLE_PRIMARY:
        return {0.15f, 0.45f, 0.85f, 1.0f};
    case LFP_BUTTON_STYLE_SECONDARY:
        return {0.35f, 0.35f, 0.4f, 1.0f};
    case LFP_BUTTON_STYLE_SUCCESS:
        return {0.15f, 0.55f, 0.25f, 1.0f};
    case LFP_BUTTON_STYLE_WARNING:
        return {0.75f, 0.5f, 0.1f, 1.0f};
    case LFP_BUTTON_STYLE_ERROR:
        return {0.75f, 0.2f, 0.2f, 1.0f};
    case LFP_BUTTON_STYLE_PLAIN:
    case LFP_BUTTON_STYLE_SMALL:
    case LFP_BUTTON_STYLE_INVISIBLE:
        break;
    }
    return {};
}

void view::button(const lfp_widget &widget) {
    const lfp_as_button &button = widget.content.button;
    const lfp_button_style style = static_cast<lfp_button_style>(button.style);
    const std::string label = named(widget);
    ImVec2 size = size_of(button.size);
    ImVec4 color = button_color(style);
    if (button.selected)
        color = ImGui::GetStyleColorVec4(ImGuiCol_ButtonActive);
    if (color.w > 0)
        ImGui::PushStyleColor(ImGuiCol_Button, color);
    bool is_clicked;
    if (button.has_picture) {
        size.x = size.x > 0 ? size.x : ImGui::GetFrameHeight();
        size.y = size.y > 0 ? size.y : ImGui::GetFrameHeight();
        is_clicked = ImGui::ImageButton(pictures_.of(button.picture, *frame_), size, {0, 0}, {1, 1}, -1,
                                        {0, 0, 0, 0}, color_of(button.tint));
    } else if (style == LFP_BUTTON_STYLE_SMALL) {
        is_clicked = ImGui::SmallButton(label.c_str());
    } else if (style == LFP_BUTTON_STYLE_INVISIBLE) {
        // It has no label that could give it a size.
        size.x = size.x == 0 ? ImGui::GetFrameHeight() : size.x;
        size.y = size.y == 0 ? ImGui::GetFrameHeight() : size.y;
        is_clicked = ImGui::InvisibleButton(label.c_str(), size);
    } else {
        is_clicked = ImGui::Button(label.c_str(), size);
    }
    if (color.w > 0)
        ImGui::PopStyleColor();
    clicked(widget, is_clicked);
}

void view::image(const lfp_widget &widget) {
    const lfp_as_image &image = widget.content.image;
    const ImVec2 space = ImGui::GetContentRegionAvail();
    const auto length = [](float wanted, float space) {
        return wanted > 0 ? wanted : wanted < 0 ? space + wanted : 64.0f;
    };
    const ImVec2 size(length(image.size.x, space.x), length(image.size.y, space.y));
    ImGui::Image(pictures_.of(image.picture, *frame_), size, size_of(image.uv0), size_of(image.uv1),
                 color_of(image.tint));
}
