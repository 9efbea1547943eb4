//! Documents: a template with its elements, values and styles.

mod anew;
mod answers;
mod attach;
mod controls;
mod dispatch;
mod effects;
mod elements;
mod environment;
mod inner_rml;
mod listens;
mod plain;
mod query;
mod restyle;
mod rows;
mod state;
mod taken;
mod update;

pub use controls::State;
pub use dispatch::{Dispatch, Step};
pub use elements::NodeError;
pub use plain::{PlainNode, select_plain};
pub use state::{Document, Options};
