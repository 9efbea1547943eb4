//! The widgets of a panel as plain data.
//!
//! A plugin draws its panel by calls (`button`, `slider`, ...), again and again, and keeps no
//! widgets. This crate turns one such drawing into a [`Frame`]: a list of [`Widget`]s that can be
//! drawn by any front end, in any language, in another process, later; and it brings back what
//! the user did as [`Input`]s, each to its widget, exactly once and in the order of the user.
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
//! - A Rust host implements [`FrontEnd`] and calls [`present`].
//! - Anything else reads frames as JSON ([`schema`] describes both directions) and answers with
//!   inputs. Ids are opaque; a kind that is not known is skipped together with its content.
//! - After a drawing with [`Redraw::Again`] the panel is to be drawn once more at once.
//!
//! # What it never does
//! It draws no pixels, knows no Python, reads no files, keeps no clock and logs nothing.
//!
//! # Known limits
//! - Frames are for self-describing formats (JSON, CBOR, MessagePack with named fields): absent
//!   fields are left out, so a format that counts on the position of fields cannot read them.
//! - An input takes one drawing for each change of direction: clicks on a widget above, then on
//!   one below, arrive in one drawing, the other way round in two.
//! - At most 100,000 widgets, 100 levels and 4,096 waiting inputs; see [`MAX_WIDGETS`],
//!   [`MAX_DEPTH`] and [`MAX_PENDING`].

mod frame;
mod front_end;
mod identity;
mod input;
mod kind;
mod recorder;
mod schema;
mod session;
mod text;
mod text_value;
mod value;

pub use frame::{
    FRAME_VERSION, Frame, Location, PanelError, PanelIdentity, Payload, Redraw, SameLine, Traits,
    Warning, Widget,
};
pub use front_end::{FrontEnd, present};
pub use identity::{InvalidId, Label, WidgetId};
pub use input::{DroppedInput, Input, InputValue, MouseButton};
pub use kind::{
    ButtonStyle, ChoiceForm, ColorForm, Commit, Flow, Kind, NumberForm, PathForm, PopupForm,
    TableColumn, TextStyle,
};
pub use recorder::{LayoutMark, MAX_COLUMNS, MAX_DEPTH, MAX_WIDGETS, Recorder, ScopeKind};
pub use schema::schema;
pub use session::{MAX_PENDING, Session, Surface};
pub use text::render_text;
pub use text_value::Text;
pub use value::{Layer, Picture, Rgba, Shape, Value, Vec2};
