// Widgets with a value that is not just on or off: numbers, texts, choices, colours.
#include "view.hpp"

#include <imgui_stdlib.h>

#include <algorithm>
#include <cctype>
#include <cmath>

// Returns the format of a plugin if printf may have it: one conversion, of a number of this kind.
static std::string checked_format(const lfp_text &format, const char *conversions,
                                  const char *otherwise) {
    std::string text(lfp::view(format));
    int found = 0;
    for (std::size_t i = 0; i < text.size(); i++) {
        if (text[i] != '%')
            continue;
        if (i + 1 < text.size() && text[i + 1] == '%') {
            i++;
            continue;
        }
        i++;
        while (i < text.size() && std::string_view("+- #0").find(text[i]) != std::string_view::npos)
            i++;
        // At most two digits each: a width of a million would need a million bytes.
        for (int part = 0; part < 2; part++) {
            int digits = 0;
            for (; i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])); i++)
                digits++;
            if (digits > 2)
                return otherwise;
            if (part == 0 && i < text.size() && text[i] == '.')
                i++;
            else
                break;
        }
        if (i >= text.size() || !std::string_view(conversions).find(text[i]) ||
            std::string_view(conversions).find(text[i]) == std::string_view::npos)
            return otherwise;
        found++;
    }
    return found == 1 && text.size() < 32 ? text : otherwise;
}

template <typename Number, typename Limit>
static const Number *limit(const Number &value, Limit given) {
    return std::isfinite(given) ? &value : nullptr;
}

void view::number(const lfp_widget &widget) {
    const lfp_as_number &number = widget.content.number;
    std::vector<double> values(number.numbers, number.numbers + number.count);
    const std::string label = named(widget);
    const std::string format = checked_format(number.format, " fFgGeE", "%.3f");
    const int count = static_cast<int>(values.size());
    const double *low = limit(number.min, number.min), *high = limit(number.max, number.max);
    const bool is_bounded = low && high;
    const ImGuiDataType type = ImGuiDataType_Double;
    lfp_number_form form = static_cast<lfp_number_form>(number.form);
    // Dear ImGui has no slider without limits.
    if (form == LFP_NUMBER_FORM_SLIDER && !is_bounded)
        form = LFP_NUMBER_FORM_DRAG;
    bool changed = false;
    switch (form) {
    case LFP_NUMBER_FORM_SLIDER:
        changed = ImGui::SliderScalarN(label.c_str(), type, values.data(), count, low, high,
                                       format.c_str());
        break;
    case LFP_NUMBER_FORM_DRAG: {
        const double step = number.step > 0 ? number.step
                            : is_bounded    ? (number.max - number.min) / 400
                                            : 0.01;
        changed = ImGui::DragScalarN(label.c_str(), type, values.data(), count,
                                     static_cast<float>(step), low, high, format.c_str());
        break;
    }
    case LFP_NUMBER_FORM_INPUT: {
        const double *step = number.step > 0 ? &number.step : nullptr;
        const double *fast = number.step_fast > 0 ? &number.step_fast : nullptr;
        changed = ImGui::InputScalarN(label.c_str(), type, values.data(), count, step, fast,
                                      format.c_str());
        break;
    }
    }
    for (double &value : values)
        value = std::min(std::max(value, number.min), number.max);
    const lfp_value set = number.kind == LFP_VALUE_KIND_NUMBER
                              ? lfp::set_number(values[0])
                              : lfp::set_numbers(values.data(), values.size());
    edit(widget, changed ? &set : nullptr);
}

void view::whole(const lfp_widget &widget) {
    const lfp_as_number &number = widget.content.number;
    // Dear ImGui takes half of what fits into the type.
    const double most = 4e18;
    const auto whole = [most](double value) {
        return static_cast<std::int64_t>(std::min(std::max(value, -most), most));
    };
    std::int64_t value = number.integer;
    const std::int64_t min = whole(number.min), max = whole(number.max);
    const std::int64_t *low = limit(min, number.min), *high = limit(max, number.max);
    const std::string label = named(widget);
    const std::string format = checked_format(number.format, " di", "%d");
    // The number has 64 bits, and the format of a plugin says nothing of that.
    std::string wide = format;
    wide.insert(wide.find_first_of("di"), "ll");
    const ImGuiDataType type = ImGuiDataType_S64;
    lfp_number_form form = static_cast<lfp_number_form>(number.form);
    if (form == LFP_NUMBER_FORM_SLIDER && !(low && high))
        form = LFP_NUMBER_FORM_DRAG;
    bool changed = false;
    switch (form) {
    case LFP_NUMBER_FORM_SLIDER:
        changed = ImGui::SliderScalar(label.c_str(), type, &value, low, high, wide.c_str());
        break;
    case LFP_NUMBER_FORM_DRAG: {
        const float step = number.step > 0 ? static_cast<float>(number.step) : 0.25f;
        changed = ImGui::DragScalar(label.c_str(), type, &value, step, low, high, wide.c_str());
        break;
    }
    case LFP_NUMBER_FORM_INPUT: {
        const std::int64_t step = whole(number.step), fast = whole(number.step_fast);
        changed = ImGui::InputScalar(label.c_str(), type, &value, step > 0 ? &step : nullptr,
                                     fast > 0 ? &fast : nullptr, wide.c_str());
        break;
    }
    }
    const lfp_value set = lfp::set_integer(std::min(std::max(value, min), max));
    edit(widget, changed ? &set : nullptr);
}

// Dear ImGui keeps what is typed while the field is active, so the frame may be older.
void view::text_input(const lfp_widget &widget) {
    const lfp_as_text_input &input = widget.content.text_input;
    const std::string label = named(widget);
    std::string text(lfp::view(input.value));
    const ImGuiInputTextFlags flags = input.on_enter ? ImGuiInputTextFlags_EnterReturnsTrue : 0;
    bool changed;
    if (input.height > 0)
        changed = ImGui::InputTextMultiline(label.c_str(), &text, ImVec2(0, input.height), flags);
    else
        changed = ImGui::InputTextWithHint(label.c_str(), input.hint.data, &text, flags);
    const lfp_value set = lfp::set_text(text.c_str());
    edit(widget, changed ? &set : nullptr);
}

// It is typed: Dear ImGui has no dialog for files.
void view::path_input(const lfp_widget &widget) {
    const lfp_as_path_input &input = widget.content.path_input;
    std::string text(lfp::view(input.value));
    const char *hint = input.title.length ? input.title.data : input.file ? "a file" : "a directory";
    const bool changed = ImGui::InputTextWithHint(named(widget).c_str(), hint, &text);
    const lfp_value set = lfp::set_text(text.c_str());
    edit(widget, changed ? &set : nullptr);
}

void view::choice(const lfp_widget &widget) {
    const lfp_as_choice &choice = widget.content.choice;
    const std::string label = named(widget);
    const auto chosen = static_cast<std::uint64_t>(choice.value);
    const char *shown = chosen < choice.count ? choice.items[chosen].data : "";
    const auto items = [&] {
        for (std::size_t i = 0; i < choice.count; i++) {
            const std::string name =
                std::string(lfp::view(choice.items[i])) + "##" + std::to_string(i);
            if (ImGui::Selectable(name.c_str(), i == chosen))
                send(widget, lfp::set_integer(static_cast<std::int64_t>(i)));
            places_[std::string(lfp::view(choice.items[i]))] = {ImGui::GetItemRectMin(),
                                                                ImGui::GetItemRectMax()};
        }
    };
    if (choice.list) {
        const float rows = choice.rows ? static_cast<float>(choice.rows)
                                       : std::min(static_cast<float>(choice.count), 6.0f);
        const float height = rows * ImGui::GetTextLineHeightWithSpacing() +
                             2 * ImGui::GetStyle().FramePadding.y;
        if (ImGui::BeginListBox(label.c_str(), ImVec2(0, height))) {
            items();
            ImGui::EndListBox();
        }
    } else if (ImGui::BeginCombo(label.c_str(), shown)) {
        items();
        ImGui::EndCombo();
    }
}

void view::color(const lfp_widget &widget) {
    const lfp_as_color &color = widget.content.color;
    const std::string label = named(widget);
    float parts[4] = {0, 0, 0, 1};
    const std::size_t count = std::min<std::size_t>(color.count, 4);
    std::copy_n(color.components, count, parts);
    bool changed;
    if (color.picker)
        changed = count > 3 ? ImGui::ColorPicker4(label.c_str(), parts)
                            : ImGui::ColorPicker3(label.c_str(), parts);
    else
        changed = count > 3 ? ImGui::ColorEdit4(label.c_str(), parts)
                            : ImGui::ColorEdit3(label.c_str(), parts);
    const double sent[4] = {parts[0], parts[1], parts[2], parts[3]};
    const lfp_value set = lfp::set_numbers(sent, count);
    edit(widget, changed ? &set : nullptr);
}
