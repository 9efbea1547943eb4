//! The functions of a plugin that a document calls.

use lichtfeld_document::{ListenerId, Model, Value};
use pyo3::prelude::*;
use std::collections::BTreeMap;

/// How a variable is read and set.
pub(super) enum Variable {
    /// By functions; without a setter it cannot be set.
    Bound {
        get: Py<PyAny>,
        set: Option<Py<PyAny>>,
    },
    /// A list that the plugin hands over with `update_string_list` or `update_record_list`.
    List(Value),
}

/// The functions of one data model.
#[derive(Default)]
pub(super) struct ModelFunctions {
    pub(super) variables: BTreeMap<String, Variable>,
    pub(super) events: BTreeMap<String, Py<PyAny>>,
    pub(super) transforms: BTreeMap<String, Py<PyAny>>,
    /// Whether the document does not know all names yet.
    pub(super) is_new: bool,
}

impl ModelFunctions {
    /// Returns the names, for the document.
    pub(super) fn names(&self, name: &str) -> Model {
        let model = self
            .variables
            .keys()
            .fold(Model::new(name), |model, name| model.variable(name));
        let model = self
            .events
            .keys()
            .fold(model, |model, name| model.event(name));
        let transforms = self.transforms.keys();
        transforms.fold(model, |model, name| model.transform(name))
    }
}

/// All functions behind a document.
#[derive(Default)]
pub(super) struct Functions {
    pub(super) models: BTreeMap<String, ModelFunctions>,
    pub(super) listeners: BTreeMap<ListenerId, Py<PyAny>>,
}
