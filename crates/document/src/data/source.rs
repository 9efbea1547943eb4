//! Where values come from, and who is told what the user does.

use std::sync::Arc;

use crate::event::{Event, ListenerId};
use crate::value::{Key, Value};

/// Why a function of a data model has no result; the text is for the author.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SourceError(pub String);

impl SourceError {
    /// Makes an error.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// The values and functions of data models.
///
/// A document does not keep its source: each call of [`Document::update`](crate::Document::update)
/// and [`Document::dispatch`](crate::Document::dispatch) is given one. A caller that must not be in
/// the document while foreign code runs uses [`requests`](crate::Document::requests) and
/// [`Dispatch::step`](crate::Dispatch::step) instead; then no method of this trait is called.
pub trait DataSource {
    /// Returns the value of a variable. It is called once for each dirty variable and update, and
    /// only if something in the document depends on it.
    ///
    /// # Errors
    /// The message is reported where the variable is used, and the last value stays.
    fn get(&mut self, model: &str, variable: &str) -> Result<Value, SourceError>;

    /// Sets a variable, or the part of it to which `path` leads.
    ///
    /// # Errors
    /// The message is reported at the binding.
    fn set(
        &mut self,
        model: &str,
        variable: &str,
        path: &[Key],
        value: Value,
    ) -> Result<(), SourceError>;

    /// Calls a function of `data-event-...`.
    ///
    /// # Errors
    /// The message is reported at the binding.
    fn call(
        &mut self,
        model: &str,
        function: &str,
        event: &mut Event,
        arguments: &[Value],
    ) -> Result<(), SourceError>;

    /// Returns the result of a transform that the model has registered.
    ///
    /// # Errors
    /// The message is reported at the binding, which keeps its last value.
    fn transform(
        &mut self,
        model: &str,
        transform: &str,
        input: Value,
        arguments: &[Value],
    ) -> Result<Value, SourceError> {
        let _ = (model, input, arguments);
        Err(SourceError(format!("`{transform}` is not registered")))
    }

    /// Calls an event listener.
    ///
    /// # Errors
    /// The message is for the caller's log.
    fn listen(&mut self, listener: ListenerId, event: &mut Event) -> Result<(), SourceError> {
        let _ = (listener, event);
        Ok(())
    }
}

/// What a document needs to go on. Answer each with [`Document::answer`](crate::Document::answer).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Request {
    /// The value of a variable.
    Variable {
        /// The name of the model.
        model: Arc<str>,
        /// The name of the variable.
        variable: Arc<str>,
    },
    /// The result of a transform.
    Transform {
        /// The name of the model.
        model: Arc<str>,
        /// The name of the transform.
        transform: Arc<str>,
        /// The value on the left of `|`.
        input: Value,
        /// The arguments in brackets.
        arguments: Vec<Value>,
    },
}

impl Request {
    /// Asks a source.
    ///
    /// # Errors
    /// Those of the source.
    pub fn ask(&self, source: &mut dyn DataSource) -> Result<Value, SourceError> {
        match self {
            Self::Variable { model, variable } => source.get(model, variable),
            Self::Transform {
                model,
                transform,
                input,
                arguments,
            } => source.transform(model, transform, input.clone(), arguments),
        }
    }
}
