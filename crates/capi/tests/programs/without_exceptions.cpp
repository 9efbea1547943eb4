// Uses all of the layer that a template leaves open, with exceptions turned off.
#include "lichtfeld_plugins.hpp"

int main() {
    lfp::host host;
    lfp::attached plugins;
    lfp::operation operation;
    lfp::panels panels;
    lfp::plugins all;
    lfp::frame frame;
    lfp::job job(nullptr);
    const double numbers[] = {1.0, 2.0};
    lfp::error error = plugins.attach(host, {});
    error = lfp::start(LFP_ACTION_SCAN, nullptr, operation);
    operation.on_end([] {});
    error = lfp::get(panels);
    error = lfp::get_due(panels, LFP_PANEL_KIND_MENU);
    error = lfp::get(all);
    error = lfp::draw("panel", frame);
    for (const lfp_value &value :
         {lfp::click(), lfp::set_bool(true), lfp::set_integer(1), lfp::set_number(1.0),
          lfp::set_text("text"), lfp::set_numbers(numbers, 2), lfp::open(true), lfp::hover(true),
          lfp::drop("type", "data"), lfp::double_click(), lfp::drag({0, 0}, {1, 1}),
          lfp::wheel(0, 1), lfp::edit(true)})
        error = lfp::input("panel", 1, value);
    job.run();
    plugins.end();
    return panels.empty() && all.empty() && !frame && error ? 0 : 1;
}
