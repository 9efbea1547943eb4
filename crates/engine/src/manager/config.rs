//! The configuration of a manager: paths, limits, and the host.

use crate::execution::host::{ChangeHandler, Host};
use crate::model::home::Home;
use crate::worker::options::WorkerOptions;
use camino::Utf8PathBuf;
use lichtfeld_installer::PythonInfo;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Time limits. The host can set all of them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Timeouts {
    /// How long an operation waits for another one on the same plugin.
    pub operation: Duration,
    /// How long a load waits for the import of another plugin to end.
    pub import: Duration,
    /// How long the import of a plugin into this process may take, and its `on_load`. `None`, the
    /// default, sets no limit: some plugins load large models. A worker has
    /// [`WorkerOptions::load`].
    pub load: Option<Duration>,
    /// How long `on_unload` may take when the application ends.
    pub unload: Duration,
    /// How long a plugin in this process may hold the thread that draws: in `draw`, `poll` and the
    /// like. `None` sets no limit. A worker has [`WorkerOptions::draw`].
    pub draw: Option<Duration>,
    /// How long work of another thread waits until the UI thread begins it.
    pub ui_thread: Duration,
    /// How long a plugin in a process of its own waits for a function of the application.
    pub callback: Duration,
    /// How long code of a plugin that waits for the user's answer to a request, such as a dialog,
    /// waits.
    pub request: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            operation: Duration::from_secs(15 * 60),
            import: Duration::from_secs(5 * 60),
            load: None,
            unload: Duration::from_secs(5),
            draw: Some(Duration::from_secs(2)),
            ui_thread: Duration::from_secs(30),
            callback: Duration::from_secs(60 * 60),
            request: Duration::from_secs(60 * 60),
        }
    }
}

impl Timeouts {
    /// Sets the limit for the import of a plugin into this process, and for its `on_load`; `None`
    /// sets no limit.
    #[must_use]
    pub fn with_load(mut self, load: Option<Duration>) -> Self {
        self.load = load;
        self
    }

    /// Sets the limit for `on_unload` when the application ends.
    #[must_use]
    pub fn with_unload(mut self, unload: Duration) -> Self {
        self.unload = unload;
        self
    }

    /// Sets the limit for `draw`, `poll` and the like of a plugin in this process; `None` sets no
    /// limit.
    #[must_use]
    pub fn with_draw(mut self, draw: Option<Duration>) -> Self {
        self.draw = draw;
        self
    }

    /// Sets how long work of another thread waits until the UI thread begins it.
    #[must_use]
    pub fn with_ui_thread(mut self, ui_thread: Duration) -> Self {
        self.ui_thread = ui_thread;
        self
    }

    /// Sets how long a plugin in a process of its own waits for a function of the application, which
    /// goes on after that. The limit does not count while a debugger holds either of the two.
    #[must_use]
    pub fn with_callback(mut self, callback: Duration) -> Self {
        self.callback = callback;
        self
    }

    /// Sets how long code of a plugin waits for the user's answer to a request.
    #[must_use]
    pub fn with_request(mut self, request: Duration) -> Self {
        self.request = request;
        self
    }

    /// Sets the limit for waiting for an operation on the same plugin.
    #[must_use]
    pub fn with_operation(mut self, operation: Duration) -> Self {
        self.operation = operation;
        self
    }

    /// Sets the limit for waiting for another plugin's import.
    #[must_use]
    pub fn with_import(mut self, import: Duration) -> Self {
        self.import = import;
        self
    }
}

/// The configuration of a manager.
#[non_exhaustive]
pub struct Config {
    /// The directory of the plugins and of everything that is kept for them.
    pub home: Home,
    /// The interpreter that the application embeds, for environments.
    pub python: PythonInfo,
    /// The path of uv; without it uv is searched for.
    pub uv: Option<Utf8PathBuf>,
    /// The program of the Python package `uv`, if the package is installed.
    pub packaged_uv: Option<Utf8PathBuf>,
    /// The application.
    pub host: Arc<dyn Host>,
    /// Asked on the UI thread about changed files that [`Host::on_change`] would reload: what another
    /// part of the application decides, for example its Python code.
    pub change_handler: Option<ChangeHandler>,
    /// Time limits.
    pub timeouts: Timeouts,
    /// Options of workers.
    pub workers: WorkerOptions,
    /// The registry of plugins: the URL or the path of its index.
    pub registry: Option<String>,
    /// Whether to load nothing.
    pub safe_mode: bool,
    /// Whether `load_all` loads anything.
    pub autoload: bool,
}

impl Config {
    /// The defaults for `host`. Reads no environment variables.
    pub fn new(home: Home, python: PythonInfo, host: impl Host + 'static) -> Self {
        Self {
            home,
            python,
            uv: None,
            packaged_uv: None,
            host: Arc::new(host),
            change_handler: None,
            timeouts: Timeouts::default(),
            workers: WorkerOptions::default(),
            registry: None,
            safe_mode: false,
            autoload: true,
        }
    }

    /// The defaults for `host`, changed by `LFS_PLUGIN_REGISTRY_URL`, `LFS_SAFE_MODE` and
    /// `LFS_PLUGIN_AUTOLOAD`.
    pub fn from_env(home: Home, python: PythonInfo, host: impl Host + 'static) -> Self {
        let is_set = |name| std::env::var(name).is_ok_and(|value| !matches!(&*value, "" | "0"));
        Self {
            registry: std::env::var("LFS_PLUGIN_REGISTRY_URL")
                .ok()
                .filter(|url| !url.trim().is_empty()),
            safe_mode: is_set("LFS_SAFE_MODE"),
            autoload: std::env::var("LFS_PLUGIN_AUTOLOAD").map_or(true, |value| value != "0"),
            ..Self::new(home, python, host)
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("home", &self.home)
            .field("python", &self.python)
            .field("timeouts", &self.timeouts)
            .field("workers", &self.workers)
            .field("registry", &self.registry)
            .field("safe_mode", &self.safe_mode)
            .field("autoload", &self.autoload)
            .finish_non_exhaustive()
    }
}
