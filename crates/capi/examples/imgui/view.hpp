// Draws a frame of a panel with Dear ImGui, and collects what the user does.
#ifndef VIEW_HPP
#define VIEW_HPP

#include <imgui.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lichtfeld_plugins.hpp"
#include "pictures.hpp"

// Where a widget was drawn, for scripts.
struct drawn_at {
    ImVec2 min, max;
    ImVec2 middle() const { return {(min.x + max.x) / 2, (min.y + max.y) / 2}; }
};

// Walks the widgets of one panel. It lives as long as the panel: Dear ImGui keeps some states, such as
// the open popups, that are compared with those of the frame.
class view {
public:
    view(std::string panel, pictures &pictures) : panel_(std::move(panel)), pictures_(pictures) {}

    void show(const lfp::frame &frame);
    static bool has_menu_bar(const lfp::frame &frame);

    const std::map<std::string, drawn_at> &places() const { return places_; }
    // The kinds that have been drawn since the beginning.
    const std::set<std::uint32_t> &kinds() const { return kinds_; }

private:
    // A range of widgets: the content of a container.
    struct range {
        std::size_t begin, end;
    };

    // view.cpp: what all widgets have in common.
    std::size_t next(std::size_t at) const;
    range content(std::size_t at) const { return {at + 1, next(at)}; }
    // Draws widgets one below the other, or all on one line.
    void lines(range range, bool one_line = false);
    void item(std::size_t at, bool on_line);
    void prepare(const lfp_widget &widget, bool on_line);
    void common(const lfp_widget &widget, range attached);
    void drag(const lfp_widget &widget, range attached);
    void accept(const lfp_widget &widget);
    void problems(const lfp::frame &frame);
    void send(std::uint64_t widget, const lfp_value &value);
    void send(const lfp_widget &widget, const lfp_value &value) { send(widget.id, value); }
    // The label for Dear ImGui: what follows ## is not shown.
    static std::string named(const lfp_widget &widget);

    // widgets.cpp. Returns whether an item was drawn, which the next functions may ask about.
    bool widget(std::size_t at);
    void text(const lfp_widget &widget);
    void button(const lfp_widget &widget);
    void image(const lfp_widget &widget);
    void clicked(const lfp_widget &widget, bool primary);

    // values.cpp
    void number(const lfp_widget &widget);
    void whole(const lfp_widget &widget);
    void text_input(const lfp_widget &widget);
    void path_input(const lfp_widget &widget);
    void choice(const lfp_widget &widget);
    void color(const lfp_widget &widget);

    // pointer.cpp
    lfp_vec2 position() const;
    void follow();
    void pressed(std::uint64_t widget, bool wants_double_click, bool wants_drag);
    void pointer(const lfp_widget &widget);
    void beside();
    void edit(const lfp_widget &widget, const lfp_value *value);

    // containers.cpp
    bool fold(std::size_t at, bool header);
    void layout(std::size_t at);
    void columns(const lfp_as_layout &layout, range range);
    void child(std::size_t at);
    void group(std::size_t at);
    void popup(std::size_t at);
    void window(std::size_t at);
    void menu(std::size_t at);
    void table(std::size_t at);
    void row(std::size_t at);

    // A button that was pressed on a widget, or beside all, and is held.
    struct held {
        std::uint64_t widget;
        ImGuiMouseButton button;
        lfp_vec2 start, at;
        bool has_begun;
    };

    std::string panel_;
    pictures &pictures_;
    const lfp::frame *frame_ = nullptr;
    // Where the content begins: in the window, and on the screen.
    ImVec2 origin_, corner_;
    std::optional<held> held_;
    // Whether a widget of this drawing is under the pointer, and asks about it.
    bool is_taken_ = false;
    // The field that the user is at, or 0.
    std::uint64_t edited_ = 0;
    std::set<std::uint64_t> popups_, focused_, hovered_;
    std::set<std::uint32_t> kinds_;
    std::map<std::uint64_t, float> heights_;
    std::map<std::string, drawn_at> places_;
};

// paint.cpp
ImVec4 color_of(const lfp_rgba &color);
void paint(const lfp_as_shape &shape);
void plot(const std::string &label, const lfp_as_plot &plot);

#endif
