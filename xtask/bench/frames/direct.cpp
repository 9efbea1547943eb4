#include "direct.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <utility>

namespace nb = nanobind;

static std::vector<item> items;

std::vector<item> &drawn() { return items; }

static item &added(int kind, std::string label) {
    item &added = items.emplace_back();
    added.kind = kind;
    added.label = std::move(label);
    return added;
}

// Each draws as the widget of this name does, and returns that the user has done nothing.
struct layout {
    void label(std::string text) { added(1, std::move(text)); }
    void text_disabled(std::string text) { added(2, std::move(text)); }
    void separator() { added(3, {}); }
    void progress_bar(float fraction, std::string overlay) {
        added(4, std::move(overlay)).value = fraction;
    }
    bool button(std::string label) {
        added(5, std::move(label));
        return false;
    }
    std::pair<bool, bool> checkbox(std::string label, bool value) {
        added(6, std::move(label)).value = value;
        return {false, value};
    }
    std::pair<bool, double> slider_float(std::string label, double value, double min, double max) {
        item &slider = added(7, std::move(label));
        slider.value = value, slider.min = min, slider.max = max;
        return {false, value};
    }
    std::pair<bool, std::int64_t> drag_int(std::string label, std::int64_t value, double speed,
                                           std::int64_t min, std::int64_t max) {
        item &drag = added(8, std::move(label));
        drag.value = static_cast<double>(value);
        drag.min = static_cast<double>(min) * (speed > 0), drag.max = static_cast<double>(max);
        return {false, value};
    }
    std::pair<bool, std::int64_t> combo(std::string label, std::int64_t value,
                                        std::vector<std::string> choices) {
        item &combo = added(9, std::move(label));
        combo.value = static_cast<double>(value);
        combo.items = std::move(choices);
        return {false, value};
    }
    std::pair<bool, std::string> input_text(std::string label, std::string value) {
        added(10, std::move(label)).text = value;
        return {false, std::move(value)};
    }
};

NB_MODULE(direct, module) {
    nb::class_<layout>(module, "Layout")
        .def(nb::init<>())
        .def("label", &layout::label)
        .def("text_disabled", &layout::text_disabled)
        .def("separator", &layout::separator)
        .def("progress_bar", &layout::progress_bar, nb::arg("fraction"), nb::arg("overlay") = "")
        .def("button", &layout::button)
        .def("checkbox", &layout::checkbox)
        .def("slider_float", &layout::slider_float)
        .def("drag_int", &layout::drag_int)
        .def("combo", &layout::combo)
        .def("input_text", &layout::input_text);
}

void add_module() { PyImport_AppendInittab("direct", PyInit_direct); }
