#include "dialogs.hpp"

#include <imgui.h>

#include <algorithm>

bool dialogs::take(const lfp_request &request) {
    dialog made{};
    switch (request.kind) {
    case LFP_REQUEST_KIND_INPUT:
        std::string_view(request.text).copy(made.typed.data(), made.typed.size() - 1);
        break;
    case LFP_REQUEST_KIND_MESSAGE:
    case LFP_REQUEST_KIND_CONFIRM:
    case LFP_REQUEST_KIND_SET_CLIPBOARD:
        break;
    default:
        return false;
    }
    made.id = request.id;
    made.kind = static_cast<lfp_request_kind>(request.kind);
    made.title = request.title;
    made.message = request.message;
    made.text = request.text;
    made.buttons.assign(request.buttons, request.buttons + request.button_count);
    if (made.buttons.empty())
        made.buttons = {"OK", "Cancel"};
    if (made.kind == LFP_REQUEST_KIND_MESSAGE)
        made.buttons.pop_back();
    std::lock_guard lock(mutex_);
    open_.push_back(std::move(made));
    return true;
}

void dialogs::withdraw(std::uint64_t id) {
    std::lock_guard lock(mutex_);
    open_.erase(std::remove_if(open_.begin(), open_.end(),
                               [id](const dialog &one) { return one.id == id; }),
                open_.end());
}

void dialogs::show() {
    shown_.clear();
    std::unique_lock lock(mutex_);
    if (open_.empty())
        return;
    dialog &now = open_.front();
    if (now.kind == LFP_REQUEST_KIND_SET_CLIPBOARD) {
        ImGui::SetClipboardText(now.text.c_str());
        const std::uint64_t id = now.id;
        open_.erase(open_.begin());
        lock.unlock();
        (void)lfp::error(lfp_answer_done(id, 1));
        return;
    }
    const ImVec2 view = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({view.x / 2, view.y / 2}, ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::Begin((now.title + "###request").c_str(), nullptr,
                 ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_AlwaysAutoResize);
    ImGui::TextUnformatted(now.message.c_str());
    if (now.kind == LFP_REQUEST_KIND_INPUT)
        ImGui::InputText("##text", now.typed.data(), now.typed.size());
    std::optional<std::string> pressed;
    for (const std::string &label : now.buttons) {
        if (ImGui::Button(label.c_str()))
            pressed = label;
        shown_.push_back({label, {ImGui::GetItemRectMin(), ImGui::GetItemRectMax()}});
        ImGui::SameLine();
    }
    ImGui::End();
    if (!pressed)
        return;
    const dialog done = std::move(now);
    open_.erase(open_.begin());
    // Without the lock: an answer may call code of the plugin, which asks again.
    lock.unlock();
    const bool is_input = done.kind == LFP_REQUEST_KIND_INPUT;
    const char *text = is_input ? done.typed.data() : pressed->c_str();
    if (done.kind == LFP_REQUEST_KIND_MESSAGE || (is_input && *pressed == "Cancel"))
        text = nullptr;
    // It may have been withdrawn just now.
    (void)lfp::error(lfp_answer(done.id, text));
}

std::optional<drawn_at> dialogs::find(const std::string &label) const {
    for (const auto &[known, place] : shown_)
        if (known == label)
            return place;
    return std::nullopt;
}
