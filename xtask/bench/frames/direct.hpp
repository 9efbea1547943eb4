// What an application has that draws panels without the plugin system: a class that plugins call, made
// with nanobind, and a plain list of what they have drawn.
#ifndef DIRECT_HPP
#define DIRECT_HPP

#include <Python.h>

#include <cstdint>
#include <string>
#include <vector>

struct item {
    int kind = 0;
    std::string label, text;
    double value = 0, min = 0, max = 0;
    std::vector<std::string> items;
};

// Makes the module `direct` importable. Call this before Python starts.
void add_module();
// What has been drawn since the list was emptied.
std::vector<item> &drawn();

#endif
