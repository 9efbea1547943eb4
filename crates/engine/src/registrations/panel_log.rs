//! Where panels and menus report to.

use std::fmt;
use std::sync::OnceLock;

/// Receives the normalised name of a plugin, or `None` for the host, and a line for its log.
type Log = Box<dyn Fn(Option<&str>, &str) + Send + Sync>;

/// A log that is not known when the first panels are made.
#[derive(Default)]
pub(crate) struct PanelLog(OnceLock<Log>);

impl PanelLog {
    /// Sets the log. Only the first one counts.
    pub(crate) fn set(&self, log: impl Fn(Option<&str>, &str) + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(log));
    }

    /// Writes a line. Before the log is known it is dropped.
    pub(crate) fn write(&self, key: Option<&str>, line: &str) {
        if let Some(log) = self.0.get() {
            log(key, line);
        }
    }
}

impl fmt::Debug for PanelLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PanelLog")
    }
}
