//! A document with the plugin's functions behind it.
//!
//! Two locks, neither of which is held while Python code runs: so a getter may change the document,
//! and a thread that has the interpreter's lock never waits for one that wants it.

use crate::layout::traceback_of;
use crate::retained::functions::Functions;
use lichtfeld_document::{Dispatch, Document, ListenerId, Model, SourceError};
use parking_lot::Mutex;
use pyo3::prelude::*;
use std::sync::Arc;

/// So many failures are kept until somebody logs them.
const MAX_FAILURES: usize = 64;

/// A document, from the first drawing of its panel to its removal.
pub(super) struct Live {
    /// Does what an event causes: elements begin events, and events have elements, so that one of
    /// the two gets the other when it is made.
    run: fn(&Arc<Self>, Python<'_>, Dispatch),
    document: Mutex<Option<Document>>,
    functions: Mutex<Functions>,
    /// What functions of the plugin have raised, as tracebacks, for the log.
    failures: Mutex<Vec<String>>,
}

impl Live {
    /// Makes one without a document; `run` does what an event causes.
    pub(super) fn new(run: fn(&Arc<Self>, Python<'_>, Dispatch)) -> Arc<Self> {
        Arc::new(Self {
            run,
            document: Mutex::default(),
            functions: Mutex::default(),
            failures: Mutex::default(),
        })
    }

    /// Returns the names of all data models, for a document that is made now.
    pub(super) fn models(&self) -> Vec<Model> {
        self.functions(|functions| {
            let models = functions.models.iter_mut();
            models
                .map(|(name, model)| {
                    model.is_new = false;
                    model.names(name)
                })
                .collect()
        })
    }

    /// Gives the functions of listeners free whose elements are gone.
    pub(super) fn forget(&self, gone: Vec<ListenerId>) {
        let functions: Vec<_> = self.functions(|functions| {
            let listeners = &mut functions.listeners;
            gone.iter().filter_map(|id| listeners.remove(id)).collect()
        });
        // Outside of the lock: the end of an object may run Python code.
        drop(functions);
    }

    /// Begins to show a document.
    pub(super) fn show(&self, document: Document) {
        *self.document.lock() = Some(document);
    }

    /// Ends the document and gives the plugin's functions free.
    pub(super) fn close(&self) {
        // Dropped outside of the locks: the end of an object may run Python code.
        let document = self.document.lock().take();
        let functions = std::mem::take(&mut *self.functions.lock());
        drop((document, functions));
    }

    /// Works on the document; `None` if there is none. `work` must not run Python code.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut Document) -> R) -> Option<R> {
        self.document.lock().as_mut().map(work)
    }

    /// Works on the functions. `work` must not run Python code: what it takes out is dropped later.
    pub(super) fn functions<R>(&self, work: impl FnOnce(&mut Functions) -> R) -> R {
        work(&mut self.functions.lock())
    }

    /// Takes what was raised since the last time.
    pub(super) fn take_failures(&self) -> Vec<String> {
        std::mem::take(&mut *self.failures.lock())
    }

    /// Keeps an exception for the log. Returns it as the author reads it in the panel.
    pub(super) fn failed(&self, py: Python<'_>, what: &str, error: &PyErr) -> SourceError {
        let traceback = traceback_of(py, error);
        let mut failures = self.failures.lock();
        if failures.len() < MAX_FAILURES {
            failures.push(format!("{what} failed\n{traceback}"));
        }
        drop(failures);
        let last = traceback.trim_end().lines().last().unwrap_or_default();
        SourceError::new(format!("`{what}` failed: {last}"))
    }

    /// Tells the document of models that were bound since.
    pub(super) fn announce(&self) {
        let new: Vec<_> = self.functions(|functions| {
            let models = functions.models.iter_mut();
            models
                .filter_map(|(name, model)| {
                    std::mem::take(&mut model.is_new).then(|| model.names(name))
                })
                .collect()
        });
        if !new.is_empty() {
            self.with(|document| {
                for model in new {
                    document.remove_model(model.name());
                    document.add_model(model);
                }
            });
        }
    }

    /// Does all that an event causes.
    pub(super) fn finish(self: &Arc<Self>, py: Python<'_>, dispatch: Dispatch) {
        (self.run)(self, py, dispatch);
    }
}
