//! What is painted: shapes and curves.

use crate::view::{color, size};
use egui::epaint::{CircleShape, PathShape, RectShape};
use egui::{Align2, Color32, FontId, LayerId, Order, Painter, Pos2, Rect, Response, Stroke, Ui};
use lichtfeld_embed::panel::{Layer, Rgba, Shape, Vec2};

fn at(point: &Vec2) -> Pos2 {
    egui::pos2(point.x(), point.y())
}

/// Paints a shape of the plugin.
pub(crate) fn shape(ui: &Ui, shape: &Shape, color: Rgba, layer: Layer) {
    let color = self::color(color);
    let other = |order| {
        let layer = LayerId::new(order, ui.scope_id());
        Painter::new(ui.ctx().clone(), layer, Rect::EVERYTHING)
    };
    let painter = match layer {
        Layer::Foreground => other(Order::Foreground),
        Layer::Background => other(Order::Background),
        _ => ui.painter().clone(),
    };
    let look = |filled: bool, thickness: f32| match filled {
        true => (color, Stroke::NONE),
        false => (Color32::TRANSPARENT, Stroke::new(thickness, color)),
    };
    match shape {
        Shape::Path { points, closed, filled, thickness } => {
            let (fill, stroke) = look(*filled, *thickness);
            let (points, closed) = (points.iter().map(at).collect(), *closed || *filled);
            painter.add(PathShape { points, closed, fill, stroke: stroke.into() });
        }
        Shape::Rect { min, max, rounding, filled, thickness } => {
            let (fill, stroke) = look(*filled, *thickness);
            let area = Rect::from_min_max(at(min), at(max));
            painter.add(RectShape::new(area, *rounding, fill, stroke, egui::StrokeKind::Middle));
        }
        Shape::Circle { centre, radius, filled, thickness, .. } => {
            let (fill, stroke) = look(*filled, *thickness);
            painter.add(CircleShape { center: at(centre), radius: *radius, fill, stroke });
        }
        Shape::Text { at: corner, text } => {
            painter.text(at(corner), Align2::LEFT_TOP, text, FontId::default(), color);
        }
        // A newer one.
        _ => {}
    }
}

/// Paints a curve; a missing value is a gap. Without a range its values set it.
pub(crate) fn plot(
    ui: &mut Ui,
    values: &[Option<f32>],
    range: [Option<f32>; 2],
    wanted: Vec2,
) -> Response {
    let wanted = size(ui, wanted).max(egui::vec2(100.0, 40.0));
    let (response, painter) = ui.allocate_painter(wanted, egui::Sense::hover());
    let known = || values.iter().flatten().copied();
    let low = range[0].unwrap_or_else(|| known().fold(f32::MAX, f32::min));
    let high = range[1].unwrap_or_else(|| known().fold(f32::MIN, f32::max));
    let area = response.rect;
    let step = area.width() / values.len().saturating_sub(1).max(1) as f32;
    painter.rect_filled(area, 2.0, ui.visuals().extreme_bg_color);
    let place = |(index, value): (usize, &Option<f32>)| {
        let part = ((*value)? - low) / (high - low).max(f32::MIN_POSITIVE);
        let y = area.max.y - part.clamp(0.0, 1.0) * area.height();
        Some(egui::pos2(area.min.x + step * index as f32, y))
    };
    let points: Vec<Option<Pos2>> = values.iter().enumerate().map(place).collect();
    let stroke = Stroke::new(1.0, ui.visuals().text_color());
    for run in points.split(Option::is_none) {
        let run = run.iter().flatten().copied().collect();
        painter.add(egui::Shape::line(run, stroke));
    }
    response
}
