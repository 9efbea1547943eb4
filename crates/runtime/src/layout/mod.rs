//! The layout that a panel's `draw(layout)` receives: every widget as a Python method.
//!
//! A drawing records a frame ([`lichtfeld_panel`]); widgets return what the user did. The recorder is
//! not locked while Python code runs, so property callbacks, `__index__` and other code of the plugin
//! may call the layout again.
//!
//! - `handle`: the class [`Layout`], and when it can be used;
//! - `args`: arguments, and messages that name the widget and the argument;
//! - `failure`: an exception as the panel's content;
//! - the others: the widgets, by what they are for.

mod advice;
mod args;
mod buttons;
mod choices;
mod collections;
mod containers;
mod dragging;
mod drawing;
mod edits;
mod failure;
mod handle;
mod hints;
mod numbers;
mod outcome;
mod pictures;
mod pointer;
mod popups;
mod properties;
mod queries;
mod record;
mod registered;
mod registered_elsewhere;
mod shapes;
mod spacing;
mod sublayout;
mod sublayout_state;
mod tables;
mod text;
mod textures;
pub(crate) mod titles;

pub(crate) use failure::{nearest, traceback_of};
pub use handle::Layout;
pub use lichtfeld_panel::PanelIdentity;
pub use record::draw;
pub(crate) use record::{draw_by, draw_inside};

use pyo3::prelude::*;

/// Adds the classes of this module to `lichtfeld.plugins`.
///
/// # Errors
/// What Python raises when a class cannot be made.
pub fn add_to_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Layout>()
}

#[cfg(test)]
mod tests;
