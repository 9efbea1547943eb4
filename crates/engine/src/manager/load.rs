//! Loads one plugin: from the check of its manifest to ACTIVE.

use crate::error::Error;
use crate::error::causes::with_causes;
use crate::error::failure::log_text;
use crate::error::failure::{Failure, FailureKind, Stage};
use crate::execution::backend::{CodeVersion, Deadline};
use crate::execution::conflicts;
use crate::execution::environment::{self, Prepared};
use crate::execution::local_libraries;
use crate::execution::native_files;
use crate::lifecycle::{Event, State};
use crate::manager::Manager;
use crate::manager::running_guard::RunningGuard;
use crate::manager::slot::{Running, Slot};
use crate::model::level::Level;
use crate::model::observer::Observer;
use crate::model::observer::UntilEnd;
use crate::model::on_disk::OnDisk;
use crate::model::place_kind::PlaceKind;
use crate::model::report::LoadReport;
use crate::storage::crash_markers::Step;
use camino::Utf8Path;
use lichtfeld_installer::{Distribution, Generation};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use tracing::debug_span;

/// Puts a plugin back to UNLOADED that a load leaves on the way: because it was cancelled, because
/// another operation did not make room, or because of a panic.
struct Unfinished<'m> {
    manager: &'m Manager,
    key: &'m str,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        let Self { manager, key } = *self;
        if (manager.is_in(key, State::Installing) || manager.is_in(key, State::Loading))
            && let Err(error) =
                manager
                    .plugins
                    .on(&manager.events, key, Event::Cancelled, "cancelled")
        {
            manager.log(Some(key), Level::Error, &with_causes(&error));
        }
    }
}

/// The place in which a plugin runs, and what it has to know of its packages.
pub(crate) struct Chosen {
    pub(crate) kind: PlaceKind,
    packages: BTreeMap<String, String>,
    of_others: Vec<String>,
}

impl Chosen {
    fn of(kind: PlaceKind) -> Self {
        Self {
            kind,
            packages: BTreeMap::new(),
            of_others: Vec::new(),
        }
    }

    fn set_packages(&mut self, distributions: Vec<Distribution>) {
        // A worker has one environment for all its time, but the files of a linked library change.
        let is_shared = self.kind == PlaceKind::Shared;
        self.packages = distributions
            .into_iter()
            .flat_map(|one| one.importable)
            .filter(|one| is_shared || Utf8Path::new(&one.name).is_absolute())
            .map(|one| (one.name, one.digest))
            .collect();
    }

    /// Adds what is known to the code version that is imported.
    pub(crate) fn describe(self, code_version: &mut CodeVersion) {
        code_version.packages = self.packages;
        code_version.of_others = self.of_others;
    }
}

impl Manager {
    /// Loads a plugin: makes its environment if necessary, imports it, calls `on_load`.
    ///
    /// Does nothing for an active plugin. If the plugin fails, it ends in ERROR with the failure
    /// kept, and nothing else is changed.
    ///
    /// # Errors
    /// [`Error::UnknownPlugin`], [`Error::Incompatible`], [`Error::Disabled`],
    /// [`Error::Cancelled`], [`Error::Failed`] for a failure of the plugin itself, and
    /// [`Error::Reentrant`] if the plugin asks for it from its own loading.
    pub fn load(&self, name: &str, observer: &mut dyn Observer) -> Result<(), Error> {
        let key = self.key(name)?;
        let _guard = self.operation(&key, &mut || observer.should_cancel())?;
        let loaded = self.load_locked(&key, observer, "load requested");
        // A crash after a save is not counted, since the author is working on the plugin.
        if let Err(Error::Failed { failure, .. }) = &loaded {
            self.crashed_while_loading(&key, failure);
        }
        loaded
    }

    pub(crate) fn load_locked(
        &self,
        key: &str,
        observer: &mut dyn Observer,
        cause: &str,
    ) -> Result<(), Error> {
        let _span = debug_span!("load", plugin = key).entered();
        let _reading = self.reading(key);
        let observer = &mut UntilEnd {
            observer,
            ending: &self.ending,
        };
        let refused = self.refresh(key)?;
        let state = self
            .plugins
            .with(key, |record| (record.state, Arc::clone(&record.on_disk)));
        let Some((state, plugin)) = state else {
            return Err(Error::UnknownPlugin {
                name: key.to_owned(),
                near: None,
            });
        };
        let name = plugin.manifest.name().as_str().to_owned();
        match state {
            State::Active => return Ok(()),
            State::Disabled => {
                let quarantine = self.state_file.get(key).quarantine;
                return Err(Error::Disabled {
                    name,
                    reason: quarantine.map(|kept| kept.reason),
                });
            }
            // The state changes to DISABLED shortly after the crash is reported.
            State::Error => {
                if let Some(quarantine) = self.state_file.get(key).quarantine {
                    return Err(Error::Disabled {
                        name,
                        reason: Some(quarantine.reason),
                    });
                }
            }
            _ => {}
        }
        if self.safe_mode() {
            return Err(Error::SafeMode { name });
        }
        let _unfinished = Unfinished { manager: self, key };
        let mut report = LoadReport::default();
        let result = match refused {
            Some(failure) => Err(Error::Failed {
                name: name.clone(),
                failure: Box::new(failure),
            }),
            None => self.run_load(key, &plugin, observer, &mut report, cause),
        };
        self.plugins.with(key, |record| record.report = report);
        match result {
            Ok(()) => {
                observer.stage(Stage::Complete, &name);
                Ok(())
            }
            // Neither is an error of the plugin; `_unfinished` puts its state back.
            Err(error @ (Error::Cancelled { .. } | Error::Interrupted { .. })) => Err(error),
            Err(error) => Err(self.fail(key, &name, error)),
        }
    }

    pub(crate) fn is_in(&self, key: &str, state: State) -> bool {
        self.plugins.with(key, |record| record.state == state) == Some(true)
    }

    /// Keeps a failure with its plugin, and changes the state to ERROR.
    fn fail(&self, key: &str, name: &str, error: Error) -> Error {
        let failure = match &error {
            Error::Failed { failure, .. } => (**failure).clone(),
            Error::Incompatible { found, .. } => Failure::from_incompatible(found),
            // A wrong call is not a failure of the plugin.
            _ => return error,
        };
        self.log(Some(key), Level::Error, &log_text(&failure));
        self.plugins
            .with(key, |record| record.failure = Some(failure.clone()));
        match self
            .plugins
            .on(&self.events, key, Event::Failed, &failure.message)
        {
            Ok(_) => error,
            Err(illegal) => {
                self.log(Some(key), Level::Error, &format!("{name}: {illegal}"));
                error
            }
        }
    }

    fn run_load(
        &self,
        key: &str,
        plugin: &OnDisk,
        observer: &mut dyn Observer,
        report: &mut LoadReport,
        cause: &str,
    ) -> Result<(), Error> {
        let name = plugin.manifest.name().as_str();
        let cancelled = || Error::Cancelled {
            name: name.to_owned(),
        };

        report.stage = Some(Stage::Environment);
        observer.stage(Stage::Environment, name);
        let started = Instant::now();
        let found = plugin.manifest.compatibility(self.facts());
        if !found.is_empty() {
            return Err(Error::Incompatible {
                name: name.to_owned(),
                found,
            });
        }
        let prepared = self.prepare(key, plugin, observer, report, cause)?;
        report.environment = prepared.origin;
        report.environment_time = started.elapsed();
        if let Some(generation) = &prepared.generation {
            report.distributions = generation
                .distributions
                .iter()
                .map(|found| (found.name.clone(), found.version.clone()))
                .collect();
        }
        if observer.should_cancel() {
            return Err(cancelled());
        }
        self.plugins
            .on(&self.events, key, Event::EnvironmentReady, cause)?;

        report.stage = Some(Stage::Import);
        observer.stage(Stage::Import, name);
        let failed = |failure: Failure| Error::of_step(name, failure);
        let limit = self.timeouts.load;
        let mut code_version = self
            .code_version(key, plugin, prepared.generation.as_ref())
            .map_err(failed)?;
        let chosen = self
            .place(key, plugin, prepared.generation.as_ref(), report)
            .map_err(failed)?;
        let kind = chosen.kind;
        chosen.describe(&mut code_version);
        // The remains of a worker that died. Its panels have shown the failure until now.
        if let Some(dead) = RunningGuard::take(&self.plugins, key) {
            dead.remove();
        }
        let (mut instance, marker) = {
            let _import = self.import_guard(&[kind], key, &mut || observer.should_cancel())?;
            let _span = debug_span!("import", plugin = key, place = %kind).entered();
            let started = Instant::now();
            let marker = self.mark(key, kind, Step::Import);
            let imported = self.backends.of(kind).import(
                &code_version,
                &mut Deadline {
                    limit,
                    wanted: &mut || !observer.should_cancel(),
                },
            );
            report.import_time = started.elapsed();
            (imported.map_err(failed)?, marker)
        };
        if observer.should_cancel() {
            instance.remove();
            return Err(cancelled());
        }

        report.stage = Some(Stage::Activation);
        observer.stage(Stage::Activation, name);
        let started = Instant::now();
        marker.step(Step::Activation);
        let activated = debug_span!("activate", plugin = key).in_scope(|| {
            instance.activate(
                None,
                &mut Deadline {
                    limit,
                    wanted: &mut || !observer.should_cancel(),
                },
            )
        });
        report.activation_time = started.elapsed();
        if let Err(failure) = activated {
            instance.remove();
            return Err(failed(failure));
        }
        self.was_activated(key);
        drop(marker);
        if self.is_ending() {
            let always = &mut || true;
            let mut deadline = Deadline {
                limit,
                wanted: always,
            };
            if let Err(failure) = instance.deactivate(&mut deadline) {
                self.log(Some(key), Level::Warn, &log_text(&failure));
            }
            instance.remove();
            return Err(cancelled());
        }
        report.stage = Some(Stage::Complete);
        report.place = Some(instance.kind());
        let hold = self.hold(key, prepared.generation.as_ref(), report);
        let order = self.loads.fetch_add(1, Ordering::Relaxed);
        self.plugins.with(key, |record| {
            record.running = Slot::Filled(Running {
                instance,
                _hold: hold,
            });
            record.failure = None;
            record.report = report.clone();
            record.order = order;
        });
        self.plugins
            .on(&self.events, key, Event::Activated, cause)?;
        Ok(())
    }

    /// Finds or makes the environment. During a reload the plugin stays ACTIVE.
    pub(crate) fn prepare(
        &self,
        key: &str,
        plugin: &OnDisk,
        observer: &mut dyn Observer,
        report: &mut LoadReport,
        cause: &str,
    ) -> Result<Prepared, Error> {
        let _span = debug_span!("environment", plugin = key).entered();
        let name = plugin.manifest.name().as_str();
        let request = environment::request(plugin).with_refresh(self.refreshes(key));
        let ready = environment::ready(&self.installer, &request)
            .map_err(|error| environment::error(name, &error))?;
        let preferences = match ready {
            Some(prepared) => match self.untried(key, plugin, &prepared) {
                Some(preferences) => preferences,
                None => {
                    self.follow_libraries(key, plugin, &prepared);
                    self.make_author_environment(plugin, prepared.generation.as_ref());
                    return Ok(prepared);
                }
            },
            None => self.preferences(key, plugin),
        };
        let request = request.with_preferences(Arc::new(preferences));
        report.stage = Some(Stage::Dependencies);
        if !self.is_in(key, State::Active) {
            self.plugins
                .on(&self.events, key, Event::InstallStarted, cause)?;
        }
        observer.stage(Stage::Dependencies, name);
        let installed = environment::make(&self.installer, &request, observer, |line| {
            self.services.logs.write(key, Level::Info, line);
        })
        .map_err(|error| {
            // Saving the library that did not build tries again.
            self.follow(key, plugin, &self.installer.local_sources(&request));
            environment::error(name, &error)
        })?;
        report.notes.extend(installed.notes);
        self.follow_libraries(key, plugin, &installed.prepared);
        let generation = installed.prepared.generation.as_ref();
        let note = self.make_author_environment(plugin, generation);
        report.notes.extend(note);
        Ok(installed.prepared)
    }

    /// Returns all that a backend needs to import the next version of a plugin's code.
    pub(crate) fn code_version(
        &self,
        key: &str,
        plugin: &OnDisk,
        generation: Option<&Generation>,
    ) -> Result<CodeVersion, Failure> {
        let number = self
            .plugins
            .with(key, |record| {
                record.revision += 1;
                record.revision
            })
            .unwrap_or(1);
        let manifest = &plugin.manifest;
        let entry = manifest
            .entry_point()
            .resolve(&plugin.dir)
            .map_err(|error| {
                let mut failure =
                    Failure::new(FailureKind::Import, Stage::Import, error.to_string());
                failure.hint = error.hint();
                failure
            })?;
        Ok(CodeVersion {
            name: manifest.name().as_str().to_owned(),
            key: key.to_owned(),
            module: manifest.name().module_name().as_str().to_owned(),
            root: plugin.dir.clone(),
            entry,
            revision: number,
            python: generation.map(|generation| generation.python.clone()),
            site_packages: generation
                .map(|generation| generation.site_packages.clone())
                .unwrap_or_default(),
            packages: BTreeMap::new(),
            of_others: Vec::new(),
            bytecode: self.home().bytecode(key),
        })
    }

    /// Returns the worker as the place, with what it has to know.
    pub(crate) fn in_worker(&self, key: &str, generation: Option<&Generation>) -> Chosen {
        let shared = self.backends.shared.as_ref();
        let mut chosen = Chosen::of(PlaceKind::Worker);
        chosen.set_packages(local_libraries::distributions(
            shared,
            generation,
            self.refreshes(key),
        ));
        chosen
    }

    /// Decides where a plugin runs. If it runs in this process, its distributions count as present
    /// from now on.
    pub(crate) fn place(
        &self,
        key: &str,
        plugin: &OnDisk,
        generation: Option<&Generation>,
        report: &mut LoadReport,
    ) -> Result<Chosen, Failure> {
        let _span = debug_span!("place", plugin = key).entered();
        // Before the lock on `present`: this asks the backend.
        let shared = self.backends.shared.as_ref();
        let rebuilt = native_files::rebuilt(shared, plugin);
        let distributions = local_libraries::distributions(shared, generation, self.refreshes(key));
        let mut present = self.present.lock();
        let differences = present.differences(key, &distributions);
        let has_worker = self.backends.worker.is_some();
        let mut kind = conflicts::decide(plugin, &differences, has_worker)?;
        if kind == PlaceKind::Shared
            && let Some(rebuilt) = &rebuilt
        {
            report.notes.push(rebuilt.moved(plugin, has_worker)?);
            kind = PlaceKind::Worker;
        }
        let mut chosen = Chosen::of(kind);
        if kind == PlaceKind::Shared {
            present.replace(key, &distributions);
            chosen.of_others = present.of_others(key);
        }
        drop(present);
        chosen.set_packages(distributions);
        if let (PlaceKind::Shared, Some(generation)) = (kind, generation) {
            self.keep(key, generation, report);
        }
        report.notes.extend(differences.notes());
        Ok(chosen)
    }

    /// Keeps an environment from being swept while its plugin runs.
    pub(crate) fn hold(
        &self,
        key: &str,
        generation: Option<&Generation>,
        report: &mut LoadReport,
    ) -> Option<lichtfeld_installer::GenerationHold> {
        match generation?.hold() {
            Ok(hold) => Some(hold),
            Err(error) => {
                let note = format!(
                    "the environment cannot be marked as in use: {}",
                    with_causes(&error)
                );
                self.log(Some(key), Level::Warn, &note);
                report.notes.push(note);
                None
            }
        }
    }
}
