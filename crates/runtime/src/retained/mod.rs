//! Panels that are made from a template.
//!
//! The template is read by `lichtfeld_document`, which knows no Python. Here its data comes from the
//! plugin's functions, and what the document shows becomes widgets of the panel's frame, so that
//! every front end shows it, also that of another process.
//!
//! - `live`: a document with the functions behind it; `calls`: the calls between the two;
//! - `functions`, `values`: the functions of data models, and their values;
//! - `context`, `handle`: what `on_bind_model` receives;
//! - `element`, `document`, `event`: what `on_mount` and listeners receive;
//! - `files`: the files that a template names, which lie in the plugin's folder;
//! - `check`: mistakes of templates, without the plugin's code;
//! - `mounted`: the document of a panel, from its first drawing to its removal;
//! - `lower`, `ops`, `widgets`: a document as widgets; `tree`: as elements.
//!
//! The document is never locked while a function of the plugin runs.

mod calls;
mod check;
mod context;
mod document;
mod element;
mod event;
mod files;
mod functions;
mod handle;
mod live;
mod lower;
mod mounted;
mod ops;
mod tree;
mod values;
mod widgets;

pub use check::check_templates;
pub(crate) use mounted::{Mistake, Mounted};

#[cfg(test)]
mod tests;

use pyo3::prelude::*;

/// The module `lichtfeld.ui.rml`.
///
/// # Errors
/// If Python refuses it.
pub(crate) fn module(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    let module = PyModule::new(py, "lichtfeld.ui.rml")?;
    module.setattr(
        "__doc__",
        "Documents of panels that are made from a template.",
    )?;
    module.add_class::<context::Context>()?;
    module.add_class::<context::Constructor>()?;
    module.add_class::<handle::Handle>()?;
    module.add_class::<element::Element>()?;
    module.add_class::<document::PyDocument>()?;
    module.add_class::<event::PyEvent>()?;
    module.add_function(wrap_pyfunction!(mounted::get_document, &module)?)?;
    module.add_function(wrap_pyfunction!(check::check, &module)?)?;
    Ok(module)
}
