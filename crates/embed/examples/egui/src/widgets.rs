//! Each kind of widget.

use crate::paint;
use crate::textures;
use crate::view::{View, color, size};
use egui::{
    Align, Button, Color32, Image, Label, ProgressBar, Rect, Response, RichText, Sense, TextureId,
    Ui,
};
use lichtfeld_embed::panel::{ButtonStyle, InputValue, Item, Kind, Picture, TextStyle, Value};

impl View {
    /// Draws a widget with its content. Returns `None` for one that takes no place.
    pub(crate) fn widget(&mut self, ui: &mut Ui, item: Item<'_>) -> Option<Response> {
        let id = item.widget.id;
        Some(match &item.widget.kind {
            Kind::Text { text, style, color } => {
                label(ui, text, *style, color.map(crate::view::color))
            }
            Kind::Button { label, style, size: wanted, picture, selected, tint } => {
                let wanted = size(ui, *wanted);
                let image = picture.as_ref().and_then(|picture| image(ui, picture, wanted));
                let image = image.map(|image| image.tint(tint.map_or(Color32::WHITE, color)));
                let button = image.map_or_else(|| Button::new(label.as_str()), Button::image);
                let button = styled(ui, button.min_size(wanted).selected(*selected), *style);
                self.clicked(id, ui.add(button).accessible_name(label.as_str()))
            }
            Kind::ColorButton { label, color, size: wanted } => {
                let wanted = size(ui, *wanted).max(egui::Vec2::splat(ui.spacing().interact_size.y));
                let button = Button::new("").fill(self::color(*color)).min_size(wanted);
                self.clicked(id, ui.add(button).accessible_name(label.as_str()))
            }
            Kind::Checkbox { label, value } => {
                let response = ui.checkbox(&mut value.clone(), label.as_str());
                if response.changed() {
                    self.send(id, InputValue::Set(Value::Bool(!value)));
                }
                response
            }
            Kind::Radio { label, selected, .. } => {
                self.clicked(id, ui.radio(*selected, label.as_str()))
            }
            Kind::Number { .. } => self.numbers(ui, item.widget)?,
            Kind::TextInput { .. } | Kind::PathInput { .. } => self.text(ui, item.widget)?,
            Kind::Choice { .. } => self.choice(ui, item.widget)?,
            Kind::Color { .. } => self.color(ui, item.widget)?,
            Kind::Selectable { label, selected, height } => {
                let button = Button::selectable(*selected, label.as_str());
                self.clicked(id, ui.add(button.min_size(egui::vec2(0.0, *height))))
            }
            Kind::MenuItem { label, shortcut, selected } => {
                let button = Button::selectable(*selected, label.as_str());
                let response = ui.add(button.shortcut_text(shortcut.as_str()));
                let response = response.accessible_name(label.as_str());
                if response.clicked() {
                    ui.close();
                }
                self.clicked(id, response)
            }
            Kind::Header { open, .. } => self.folding(ui, item, *open),
            Kind::Progress { fraction, overlay, .. } => {
                ui.add(ProgressBar::new(*fraction).text(overlay.as_str()).desired_width(200.0))
            }
            Kind::Plot { label, values, min, max, size } => {
                let response = paint::plot(ui, values, [*min, *max], *size);
                ui.label(label.as_str());
                response
            }
            Kind::Image { picture, size: wanted, uv0, uv1, tint } => {
                let wanted = size(ui, *wanted).max(egui::Vec2::splat(1.0));
                let uv = Rect::from_min_max([uv0.x(), uv0.y()].into(), [uv1.x(), uv1.y()].into());
                match image(ui, picture, wanted) {
                    Some(image) => ui.add(image.uv(uv).tint(tint.map_or(Color32::WHITE, color))),
                    None => ui.add_sized(wanted, Label::new(format!("{picture:?}")).truncate()),
                }
            }
            Kind::Separator => ui.separator(),
            Kind::Spacing => ui.allocate_response(ui.spacing().item_spacing, Sense::hover()),
            Kind::NewLine => ui.label(""),
            Kind::Cursor { x, y } => {
                // egui goes on and never back.
                let down = y.map_or(0.0, |y| self.origin.y + y - ui.cursor().min.y);
                ui.add_space(down.max(0.0));
                self.next_x = x.unwrap_or(0.0).max(0.0);
                return None;
            }
            Kind::ScrollHere { ratio } => {
                ui.scroll_to_cursor(Some(if *ratio < 0.5 { Align::Min } else { Align::Max }));
                return None;
            }
            Kind::Draw { shape, color, layer } => {
                paint::shape(ui, shape, *color, *layer);
                return None;
            }
            Kind::Tree { label, leaf: true, .. } => ui.label(label.as_str()),
            Kind::Tree { open, .. } => self.folding(ui, item, *open),
            Kind::Group | Kind::TableRow { .. } | Kind::TableCell { .. } => {
                ui.vertical(|ui| self.lines(ui, item.content)).response
            }
            Kind::Child { size, .. } => self.child(ui, item, *size),
            Kind::Layout { flow, active, alert, .. } => {
                let (pressed, red) = (ui.visuals().widgets.active, ui.visuals().error_fg_color);
                if *active {
                    ui.visuals_mut().widgets.inactive = pressed;
                }
                if *alert {
                    ui.visuals_mut().override_text_color = Some(red);
                }
                self.flow(ui, item, *flow)
            }
            Kind::Popup { open: false, .. } => return None,
            Kind::Popup { form, .. } => return self.free_popup(ui, item, *form),
            Kind::Window { closable, position, .. } => {
                return self.window(ui, item, *position, *closable);
            }
            // They belong to the widget before them; here there is none.
            Kind::Tooltip | Kind::DragPreview => return None,
            Kind::MenuBar => ui.horizontal(|ui| self.items(ui, item.content)).response,
            Kind::Menu { open, .. } => self.menu(ui, item, *open),
            Kind::Table { .. } => self.table(ui, item)?,
            newer => {
                self.unknown.push(newer.name());
                return None;
            }
        })
    }
}

fn styled<'a>(ui: &Ui, button: Button<'a>, style: ButtonStyle) -> Button<'a> {
    let visuals = ui.visuals();
    match style {
        ButtonStyle::Primary => button.fill(visuals.selection.bg_fill),
        ButtonStyle::Success => button.fill(Color32::DARK_GREEN),
        ButtonStyle::Warning => button.stroke((1.0, visuals.warn_fg_color)),
        ButtonStyle::Error => button.stroke((1.0, visuals.error_fg_color)),
        ButtonStyle::Small => button.small(),
        ButtonStyle::Invisible => button.frame(false),
        _ => button,
    }
}

fn label(ui: &mut Ui, text: &str, style: TextStyle, color: Option<Color32>) -> Response {
    let plain = RichText::new(text);
    let text = color.map_or(plain.clone(), |color| plain.color(color));
    match style {
        TextStyle::Heading => ui.heading(text),
        TextStyle::Disabled => ui.label(text.weak()),
        TextStyle::Wrapped => ui.add(Label::new(text).wrap()),
        TextStyle::Bullet => ui.horizontal(|ui| (ui.label("•"), ui.label(text))).inner.1,
        TextStyle::Selectable => ui.add(Label::new(text).selectable(true)),
        TextStyle::Centered => ui.vertical_centered(|ui| ui.label(text)).inner,
        _ => ui.label(text),
    }
}

/// A texture of the application, or pixels of a plugin. A picture by its name needs a loader, such as
/// `egui_extras` has.
fn image(ui: &Ui, picture: &Picture, size: egui::Vec2) -> Option<Image<'static>> {
    let texture = match picture {
        Picture::Texture(number) => TextureId::User(*number),
        Picture::Pixels(texture) => textures::find(ui.ctx(), texture)?.id(),
        _ => return None,
    };
    Some(Image::from_texture((texture, size)))
}
