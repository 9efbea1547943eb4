//! Reload as a transaction: the new code is imported while the old code runs, and the old code
//! continues if a step fails.

use crate::error::Error;
use crate::error::causes::with_causes;
use crate::error::failure::log_text;
use crate::error::failure::{Failure, FailureKind, Stage};
use crate::execution::backend::{CodeVersion, Deadline, Instance};
use crate::execution::environment::Prepared;
use crate::lifecycle::{Event, State};
use crate::manager::Manager;
use crate::manager::load::Chosen;
use crate::manager::running_guard::RunningGuard;
use crate::manager::slot::{Running, Slot};
use crate::model::level::Level;
use crate::model::observer::Observer;
use crate::model::observer::UntilEnd;
use crate::model::on_disk::OnDisk;
use crate::model::place_kind::PlaceKind;
use crate::model::report::LoadReport;
use crate::storage::crash_markers::Step;
use lichtfeld_manifest::Isolation;
use std::sync::Arc;
use std::time::Instant;
use tracing::debug_span;

/// How the switch from the old code to the new one ended.
enum Switched {
    /// The new code is active.
    New,
    /// The new code failed; the old one is active again.
    Old(Failure),
    /// Neither is active.
    Neither(Failure),
}

/// The version that is to replace the running one.
#[derive(Clone, Copy)]
struct NextVersion<'a> {
    key: &'a str,
    name: &'a str,
    plugin: &'a OnDisk,
    prepared: &'a Prepared,
    /// Where it will run.
    place: PlaceKind,
    cause: &'a str,
}

/// Why the new version did not become active.
enum Refusal {
    /// The new version failed. The old one continues, with the failure kept beside it.
    Failed(Box<Failure>),
    /// The reload ended for another reason, which is already handled.
    Error(Error),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failed(Box::new(failure))
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Manager {
    /// Replaces a plugin's code by the files that are on disk now. Loads a plugin that is not
    /// active.
    ///
    /// If the new code cannot be prepared, imported or activated, the old code continues: the
    /// plugin stays ACTIVE, with the failure kept beside it.
    ///
    /// # Errors
    /// As [`Manager::load`]; [`Error::Failed`] also if the old version continues.
    pub fn reload(&self, name: &str, observer: &mut dyn Observer) -> Result<(), Error> {
        let key = self.key(name)?;
        let _guard = self.operation(&key, &mut || observer.should_cancel())?;
        let _refresh = self.refreshing(&key);
        self.reload_locked(&key, observer, "reload requested")
    }

    pub(crate) fn reload_locked(
        &self,
        key: &str,
        observer: &mut dyn Observer,
        cause: &str,
    ) -> Result<(), Error> {
        let _span = debug_span!("reload", plugin = key, cause).entered();
        let _reading = self.reading(key);
        let observer = &mut UntilEnd {
            observer,
            ending: &self.ending,
        };
        let broken = self.refresh(key)?;
        let Some((state, plugin)) = self
            .plugins
            .with(key, |record| (record.state, Arc::clone(&record.on_disk)))
        else {
            return Err(Error::UnknownPlugin {
                name: key.to_owned(),
                near: None,
            });
        };
        if state != State::Active {
            return self.load_locked(key, observer, cause);
        }
        let name = plugin.manifest.name().as_str().to_owned();
        let refused = |failure: Failure| self.refuse(key, &name, failure);
        // With a manifest that is damaged or was removed, the old version continues.
        if let Some(failure) = broken {
            return Err(refused(failure));
        }
        let found = plugin.manifest.compatibility(self.facts());
        if !found.is_empty() {
            return Err(refused(Failure::from_incompatible(&found)));
        }

        let mut report = LoadReport::default();
        let started = Instant::now();
        observer.stage(Stage::Environment, &name);
        let prepared = match self.prepare(key, &plugin, observer, &mut report, cause) {
            Ok(prepared) => prepared,
            Err(Error::Failed { failure, .. }) => return Err(refused(*failure)),
            Err(other) => return Err(other),
        };
        report.environment = prepared.origin;
        report.environment_time = started.elapsed();
        let missing = || {
            let message = "the running version cannot be found";
            Failure::new(FailureKind::Import, Stage::Import, message)
        };
        let Some(mut running) = RunningGuard::take(&self.plugins, key) else {
            return Err(refused(missing()));
        };
        let Some(now) = running.instance().map(|instance| instance.kind()) else {
            return Err(refused(missing()));
        };
        let chosen = match self.replaceable(key, &plugin, &prepared, now, &mut report) {
            Ok(chosen) => chosen,
            Err(failure) => {
                drop(running);
                return Err(refused(failure));
            }
        };
        let next = NextVersion {
            key,
            name: &name,
            plugin: &plugin,
            prepared: &prepared,
            place: chosen.kind,
            cause,
        };
        let replaced = self.replace(&next, chosen, running, observer, report);
        replaced.map_err(|refusal| match refusal {
            Refusal::Failed(failure) => refused(*failure),
            Refusal::Error(error) => error,
        })
    }

    /// Imports the new version beside the old one and switches to it.
    fn replace(
        &self,
        next: &NextVersion<'_>,
        chosen: Chosen,
        mut running: RunningGuard<'_>,
        observer: &mut dyn Observer,
        mut report: LoadReport,
    ) -> Result<(), Refusal> {
        let NextVersion {
            key, name, place, ..
        } = *next;
        observer.stage(Stage::Import, name);
        let generation = next.prepared.generation.as_ref();
        let mut code_version = self.code_version(key, next.plugin, generation)?;
        chosen.describe(&mut code_version);
        let mut instance =
            self.import_beside(next, &code_version, &mut running, observer, &mut report)?;

        observer.stage(Stage::Activation, name);
        let started = Instant::now();
        let marker = self.mark(key, place, Step::Activation);
        let switched = match running.instance() {
            Some(old) => debug_span!("activate", plugin = key)
                .in_scope(|| self.switch(key, old, instance.as_mut(), observer)),
            None => Switched::New,
        };
        drop(marker);
        report.activation_time = started.elapsed();
        match switched {
            Switched::New => {
                self.was_activated(key);
                let left = running.remove();
                self.log_unloaded(key, &left, None);
                report.stage = Some(Stage::Complete);
                report.place = Some(instance.kind());
                let hold = self.hold(key, generation, &mut report);
                self.plugins.with(key, |record| {
                    record.running = Slot::Filled(Running {
                        instance,
                        _hold: hold,
                    });
                    record.failure = None;
                    record.report = report;
                    record.unload_report = Some(left);
                });
                self.plugins
                    .on(&self.events, key, Event::Reloaded, next.cause)?;
                observer.stage(Stage::Complete, name);
                Ok(())
            }
            Switched::Old(failure) => {
                instance.remove();
                drop(running);
                Err(failure.into())
            }
            Switched::Neither(failure) => {
                instance.remove();
                running.remove();
                self.log(Some(key), Level::Error, &log_text(&failure));
                self.plugins
                    .with(key, |record| record.failure = Some(failure.clone()));
                self.plugins
                    .on(&self.events, key, Event::Failed, &failure.message)?;
                Err(Error::of_step(name, failure).into())
            }
        }
    }

    /// Imports the new version while the old one runs.
    fn import_beside(
        &self,
        next: &NextVersion<'_>,
        code_version: &CodeVersion,
        running: &mut RunningGuard<'_>,
        observer: &mut dyn Observer,
        report: &mut LoadReport,
    ) -> Result<Box<dyn Instance>, Refusal> {
        let (key, place) = (next.key, next.place);
        let now = running.instance().map_or(place, |old| old.kind());
        let _import = self.import_guard(&[now, place], key, &mut || observer.should_cancel())?;
        let _span = debug_span!("import", plugin = key, place = %place).entered();
        let started = Instant::now();
        if let Some(old) = running.instance() {
            old.leave();
        }
        let _marker = self.mark(key, place, Step::Import);
        let mut imported = self.backends.of(place).import(
            code_version,
            &mut Deadline {
                limit: self.timeouts.load,
                wanted: &mut || !observer.should_cancel(),
            },
        );
        // The old code runs until the switch, and must find its own modules until then.
        if let Ok(new) = &mut imported {
            new.leave();
        }
        if let Some(old) = running.instance() {
            old.enter();
        }
        report.import_time = started.elapsed();
        Ok(imported?)
    }

    /// Deactivates the old code and activates the new one. If the new `on_load` fails, activates
    /// the old code again.
    fn switch(
        &self,
        key: &str,
        old: &mut dyn Instance,
        new: &mut dyn Instance,
        observer: &mut dyn Observer,
    ) -> Switched {
        let mut always = || true;
        let mut unlimited = Deadline {
            limit: None,
            wanted: &mut always,
        };
        self.requests().withdraw_waiting(key);
        let reload_state = match old.hand_over() {
            Ok(reload_state) => reload_state,
            Err(failure) => return Switched::Old(failure),
        };
        // Before the old version ends: a state that cannot cross to the new place stays with it.
        let adopted = match &reload_state {
            Some(state) => match new.adopt(state) {
                Ok(adopted) => adopted,
                Err(failure) => return Switched::Old(failure),
            },
            None => None,
        };
        // An exception of `on_unload` is an error of the old code, and must not prevent the new
        // code.
        if let Err(failure) = old.deactivate(&mut unlimited) {
            self.log(Some(key), Level::Warn, &log_text(&failure));
        }
        old.leave();
        new.enter();
        match new.activate(
            adopted.as_ref().or(reload_state.as_ref()),
            &mut Deadline {
                limit: self.timeouts.load,
                wanted: &mut || !observer.should_cancel(),
            },
        ) {
            Ok(()) => Switched::New,
            Err(failure) => {
                new.leave();
                old.enter();
                match old.activate(reload_state.as_ref(), &mut unlimited) {
                    Ok(()) => Switched::Old(failure),
                    Err(again) => {
                        let mut both = failure;
                        both.message = format!(
                            "{}; the previous version could not be started again: {again}",
                            both.message
                        );
                        Switched::Neither(both)
                    }
                }
            }
        }
    }

    /// Keeps the failure of a reload beside the version that continues.
    pub(crate) fn refuse(&self, key: &str, name: &str, failure: Failure) -> Error {
        // The caller cancelled, which is not a failure of the new version.
        if matches!(
            failure.kind,
            FailureKind::Cancelled | FailureKind::Interrupted
        ) {
            return Error::of_step(name, failure);
        }
        self.log(
            Some(key),
            Level::Error,
            &format!("{}\nthe previous version continues", log_text(&failure)),
        );
        self.plugins
            .with(key, |record| record.failure = Some(failure.clone()));
        if let Err(illegal) =
            self.plugins
                .on(&self.events, key, Event::ReloadFailed, &failure.message)
        {
            self.log(Some(key), Level::Error, &with_causes(&illegal));
        }
        Error::Failed {
            name: name.to_owned(),
            failure: Box::new(failure),
        }
    }

    /// Decides where the new version runs. In a worker it can always replace the old one; in this
    /// process only if the loaded distributions have not changed.
    fn replaceable(
        &self,
        key: &str,
        plugin: &OnDisk,
        prepared: &Prepared,
        now: PlaceKind,
        report: &mut LoadReport,
    ) -> Result<Chosen, Failure> {
        let isolation = plugin.manifest.isolation();
        // A plugin in a worker can stay there.
        if now == PlaceKind::Worker && isolation != Isolation::Shared {
            return Ok(self.in_worker(key, prepared.generation.as_ref()));
        }
        self.place(key, plugin, prepared.generation.as_ref(), report)
    }
}
