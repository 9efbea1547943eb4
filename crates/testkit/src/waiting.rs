//! Waiting for what another thread or process does.

use std::time::{Duration, Instant};

/// Far longer than anything that is waited for takes, on a machine whose cores are all busy too.
const LIMIT: Duration = Duration::from_secs(120);

/// Waits until `done` returns true.
///
/// # Panics
/// After two minutes.
#[track_caller]
pub fn wait_for(mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !done() {
        assert!(
            Instant::now() < deadline,
            "it did not happen within {} s",
            LIMIT.as_secs()
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whether a process runs. A zombie, which its parent has not reaped yet, does not.
#[cfg(unix)]
#[must_use]
pub fn is_alive(pid: &str) -> bool {
    let shown = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    match shown {
        Ok(stat) => {
            let state = stat.rsplit(')').next().unwrap_or_default();
            !state.trim_start().starts_with('Z')
        }
        // macOS has no /proc.
        Err(_) if cfg!(target_os = "linux") => false,
        Err(_) => {
            let id = pid
                .trim()
                .parse()
                .ok()
                .and_then(rustix::process::Pid::from_raw);
            id.is_some_and(|id| rustix::process::test_kill_process(id).is_ok())
        }
    }
}
