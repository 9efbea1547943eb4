//! How workers are started, and how long the host waits for them.

use crate::error::Error;
use crate::worker::limits::WorkerLimitTable;
use camino::Utf8PathBuf;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Returns the directory that contains the Python packages `lichtfeld` and `lfs_plugins`, and makes it
/// if necessary.
type FindPackage = dyn Fn() -> Result<Utf8PathBuf, Error> + Send + Sync;

/// Finds the Python packages for other processes, in an application that has them in its program and
/// not in a directory. It is asked again for each process, since the directory may have been deleted.
#[derive(Clone)]
pub struct PackageFinder(Arc<FindPackage>);

impl PackageFinder {
    /// Finds the packages with this function. It may read and write files; the GIL is not held.
    pub fn new(find: impl Fn() -> Result<Utf8PathBuf, Error> + Send + Sync + 'static) -> Self {
        Self(Arc::new(find))
    }

    /// Returns the directory of the packages.
    ///
    /// # Errors
    /// The reason why there is none.
    pub fn find(&self) -> Result<Utf8PathBuf, Error> {
        (self.0)()
    }
}

impl fmt::Debug for PackageFinder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PackageFinder")
    }
}

/// How workers are started, and how long the host waits for them. Every wait for a worker has one
/// of these limits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WorkerOptions {
    /// The directory that contains the Python packages `lichtfeld` and `lfs_plugins`. `None` means
    /// the one from which this process has imported `lichtfeld`.
    pub package: Option<Utf8PathBuf>,
    /// Finds that directory at each start of a process, if `package` is `None`.
    pub package_finder: Option<PackageFinder>,
    /// For a new process to answer.
    pub start: Duration,
    /// For the import of a plugin, and for each of its `on_...` functions.
    pub load: Duration,
    /// For a frame. The UI thread then shows the previous frame.
    pub draw: Duration,
    /// For a call of a plugin's function.
    pub call: Duration,
    /// For an operator's `invoke` or `modal`. The caller then continues without it.
    pub operator: Duration,
    /// For an answer to a ping. The worker then counts as unresponsive.
    pub silence: Duration,
    /// For a worker to end when it is asked to. It is killed then.
    pub end: Duration,
    /// The resource limits of the processes.
    pub limits: WorkerLimitTable,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            package: None,
            package_finder: None,
            start: Duration::from_secs(30),
            load: Duration::from_secs(10 * 60),
            draw: Duration::from_millis(250),
            call: Duration::from_secs(60 * 60),
            operator: Duration::from_secs(60),
            silence: Duration::from_secs(3),
            end: Duration::from_secs(2),
            limits: WorkerLimitTable::default(),
        }
    }
}
