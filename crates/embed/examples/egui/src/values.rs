//! Widgets with a value that is not just on or off: numbers, text, choices, colours.

use crate::pointer::is_at;
use crate::view::{View, color};
use egui::color_picker::{Alpha, color_edit_button_srgba, color_picker_color32};
use egui::{ComboBox, DragValue, Id, Key, Response, ScrollArea, Slider, TextEdit, Ui};
use lichtfeld_embed::panel::{
    ChoiceForm, ColorForm, Commit, InputValue, Kind, NumberForm, Rgba, Value, Widget,
};

impl View {
    fn set(&mut self, widget: &Widget, value: Value) {
        self.send(widget.id, InputValue::Set(value));
    }

    /// Draws one number or several.
    pub(crate) fn numbers(&mut self, ui: &mut Ui, widget: &Widget) -> Option<Response> {
        let Kind::Number { label, value, .. } = &widget.kind else {
            return None;
        };
        let mut numbers = value.to_numbers();
        let (mut changed, mut is_edited) = (false, false);
        let draw = |ui: &mut Ui| {
            for (index, number) in numbers.iter_mut().enumerate() {
                let name = match index {
                    0 => label.to_string(),
                    _ => format!("{label} {}", index + 1),
                };
                let field = number_field(ui, &widget.kind, number).accessible_name(name);
                changed |= field.changed();
                is_edited |= is_at(&field);
            }
            ui.label(label.as_str());
        };
        let response = ui.horizontal(draw).response;
        let new = changed.then(|| value.with_numbers(&numbers));
        self.edit(ui, widget, is_edited, new);
        Some(response)
    }

    /// Draws a text field; with a height it has several lines. A path is typed, since a dialog needs
    /// one more crate.
    pub(crate) fn text(&mut self, ui: &mut Ui, widget: &Widget) -> Option<Response> {
        let (label, value, hint, commit, height) = match &widget.kind {
            Kind::TextInput { label, value, hint, commit, height } => {
                (label, value, hint, *commit, *height)
            }
            Kind::PathInput { label, value, title, .. } => (label, value, title, Commit::Edit, 0.0),
            _ => return None,
        };
        // What is typed before Enter is nowhere else.
        let typed = Id::unique(("typed", widget.id));
        let kept = ui.data_mut(|data| data.remove_temp::<String>(typed));
        let mut text = kept.unwrap_or_else(|| value.to_string());
        let draw = |ui: &mut Ui| {
            let edit = match height > 0.0 {
                true => TextEdit::multiline(&mut text).min_size(egui::vec2(0.0, height)),
                false => TextEdit::singleline(&mut text),
            };
            let edit = ui.add(edit.hint_text(hint.to_string()));
            ui.label(label.as_str());
            edit.accessible_name(label.as_str())
        };
        let edit = ui.horizontal(draw).inner;
        let is_done = match commit {
            Commit::Enter => edit.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)),
            _ => edit.changed(),
        };
        if !is_done && commit == Commit::Enter && edit.has_focus() {
            ui.data_mut(|data| data.insert_temp(typed, text.clone()));
        }
        let new = is_done.then(|| Value::Text(text.into()));
        self.edit(ui, widget, edit.has_focus(), new);
        Some(edit)
    }

    /// Draws a list of items, of which one may be chosen.
    pub(crate) fn choice(&mut self, ui: &mut Ui, widget: &Widget) -> Option<Response> {
        let Kind::Choice { label, value, items, form } = &widget.kind else {
            return None;
        };
        let mut list = |ui: &mut Ui| {
            for (index, item) in (0..).zip(items) {
                if ui.selectable_label(*value == index, item.as_str()).clicked() {
                    self.set(widget, Value::Int(index));
                }
            }
        };
        if let ChoiceForm::List { rows } = form {
            ui.label(label.as_str());
            let rows = if *rows == 0 { 6.0 } else { *rows as f32 };
            let area = ScrollArea::vertical().max_height(rows * ui.spacing().interact_size.y);
            return Some(area.show(ui, |ui| ui.vertical(&mut list).response).inner);
        }
        let chosen = usize::try_from(*value).ok().and_then(|at| items.get(at));
        let combo = ComboBox::new(widget.id, label.as_str());
        let combo = combo.selected_text(chosen.map_or("", |item| item.as_str()));
        Some(combo.show_ui(ui, list).response)
    }

    /// Draws a colour, with opacity if it has four components.
    pub(crate) fn color(&mut self, ui: &mut Ui, widget: &Widget) -> Option<Response> {
        let Kind::Color { label, value, form } = &widget.kind else {
            return None;
        };
        let part = |index: usize| value.get(index).map_or(1.0, |part| *part as f32);
        let old = color(Rgba::new(part(0), part(1), part(2), part(3)));
        let mut new = old;
        let has_opacity = value.len() > 3;
        let alpha = if has_opacity { Alpha::OnlyBlend } else { Alpha::Opaque };
        let draw = |ui: &mut Ui| {
            let pick = |ui: &mut Ui| color_picker_color32(ui, &mut new, alpha);
            let response = match form {
                ColorForm::Picker => ui.vertical(pick).response,
                _ => color_edit_button_srgba(ui, &mut new, alpha),
            };
            ui.label(label.as_str());
            response.accessible_name(label.as_str())
        };
        let response = ui.horizontal(draw).inner;
        let parts = new.to_srgba_unmultiplied().map(|part| f64::from(part) / 255.0);
        let parts = || Value::numbers(parts.into_iter().take(value.len()));
        // The fields of the picker are its own; a change with a button held is one of several.
        let is_held = ui.input(|input| input.pointer.any_down());
        let set = (new != old).then(parts);
        self.edit(ui, widget, is_held && (set.is_some() || widget.traits.editing), set);
        Some(response)
    }
}

fn number_field(ui: &mut Ui, kind: &Kind, number: &mut f64) -> Response {
    let Kind::Number { value, form, min, max, step, format, .. } = kind else {
        return ui.response();
    };
    let is_whole = matches!(value, Value::Int(_));
    let range = min.unwrap_or(f64::MIN)..=max.unwrap_or(f64::MAX);
    // The digits that a format of printf has: 3 for `%.3f`.
    let digits = format.split_once("%.").and_then(|(_, after)| after.get(..1)?.parse().ok());
    let digits = if is_whole { Some(0) } else { digits };
    if *form == NumberForm::Slider && min.is_some() && max.is_some() {
        let step = if is_whole { step.max(1.0) } else { *step };
        return ui.add(Slider::new(number, range).step_by(step).max_decimals_opt(digits));
    }
    let usual = if is_whole { 0.25 } else { 0.01 };
    let speed = if *step == 0.0 { usual } else { *step };
    ui.add(DragValue::new(number).range(range).speed(speed).max_decimals_opt(digits))
}
