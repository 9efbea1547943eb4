//! What the pointer does beside clicking, and when the user edits: sent if a panel asks for it.

use crate::view::View;
use egui::{Event, Id, MouseWheelUnit, PointerButton, Response, Sense, Ui};
use lichtfeld_embed::panel::{Drag, InputValue, MouseButton, Value, Vec2, Wants, Widget, WidgetId};
use std::mem::replace;

const BUTTONS: [(PointerButton, MouseButton); 3] = [
    (PointerButton::Primary, MouseButton::Primary),
    (PointerButton::Secondary, MouseButton::Secondary),
    (PointerButton::Middle, MouseButton::Middle),
];

/// The points of egui that count as a line of the wheel.
const LINE: f32 = 40.0;

impl View {
    /// Sends the clicks on a widget.
    pub(crate) fn clicked(&mut self, id: WidgetId, response: Response) -> Response {
        for (button, sent) in BUTTONS {
            if response.clicked_by(button) {
                self.send(id, InputValue::Click(sent));
            }
        }
        response
    }

    /// Sends what happens beside all widgets. Called before they are drawn, so that they come first.
    pub(crate) fn beside(&mut self, ui: &Ui) {
        let area = ui.max_rect();
        if self.wants.double_click || self.wants.drag {
            let response = ui.interact(area, Id::unique("beside"), Sense::click_and_drag());
            self.pointer_at(WidgetId::PANEL, &response, self.wants);
        }
        if self.wants.wheel && ui.rect_contains_pointer(area) {
            let events = ui.input(|input| input.events.clone());
            for event in events {
                let Event::MouseWheel { unit, delta, .. } = event else { continue };
                let lines = if unit == MouseWheelUnit::Point { delta / LINE } else { delta };
                self.send(WidgetId::PANEL, InputValue::Wheel(Vec2::new(lines.x, lines.y)));
            }
        }
    }

    /// Sends what happens at a widget that is drawn.
    pub(crate) fn pointer(&mut self, widget: &Widget, response: &Response) {
        let traits = &widget.traits;
        let mut wants = self.wants;
        wants.double_click |= traits.wants_double_click;
        wants.drag |= traits.wants_drag;
        // Widgets with a label send the clicks that they understand.
        if traits.wants_click && widget.kind.label().is_none() {
            self.clicked(widget.id, response.interact(Sense::click()));
        }
        if wants.double_click || wants.drag {
            let sense = if wants.drag { Sense::click_and_drag() } else { Sense::click() };
            self.pointer_at(widget.id, &response.interact(sense), wants);
        }
    }

    fn pointer_at(&mut self, id: WidgetId, response: &Response, wants: Wants) {
        let from_corner = |at: egui::Pos2| Vec2::new(at.x - self.origin.x, at.y - self.origin.y);
        let pressed = Id::unique(("pressed", id));
        let mut sent = Vec::new();
        for (button, held) in BUTTONS {
            if wants.double_click && response.double_clicked_by(button) {
                sent.push(InputValue::DoubleClick(held));
            }
            let has_stopped = response.drag_stopped_by(button);
            if !wants.drag || !(has_stopped || response.dragged_by(button)) {
                continue;
            }
            let Some(at) = response.ctx.pointer_latest_pos() else { continue };
            let origin = response.ctx.input(|input| input.pointer.press_origin());
            // After the release egui no longer knows where it was pressed.
            let start = response.ctx.data_mut(|data| {
                *data.get_temp_mut_or_insert_with(pressed, || origin.unwrap_or(at))
            });
            let drag = Drag::new(held, from_corner(start), from_corner(at));
            if has_stopped {
                response.ctx.data_mut(|data| data.remove::<egui::Pos2>(pressed));
                sent.push(InputValue::Drag(drag.end()));
            } else if response.drag_started() || response.drag_delta() != egui::Vec2::ZERO {
                sent.push(InputValue::Drag(drag));
            }
        }
        sent.into_iter().for_each(|value| self.send(id, value));
    }

    /// Sends a value that the user has set, between the beginning and the end of the edit.
    pub(crate) fn edit(&mut self, ui: &Ui, widget: &Widget, is_edited: bool, value: Option<Value>) {
        let edited = Id::unique(("edited", widget.id));
        let was_edited =
            ui.data_mut(|data| replace(data.get_temp_mut_or(edited, false), is_edited));
        if is_edited && !was_edited {
            self.send(widget.id, InputValue::Edit(true));
        }
        if let Some(value) = value {
            self.send(widget.id, InputValue::Set(value));
        }
        if was_edited && !is_edited {
            self.send(widget.id, InputValue::Edit(false));
        }
    }
}

/// Returns whether the user is at a field: it has the keyboard, or its handle is held.
pub(crate) fn is_at(field: &Response) -> bool {
    field.has_focus() || field.dragged()
}
