//! Buttons: True once for each click.

#![expect(
    clippy::too_many_arguments,
    reason = "the signatures are what plugins call"
)]

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use crate::layout::outcome::is_click;
use crate::layout::pictures::picture;
use lichtfeld_panel::{ButtonStyle, Kind, Vec2};
use pyo3::prelude::*;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

/// The names of styles, as plugins write them.
const STYLES: [(&str, ButtonStyle); 6] = [
    ("primary", ButtonStyle::Primary),
    ("secondary", ButtonStyle::Secondary),
    ("success", ButtonStyle::Success),
    ("warning", ButtonStyle::Warning),
    ("error", ButtonStyle::Error),
    ("default", ButtonStyle::Plain),
];

impl Layout {
    fn place_button(&self, label: &str, style: ButtonStyle, size: Vec2) -> PyResult<bool> {
        self.with(|recorder| {
            is_click(recorder.widget(label, |label| Kind::Button {
                label,
                style,
                size,
                picture: None,
                selected: false,
                tint: None,
            }))
        })
    }
}

#[pymethods]
impl Layout {
    /// A button. Returns whether it was clicked.
    #[pyo3(signature = (label, size = None))]
    pub(super) fn button(&self, label: Any<'_, '_>, size: Option<Any<'_, '_>>) -> PyResult<bool> {
        let label = Call::new("button").text("label", label)?;
        let size = Call::labelled("button", &label).point_or("size", size, Vec2::ZERO)?;
        self.place_button(&label, ButtonStyle::Plain, size)
    }

    /// A button in a style: primary, secondary, success, warning, error. Returns whether it was
    /// clicked.
    #[pyo3(signature = (label, style, size = None))]
    fn button_styled(
        &self,
        label: Any<'_, '_>,
        style: Any<'_, '_>,
        size: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let label = Call::new("button_styled").text("label", label)?;
        let call = Call::labelled("button_styled", &label);
        let name = call.text("style", style)?;
        let known = STYLES.iter().find(|(known, _)| *known == name);
        let Some((_, style)) = known else {
            let problem =
                format!("is {name:?}; the styles are primary, secondary, success, warning, error");
            return Err(call.wrong_value("style", &problem));
        };
        let size = call.point_or("size", size, Vec2::ZERO)?;
        self.place_button(&label, *style, size)
    }

    /// A button that calls `callback()` when it is clicked. Returns whether it was.
    #[pyo3(signature = (label, callback = None, size = None))]
    fn button_callback(
        &self,
        label: Any<'_, '_>,
        callback: Option<Any<'_, '_>>,
        size: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let label = Call::new("button_callback").text("label", label)?;
        let call = Call::labelled("button_callback", &label);
        if let Some(callback) = callback.filter(|callback| !callback.is_callable()) {
            return Err(call.wrong_type("callback", "a function without arguments", callback));
        }
        let size = call.point_or("size", size, Vec2::ZERO)?;
        let clicked = self.place_button(&label, ButtonStyle::Plain, size)?;
        if let Some(callback) = callback.filter(|_| clicked) {
            callback.call0()?;
        }
        Ok(clicked)
    }

    /// A button as high as a line of text. Returns whether it was clicked.
    fn small_button(&self, label: Any<'_, '_>) -> PyResult<bool> {
        let label = Call::new("small_button").text("label", label)?;
        self.place_button(&label, ButtonStyle::Small, Vec2::ZERO)
    }

    /// An area that can be clicked and is not drawn. Returns whether it was clicked.
    fn invisible_button(&self, id: Any<'_, '_>, size: Any<'_, '_>) -> PyResult<bool> {
        let label = Call::new("invisible_button").text("id", id)?;
        let size = Call::labelled("invisible_button", &label).point("size", size)?;
        self.place_button(&label, ButtonStyle::Invisible, size)
    }

    /// A button with an image: a texture's number, or a path; `tint` multiplies its colours. Returns
    /// whether it was clicked.
    #[pyo3(signature = (id, texture_id, size, tint = None))]
    fn image_button(
        &self,
        id: Any<'_, '_>,
        texture_id: Any<'_, '_>,
        size: Any<'_, '_>,
        tint: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let label = Call::new("image_button").text("id", id)?;
        let call = Call::labelled("image_button", &label);
        let picture = Some(picture(call, "texture_id", texture_id)?);
        let size = call.point("size", size)?;
        let tint = tint.map(|tint| call.color("tint", tint)).transpose()?;
        self.with(|recorder| {
            let style = ButtonStyle::Plain;
            is_click(recorder.widget(&label, |label| Kind::Button {
                label,
                style,
                size,
                picture,
                selected: false,
                tint,
            }))
        })
    }

    /// A button with an image, for a toolbar. Returns whether it was clicked.
    #[pyo3(signature = (id, texture_id, size, selected = None, disabled = None, tooltip = None))]
    fn toolbar_button(
        &self,
        py: Python<'_>,
        id: Any<'_, '_>,
        texture_id: Any<'_, '_>,
        size: Any<'_, '_>,
        selected: Option<Any<'_, '_>>,
        disabled: Option<Any<'_, '_>>,
        tooltip: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let label = Call::new("toolbar_button").text("id", id)?;
        let call = Call::labelled("toolbar_button", &label);
        let picture = Some(picture(call, "texture_id", texture_id)?);
        let size = call.point("size", size)?;
        let selected = call.flag_or("selected", selected, false)?;
        let disabled = call.flag_or("disabled", disabled, false)?;
        let tooltip = call.text_or("tooltip", tooltip)?;
        let at = self.caller(py);
        self.with(|recorder| {
            recorder.begin_disabled(disabled, at);
            let style = ButtonStyle::Plain;
            let clicked = recorder.widget(&label, |label| Kind::Button {
                label,
                style,
                size,
                picture,
                selected,
                tint: None,
            });
            if !tooltip.is_empty() {
                recorder.tooltip(&tooltip);
            }
            recorder.end(lichtfeld_panel::ScopeKind::Disabled, None);
            is_click(clicked)
        })
    }

    /// A field of a colour. Returns whether it was clicked.
    #[pyo3(signature = (label, color, size = None))]
    fn color_button(
        &self,
        label: Any<'_, '_>,
        color: Any<'_, '_>,
        size: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let label = Call::new("color_button").text("label", label)?;
        let call = Call::labelled("color_button", &label);
        let color = call.color("color", color)?;
        let size = call.point_or("size", size, Vec2::ZERO)?;
        self.with(|recorder| {
            is_click(recorder.widget(&label, |label| Kind::ColorButton { label, color, size }))
        })
    }
}
