//! What is kept beyond the end of the process: state, settings, logs, markers of what was running.

pub(crate) mod crash_markers;
pub(crate) mod draw_stats_file;
pub mod log_tail;
pub mod logs;
pub mod settings;
pub(crate) mod state_file;
