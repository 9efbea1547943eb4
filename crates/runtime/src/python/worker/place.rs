//! The place "in a process of its own".

use super::instance::WorkerInstance;
use super::process::{Bytecode, Program, Worker, package};
use crate::error::{Failure, FailureKind, Stage};
use crate::ledger::Owner;
use crate::manager::Shared;
use crate::place::{Instance, Patience, Place, PlaceKind, Unit};
use lichtfeld_installer::Distribution;
use pyo3::prelude::*;

/// Runs each plugin in a process with the plugin's own Python.
pub struct WorkerPlace {
    shared: Shared,
}

impl WorkerPlace {
    /// A place for the plugins of the manager that `shared` belongs to.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }
}

impl Place for WorkerPlace {
    fn kind(&self) -> PlaceKind {
        PlaceKind::Worker
    }

    fn distributions(&self) -> Vec<Distribution> {
        Vec::new()
    }

    fn import(
        &self,
        unit: &Unit,
        patience: &mut Patience<'_>,
    ) -> Result<Box<dyn Instance>, Failure> {
        let (package, bytecode) = Python::attach(|py| {
            let package = package(py, self.shared.workers.package.as_ref());
            let off = py
                .import("sys")
                .and_then(|sys| sys.getattr("dont_write_bytecode"))
                .and_then(|off| off.is_truthy());
            let bytecode = match off {
                Ok(true) => Bytecode::NotWritten,
                _ => Bytecode::Written,
            };
            (package, bytecode)
        });
        let package = package.ok_or_else(|| {
            Failure::new(
                FailureKind::Environment,
                Stage::Import,
                "the Python packages `lichtfeld` and `lfs_plugins` cannot be found for a new process",
            )
            .with_hint("name their directory in Config::workers.package")
        })?;
        let owner = Owner {
            key: unit.key.clone(),
            generation: unit.generation,
        };
        let program = Program {
            python: unit.python.as_deref().unwrap_or(&self.shared.python),
            package: &package,
            root: &unit.root,
            bytecode,
        };
        let worker = Worker::start(&self.shared, owner, &program, patience.wanted)?;
        let instance = WorkerInstance::import(worker, unit, patience)?;
        Ok(Box::new(instance))
    }
}
