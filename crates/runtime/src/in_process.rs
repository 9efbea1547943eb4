//! The backend that runs plugins in this process, as packages of the running interpreter.

use crate::author_notes;
use crate::bundled_modules::{CODE_VERSION, NATIVE_FILES};
use crate::child_python;
use crate::failure;
use crate::hooks;
use crate::new_version;
use crate::package_directory;
use crate::path_modules;
#[cfg(unix)]
use crate::reload_state;
use crate::running_calls;
use crate::saved_templates::SavedTemplates;
use crate::time_limit::{self, Limited};
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_engine::Services;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Stage, log_text};
use lichtfeld_engine::execution::backend::{
    Backend, CodeVersion, Deadline, FilesTaken, Instance, ReloadState, UnloadReport,
};
use lichtfeld_engine::execution::host::Job;
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::model::place_kind::PlaceKind;
use lichtfeld_engine::registrations::ledger::{EntryId, Owner};
use lichtfeld_engine::worker::health::HealthChange;
use lichtfeld_installer::Distribution;
use pyo3::exceptions::PyNotImplementedError;
use pyo3::intern;
use pyo3::prelude::*;
use std::fmt;
use std::time::Duration;

/// How long the functions that a plugin has registered with `atexit` may take, all together.
const AT_EXIT: Duration = Duration::from_secs(5);

/// Runs plugins in the interpreter of this process.
pub struct InProcessBackend {
    services: Services,
}

impl fmt::Debug for InProcessBackend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("InProcessBackend")
            .finish_non_exhaustive()
    }
}

impl InProcessBackend {
    /// Makes the backend for the plugins of the manager that `services` belong to.
    #[must_use]
    pub fn new(services: Services) -> Self {
        Self { services }
    }
}

impl Backend for InProcessBackend {
    fn kind(&self) -> PlaceKind {
        PlaceKind::Shared
    }

    fn distributions(&self) -> Vec<Distribution> {
        Python::attach(|py| path_modules::distributions(py).unwrap_or_default())
    }

    fn still_referenced(&self, key: &str) -> Vec<String> {
        Python::attach(|py| {
            CODE_VERSION
                .get(py)
                .and_then(|module| module.call_method1("still_referenced", (key,)))
                .and_then(|names| names.extract())
                .unwrap_or_default()
        })
    }

    fn loose_modules(&self) -> Vec<String> {
        Python::attach(|py| path_modules::loose_modules(py).unwrap_or_default())
    }

    fn rebuilt_native(&self, root: &Utf8Path) -> Vec<Utf8PathBuf> {
        Python::attach(|py| {
            NATIVE_FILES
                .get(py)
                .and_then(|module| module.call_method1("rebuilt", (root.as_str(),)))
                .and_then(|paths| paths.extract::<Vec<String>>())
                .unwrap_or_default()
        })
        .into_iter()
        .map(Utf8PathBuf::from)
        .collect()
    }

    fn has_native(&self, library: &Utf8Path) -> bool {
        Python::attach(|py| {
            NATIVE_FILES
                .get(py)
                .and_then(|module| module.call_method1("is_loaded_from", (library.as_str(),)))
                .and_then(|found| found.extract())
                .unwrap_or_default()
        })
    }

    fn packages(&self) -> Option<Utf8PathBuf> {
        package_directory::find(&self.services.workers).ok()
    }

    fn spawn(&self, name: String, work: Job) {
        crate::thread::spawn(name, work);
    }

    fn end_children(&self, limit: Duration) {
        let (done, wait) = std::sync::mpsc::channel();
        // On a separate thread: native code may hold the GIL for ever.
        let _ = std::thread::Builder::new().spawn(move || {
            Python::attach(hooks::end_children);
            let _ = done.send(());
        });
        let _ = wait.recv_timeout(limit);
    }

    fn import(
        &self,
        code_version: &CodeVersion,
        deadline: &mut Deadline<'_>,
    ) -> Result<Box<dyn Instance>, Failure> {
        Python::attach(|py| {
            let failed =
                |error: PyErr| failure::from_python(py, &error, Stage::Import, &code_version.root);
            // In a worker nobody else knows how the name is written.
            self.services
                .names
                .set(&code_version.key, &code_version.name);
            let code = hooks::install(py, &self.services)
                .and_then(|()| child_python::install(py, &self.services))
                .and_then(|()| new_version::new_version(py, &self.services, code_version))
                .map_err(failed)?;
            let instance = Box::new(InProcessInstance {
                owner: Owner {
                    key: code_version.key.clone(),
                    revision: code_version.revision,
                },
                root: code_version.root.clone(),
                services: self.services.clone(),
                code: code.unbind(),
                activated_from: None,
            });
            match instance.run_modules(py, deadline.limit) {
                Ok(true) => {}
                Ok(false) => instance.note_other_of_name(py, &code_version.module),
                Err(failure) => {
                    // Frees what its modules have registered and started so far.
                    py.detach(|| instance.remove());
                    return Err(failure);
                }
            }
            instance.note_misspelt_hooks(py);
            Ok(instance as Box<dyn Instance>)
        })
    }
}

/// One imported version of a plugin's code in this process.
struct InProcessInstance {
    owner: Owner,
    root: Utf8PathBuf,
    services: Services,
    code: Py<PyAny>,
    /// The ledger's next entry when it was first activated.
    activated_from: Option<EntryId>,
}

impl InProcessInstance {
    /// Calls a function of the entry module. Returns `None` if the module has no such function.
    fn call<'py>(
        &self,
        py: Python<'py>,
        function: &str,
        argument: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let code = self.code.bind(py);
        let call = intern!(py, "call");
        let result = match argument {
            None => code.call_method1(call, (function,))?,
            Some(argument) => code.call_method1(call, (function, argument))?,
        };
        Ok(if result.is(py.NotImplemented()) {
            None
        } else {
            Some(result)
        })
    }

    /// Runs the plugin's modules. Returns whether `import <module>` imports this plugin.
    fn run_modules(&self, py: Python<'_>, limit: Option<Duration>) -> Result<bool, Failure> {
        let code = self.code.bind(py);
        self.limited(py, "the import", Stage::Import, limit, || {
            code.call_method0(intern!(py, "load")).map(drop)
        })?;
        code.call_method0(intern!(py, "make_alias"))
            .and_then(|aliased| aliased.extract())
            .map_err(|error| failure::from_python(py, &error, Stage::Import, &self.root))
    }

    /// Calls a function of the plugin, and raises an exception in it after `limit`.
    fn limited<T>(
        &self,
        py: Python<'_>,
        what: &'static str,
        stage: Stage,
        limit: Option<Duration>,
        function: impl FnOnce() -> PyResult<T>,
    ) -> Result<T, Failure> {
        let Some(limit) = limit else {
            return running_calls::run(py, function)
                .map_err(|error| failure::from_python(py, &error, stage, &self.root));
        };
        let limited = Limited {
            what,
            stage,
            root: &self.root,
            limit,
        };
        let (services, owner) = (self.services.clone(), self.owner.clone());
        let on_stuck = Box::new(move |failure| {
            services.health.tell(&owner, HealthChange::Overdue(failure));
        });
        let result =
            running_calls::run(py, || time_limit::within(py, &limited, on_stuck, function));
        result.map_err(|error| {
            let failure = failure::from_python(py, &error, stage, &self.root);
            if time_limit::is_over(py, &error) {
                time_limit::overdue(failure, what, limit)
            } else {
                failure
            }
        })
    }

    /// Calls what the plugin has registered with `atexit`: its code ends now.
    fn call_at_exit(&self, py: Python<'_>) {
        if !hooks::has_at_exit(self.code.bind(py)) {
            return;
        }
        let called = self.limited(
            py,
            "a function of atexit",
            Stage::Activation,
            Some(AT_EXIT),
            || hooks::call_at_exit(self.code.bind(py)),
        );
        let failed = called.unwrap_or_else(|failure| vec![log_text(&failure)]);
        for line in failed {
            self.services.log(Some(&self.owner.key), Level::Warn, &line);
        }
    }

    /// Logs what the author will have meant otherwise.
    fn note_misspelt_hooks(&self, py: Python<'_>) {
        let package = self
            .code
            .bind(py)
            .call_method0(intern!(py, "module_object"));
        // A module may replace itself by an object that cannot be looked at.
        let notes = package.and_then(|module| author_notes::of_module(&module));
        for note in notes.unwrap_or_default() {
            self.log(Level::Warn, &note);
        }
    }

    /// Logs that `import <module>` gives another package.
    fn note_other_of_name(&self, py: Python<'_>, module: &str) {
        let other = self
            .code
            .bind(py)
            .call_method0(intern!(py, "other_of_name"));
        let other = other.and_then(|other| other.extract::<Option<String>>());
        let place = match other {
            Ok(Some(path)) => format!(", {path}"),
            _ => String::new(),
        };
        self.log(
            Level::Warn,
            &format!(
                "`import {module}` gives another package of that name{place}; use `import \
                 lfs_plugins.{module}` for the plugin"
            ),
        );
    }

    /// Logs that the plugin is active and offers nothing, which a library of functions may do.
    fn note_nothing_registered(&self) {
        let has_on_load = Python::attach(|py| {
            let package = self
                .code
                .bind(py)
                .call_method0(intern!(py, "module_object"));
            package.and_then(|package| package.hasattr(intern!(py, "on_load")))
        });
        let without = if has_on_load.unwrap_or(true) {
            ""
        } else {
            "; it has no `on_load`"
        };
        self.log(
            Level::Info,
            &format!("active, with no panel, menu, operator or capability registered{without}"),
        );
    }

    fn log(&self, level: Level, line: &str) {
        self.services.log(Some(&self.owner.key), level, line);
    }

    /// Calls `on_unload`.
    fn unload(&self, limit: Option<Duration>) -> Result<(), Failure> {
        Python::attach(|py| {
            self.limited(py, "on_unload", Stage::Activation, limit, || {
                self.call(py, "on_unload", None).map(|_| ())
            })
        })
        .map_err(|mut failure| {
            if failure.kind == FailureKind::Activation {
                failure.kind = FailureKind::Deactivation;
            }
            failure
        })
    }

    /// Makes the failure of a hook of the plugin, of the kind that the hook has.
    fn failure(&self, py: Python<'_>, error: &PyErr, kind: FailureKind) -> Failure {
        let mut failure = failure::from_python(py, error, Stage::Activation, &self.root);
        if failure.kind == FailureKind::Activation {
            failure.kind = kind;
        }
        failure
    }
}

impl Instance for InProcessInstance {
    fn kind(&self) -> PlaceKind {
        PlaceKind::Shared
    }

    fn leave(&mut self) {
        Python::attach(|py| {
            if let Err(error) = self.code.call_method0(py, intern!(py, "leave")) {
                self.services
                    .log(Some(&self.owner.key), Level::Error, &error.to_string());
            }
        });
    }

    fn enter(&mut self) {
        Python::attach(|py| {
            if let Err(error) = self.code.call_method0(py, intern!(py, "enter")) {
                self.services
                    .log(Some(&self.owner.key), Level::Error, &error.to_string());
            }
        });
    }

    fn activate(
        &mut self,
        reload_state: Option<&ReloadState>,
        deadline: &mut Deadline<'_>,
    ) -> Result<(), Failure> {
        let ledger = &self.services.ledger;
        match self.activated_from {
            None => self.activated_from = Some(ledger.next_id()),
            // After a reload that failed. Its first `on_load` may have subscribed to the same.
            Some(since) => ledger.free_expected(&self.owner, since),
        }
        ledger.set_active(&self.owner);
        let activated = Python::attach(|py| {
            self.limited(py, "on_load", Stage::Activation, deadline.limit, || {
                self.call(py, "on_load", None)?;
                let Some(state) = reload_state.and_then(|state| state.downcast_ref::<Py<PyAny>>())
                else {
                    return Ok(());
                };
                self.call(py, "on_after_reload", Some(state.bind(py)))
                    .map(|_| ())
            })
        });
        if activated.is_err() {
            // It may have started threads, or opened files, before it raised.
            if let Err(failure) = self.unload(deadline.limit) {
                let line = log_text(&failure);
                self.services.log(Some(&self.owner.key), Level::Warn, &line);
            }
            self.services.ledger.set_inactive(&self.owner);
            self.services.ledger.free(&self.owner);
        } else if self.services.ledger.entries(&self.owner).is_empty() {
            self.note_nothing_registered();
        }
        activated
    }

    fn hand_over(&mut self) -> Result<Option<ReloadState>, Failure> {
        let asked = |py: Python<'_>| {
            hooks::begin_reload(self.code.bind(py))?;
            self.call(py, "on_before_reload", None)
                .map(|state| state.map(Bound::unbind))
        };
        Python::attach(|py| match asked(py) {
            Ok(state) => Ok(state.map(|state| Box::new(state) as ReloadState)),
            Err(error) if error.is_instance_of::<PyNotImplementedError>(py) => Ok(None),
            Err(error) => Err(self.failure(py, &error, FailureKind::Deactivation)),
        })
    }

    #[cfg(unix)]
    fn adopt(&mut self, reload_state: &ReloadState) -> Result<Option<ReloadState>, Failure> {
        reload_state::from_worker(reload_state)
    }

    fn deactivate(&mut self, deadline: &mut Deadline<'_>) -> Result<(), Failure> {
        let result = self.unload(deadline.limit);
        self.services.ledger.set_inactive(&self.owner);
        result
    }

    fn remove(self: Box<Self>) -> UnloadReport {
        self.services.ledger.set_inactive(&self.owner);
        let mut report = UnloadReport::default();
        report.freed = self.services.ledger.free(&self.owner);
        Python::attach(|py| {
            self.call_at_exit(py);
            match hooks::release(self.code.bind(py)) {
                Ok((freed, threads, processes)) => {
                    report.freed.extend(freed);
                    report.threads = threads;
                    report.processes = processes;
                }
                Err(error) => report.error = Some(error.to_string()),
            }
            let removed = self.code.bind(py).call_method0(intern!(py, "remove"));
            match removed.and_then(|restored| restored.extract()) {
                Ok(restored) => report.restored = restored,
                Err(error) => report.error = Some(error.to_string()),
            }
        });
        report
    }

    fn files_changed(&mut self, paths: &[Utf8PathBuf]) -> FilesTaken {
        let templates = SavedTemplates::find(&self.services, &self.owner, paths);
        let handled = Python::attach(|py| {
            let paths: Vec<&str> = paths.iter().map(|path| path.as_str()).collect();
            let handled = paths
                .into_pyobject(py)
                .and_then(|paths| self.call(py, "on_files_changed", Some(paths.as_any())))
                .and_then(|handled| handled.map_or(Ok(false), |handled| handled.is_truthy()));
            handled.unwrap_or_else(|error| {
                let failure = self.failure(py, &error, FailureKind::Activation);
                self.services
                    .log(Some(&self.owner.key), Level::Warn, &log_text(&failure));
                false
            })
        });
        if !handled && !templates.are_all {
            return FilesTaken::default();
        }
        FilesTaken::handled(templates.read_again())
    }
}
