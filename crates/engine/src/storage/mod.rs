//! What is kept beyond the end of the process: state, settings, logs, markers of what was running.

pub(crate) mod crash_markers;
pub mod logs;
pub mod settings;
pub(crate) mod state_file;
