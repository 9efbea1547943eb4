//! What is noted for the widget that was added last, and for the next one.

use crate::style::Styles;

/// What this drawing tells of the editing of the last widget.
#[derive(Clone, Copy, Debug)]
pub(super) struct EditEvents {
    pub(super) began: bool,
    pub(super) ended: bool,
    /// Whether a value arrived between the two, perhaps in an earlier drawing.
    pub(super) has_changed: bool,
}

impl EditEvents {
    pub(super) const NONE: Self = Self {
        began: false,
        ended: false,
        has_changed: false,
    };
}

/// What the next widgets are decorated with.
#[derive(Debug, Default)]
pub(super) struct Decoration {
    /// Whether there is anything: asked for each widget.
    pub(super) is_any: bool,
    pub(super) icon: Option<Box<str>>,
    pub(super) styles: Option<Styles>,
    /// Whether a style was set or taken back since `styles` was made.
    pub(super) is_stale: bool,
}
