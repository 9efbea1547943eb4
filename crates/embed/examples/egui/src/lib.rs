//! Draws panels of plugins with egui: [`show`] is all that a host calls for them. [`Dialogs`] are those of
//! plugins.

mod containers;
mod dialogs;
mod paint;
mod pointer;
mod textures;
mod values;
mod view;
mod widgets;

pub use dialogs::Dialogs;
use egui::epaint::FontsView;
use egui::{Color32, TextStyle, Ui};
use lichtfeld_embed::Panel;
use lichtfeld_embed::panel::{Surface, TextMetrics, Vec2};
use std::time::Instant;
use view::View;

/// Draws a panel, if it is due, and shows its widgets. What the user does reaches it at once.
///
/// Returns the names of the kinds of widgets that are newer than this front end.
pub fn show(ui: &mut Ui, panel: &Panel) -> Vec<&'static str> {
    let area = ui.available_rect_before_wrap();
    let mut surface = Surface::default();
    surface.size = Vec2::new(area.width(), area.height());
    surface.scale = ui.ctx().pixels_per_point();
    let context = ui.ctx().clone();
    panel.set_text_metrics(TextMetrics::identified([0, 0], move |line, size| {
        let mut font = TextStyle::Body.resolve(&context.global_style());
        font.size = if size > 0.0 { size } else { font.size };
        let laid_out = |fonts: &mut FontsView<'_>| {
            fonts.layout_no_wrap(line.to_owned(), font, Color32::WHITE).size()
        };
        let size = context.fonts_mut(laid_out);
        (size.x, size.y)
    }));
    let last = panel.last();
    // A panel that does not ask is not drawn for each movement.
    if last.as_ref().is_some_and(|frame| frame.wants.pointer)
        && let Some(at) = ui.ctx().pointer_latest_pos()
    {
        surface.pointer = Vec2::new(at.x - area.min.x, at.y - area.min.y);
        surface.hovered = ui.rect_contains_pointer(area);
    }
    panel.set_surface(surface);
    let frame = match last {
        Some(last) if !panel.due(Instant::now()) => last,
        _ => panel.draw(),
    };
    let mut view = View::default();
    view.frame(ui, &frame);
    textures::free_unused(ui.ctx(), &panel.info().id, &frame);
    if !view.inputs.is_empty() {
        ui.ctx().request_repaint();
    }
    for input in view.inputs {
        panel.push_input(input);
    }
    let now = Instant::now();
    if let Some(next) = panel.next_due(now) {
        let wait = next.saturating_duration_since(now);
        ui.ctx().request_repaint_after(wait);
    }
    view.unknown
}
