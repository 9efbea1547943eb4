// The colours and measures that a plugin has set for a widget.
#ifndef LOOKS_HPP
#define LOOKS_HPP

#include "lichtfeld_plugins.hpp"

// Sets them while it exists. Names that Dear ImGui does not have are left out.
class looks {
public:
    explicit looks(const lfp_widget &widget);
    looks(const looks &) = delete;
    looks &operator=(const looks &) = delete;
    ~looks();

private:
    void set(const lfp_style &style);
    void measure(const lfp_style &style);
    void window();
    void dialog();

    int colors_ = 0, measures_ = 0;
};

#endif
