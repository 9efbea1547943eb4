//! Turns the calls of one drawing into a frame, and answers them from the session's inputs.
//!
//! The recorder treats all widgets alike: it appends a [`WidgetKind`](crate::WidgetKind) to the
//! frame, computes the widget's id, delivers inputs and keeps track of open scopes. What a widget
//! returns to its caller (a pair of changed and value, a boolean) is the caller's decision.
//!
//! [`Recorder`] and its state are in `state`; every other file adds methods for one purpose.

mod decoration;
mod edits;
mod elements;
mod embedding;
mod folding;
mod item;
mod modifiers;
mod pointer;
mod scope;
mod scopes;
mod state;
mod tables;
mod twins;
mod widgets;

pub use scope::{LayoutMark, ScopeKind};
pub use state::{MAX_DEPTH, MAX_WIDGETS, Recorder};
pub use tables::MAX_COLUMNS;
