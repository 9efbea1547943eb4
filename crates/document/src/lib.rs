//! Retained panels as plain data: RML, RCSS and their data language, without a front end.
//!
//! A retained panel is a *template*, written in RML and styled with RCSS (the languages of RmlUi),
//! and a *data model*: names of variables, functions and transforms. A [`Document`] keeps the
//! elements of a template. It asks a [`DataSource`] for values when they are dirty, shows them by
//! the bindings of the template, computes styles, and returns what has changed.
//!
//! ```
//! use lichtfeld_document::{Document, Model, NoFiles, Options, Request, Template, Value};
//!
//! let rml = "<body data-model='m'><p data-class-loud='volume > 7'>{{ volume }} dB</p></body>";
//! let template = Template::parse("panel.rml", rml, &NoFiles);
//! assert_eq!(template.diagnostics(), []);
//! let model = Model::new("m").variable("volume");
//! let mut document = Document::new(&template, vec![model], Options::default());
//!
//! // Nothing foreign runs inside the document: it says what it needs, and is answered.
//! loop {
//!     let requests = document.requests();
//!     if requests.is_empty() {
//!         break;
//!     }
//!     for request in requests {
//!         let answer = match &request {
//!             Request::Variable { .. } => Value::Int(11),
//!             _ => Value::Null,
//!         };
//!         document.answer(&request, Ok(answer));
//!     }
//! }
//! let p = document.query(document.root(), "p.loud")?.ok_or("no such element")?;
//! assert_eq!(document.text(p), "11 dB");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # For front ends
//! - [`Document::take_changes`] returns the whole document at first, then only what has changed since
//!   the last call. [`Mirror`] is a copy that follows; [`render_snapshot`] draws it as text.
//! - Every element has its computed [`Style`], so that no cascade is needed: lengths in `em` are
//!   resolved, custom properties replaced. `dp` and percentages are for the front end, which knows the
//!   screen and the layout.
//! - Say what the user does: [`Document::click`], [`change`](Document::change),
//!   [`hover`](Document::hover), [`focus`](Document::focus), or any [`event`](Document::event). Each
//!   returns a [`Dispatch`], whose [`Step`]s the caller does.
//! - The element with the id `im-root` ([`Document::im_root`]) is where the panel itself draws.
//! - An application that has RmlUi takes [`Template::source`] and [`Template::sheets`] instead.
//!
//! # For authors
//! Mistakes are [`Diagnostic`]s: what, where (file, line, column), and the most similar name.
//! [`Template::parse`] finds those of the texts, [`Document::diagnostics`] also those of names and
//! values. What can be read is shown in any case, and an expression without a value is shown as it is
//! written, so that a mistake is never a blank.
//!
//! # What it never does
//! It draws no pixels, runs no code of a template (`<script>` is left out), opens no files and no
//! connections (a [`Loader`] resolves names; URLs are refused), does not use Python, has no clock and
//! writes no log. It calls no foreign code while it is borrowed, unless the caller chooses
//! [`Document::update`], [`Document::finish`] or [`Document::dispatch`].
//!
//! # Known limits
//! - Everything is bounded; see [`limits`]. What exceeds a limit is left out and reported.
//! - Layout, pixels, animations and transitions are for the front end. `decorator`, `transform`,
//!   `animation` and similar values are passed on as text.
//! - A variable is dirty as a whole. Rows of a `data-for` are used again by their index, not by
//!   what they contain.
//! - `docs/reference/rml.md` lists what is supported, and `docs/decisions/documents.md` where this
//!   differs from RmlUi, and why.

mod changes;
pub mod codes;
mod data;
mod diagnostic;
mod document;
mod event;
mod expression;
pub mod limits;
mod loader;
mod rml;
mod source;
mod style;
mod suggest;
mod template;
mod text;
mod tree;
mod value;

pub use changes::{Change, Changes, Child, Content, Effect, Mirror, Snapshot};
pub use data::model::Model;
pub use data::source::{DataSource, Request, SourceError};
pub use diagnostic::{Diagnostic, Severity};
pub use document::{Dispatch, Document, NodeError, Options, PlainNode, State, Step, select_plain};
pub use event::{Event, ListenerId, Phase};
pub use loader::{LoadError, Loader, NoFiles};
pub use source::Position;
pub use style::builtin::builtin_template;
pub use style::computed::Style;
pub use style::media::Viewport;
pub use style::sheet::AtRule;
pub use style::theme::Theme;
pub use style::value::{Rgba, StyleValue, Unit};
pub use template::Template;
pub use text::{render_snapshot, render_text};
pub use tree::id::NodeId;
pub use tree::node::Layout;
pub use value::{Key, Value};

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExample;

/// A document is made on one thread and used on others; what it returns moves freely.
const _: () = {
    const fn is_send<T: Send + 'static>() {}
    const fn is_send_and_sync<T: Send + Sync + 'static>() {}
    is_send::<Document>();
    is_send::<Dispatch>();
    is_send_and_sync::<Template>();
    is_send_and_sync::<Changes>();
    is_send_and_sync::<Mirror>();
    is_send_and_sync::<Value>();
    is_send_and_sync::<Request>();
    is_send_and_sync::<Step>();
    is_send_and_sync::<Diagnostic>();
};
