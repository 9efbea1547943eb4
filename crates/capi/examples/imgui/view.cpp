// What all widgets have in common: order, lines, tooltips, hovering, dragging.
#include "view.hpp"

#include <cstdio>
#include <cstring>

#include "looks.hpp"

// A payload of Dear ImGui has a name of at most 32 bytes; the type of a plugin may be longer, so it is
// in the payload: type, zero byte, data.
static const char payload_name[] = "lfp";

bool view::has_menu_bar(const lfp::frame &frame) {
    for (const lfp_widget &widget : frame)
        if (widget.kind == LFP_KIND_MENU_BAR && widget.depth == 0)
            return true;
    return false;
}

void view::show(const lfp::frame &frame) {
    frame_ = &frame;
    places_.clear();
    origin_ = ImGui::GetCursorPos();
    corner_ = ImGui::GetCursorScreenPos();
    is_taken_ = false;
    ImGui::PushID(panel_.c_str());
    follow();
    lines({0, frame.size()});
    beside();
    problems(frame);
    ImGui::PopID();
    frame_ = nullptr;
}

// What the author of the plugin should see.
void view::problems(const lfp::frame &frame) {
    if (frame->failed) {
        const char *file = std::strrchr(frame->file.data, '/');
        ImGui::PushStyleColor(ImGuiCol_Text, ImVec4(1.0f, 0.4f, 0.4f, 1.0f));
        ImGui::TextWrapped("%s: %s", frame->exception.data, frame->message.data);
        ImGui::PopStyleColor();
        ImGui::TextDisabled("%s:%u", file ? file + 1 : frame->file.data, frame->line);
        if (ImGui::IsItemHovered())
            ImGui::SetTooltip("%s", frame->traceback.data);
    }
    for (std::size_t i = 0; i < frame->warning_count; i++) {
        const lfp_warning *warning = lfp_warning_at(frame.get(), i);
        ImGui::TextColored(ImVec4(1.0f, 0.8f, 0.3f, 1.0f), "%s", warning->message.data);
        if (ImGui::IsItemHovered())
            ImGui::SetTooltip("%s:%u\n%s", warning->file.data, warning->line, warning->hint.data);
    }
    for (std::size_t i = 0; i < frame->dropped_count; i++)
        std::fprintf(stderr, "%s\n", lfp_dropped_at(frame.get(), i)->reason.data);
}

// The position after a widget and its content.
std::size_t view::next(std::size_t at) const {
    const unsigned depth = (*frame_)[at].depth;
    for (at++; at < frame_->size() && (*frame_)[at].depth > depth; at++) {
    }
    return at;
}

std::string view::named(const lfp_widget &widget) {
    return std::string(lfp::view(widget.label)) + "##widget";
}

// A later drawing of the panel sees it.
void view::send(std::uint64_t widget, const lfp_value &value) {
    if (lfp::error error = lfp::input(panel_.c_str(), widget, value))
        std::fprintf(stderr, "%s: %s\n", error.code().data(), error.message().data());
}

static bool is_attached(const lfp_widget &widget) {
    return widget.kind == LFP_KIND_TOOLTIP || widget.kind == LFP_KIND_DRAG_PREVIEW;
}

void view::lines(range range, bool one_line) {
    bool first = true;
    for (std::size_t at = range.begin; at < range.end; at = next(at)) {
        const lfp_widget &widget = (*frame_)[at];
        // A preview is drawn with the widget that is dragged.
        if (widget.kind == LFP_KIND_DRAG_PREVIEW)
            continue;
        item(at, one_line && !first && !is_attached(widget));
        first = false;
    }
}

void view::item(std::size_t at, bool on_line) {
    const lfp_widget &widget = (*frame_)[at];
    const char *id = reinterpret_cast<const char *>(&widget.id);
    ImGui::PushID(id, id + sizeof widget.id);
    kinds_.insert(widget.kind);
    prepare(widget, on_line);
    {
        const looks looks(widget);
        ImGui::BeginDisabled(widget.flags & LFP_DISABLED);
        const bool is_item = this->widget(at);
        ImGui::EndDisabled();
        if (is_item)
            common(widget, {next(at), frame_->size()});
    }
    ImGui::PopID();
}

// Where it is drawn, and how wide.
void view::prepare(const lfp_widget &widget, bool on_line) {
    if (widget.flags & LFP_SAME_LINE)
        ImGui::SameLine(widget.same_line_offset, widget.same_line_spacing);
    else if (on_line)
        ImGui::SameLine();
    else if (widget.indent > 0)
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + widget.indent);
    if (widget.flags & LFP_HAS_WIDTH)
        ImGui::SetNextItemWidth(widget.width);
    // Once: the user may leave it.
    const bool has_focus = widget.flags & LFP_FOCUS;
    if (has_focus && focused_.insert(widget.id).second)
        ImGui::SetKeyboardFocusHere();
    else if (!has_focus)
        focused_.erase(widget.id);
}

void view::common(const lfp_widget &widget, range attached) {
    const drawn_at place{ImGui::GetItemRectMin(), ImGui::GetItemRectMax()};
    const bool is_text = widget.kind == LFP_KIND_TEXT;
    const lfp_text &shown = is_text ? widget.content.text.text : widget.label;
    if (shown.length > 0 && ImGui::IsItemVisible())
        places_[std::string(lfp::view(shown))] = place;
    const bool over = ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled |
                                           ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
    if (widget.flags & LFP_HAS_TOOLTIP && over)
        ImGui::SetTooltip("%s", widget.tooltip.data);
    if (widget.flags & LFP_WANTS_HOVER && over != (hovered_.count(widget.id) > 0)) {
        over ? (void)hovered_.insert(widget.id) : (void)hovered_.erase(widget.id);
        send(widget, lfp::hover(over));
    }
    pointer(widget);
    if (widget.flags & LFP_CAN_DRAG)
        drag(widget, attached);
    if (widget.flags & LFP_ACCEPTS)
        accept(widget);
}

// What it carries, and what follows the pointer: the preview after it, if there is one.
void view::drag(const lfp_widget &widget, range attached) {
    if (!ImGui::BeginDragDropSource(ImGuiDragDropFlags_SourceAllowNullID))
        return;
    std::string payload(lfp::view(widget.drag_type));
    payload.push_back('\0');
    payload.append(lfp::view(widget.drag_data));
    ImGui::SetDragDropPayload(payload_name, payload.data(), payload.size());
    const bool has_preview = attached.begin < attached.end &&
                             (*frame_)[attached.begin].kind == LFP_KIND_DRAG_PREVIEW;
    if (has_preview) {
        kinds_.insert(LFP_KIND_DRAG_PREVIEW);
        lines(content(attached.begin));
    } else
        ImGui::TextUnformatted(widget.label.data);
    ImGui::EndDragDropSource();
}

void view::accept(const lfp_widget &widget) {
    if (!ImGui::BeginDragDropTarget())
        return;
    const ImGuiPayload *carried = ImGui::GetDragDropPayload();
    if (carried && carried->IsDataType(payload_name)) {
        const std::string payload(static_cast<const char *>(carried->Data), carried->DataSize);
        const std::string type = payload.c_str();
        if (type == lfp::view(widget.accepts) && ImGui::AcceptDragDropPayload(payload_name))
            send(widget, lfp::drop(type.c_str(), payload.c_str() + type.size() + 1));
    }
    ImGui::EndDragDropTarget();
}
