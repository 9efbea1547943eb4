//! Walks the tree of a frame: lines, and what every widget has in common.

use egui::util::IdTypeMap;
use egui::{
    Color32, CornerRadius, Id, PopupAnchor, Response, RichText, Sense, Tooltip, Ui, UiBuilder,
};
use lichtfeld_embed::panel::{
    Content, Frame, Input, InputValue, Item, Kind, Payload, Rgba, Style, StyleValue, Vec2, Wants,
    Widget, WidgetId,
};
use std::mem::{replace, take};

/// One drawing of a panel with egui.
#[derive(Default)]
pub(crate) struct View {
    /// What the user has done.
    pub(crate) inputs: Vec<Input>,
    /// The kinds of widgets that are newer than this front end.
    pub(crate) unknown: Vec<&'static str>,
    /// Where the panel's content begins, for [`Kind::Cursor`].
    pub(crate) origin: egui::Pos2,
    /// What the panel asks about the pointer anywhere.
    pub(crate) wants: Wants,
    /// How far from the left edge the next line begins.
    pub(crate) next_x: f32,
}

impl View {
    pub(crate) fn frame(&mut self, ui: &mut Ui, frame: &Frame) {
        self.origin = ui.cursor().min;
        self.wants = frame.wants;
        self.beside(ui);
        self.lines(ui, frame.tree());
        let (red, yellow) = (ui.visuals().error_fg_color, ui.visuals().warn_fg_color);
        if let Some(error) = &frame.error {
            ui.label(RichText::new(&error.traceback).monospace().color(red));
        }
        for warning in &frame.warnings {
            ui.colored_label(yellow, &warning.message).on_hover_text(&warning.hint);
        }
    }

    /// Notes what the user has done to a widget.
    pub(crate) fn send(&mut self, widget: WidgetId, value: InputValue) {
        self.inputs.push(Input::new(widget, value));
    }

    /// Draws lines one below the other.
    pub(crate) fn lines(&mut self, ui: &mut Ui, content: Content<'_>) {
        for line in content.lines() {
            let x = take(&mut self.next_x);
            if x == 0.0 && line.items().nth(1).is_none() {
                self.items(ui, line);
                continue;
            }
            ui.horizontal(|ui| {
                ui.add_space(x);
                self.items(ui, line);
            });
        }
    }

    /// Draws items as the surrounding layout has it: side by side, or in the cells of a row.
    pub(crate) fn items(&mut self, ui: &mut Ui, content: Content<'_>) {
        content.items().for_each(|item| self.item(ui, item));
    }

    pub(crate) fn item(&mut self, ui: &mut Ui, item: Item<'_>) {
        let traits = &item.widget.traits;
        if let Some(place) = traits.same_line {
            let passed = ui.cursor().min.x - ui.max_rect().min.x;
            let usual = ui.spacing().item_spacing.x;
            let spacing = if place.spacing < 0.0 { usual } else { place.spacing };
            ui.add_space((place.offset - passed).max(spacing - usual));
        }
        let draw = |ui: &mut Ui| {
            if traits.disabled {
                ui.disable();
            }
            let styles = traits.styles.as_ref().map_or(&[][..], |styles| styles.all());
            styles.iter().for_each(|style| styled(ui, style));
            if let Some(width) = traits.width {
                let width = length(width, ui.available_width());
                let spacing = ui.spacing_mut();
                (spacing.slider_width, spacing.text_edit_width) = (width, width);
                spacing.combo_width = width;
            }
            self.widget(ui, item)
        };
        let mut place = ui.available_rect_before_wrap();
        place.min.x += if ui.layout().is_vertical() { traits.indent.max(0.0) } else { 0.0 };
        let builder = UiBuilder::new().id_salt(item.widget.id).max_rect(place);
        if let Some(response) = ui.scope_builder(builder, draw).inner {
            self.common(item.widget, &response);
            for attached in item.attached.items() {
                self.attached(attached, &response);
            }
        }
    }

    /// Tooltip, focus, hovering and dragging.
    fn common(&mut self, widget: &Widget, response: &Response) {
        let traits = &widget.traits;
        if let Some(text) = &traits.tooltip {
            let shown = response.clone().on_hover_text(&**text);
            shown.on_disabled_hover_text(&**text);
        }
        if traits.focus {
            response.request_focus();
        }
        if traits.wants_hover {
            let (id, over) = (Id::unique(("over", widget.id)), response.hovered());
            let before = |data: &mut IdTypeMap| replace(data.get_temp_mut_or(id, false), over);
            if over != response.ctx.data_mut(before) {
                self.send(widget.id, InputValue::Hover(over));
            }
        }
        self.pointer(widget, response);
        if let Some(payload) = &traits.drag {
            let dragged = response.interact(Sense::click_and_drag());
            dragged.dnd_set_drag_payload(Payload::clone(payload));
        }
        let fits = |over: &Payload| traits.accepts.as_deref() == Some(&*over.kind);
        if response.dnd_hover_payload().is_some_and(|over| fits(&over))
            && let Some(dropped) = response.dnd_release_payload()
        {
            self.send(widget.id, InputValue::Drop(Payload::clone(&dropped)));
        }
    }

    /// What is shown on occasion of the widget before it.
    fn attached(&mut self, item: Item<'_>, before: &Response) {
        match item.widget.kind {
            Kind::Tooltip => {
                before.clone().on_hover_ui(|ui| self.lines(ui, item.content));
            }
            Kind::DragPreview if before.interact(Sense::drag()).dragged() => {
                let (context, layer) = (before.ctx.clone(), before.layer_id);
                Tooltip::always_open(context, layer, before.id, PopupAnchor::Pointer)
                    .show(|ui| self.lines(ui, item.content));
            }
            Kind::Popup { .. } if before.secondary_clicked() => {
                self.send(item.widget.id, InputValue::Open(true));
            }
            Kind::Popup { open: true, .. } => drop(self.popup(before, item)),
            _ => {}
        }
    }
}

/// Sets what egui knows of the names of Dear ImGui.
fn styled(ui: &mut Ui, style: &Style) {
    match (style.name.as_str(), style.value) {
        ("Text", StyleValue::Color(rgba)) => {
            ui.visuals_mut().override_text_color = Some(color(rgba));
        }
        ("Button" | "FrameBg", StyleValue::Color(rgba)) => {
            let inactive = &mut ui.visuals_mut().widgets.inactive;
            (inactive.bg_fill, inactive.weak_bg_fill) = (color(rgba), color(rgba));
        }
        ("FrameRounding", StyleValue::Number(radius)) => {
            let widgets = &mut ui.visuals_mut().widgets;
            for state in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
                state.corner_radius = CornerRadius::from(radius);
            }
        }
        ("FramePadding", StyleValue::Size(size)) => {
            ui.spacing_mut().button_padding = egui::vec2(size.x(), size.y());
        }
        ("ItemSpacing", StyleValue::Size(size)) => {
            ui.spacing_mut().item_spacing = egui::vec2(size.x(), size.y());
        }
        _ => {}
    }
}

pub(crate) fn color(color: Rgba) -> Color32 {
    let [red, green, blue, alpha] = color.components().map(|one| (one * 255.0).round() as u8);
    Color32::from_rgba_unmultiplied(red, green, blue, alpha)
}

/// A negative length leaves that much of what is there.
fn length(wanted: f32, available: f32) -> f32 {
    if wanted < 0.0 { (available + wanted).max(0.0) } else { wanted }
}

/// A size of the frame; 0 is what the content needs.
pub(crate) fn size(ui: &Ui, size: Vec2) -> egui::Vec2 {
    let available = ui.available_size();
    egui::vec2(length(size.x(), available.x), length(size.y(), available.y))
}
