//! One version of a plugin's code in a worker.

use crate::reload_state;
use crate::worker::link::{self, Link, Serves};
use crate::worker::process::Worker;
use camino::Utf8PathBuf;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Stage};
use lichtfeld_engine::execution::backend::{
    CodeVersion, Deadline, FilesTaken, Instance, ReloadState, UnloadReport,
};
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::model::place_kind::PlaceKind;
use lichtfeld_engine::worker::message::{Ask, unpack};
use pyo3::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// The plugin's code there, and the module that stands for it here.
pub(super) struct WorkerInstance {
    worker: Arc<Worker>,
    module: String,
}

impl WorkerInstance {
    /// Imports the plugin there.
    ///
    /// # Errors
    /// The plugin's failure; the process is gone then.
    pub(super) fn import(
        worker: Arc<Worker>,
        code_version: &CodeVersion,
        deadline: &mut Deadline<'_>,
    ) -> Result<Self, Failure> {
        let imported = Self::import_in(&worker, code_version, deadline);
        match imported {
            Ok(()) => Ok(Self {
                worker,
                module: code_version.module.clone(),
            }),
            Err(failure) => {
                worker.end();
                worker.services.ledger.free(&worker.owner);
                Err(failure)
            }
        }
    }

    fn import_in(
        worker: &Arc<Worker>,
        code_version: &CodeVersion,
        deadline: &mut Deadline<'_>,
    ) -> Result<(), Failure> {
        let channel = Arc::clone(worker.channel()?);
        let limit = worker.services.workers.call;
        let link = Link::to_plugin(channel, worker.id(), limit, &code_version.name);
        Python::attach(|py| {
            let peer = link::peer(
                py,
                link,
                &format!("lfs_plugins.{}", code_version.module),
                Serves::Application,
            )?;
            peer.setattr("owner", (&worker.owner.key, worker.owner.revision))?;
            let _ = worker.peer.set(peer.unbind());
            PyResult::Ok(())
        })
        .map_err(|error| Failure::new(FailureKind::Crashed, Stage::Import, error.to_string()))?;
        let mut code_version = code_version.clone();
        // The plugin's own Python has them on its path.
        code_version.site_packages.clear();
        let limit = within(deadline, worker.services.workers.load);
        worker.ask(&Ask::Import { code_version }, &[], limit, deadline.wanted)?;
        Ok(())
    }

    fn stand_in(&self, method: &str) {
        let done = Python::attach(|py| match self.worker.peer.get() {
            Some(peer) => peer.call_method1(py, method, (&self.module,)).map(drop),
            None => Ok(()),
        });
        if let Err(error) = done {
            let key = Some(self.worker.owner.key.as_str());
            self.worker
                .services
                .log(key, Level::Error, &error.to_string());
        }
    }

    fn step(
        &self,
        ask: &Ask,
        bytes: &[u8],
        stage: Stage,
        deadline: &mut Deadline<'_>,
    ) -> Result<Vec<u8>, Failure> {
        let limit = within(deadline, self.worker.services.workers.load);
        let answer = self.worker.ask(ask, bytes, limit, deadline.wanted);
        answer.map_err(|mut failure| {
            if matches!(
                failure.kind,
                FailureKind::Crashed | FailureKind::Unresponsive | FailureKind::Cancelled
            ) {
                failure.stage = stage;
            }
            failure
        })
    }
}

/// The shorter of the two limits.
fn within(deadline: &Deadline<'_>, limit: Duration) -> Duration {
    deadline.limit.map_or(limit, |own| own.min(limit))
}

impl Instance for WorkerInstance {
    fn kind(&self) -> PlaceKind {
        PlaceKind::Worker
    }

    /// The old process goes on answering until the new one is active.
    fn leave(&mut self) {}

    fn enter(&mut self) {
        self.stand_in("enter");
    }

    fn activate(
        &mut self,
        reload_state: Option<&ReloadState>,
        deadline: &mut Deadline<'_>,
    ) -> Result<(), Failure> {
        let worker = &self.worker;
        worker.services.ledger.set_active(&worker.owner);
        let state = reload_state
            .and_then(|state| state.downcast_ref::<Vec<u8>>())
            .map_or(&[][..], Vec::as_slice);
        let activated = self.step(&Ask::Activate, state, Stage::Activation, deadline);
        match activated {
            Ok(_) => {
                self.stand_in("enter");
                Ok(())
            }
            Err(failure) => {
                worker.services.ledger.set_inactive(&worker.owner);
                worker.services.ledger.free(&worker.owner);
                Err(failure)
            }
        }
    }

    fn adopt(&mut self, reload_state: &ReloadState) -> Result<Option<ReloadState>, Failure> {
        reload_state::for_worker(reload_state)
    }

    fn hand_over(&mut self) -> Result<Option<ReloadState>, Failure> {
        // One that has died or hangs has nothing to hand over, and must not keep its successor out.
        if self.worker.death().is_some() || !self.worker.answers() {
            let line = "the plugin's process does not answer, so that its on_before_reload was not \
                        called; the new version begins without its state";
            let key = Some(self.worker.owner.key.as_str());
            self.worker.services.log(key, Level::Warn, line);
            return Ok(None);
        }
        let state = self.step(
            &Ask::HandOver,
            &[],
            Stage::Activation,
            &mut Deadline {
                limit: None,
                wanted: &mut || true,
            },
        )?;
        Ok((!state.is_empty()).then(|| Box::new(state) as ReloadState))
    }

    fn deactivate(&mut self, deadline: &mut Deadline<'_>) -> Result<(), Failure> {
        let worker = &self.worker;
        let result = if worker.death().is_some() {
            Ok(())
        } else if !worker.answers() {
            Err(worker.given_up())
        } else {
            self.step(&Ask::Deactivate, &[], Stage::Activation, deadline)
                .map(drop)
        };
        worker.services.ledger.set_inactive(&worker.owner);
        result
    }

    fn remove(self: Box<Self>) -> UnloadReport {
        let worker = &self.worker;
        worker.services.ledger.set_inactive(&worker.owner);
        self.stand_in("leave");
        worker.retire();
        let mut report = UnloadReport::default();
        if worker.death().is_none() {
            match worker.ask(&Ask::Remove, &[], worker.services.workers.end, &mut || true) {
                Ok(body) => match unpack::<UnloadReport>(&body) {
                    Ok((told, _)) => report = told,
                    Err(reason) => report.error = Some(reason.into()),
                },
                Err(failure) => report.error = Some(failure.to_string()),
            }
        }
        worker.end();
        for freed in worker.services.ledger.free(&worker.owner) {
            if !report.freed.contains(&freed) {
                report.freed.push(freed);
            }
        }
        report
    }

    fn files_changed(&mut self, paths: &[Utf8PathBuf]) -> FilesTaken {
        if !self.worker.answers() {
            return FilesTaken::default();
        }
        let paths = paths.to_vec();
        let dealt = self.step(
            &Ask::FilesChanged { paths },
            &[],
            Stage::Activation,
            &mut Deadline {
                limit: None,
                wanted: &mut || true,
            },
        );
        let taken = dealt.ok().and_then(|body| {
            let taken = unpack::<FilesTaken>(&body);
            taken.ok().map(|(taken, _)| taken)
        });
        taken.unwrap_or_default()
    }
}
