//! The end of a worker with its host: nothing that was started for the host outlives it.

use rustix::process::{Signal, getppid, kill_current_process_group};
use std::thread;
use std::time::Duration;

/// How often a worker looks whether its host is still there. The socket says so at once; this is
/// for a plugin that has closed the socket.
const INTERVAL: Duration = Duration::from_millis(300);

/// Ends this process and all that it has started: the host is gone.
pub(super) fn die() -> ! {
    let _ = kill_current_process_group(Signal::KILL);
    std::process::abort();
}

/// Starts the thread that ends this process when the host is gone.
///
/// # Errors
/// If no thread can be started.
pub(super) fn watch() -> std::io::Result<()> {
    let host = getppid();
    // The system would kill this process alone; this also ends what it has started.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(None)?;
    thread::Builder::new()
        .name("worker-host".into())
        .spawn(move || {
            while getppid() == host {
                thread::sleep(INTERVAL);
            }
            die();
        })?;
    Ok(())
}
