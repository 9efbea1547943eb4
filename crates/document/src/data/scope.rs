//! The names that an expression may use at its place.

use std::sync::Arc;

use crate::value::Key;

/// The identity of a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BindingId {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

/// A variable of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct VariableId {
    pub(crate) model: u32,
    pub(crate) index: u32,
}

/// A part of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) variable: VariableId,
    pub(crate) path: Vec<Key>,
}

/// What a name of `data-for` or `data-alias` stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Address(Address),
    /// The index of a row.
    Index(i64),
}

/// Names, and those of the elements around.
#[derive(Debug)]
pub(crate) struct Scope {
    outer: Option<Arc<Scope>>,
    names: Vec<(Arc<str>, Meaning)>,
}

/// The data model and the names at an element.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) model: Option<u32>,
    pub(crate) scope: Option<Arc<Scope>>,
}

impl Place {
    /// Returns the place within an element that adds names.
    pub(crate) fn with(&self, names: Vec<(Arc<str>, Meaning)>) -> Self {
        let outer = self.scope.clone();
        Self {
            model: self.model,
            scope: Some(Arc::new(Scope { outer, names })),
        }
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Meaning> {
        let mut scope = self.scope.as_deref();
        while let Some(Scope { outer, names }) = scope {
            if let Some((_, meaning)) = names.iter().find(|(known, _)| &**known == name) {
                return Some(meaning);
            }
            scope = outer.as_deref();
        }
        None
    }

    /// Returns all names, for suggestions.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut all = Vec::new();
        let mut scope = self.scope.as_deref();
        while let Some(Scope { outer, names }) = scope {
            all.extend(names.iter().map(|(name, _)| &**name));
            scope = outer.as_deref();
        }
        all
    }
}
