//! What a host decides about its manager: where things are kept, and how long they may take.

use crate::execution::host::Host;
use crate::model::home::Home;
use crate::worker::options::WorkerOptions;
use camino::Utf8PathBuf;
use lichtfeld_installer::PythonInfo;
use std::sync::Arc;
use std::time::Duration;

/// Times within which things have to happen. All can be set by the host.
#[derive(Clone, Debug)]
pub struct Timeouts {
    /// How long an operation waits for another one on the same plugin.
    pub operation: Duration,
    /// How long a load waits for the import of another plugin to end.
    pub import: Duration,
    /// How long the import of a plugin into this process may take, and its `on_load`. None, the
    /// default, is for ever: some plugins load large models. A worker has
    /// [`WorkerOptions::load`].
    pub load: Option<Duration>,
    /// How long `on_unload` may take when the application ends.
    pub unload: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            operation: Duration::from_secs(15 * 60),
            import: Duration::from_secs(5 * 60),
            load: None,
            unload: Duration::from_secs(5),
        }
    }
}

/// What a manager is made from.
pub struct Config {
    /// Where plugins and everything of theirs are kept.
    pub home: Home,
    /// The interpreter that the application embeds, for environments.
    pub python: PythonInfo,
    /// An explicit path of uv; else it is looked for.
    pub uv: Option<Utf8PathBuf>,
    /// The program of the Python package `uv`, where that is installed beside us.
    pub packaged_uv: Option<Utf8PathBuf>,
    /// The application.
    pub host: Arc<dyn Host>,
    /// Time limits.
    pub timeouts: Timeouts,
    /// Plugins in processes of their own.
    pub workers: WorkerOptions,
    /// The registry of plugins: the URL or the path of its index; `LFS_PLUGIN_REGISTRY_URL`.
    pub registry: Option<String>,
    /// Load nothing: `LFS_SAFE_MODE`.
    pub safe_mode: bool,
    /// Whether `load_all` loads anything: off with `LFS_PLUGIN_AUTOLOAD=0`.
    pub autoload: bool,
}

impl Config {
    /// What `home` and the environment variables say, for `host`.
    pub fn new(home: Home, python: PythonInfo, host: impl Host + 'static) -> Self {
        let is_set = |name| std::env::var(name).is_ok_and(|value| !matches!(&*value, "" | "0"));
        Self {
            home,
            python,
            uv: None,
            packaged_uv: None,
            host: Arc::new(host),
            timeouts: Timeouts::default(),
            workers: WorkerOptions::default(),
            registry: std::env::var("LFS_PLUGIN_REGISTRY_URL")
                .ok()
                .filter(|url| !url.trim().is_empty()),
            safe_mode: is_set("LFS_SAFE_MODE"),
            autoload: std::env::var("LFS_PLUGIN_AUTOLOAD").map_or(true, |value| value != "0"),
        }
    }
}
