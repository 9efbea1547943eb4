//! The description of a panel or a menu.

use serde::{Deserialize, Serialize};

/// The description of a panel or a menu, with all that a host needs to place it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PanelInfo {
    /// The unique id.
    pub id: String,
    /// Its title.
    pub label: String,
    /// The place in the window, such as `SIDE_PANEL`; for a menu, its location.
    pub space: String,
    /// The id of the panel that contains it, or empty.
    pub parent: String,
    /// Smaller numbers come first.
    pub order: i64,
    /// Width and height in pixels, if it requests a size.
    pub size: Option<(f64, f64)>,
    /// Drawn again after this many milliseconds; with `None` only on input or request.
    pub interval_ms: Option<u64>,
    /// The plugin's name as its manifest writes it, or `None` for a panel of the host.
    pub plugin: Option<String>,
    /// Whether it decides itself if it is shown. If not, it always is.
    #[serde(default = "may_hide")]
    pub polls: bool,
    /// The document that it is made from, for a host that has documents: the name or the path of a
    /// template. Empty for a panel that only draws.
    #[serde(default)]
    pub template: String,
    /// The style of the document, as text, besides the files beside the template.
    #[serde(default)]
    pub style: String,
    /// `content` or `fill`: how high the document is.
    #[serde(default)]
    pub height_mode: String,
    /// How the host shows it, such as `DEFAULT_CLOSED`, in alphabetical order.
    #[serde(default)]
    pub options: Vec<String>,
    /// Whether its only content is its document: it has no `draw` of its own.
    #[serde(default)]
    pub retained: bool,
}

/// Without a word about it, a panel is asked.
fn may_hide() -> bool {
    true
}

impl PanelInfo {
    /// A panel of the host, drawn on input or request only. The fields can be changed.
    pub fn new(id: impl Into<String>, label: impl Into<String>, space: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            space: space.into(),
            parent: String::new(),
            order: 0,
            size: None,
            interval_ms: None,
            plugin: None,
            polls: true,
            template: String::new(),
            style: String::new(),
            height_mode: String::new(),
            options: Vec::new(),
            retained: false,
        }
    }
}
