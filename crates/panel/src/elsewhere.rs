//! Parts of a frame that somebody else draws: a menu, a panel or an operator that is registered where
//! the drawing panel cannot see it, since that panel is drawn in another process.
//!
//! The recorder notes such a part as [`Elsewhere`]. The process that knows what is registered fills it
//! in (`Session::fill`) before a front end gets the frame: it puts the widgets of the other one into
//! the frame, and passes their inputs to the other one.

use crate::text_value::Text;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

/// The largest number of parts in one frame that are registered elsewhere.
pub const MAX_ELSEWHERE: usize = 256;

/// What can be shown inside a panel by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registered {
    /// A menu.
    Menu,
    /// A panel.
    Panel,
    /// An operator.
    Operator,
}

/// A widget that shows something registered elsewhere. Frames for front ends contain none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Elsewhere {
    /// The index of the widget: a button, a menu or a popup. The latter two get the content if they
    /// are open.
    pub widget: u32,
    /// What is registered.
    pub of: Registered,
    /// Its id.
    pub id: Text,
    /// Whether the widget has a text of its own. If not, it shows the title of what is registered.
    pub titled: bool,
}

impl Elsewhere {
    pub(crate) fn new(widget: u32, of: Registered, id: &str, titled: bool) -> Self {
        Self {
            widget,
            of,
            id: Text::new(id),
            titled,
        }
    }
}

/// Reads the parts of a frame. Refuses more than [`MAX_ELSEWHERE`].
pub(crate) fn bounded<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<Elsewhere>, D::Error> {
    let parts = Vec::<Elsewhere>::deserialize(reader)?;
    if parts.len() > MAX_ELSEWHERE {
        return Err(D::Error::custom(format_args!(
            "more than {MAX_ELSEWHERE} menus, panels and operators of others in one drawing"
        )));
    }
    Ok(parts)
}

/// How a widget looks that shows something registered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// The text, if the widget has none of its own.
    pub text: String,
    /// The tooltip, or empty.
    pub tooltip: String,
    /// Why it cannot be used now; `None` if it can.
    pub reason: Option<String>,
}
