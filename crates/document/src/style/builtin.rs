//! What every document begins with: the built-in sheet, and the documents of panels without a
//! template of their own.

use std::sync::{Arc, LazyLock};

use super::sheet::SheetText;
use crate::source::Source;

static SHEET: LazyLock<Arc<Source>> =
    LazyLock::new(|| Source::new("builtin:sheet", include_str!("builtin.rcss")));

/// Returns the sheet with the styles of elements and of the application's classes.
pub(crate) fn sheet() -> SheetText {
    SheetText::whole(&SHEET)
}

const DOCKED: &str = "<rml><head><title>Panel</title></head><body class=\"panel docked-panel\">\
    <div id=\"im-root\"></div></body></rml>";
const FLOATING: &str = "<rml><head><title>Window</title></head><body class=\"panel floating-window\">\
    <div id=\"im-root\"></div></body></rml>";
const STATUS: &str = "<rml><head><title>Status</title></head><body class=\"panel status-bar-panel\">\
    <div id=\"im-root\"></div></body></rml>";

/// Returns the RML of a built-in document, such as `builtin:docked-panel`, or `None` if there is
/// none of this name. Each has an empty element `im-root`, into which the panel is drawn.
#[must_use]
pub fn builtin_template(name: &str) -> Option<&'static str> {
    Some(match name {
        "builtin:docked-panel" | "rmlui/docked_panel.rml" => DOCKED,
        "builtin:floating-window" | "rmlui/floating_window.rml" => FLOATING,
        "builtin:status-bar" | "rmlui/status_bar_panel.rml" => STATUS,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Report;
    use crate::style::sheet;
    use crate::style::theme::Theme;

    #[test]
    fn the_built_in_sheet_has_no_mistake_in_either_theme() {
        for theme in [Theme::dark(), Theme::light()] {
            let mut report = Report::default();
            let items = sheet::read(&sheet(), &theme, &mut report);
            assert!(items.len() > 30, "{}", items.len());
            assert_eq!(report.list(), []);
        }
    }
}
