//! The widgets of a panel as plain data.
//!
//! A plugin draws its panel by calls (`button`, `slider`, ...), again and again, and keeps no
//! widgets. This crate records one such drawing as a [`Frame`]: a list of [`Widget`]s that any
//! front end can draw, in any language, in another process, at a later time. It delivers what the
//! user did as [`Input`]s, each to its widget, exactly once and in the order of the user.
//!
//! ```
//! use lichtfeld_panel::{Input, InputValue, PanelIdentity, Session, render_text};
//!
//! let mut count = 0;
//! let mut draw = |session: Session| {
//!     let mut panel = session.record(PanelIdentity::new("demo", "My Panel"));
//!     if panel.button("Click me") {
//!         count += 1;
//!     }
//!     panel.label(&format!("Clicked: {count}"));
//!     panel.finish()
//! };
//!
//! let (frame, mut session) = draw(Session::default());
//! let button = frame.labelled("Click me").ok_or("no such button")?;
//! session.push_input(Input::new(button.id, InputValue::CLICK));
//! let (frame, _) = draw(session);
//! assert_eq!(
//!     render_text(&frame, 24),
//!     "\
//! ┌ My Panel ────────────┐
//! │ [ Click me ]         │
//! │ Clicked: 1           │
//! └──────────────────────┘
//! "
//! );
//! # Ok::<(), &str>(())
//! ```
//!
//! # For front ends
//! - A Rust host implements [`FrontEnd`] and calls [`present`], or, if its toolkit draws containers by
//!   closures, walks [`Frame::tree`]: lines, rows of grids, cells of tables.
//! - Other hosts read frames as JSON ([`schema`] describes both directions) and answer with
//!   inputs. Ids are opaque. A front end skips a kind that it does not know, with its content.
//! - After a drawing with [`Redraw::Again`], draw the panel once more at once.
//!
//! # What it never does
//! It draws no pixels, does not use Python, reads no files, has no clock and writes no log.
//!
//! # Known limits
//! - Frames need a self-describing format (JSON, CBOR, MessagePack with named fields): absent
//!   fields are left out, so a format that relies on the position of fields cannot read them.
//! - Inputs that are not in drawing order take more drawings: clicks on a widget and then on one
//!   below it arrive in one drawing; in the opposite order they arrive in two.
//! - A panel has at most 100,000 widgets, 100 levels and 4,096 waiting inputs; see
//!   [`MAX_WIDGETS`], [`MAX_DEPTH`] and [`MAX_PENDING`].

mod document;
mod elsewhere;
mod filling;
mod frame;
mod frame_bounds;
mod front_end;
mod identity;
mod input;
mod kind;
mod lookup;
mod metrics;
mod mouse;
mod pointer;
mod recorder;
mod request;
mod schema;
mod session;
mod shown_textures;
mod style;
mod text;
mod text_value;
mod texture;
mod tree;
mod value;

pub use document::{
    DocumentEffect, DocumentForm, DocumentNode, ElementAction, ElementBox, ElementInput,
    FrameDocument, ThemeKind,
};
pub use elsewhere::{Elsewhere, MAX_ELSEWHERE, Registered, Title};
pub use filling::Registry;
pub use frame::{
    FRAME_VERSION, Frame, Location, PanelError, PanelIdentity, Redraw, SameLine, Traits, Wants,
    Warning, Widget,
};
pub use front_end::{FrontEnd, present};
pub use identity::{InvalidId, Label, WidgetId};
pub use input::{Drag, DroppedInput, Input, InputValue};
/// The name of [`WidgetKind`] before it was distinguished from other kinds.
pub use kind::WidgetKind as Kind;
pub use kind::{
    ButtonStyle, ChoiceForm, ColorForm, Commit, Flow, NumberForm, PathForm, PopupForm, TableColumn,
    TextStyle, WidgetKind,
};
pub use lookup::NoSuchWidget;
pub use metrics::{FontTable, TextMetrics};
pub use mouse::MouseButton;
pub use recorder::{LayoutMark, MAX_COLUMNS, MAX_DEPTH, MAX_WIDGETS, Recorder, ScopeKind};
pub use request::{
    Answer, BadAnswer, BadRequest, FileFilter, MAX_REQUEST_ITEMS, MAX_REQUEST_LINE,
    MAX_REQUEST_TEXT, MessageStyle, Request, RequestId, RequestKind,
};
pub use schema::schema;
pub use session::{MAX_PENDING, Session, Surface};
pub use style::{Style, StyleValue, Styles, ThemePart};
pub use text::render_text;
pub use text_value::Text;
pub use texture::{FIRST_TEXTURE, MAX_TEXTURE_SIDE, TextureFormat, TextureRef};
pub use tree::{Content, Item};
pub use value::{Layer, Payload, Picture, Rgba, Shape, Value, Vec2};

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExample;

/// Hosts draw on one thread, plugins run on others, and frames move between them.
const _: () = {
    const fn is_send_and_sync<T: Send + Sync + 'static>() {}
    is_send_and_sync::<Frame>();
    is_send_and_sync::<Input>();
    is_send_and_sync::<InvalidId>();
    is_send_and_sync::<Recorder>();
    is_send_and_sync::<Session>();
    is_send_and_sync::<TextMetrics>();
};
