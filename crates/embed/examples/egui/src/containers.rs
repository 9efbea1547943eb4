//! What holds other widgets: arrangements, trees, windows, tables.

use crate::view::{View, color, size};
use egui::{
    CollapsingHeader, Color32, Frame, Grid, Id, Modal, Popup, Response, ScrollArea, Stroke, Style,
    Ui, Window,
};
use lichtfeld_embed::panel::{
    Content, Flow, InputValue, Item, Kind, PopupForm, ThemePart, Vec2, Widget,
};

impl View {
    /// Draws an arrangement.
    pub(crate) fn flow(&mut self, ui: &mut Ui, item: Item<'_>, flow: Flow) -> Response {
        let content = item.content;
        match flow {
            Flow::Row => ui.horizontal(|ui| self.items(ui, content)).response,
            Flow::Box => ui.group(|ui| self.lines(ui, content)).response,
            Flow::Split { factor } => self.split(ui, content, factor),
            Flow::Grid { columns, .. } => {
                let fitting = (ui.available_width() / 160.0).max(1.0) as usize;
                let columns = if columns == 0 { fitting } else { columns as usize };
                let draw = |ui: &mut Ui| {
                    for row in content.rows(columns) {
                        self.items(ui, row);
                        ui.end_row();
                    }
                };
                Grid::new(item.widget.id).show(ui, draw).response
            }
            // A column; what a newer arrangement holds is still there.
            _ => ui.vertical(|ui| self.lines(ui, content)).response,
        }
    }

    fn split(&mut self, ui: &mut Ui, content: Content<'_>, factor: f32) -> Response {
        let (width, gap) = (ui.available_width(), ui.spacing().item_spacing.x);
        let draw = |ui: &mut Ui| {
            for (item, width) in content.split(factor, width, gap) {
                ui.allocate_ui(egui::vec2(width, 0.0), |ui| {
                    ui.set_width(width);
                    self.item(ui, item);
                });
            }
        };
        ui.horizontal_top(draw).response
    }

    /// Draws a header that folds, with its content.
    pub(crate) fn folding(&mut self, ui: &mut Ui, item: Item<'_>, open: bool) -> Response {
        let header = CollapsingHeader::new(label(item)).id_salt(item.widget.id).open(Some(open));
        let shown = header.show(ui, |ui| self.lines(ui, item.content));
        if shown.header_response.clicked() {
            self.send(item.widget.id, InputValue::Open(!open));
        }
        shown.header_response
    }

    /// Draws a menu that unfolds.
    pub(crate) fn menu(&mut self, ui: &mut Ui, item: Item<'_>, open: bool) -> Response {
        let button = ui.button(label(item));
        if button.clicked() {
            self.send(item.widget.id, InputValue::Open(!open));
        } else if open {
            self.popup(&button, item);
        }
        button
    }

    /// Draws the window of a popup beside the widget that opened it.
    pub(crate) fn popup(&mut self, beside: &Response, item: Item<'_>) -> Option<Response> {
        let mut open = true;
        Popup::from_response(beside)
            .id(Id::unique(item.widget.id))
            .open_bool(&mut open)
            .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| self.lines(ui, item.content));
        self.closed(item, !open)
    }

    /// Draws a popup that belongs to no widget.
    pub(crate) fn free_popup(
        &mut self,
        ui: &Ui,
        item: Item<'_>,
        form: PopupForm,
    ) -> Option<Response> {
        if form != PopupForm::Modal {
            return self.popup(&ui.response(), item);
        }
        let mut modal = Modal::new(Id::unique(item.widget.id));
        if let Some(frame) = themed(&ui.ctx().global_style(), item.widget) {
            modal = modal.frame(frame);
        }
        let modal = modal.show(ui.ctx(), |ui| {
            ui.heading(label(item));
            self.lines(ui, item.content);
        });
        self.closed(item, modal.should_close())
    }

    /// Draws a separate window.
    pub(crate) fn window(
        &mut self,
        ui: &Ui,
        item: Item<'_>,
        at: Option<Vec2>,
        closable: bool,
    ) -> Option<Response> {
        let mut open = true;
        let mut window = Window::new(label(item)).id(Id::unique(item.widget.id));
        if let Some(at) = at {
            window = window.default_pos([at.x(), at.y()]);
        }
        if closable {
            window = window.open(&mut open);
        }
        if let Some(frame) = themed(&ui.ctx().global_style(), item.widget) {
            window = window.frame(frame);
        }
        window.show(ui.ctx(), |ui| self.lines(ui, item.content));
        self.closed(item, !open)
    }

    /// Takes no place on the panel, so there is no response.
    fn closed(&mut self, item: Item<'_>, is_closed: bool) -> Option<Response> {
        if is_closed {
            self.send(item.widget.id, InputValue::Open(false));
        }
        None
    }

    /// Draws a part of the panel that scrolls separately.
    pub(crate) fn child(&mut self, ui: &mut Ui, item: Item<'_>, wanted: Vec2) -> Response {
        let wanted = size(ui, wanted);
        let draw = |ui: &mut Ui| {
            ui.set_min_width(wanted.x);
            let height = if wanted.y > 0.0 { wanted.y } else { f32::INFINITY };
            let area = ScrollArea::both().id_salt(item.widget.id).max_height(height);
            area.show(ui, |ui| self.lines(ui, item.content));
        };
        match item.widget.kind {
            Kind::Child { border: true, .. } => ui.group(draw).response,
            _ => ui.scope(draw).response,
        }
    }

    /// Draws a table.
    pub(crate) fn table(&mut self, ui: &mut Ui, item: Item<'_>) -> Option<Response> {
        let Kind::Table { columns, headers, .. } = &item.widget.kind else {
            return None;
        };
        let draw = |ui: &mut Ui| {
            for column in columns.iter().filter(|_| *headers) {
                ui.set_min_width(column.width);
                ui.strong(column.label.as_str());
            }
            ui.end_row();
            for row in item.content.items() {
                self.row(ui, row, columns.len());
                ui.end_row();
            }
        };
        let grid = Grid::new(item.widget.id).striped(true);
        Some(grid.show(ui, draw).response)
    }

    fn row(&mut self, ui: &mut Ui, row: Item<'_>, columns: usize) {
        for cell in row.content.columns(columns) {
            let draw = |ui: &mut Ui| cell.map(|cell| self.lines(ui, cell.content));
            let fill = match (cell.map(|cell| &cell.widget.kind), &row.widget.kind) {
                (Some(Kind::TableCell { color: Some(fill), .. }), _) => color(*fill),
                (_, Kind::TableRow { color: Some(fill) }) => color(*fill),
                _ => Color32::TRANSPARENT,
            };
            Frame::NONE.fill(fill).show(ui, |ui| ui.vertical(draw));
        }
    }
}

/// The frame of this application's own windows and dialogs, for a widget that asks for it.
fn themed(style: &Style, widget: &Widget) -> Option<Frame> {
    let accent = style.visuals.selection.bg_fill;
    let frame = Frame::window(style);
    match widget.traits.styles.as_ref()?.theme()? {
        ThemePart::Window => Some(frame.fill(style.visuals.panel_fill).corner_radius(0)),
        ThemePart::Modal => Some(frame.stroke(Stroke::new(2.0, accent))),
        _ => None,
    }
}

fn label(item: Item<'_>) -> &str {
    item.widget.kind.label().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lichtfeld_embed::panel::{PanelIdentity, ScopeKind, Session, StyleValue};

    /// The frame of a window that is drawn with a part of the application's look.
    fn drawn(part: Option<ThemePart>) -> Option<Frame> {
        let mut panel = Session::default().record(PanelIdentity::new("test", "Test"));
        if let Some(part) = part {
            let look = lichtfeld_embed::panel::Style::new("Theme", StyleValue::Theme(part));
            panel.push_style(ScopeKind::WindowStyle, look, None);
        }
        panel.button("inside");
        let (frame, _) = panel.finish();
        themed(&Style::default(), &frame.widgets[0])
    }

    #[test]
    fn windows_have_the_look_that_the_plugin_asks_for() {
        let usual = Frame::window(&Style::default());
        assert_eq!(drawn(None), None);
        let (window, modal) = (drawn(Some(ThemePart::Window)), drawn(Some(ThemePart::Modal)));
        assert_ne!(window, modal);
        for frame in [window, modal] {
            assert!(frame.is_some_and(|frame| frame != usual), "{frame:?}");
        }
    }
}
