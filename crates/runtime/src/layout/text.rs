//! Text.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use lichtfeld_panel::{Kind, Rgba, Text, TextStyle};
use pyo3::prelude::*;

impl Layout {
    fn place_text(
        &self,
        method: &'static str,
        text: &Bound<'_, PyAny>,
        style: TextStyle,
        color: Option<Rgba>,
    ) -> PyResult<()> {
        let text = Text::new(Call::new(method).text("text", text)?);
        self.with(|recorder| recorder.place(Kind::Text { text, style, color }))
    }
}

#[pymethods]
impl Layout {
    /// One line of text.
    fn label(&self, text: &Bound<'_, PyAny>) -> PyResult<()> {
        self.place_text("label", text, TextStyle::Plain, None)
    }

    /// Text in the middle of its line.
    fn label_centered(&self, text: &Bound<'_, PyAny>) -> PyResult<()> {
        self.place_text("label_centered", text, TextStyle::Centered, None)
    }

    /// The title of a section.
    fn heading(&self, text: &Bound<'_, PyAny>) -> PyResult<()> {
        self.place_text("heading", text, TextStyle::Heading, None)
    }

    /// Text in a colour.
    fn text_colored(&self, text: &Bound<'_, PyAny>, color: &Bound<'_, PyAny>) -> PyResult<()> {
        let color = Call::new("text_colored").color("color", color)?;
        self.place_text("text_colored", text, TextStyle::Plain, Some(color))
    }

    /// Text in a colour, in the middle of its line.
    fn text_colored_centered(
        &self,
        text: &Bound<'_, PyAny>,
        color: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let color = Call::new("text_colored_centered").color("color", color)?;
        self.place_text(
            "text_colored_centered",
            text,
            TextStyle::Centered,
            Some(color),
        )
    }

    /// Greyed text.
    fn text_disabled(&self, text: &Bound<'_, PyAny>) -> PyResult<()> {
        self.place_text("text_disabled", text, TextStyle::Disabled, None)
    }

    /// Text that is broken into lines at the edge of the panel.
    fn text_wrapped(&self, text: &Bound<'_, PyAny>) -> PyResult<()> {
        self.place_text("text_wrapped", text, TextStyle::Wrapped, None)
    }

    /// Text after a bullet.
    fn bullet_text(&self, text: &Bound<'_, PyAny>) -> PyResult<()> {
        self.place_text("bullet_text", text, TextStyle::Bullet, None)
    }

    /// Text that the user can select and copy; `height` in pixels, 0 as it needs.
    #[pyo3(signature = (text, height = None))]
    fn text_selectable(
        &self,
        text: &Bound<'_, PyAny>,
        height: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        // Front ends make it as high as it needs; the argument is checked all the same.
        Call::new("text_selectable").pixels_or("height", height, 0.0)?;
        self.place_text("text_selectable", text, TextStyle::Selectable, None)
    }
}
