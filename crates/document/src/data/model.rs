//! Data models: the names that a template may use, and the values that were last asked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::scope::BindingId;
use crate::value::Value;

/// What a data model offers: names only. The values come from a [`DataSource`](crate::DataSource).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    pub(crate) name: String,
    pub(crate) variables: Vec<String>,
    pub(crate) events: BTreeSet<String>,
    pub(crate) transforms: BTreeSet<String>,
}

impl Model {
    /// Makes a model without names. `data-model` refers to it by `name`.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Adds a variable. One that is added twice counts once.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        if !self.variables.contains(&name) {
            self.variables.push(name);
        }
        self
    }

    /// Adds a function that `data-event-...` may call.
    #[must_use]
    pub fn event(mut self, name: impl Into<String>) -> Self {
        self.events.insert(name.into());
        self
    }

    /// Adds a transform, for `value | name`.
    #[must_use]
    pub fn transform(mut self, name: impl Into<String>) -> Self {
        self.transforms.insert(name.into());
        self
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A variable and what depends on it.
#[derive(Debug, Default)]
pub(crate) struct Variable {
    pub(crate) name: Arc<str>,
    pub(crate) value: Option<Value>,
    /// Whether the value may have changed since it was asked for.
    pub(crate) is_dirty: bool,
    /// Whether the running update asks for it.
    pub(crate) is_wanted: bool,
    pub(crate) dependents: Vec<BindingId>,
}

/// A model of a document.
#[derive(Debug)]
pub(crate) struct ModelState {
    pub(crate) name: Arc<str>,
    pub(crate) variables: Vec<Variable>,
    by_name: FxHashMap<Arc<str>, u32>,
    pub(crate) events: BTreeSet<String>,
    pub(crate) transforms: BTreeSet<String>,
    /// Whether the model has been removed: nothing is asked of it any more.
    pub(crate) is_removed: bool,
}

impl ModelState {
    pub(crate) fn new(model: Model) -> Self {
        let mut state = Self {
            name: Arc::from(model.name),
            variables: Vec::with_capacity(model.variables.len()),
            by_name: FxHashMap::default(),
            events: model.events,
            transforms: model.transforms,
            is_removed: false,
        };
        for name in model.variables {
            let Ok(index) = u32::try_from(state.variables.len()) else {
                break;
            };
            let name: Arc<str> = Arc::from(name);
            state.by_name.insert(Arc::clone(&name), index);
            state.variables.push(Variable {
                name,
                is_dirty: true,
                ..Variable::default()
            });
        }
        state
    }

    pub(crate) fn index_of(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|variable| &*variable.name)
    }
}
