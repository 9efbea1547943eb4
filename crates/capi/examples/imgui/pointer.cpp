// What the pointer does beside clicking, and when the user edits: sent if a panel asks for it.
#include "view.hpp"

// The panel itself, for what happens beside all widgets.
static const std::uint64_t no_widget = 0;

// The buttons of Dear ImGui have the numbers of `lfp_mouse_button`.
static const lfp_mouse_button buttons[] = {LFP_MOUSE_BUTTON_PRIMARY, LFP_MOUSE_BUTTON_SECONDARY,
                                           LFP_MOUSE_BUTTON_MIDDLE};

// From the upper left corner of the panel.
lfp_vec2 view::position() const {
    const ImVec2 at = ImGui::GetIO().MousePos;
    return {at.x - corner_.x, at.y - corner_.y};
}

// A drag goes on wherever the pointer is, until the button is released.
void view::follow() {
    if (!held_)
        return;
    const lfp_vec2 at = position();
    const bool is_down = ImGui::IsMouseDown(held_->button);
    const bool has_begun = held_->has_begun || ImGui::IsMouseDragging(held_->button);
    const bool has_moved = at.x != held_->at.x || at.y != held_->at.y;
    if (has_begun && (has_moved || !is_down))
        send(held_->widget, lfp::drag(held_->start, at, !is_down, buttons[held_->button]));
    held_->has_begun = has_begun;
    held_->at = at;
    if (!is_down)
        held_.reset();
}

// The pointer is over this widget and over none inside it.
void view::pressed(std::uint64_t widget, bool wants_double_click, bool wants_drag) {
    for (const lfp_mouse_button button : buttons) {
        if (wants_double_click && ImGui::IsMouseDoubleClicked(button))
            send(widget, lfp::double_click(button));
        if (wants_drag && !held_ && ImGui::IsMouseClicked(button))
            held_ = held{widget, static_cast<ImGuiMouseButton>(button), position(), position(), false};
    }
    is_taken_ = true;
}

void view::pointer(const lfp_widget &widget) {
    const bool wants_double_click =
        (*frame_)->wants_double_click || widget.flags & LFP_WANTS_DOUBLE_CLICK;
    const bool wants_drag = (*frame_)->wants_drag || widget.flags & LFP_WANTS_DRAG;
    // The content of a container has been drawn before it, and comes first.
    if (!is_taken_ && (wants_double_click || wants_drag) && ImGui::IsItemHovered())
        pressed(widget.id, wants_double_click, wants_drag);
}

// After all widgets.
void view::beside() {
    const lfp_frame &frame = *frame_->get();
    if (!ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows))
        return;
    if (!is_taken_ && (frame.wants_double_click || frame.wants_drag))
        pressed(no_widget, frame.wants_double_click, frame.wants_drag);
    const ImGuiIO &io = ImGui::GetIO();
    if (frame.wants_wheel && (io.MouseWheel != 0 || io.MouseWheelH != 0))
        send(no_widget, lfp::wheel(io.MouseWheelH, io.MouseWheel));
}

// Call this after a field was drawn; `value` is what the user has set, or null. It is sent between the
// beginning and the end of the edit.
void view::edit(const lfp_widget &widget, const lfp_value *value) {
    const bool is_edited = ImGui::IsItemActive(), was_edited = edited_ == widget.id;
    if (is_edited && !was_edited) {
        // One item at a time is active: the end of another may not have been seen yet.
        if (edited_ != no_widget)
            send(edited_, lfp::edit(false));
        send(widget.id, lfp::edit(true));
        edited_ = widget.id;
    }
    if (value)
        send(widget.id, *value);
    if (was_edited && !is_edited) {
        send(widget.id, lfp::edit(false));
        edited_ = no_widget;
    }
}
