//! The backend that runs each plugin in a process of its own.

use crate::package_directory;
use crate::worker::instance::WorkerInstance;
use crate::worker::launch::{Bytecode, Program, start};
use lichtfeld_engine::Services;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Stage};
use lichtfeld_engine::execution::backend::{Backend, CodeVersion, Deadline, Instance};
use lichtfeld_engine::model::place_kind::PlaceKind;
use lichtfeld_engine::registrations::ledger::Owner;
use lichtfeld_installer::Distribution;
use pyo3::prelude::*;
use std::fmt;

/// Runs each plugin in a process with the plugin's own Python.
pub struct WorkerBackend {
    services: Services,
}

impl fmt::Debug for WorkerBackend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WorkerBackend")
            .finish_non_exhaustive()
    }
}

impl WorkerBackend {
    /// Makes the backend for the plugins of the manager that `services` belong to.
    #[must_use]
    pub fn new(services: Services) -> Self {
        Self { services }
    }
}

impl Backend for WorkerBackend {
    fn kind(&self) -> PlaceKind {
        PlaceKind::Worker
    }

    fn distributions(&self) -> Vec<Distribution> {
        Vec::new()
    }

    fn import(
        &self,
        code_version: &CodeVersion,
        deadline: &mut Deadline<'_>,
    ) -> Result<Box<dyn Instance>, Failure> {
        let package = package_directory::find(&self.services.workers).map_err(|missing| {
            let message = format!(
                "the Python packages `lichtfeld` and `lfs_plugins` cannot be found for a new process: \
                 {}",
                missing.reason
            );
            let failure = Failure::new(FailureKind::Environment, Stage::Import, message);
            match missing.hint {
                Some(hint) => failure.with_hint(hint),
                None => failure,
            }
        })?;
        let bytecode = Python::attach(|py| {
            let off = py
                .import("sys")
                .and_then(|sys| sys.getattr("dont_write_bytecode"))
                .and_then(|off| off.is_truthy());
            match off {
                Ok(true) => Bytecode::NotWritten,
                _ => Bytecode::Written,
            }
        });
        let owner = Owner {
            key: code_version.key.clone(),
            revision: code_version.revision,
        };
        let program = Program {
            python: code_version
                .python
                .as_deref()
                .unwrap_or(&self.services.python),
            package: &package,
            root: &code_version.root,
            bytecode,
            environment: code_version.python.as_deref(),
        };
        let worker = start(&self.services, owner, &program, deadline.wanted)?;
        let instance = WorkerInstance::import(worker, code_version, deadline)?;
        Ok(Box::new(instance))
    }
}
