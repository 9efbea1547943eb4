//! What a host may set for the processes of plugins.

use crate::worker::limits::WorkerLimitTable;
use camino::Utf8PathBuf;
use std::time::Duration;

/// Where workers come from and how long they may take. Every wait of the host on a worker has one
/// of these limits.
#[derive(Clone, Debug)]
pub struct WorkerOptions {
    /// The directory that contains the Python packages `lichtfeld` and `lfs_plugins`. None: that
    /// of the `lichtfeld` package which this process has imported.
    pub package: Option<Utf8PathBuf>,
    /// How long a new process may take until it answers.
    pub start: Duration,
    /// How long the import of a plugin may take, and each of its `on_...` functions.
    pub load: Duration,
    /// How long the thread that draws waits for a frame; after it, the frame before is shown.
    pub draw: Duration,
    /// How long a call of a plugin's function may take.
    pub call: Duration,
    /// How long an operator's `invoke` or `modal` may take until whoever waits for it goes on.
    pub operator: Duration,
    /// After so long without an answer a worker counts as unresponsive.
    pub silence: Duration,
    /// How long a worker may take to end when it is asked to, before it is killed.
    pub end: Duration,
    /// What each worker may use.
    pub limits: WorkerLimitTable,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            package: None,
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
