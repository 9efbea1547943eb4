// The scene of the application, in plain C++: the modules of nanobind and pybind11 show it to Python.
#ifndef SCENE_HPP
#define SCENE_HPP

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

enum class node_kind { points, camera };

struct node {
    std::string name;
    node_kind kind;
    bool visible = true;
    std::vector<float> points; // x, y, z, x, ...
};

struct scene_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class scene {
public:
    std::vector<std::shared_ptr<node>> nodes;
    const std::vector<std::string> &selection() const { return selection_; }
    void select(const std::vector<std::string> &names) {
        for (const std::string &name : names)
            find(name);
        selection_ = names;
    }
    std::shared_ptr<node> find(const std::string &name) const {
        for (const auto &node : nodes)
            if (node->name == name)
                return node;
        throw scene_error("no node is named '" + name + "'");
    }

private:
    std::vector<std::string> selection_;
};

// What a draw handler draws on.
struct canvas {
    std::vector<std::string> lines;
    void text(float x, float y, const std::string &text) {
        lines.push_back(text + " at " + std::to_string(int(x)) + "," + std::to_string(int(y)));
    }
};

inline std::shared_ptr<scene> the_scene() {
    static const auto made = [] {
        auto scene = std::make_shared<::scene>();
        const auto points = std::vector<float>{0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        scene->nodes.push_back(std::make_shared<node>(node{"cloud", node_kind::points, true, points}));
        scene->nodes.push_back(std::make_shared<node>(node{"left", node_kind::camera, true, {}}));
        scene->nodes.push_back(std::make_shared<node>(node{"right", node_kind::camera, false, {}}));
        return scene;
    }();
    return made;
}

// What each module has besides: calls the draw handlers of plugins, and forgets them. With the GIL.
std::vector<std::string> run_draw_handlers();
std::size_t draw_handlers();
void forget_draw_handlers();
// Puts the module where `import lichtfeld` finds it. Before Py_Initialize.
void add_module();

#endif
