//! The resource limits of workers.

use crate::error::codes;
use lichtfeld_manifest::PluginName;
use parking_lot::{Mutex, MutexGuard};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The resource limits of a worker, set in it before any of the plugin's code runs. `None` means the
/// limit of the host. Processes that a worker starts inherit the limits, each for itself.
///
/// ```
/// use lichtfeld_engine::WorkerLimits;
///
/// let limits = WorkerLimits::default().with_memory(2 << 30).with_nice(10);
/// assert!(limits.check().is_ok());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkerLimits {
    /// Bytes that it may allocate, the stacks of its threads included (`RLIMIT_DATA`). Address space
    /// is not limited: graphics drivers reserve hundreds of gigabytes of it and use a few. At the
    /// limit Python raises `MemoryError`; native code may crash. Linux enforces it, macOS does not.
    pub memory: Option<u64>,
    /// How many files may be open at once (`RLIMIT_NOFILE`); at most as many as the host may.
    pub open_files: Option<u64>,
    /// Added to its niceness: 0 to 19; larger is less urgent.
    pub nice: Option<i32>,
    /// Bytes of the longest message between the application and it; `None` means 1 GiB. A call with
    /// more is an error of the caller, and bytes that arrive nevertheless end the worker. Large
    /// arrays do not count, which cross in shared memory.
    #[serde(default)]
    pub message: Option<u64>,
}

/// Why limits are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} is {value}; {meant}")]
pub struct WorkerLimitError {
    what: &'static str,
    value: i128,
    meant: &'static str,
}

impl WorkerLimitError {
    /// The stable code.
    pub const CODE: &'static str = codes::WORKER_LIMIT.code;
}

/// About twice what the worker of an empty plugin needs.
const LEAST_MEMORY: u64 = 64 << 20;
/// The standard streams, the socket, and the files that Python opens while it starts.
const LEAST_FILES: u64 = 32;
/// The first message, with the compiled code, and frames of large panels.
const LEAST_MESSAGE: u64 = 16 << 20;

impl WorkerLimits {
    /// Sets [`WorkerLimits::memory`].
    #[must_use]
    pub const fn with_memory(mut self, bytes: u64) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// Sets [`WorkerLimits::open_files`].
    #[must_use]
    pub const fn with_open_files(mut self, files: u64) -> Self {
        self.open_files = Some(files);
        self
    }

    /// Sets [`WorkerLimits::nice`].
    #[must_use]
    pub const fn with_nice(mut self, nice: i32) -> Self {
        self.nice = Some(nice);
        self
    }

    /// Sets [`WorkerLimits::message`].
    #[must_use]
    pub const fn with_message(mut self, bytes: u64) -> Self {
        self.message = Some(bytes);
        self
    }

    /// Returns the limits, if a worker can start with them.
    ///
    /// # Errors
    /// The first limit that is out of range, with the range.
    pub fn check(self) -> Result<Self, WorkerLimitError> {
        let refused = |what, value: i128, meant| Err(WorkerLimitError { what, value, meant });
        match self {
            Self {
                memory: Some(memory),
                ..
            } if memory < LEAST_MEMORY => refused(
                "memory",
                memory.into(),
                "it counts bytes, and a worker needs at least 64 MiB (67108864)",
            ),
            Self {
                open_files: Some(files),
                ..
            } if files < LEAST_FILES => refused(
                "open_files",
                files.into(),
                "a worker needs at least 32 to start",
            ),
            Self {
                nice: Some(nice), ..
            } if !(0..=19).contains(&nice) => refused(
                "nice",
                nice.into(),
                "it is 0 to 19: a worker can be less urgent than the application, not more",
            ),
            Self {
                message: Some(message),
                ..
            } if message < LEAST_MESSAGE => refused(
                "message",
                message.into(),
                "it counts bytes, and panels and calls need at least 16 MiB (16777216)",
            ),
            fine => Ok(fine),
        }
    }
}

/// The limits of all workers, and those of single plugins. All clones share one table. It may be
/// changed at any time; a change applies to workers that start after it.
#[derive(Clone, Debug, Default)]
pub struct WorkerLimitTable(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    all: WorkerLimits,
    plugins: BTreeMap<String, WorkerLimits>,
}

impl WorkerLimitTable {
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock()
    }

    /// Sets the limits of every plugin without limits of its own.
    ///
    /// # Errors
    /// As [`WorkerLimits::check`].
    pub fn set_all(&self, limits: WorkerLimits) -> Result<(), WorkerLimitError> {
        self.lock().all = limits.check()?;
        Ok(())
    }

    /// Sets the limits of one plugin, which replace those of all; `None` removes them.
    ///
    /// # Errors
    /// As [`WorkerLimits::check`].
    pub fn set(
        &self,
        plugin: &PluginName,
        limits: Option<WorkerLimits>,
    ) -> Result<(), WorkerLimitError> {
        let limits = limits.map(WorkerLimits::check).transpose()?;
        let key = plugin.normalized().to_owned();
        match limits {
            Some(limits) => self.lock().plugins.insert(key, limits),
            None => self.lock().plugins.remove(&key),
        };
        Ok(())
    }

    /// Returns the limits of a plugin, by normalised name.
    pub fn of(&self, key: &str) -> WorkerLimits {
        let table = self.lock();
        table.plugins.get(key).copied().unwrap_or(table.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_worker_could_start_with_is_refused() {
        let said = |limits: WorkerLimits| limits.check().unwrap_err().to_string();
        let limits = WorkerLimits::default();
        assert!(limits.check().is_ok());
        let memory = Some(2048);
        assert!(said(WorkerLimits { memory, ..limits }).starts_with("memory is 2048; it counts"));
        let open_files = Some(3);
        assert!(
            said(WorkerLimits {
                open_files,
                ..limits
            })
            .starts_with("open_files is 3;")
        );
        let message = Some(100);
        assert!(said(WorkerLimits { message, ..limits }).starts_with("message is 100; it counts"));
        for nice in [Some(-1), Some(20)] {
            assert!(said(WorkerLimits { nice, ..limits }).starts_with("nice is"));
        }
    }

    #[test]
    fn a_plugin_has_its_own_until_they_are_taken_away() {
        let table = WorkerLimitTable::default();
        let limits = |files| WorkerLimits {
            open_files: Some(files),
            ..WorkerLimits::default()
        };
        let plugin = "A.Plugin".parse::<PluginName>().unwrap();
        table.set_all(limits(100)).unwrap();
        table.clone().set(&plugin, Some(limits(64))).unwrap();
        assert_eq!(
            (table.of("a-plugin"), table.of("b")),
            (limits(64), limits(100))
        );
        table.set(&plugin, Some(limits(1))).unwrap_err();
        assert_eq!(
            table.of("a-plugin"),
            limits(64),
            "a refused change changes nothing"
        );
        table.set(&plugin, None).unwrap();
        assert_eq!(table.of("a-plugin"), limits(100));
    }
}
