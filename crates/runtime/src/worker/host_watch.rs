//! The end of a worker with its host: nothing that was started for the host outlives it.

use crate::worker::host_link::HostLink;
use rustix::process::{Signal, getppid, kill_current_process_group};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// The exit status of a worker whose plugin has closed its connection to the host.
pub(super) const CONNECTION_CLOSED: i32 = 87;

/// How often a worker looks whether its host and its connection are still there. The socket tells
/// of the host's end at once; this is for a plugin that has closed the socket, which a thread that
/// reads from it does not notice.
const INTERVAL: Duration = Duration::from_millis(300);

/// Ends this process and all that it has started: the host is gone.
pub(super) fn die() -> ! {
    let _ = kill_current_process_group(Signal::KILL);
    std::process::abort();
}

/// Ends this process: its plugin has closed the connection to the host. The host ends the rest of the
/// process group.
pub(super) fn end_without_connection() -> ! {
    // SAFETY: it ends the process and runs no handlers, which could wait for the plugin.
    unsafe { libc::_exit(CONNECTION_CLOSED) }
}

/// Starts the thread that ends this process when the host, or the connection to it, is gone.
///
/// # Errors
/// If no thread can be started.
pub(super) fn watch(link: Arc<HostLink>) -> std::io::Result<()> {
    let host = getppid();
    // The system would kill this process alone; this also ends what it has started.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(None)?;
    thread::Builder::new()
        .name("worker-host".into())
        .spawn(move || {
            while getppid() == host {
                if link.channel().is_some_and(|channel| !channel.is_intact()) {
                    end_without_connection();
                }
                thread::sleep(INTERVAL);
            }
            die();
        })?;
    Ok(())
}
