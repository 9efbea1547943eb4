// The module `lichtfeld` of an application, made with pybind11.
#include <pybind11/embed.h>
#include <pybind11/native_enum.h>
#include <pybind11/stl.h>

#include <map>

#include "scene.hpp"

namespace py = pybind11;

static std::map<std::string, py::function> handlers;

PYBIND11_EMBEDDED_MODULE(lichtfeld, module) {
    py::register_exception<scene_error>(module, "SceneError");
    py::native_enum<node_kind>(module, "NodeKind", "enum.Enum")
        .value("POINTS", node_kind::points)
        .value("CAMERA", node_kind::camera)
        .finalize();
    py::class_<node, std::shared_ptr<node>>(module, "Node")
        .def_readonly("name", &node::name)
        .def_readonly("kind", &node::kind)
        .def_readwrite("visible", &node::visible)
        // The application needs no NumPy for this: plugins make an array of it. The nodes live as long
        // as the application.
        .def_property_readonly("points",
                               [](node &node) {
                                   const py::ssize_t count = py::ssize_t(node.points.size() / 3);
                                   return py::memoryview::from_buffer(
                                       node.points.data(), {count, py::ssize_t(3)},
                                       {py::ssize_t(3 * sizeof(float)), py::ssize_t(sizeof(float))});
                               })
        .def("set_points", [](node &node, const py::buffer &points) {
            const py::buffer_info info = points.request();
            if (!info.item_type_is_equivalent_to<float>() || info.ndim != 2 || info.shape[1] != 3)
                throw py::type_error("points are an array of n x 3 float32");
            const float *first = static_cast<const float *>(info.ptr);
            node.points.assign(first, first + info.size);
        });
    py::class_<scene, std::shared_ptr<scene>>(module, "Scene")
        .def_readonly("nodes", &scene::nodes)
        .def_property_readonly("selection", &scene::selection)
        .def("select", &scene::select)
        .def("find", &scene::find);
    py::class_<canvas, std::shared_ptr<canvas>>(module, "Canvas").def("text", &canvas::text);
    module.def("get_scene", &the_scene);
    module.def("add_draw_handler", [](const std::string &name, py::function function) {
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
// PYBIND11_EMBEDDED_MODULE has done it.
void add_module() {}
