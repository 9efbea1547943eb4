//! What few widgets have: styles and an icon.

use super::scope::ScopeKind;
use super::state::Recorder;
use crate::frame::Location;
use crate::style::Style;

/// The largest number of names that are set at a time.
const MAX_STYLES: usize = 128;

impl Recorder {
    /// Opens a scope whose widgets are drawn with a colour or measure of their own.
    pub fn push_style(&mut self, kind: ScopeKind, style: Style, at: Option<Location>) {
        self.open_scope(kind, at).style = Some(Box::new(style));
        self.restyle();
    }

    /// Sets the icon of the next widget, by its name. An empty one is none.
    pub fn set_next_icon(&mut self, name: &str) {
        if !name.is_empty() {
            self.decoration.icon = Some(name.into());
            self.decoration.is_any = true;
        }
    }

    /// Notes that a style was set or taken back. They are gathered when a widget is drawn, so that many
    /// in a row cost nothing.
    pub(super) fn restyle(&mut self) {
        self.decoration.is_stale = true;
        self.decoration.is_any = true;
    }

    fn gather_styles(&mut self) {
        let mut styles: Vec<Style> = Vec::new();
        for style in self
            .scopes
            .iter()
            .filter_map(|scope| scope.style.as_deref())
        {
            if let Some(known) = styles.iter_mut().find(|known| known.name == style.name) {
                known.value = style.value;
            } else if styles.len() < MAX_STYLES {
                styles.push(style.clone());
            }
        }
        self.decoration.styles = (!styles.is_empty()).then(|| styles.into());
        self.decoration.is_stale = false;
    }

    /// Decorates the widget that was added last.
    #[cold]
    pub(super) fn decorate_last(&mut self) {
        if self.decoration.is_stale {
            self.gather_styles();
        }
        let icon = self.decoration.icon.take();
        let styles = self.decoration.styles.clone();
        self.decoration.is_any = styles.is_some();
        if let Some(widget) = self.frame.widgets.last_mut() {
            widget.traits.icon = icon;
            widget.traits.styles = styles;
        }
    }
}
