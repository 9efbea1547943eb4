// The module `lichtfeld` of an application, made with nanobind.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <map>

#include "scene.hpp"

namespace nb = nanobind;

using points_in = nb::ndarray<const float, nb::shape<-1, 3>, nb::c_contig, nb::device::cpu>;
// The application needs no NumPy for this: plugins make an array of it.
using points_out = nb::ndarray<nb::memview, float, nb::shape<-1, 3>>;

static std::map<std::string, nb::callable> handlers;

NB_MODULE(lichtfeld, module) {
    nb::exception<scene_error>(module, "SceneError");
    nb::enum_<node_kind>(module, "NodeKind")
        .value("POINTS", node_kind::points)
        .value("CAMERA", node_kind::camera);
    nb::class_<node>(module, "Node")
        .def_ro("name", &node::name)
        .def_ro("kind", &node::kind)
        .def_rw("visible", &node::visible)
        .def_prop_ro("points",
                     [](const std::shared_ptr<node> &node) {
                         return points_out(node->points.data(), {node->points.size() / 3, 3},
                                           nb::find(node));
                     })
        .def("set_points", [](node &node, const points_in &points) {
            node.points.assign(points.data(), points.data() + points.size());
        });
    nb::class_<scene>(module, "Scene")
        .def_ro("nodes", &scene::nodes)
        .def_prop_ro("selection", &scene::selection)
        .def("select", &scene::select)
        .def("find", &scene::find);
    nb::class_<canvas>(module, "Canvas").def("text", &canvas::text);
    module.def("get_scene", &the_scene);
    module.def("add_draw_handler", [](const std::string &name, nb::callable function) {
        handlers[name] = std::move(function);
    });
    module.def("remove_draw_handler", [](const std::string &name) { handlers.erase(name); });
}

std::vector<std::string> run_draw_handlers() {
    auto drawn = std::make_shared<canvas>();
    for (const auto &[name, function] : std::map(handlers))
        function(drawn);
    return drawn->lines;
}

std::size_t draw_handlers() { return handlers.size(); }
void forget_draw_handlers() { handlers.clear(); }
void add_module() { PyImport_AppendInittab("lichtfeld", PyInit_lichtfeld); }
