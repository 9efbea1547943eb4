//! Resource limits for the processes of plugins, as a Python application sets them.

use lichtfeld_runtime::{PluginName, WorkerLimitTable, WorkerLimits};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::sync::LazyLock;

/// One for this process: it can be filled before there is a manager, and counts for the next one too.
static LIMITS: LazyLock<WorkerLimitTable> = LazyLock::new(WorkerLimitTable::default);

/// Returns the limits that were set.
pub(crate) fn limits() -> WorkerLimitTable {
    LIMITS.clone()
}

/// Limits the resources of the processes of plugins: of `plugin`, or of all others. This takes effect
/// at the next start of such a process. None: as the application itself.
///
/// `memory` counts bytes that a process allocates (`RLIMIT_DATA`; Linux keeps it): at the limit
/// Python raises MemoryError, and native code may crash. `open_files` is how many files may be open
/// at once. `nice` (0 to 19) is added to its niceness. `message` is the longest message in bytes that
/// crosses in either direction, 1 GiB without it; large arrays do not count. With a `plugin` and no limit, the limits of
/// all apply to that plugin again.
///
/// Raises ValueError for limits that no process could start with, and for an invalid name.
#[pyfunction]
#[pyo3(signature = (plugin=None, *, memory=None, open_files=None, nice=None, message=None))]
pub(crate) fn set_worker_limits(
    plugin: Option<&str>,
    memory: Option<u64>,
    open_files: Option<u64>,
    nice: Option<i32>,
    message: Option<u64>,
) -> PyResult<()> {
    let mut limits = WorkerLimits::default();
    (limits.memory, limits.open_files, limits.nice) = (memory, open_files, nice);
    limits.message = message;
    let refused = |error: &dyn std::fmt::Display| PyValueError::new_err(error.to_string());
    let set = match plugin {
        None => LIMITS.set_all(limits),
        Some(name) => {
            let name = PluginName::new(name).map_err(|error| refused(&error))?;
            let own = (limits != WorkerLimits::default()).then_some(limits);
            LIMITS.set(&name, own)
        }
    };
    set.map_err(|error| refused(&error))
}
