//! The start and the end of the plugin system in an application.

use crate::attachment::{Attachment, interpreter_runs, without_gil};
use crate::interpreter;
use crate::native_module;
use crate::published_packages;
use camino::Utf8PathBuf;
use lichtfeld_bindings::embedding;
use lichtfeld_runtime::host_api::{self, Sharing};
use lichtfeld_runtime::interpreter::{find, packaged_uv};
use lichtfeld_runtime::{
    Config, Error, Home, Host, Manager, PackageFinder, current, end_manager, set_current, start,
};
use pyo3::prelude::*;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether an [`Application`] runs, or is being started or ended.
static RUNS: AtomicBool = AtomicBool::new(false);

/// The plugin system of this process, as long as it runs. There is one at a time.
///
/// Dropping it ends it; see [`Application::end`].
pub struct Application {
    manager: Arc<Manager>,
}

impl fmt::Debug for Application {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Application")
            .field("home", self.manager.home())
            .finish_non_exhaustive()
    }
}

impl Application {
    /// Returns the builder that starts the plugin system for `host`.
    pub fn builder<H: Host + 'static>(host: H) -> Builder<H> {
        Builder {
            host,
            home: None,
            python: None,
            native_module: None,
            attachment: None,
            configure: None,
        }
    }

    /// The manager of the plugins: the one that plugins reach by `lichtfeld.plugins`.
    #[must_use]
    pub fn manager(&self) -> &Arc<Manager> {
        &self.manager
    }

    /// Offers something to plugins as `lichtfeld.<name>`, whether they run in this process or in one of
    /// their own. Do this before plugins are loaded.
    ///
    /// ```no_run
    /// # use lichtfeld_embed::{Application, Sharing, pyo3::prelude::*};
    /// # fn example(application: &Application) -> PyResult<()> {
    /// #[pyfunction]
    /// fn frame_count() -> u64 {
    ///     42
    /// }
    ///
    /// Python::attach(|py| {
    ///     let function = wrap_pyfunction!(frame_count, py)?;
    ///     application.share("frame_count", &function, Sharing::default())
    /// })
    /// # }
    /// ```
    ///
    /// # Errors
    /// `ValueError` for a name that is not public or belongs to the plugin system, `TypeError` for an
    /// option that does not suit.
    pub fn share(&self, name: &str, value: &Bound<'_, PyAny>, sharing: Sharing) -> PyResult<()> {
        host_api::offer(name, value, sharing)
    }

    /// Ends functions of plugins that are running, unloads all plugins and ends their processes. The
    /// interpreter goes on. May take some seconds; every wait has a limit.
    pub fn end(self) {
        drop(self);
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        if !interpreter_runs() {
            // Its end has ended the plugins. What is left refers to objects that are gone with it.
            std::mem::forget(Arc::clone(&self.manager));
            std::mem::forget(set_current(None));
            RUNS.store(false, Ordering::Release);
            return;
        }
        without_gil(|| {
            // `lichtfeld.plugins.shutdown()` may have done it.
            if current().is_some_and(|manager| Arc::ptr_eq(&manager, &self.manager)) {
                end_manager(&self.manager);
                set_current(None);
            }
            embedding::forget_handlers();
        });
        RUNS.store(false, Ordering::Release);
    }
}

type Configure = Box<dyn FnOnce(&mut Config)>;

/// Starts the plugin system. Everything but the host has a default.
#[must_use = "nothing is started before `start`"]
pub struct Builder<H> {
    host: H,
    home: Option<Home>,
    python: Option<Utf8PathBuf>,
    native_module: Option<Utf8PathBuf>,
    attachment: Option<Attachment>,
    configure: Option<Configure>,
}

impl<H: fmt::Debug> fmt::Debug for Builder<H> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Builder")
            .field("host", &self.host)
            .field("home", &self.home)
            .field("python", &self.python)
            .field("native_module", &self.native_module)
            .field("attachment", &self.attachment)
            .finish_non_exhaustive()
    }
}

impl<H: Host + 'static> Builder<H> {
    /// Keeps the plugins, and everything that belongs to them, in this home. The default is
    /// [`Home::from_env`].
    pub fn home(mut self, home: Home) -> Self {
        self.home = Some(home);
        self
    }

    /// Uses this program as the interpreter of environments and workers. It must belong to the
    /// library that this program is linked with. Without it the program is looked for beside the
    /// library.
    pub fn python(mut self, program: impl Into<Utf8PathBuf>) -> Self {
        self.python = Some(program.into());
        self
    }

    /// Uses this file as the native module of workers and of the processes that plugins start.
    /// Without it the file `lichtfeld_plugins` is looked for beside this program, with the prefix and
    /// the suffix that shared libraries have on this system.
    pub fn native_module(mut self, file: impl Into<Utf8PathBuf>) -> Self {
        self.native_module = Some(file.into());
        self
    }

    /// Puts the plugin system onto the application's own module `lichtfeld`, in the interpreter that
    /// the application has started. Names that the module has are kept.
    pub fn attach(mut self, attachment: Attachment) -> Self {
        self.attachment = Some(attachment);
        self
    }

    /// Changes the configuration of the manager before it starts: time limits, uv, the registry.
    pub fn configure(mut self, configure: impl FnOnce(&mut Config) + 'static) -> Self {
        self.configure = Some(Box::new(configure));
        self
    }

    /// Starts the interpreter, unless the application has done so, and the manager. Call this without
    /// the GIL. No plugin is loaded yet.
    ///
    /// # Errors
    /// [`Error::ManagerRuns`] if there is a manager already, [`Error::SecondRuntime`] if `lichtfeld`
    /// was imported from elsewhere, or another one than that to attach to, [`Error::NoInterpreter`] if the interpreter's program is not
    /// found, [`Error::Io`] for what the system or Python refuses.
    pub fn start(self) -> Result<Application, Error> {
        if RUNS.swap(true, Ordering::AcqRel) {
            return Err(Error::ManagerRuns);
        }
        let started = self.start_manager();
        if started.is_err() {
            RUNS.store(false, Ordering::Release);
        }
        started
    }

    fn start_manager(self) -> Result<Application, Error> {
        if current().is_some() {
            return Err(Error::ManagerRuns);
        }
        let home = match self.home {
            Some(home) => home,
            None => Home::from_env()
                .map_err(|error| Error::io("cannot start the plugin system", error))?,
        };
        embedding::embed(self.host.facts().version);
        match &self.attachment {
            None => interpreter::start()?,
            Some(_) if !interpreter_runs() => {
                let reason = "no interpreter runs in the library of Python of this program";
                return Err(Error::io("cannot attach the plugin system", reason));
            }
            Some(attachment) => attachment.attach()?,
        }
        let python = self.python.as_deref();
        let (python, uv) = Python::attach(|py| (find(py, python), packaged_uv(py)));
        let mut config = Config::from_env(home.clone(), python?, self.host);
        config.packaged_uv = uv;
        config.change_handler = Some(embedding::change_handler());
        let native = self.native_module;
        config.workers.package_finder = Some(PackageFinder::new(move || {
            published_packages::publish(&home, &native_module::find(native.as_deref())?)
        }));
        if let Some(configure) = self.configure {
            configure(&mut config);
        }
        Ok(Application {
            manager: start(config),
        })
    }
}
