//! The limits of a worker, which it sets before any of the plugin's code runs.

use lichtfeld_engine::worker::limits::WorkerLimits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;

/// Sets the limits of this process.
///
/// # Errors
/// If the system refuses a limit.
pub(super) fn apply(limits: &WorkerLimits) -> io::Result<()> {
    for (resource, value) in [
        (Resource::Data, limits.memory),
        (Resource::Nofile, limits.open_files),
    ] {
        if let Some(value) = value {
            // A process cannot raise its hard limit.
            let most = getrlimit(resource).maximum;
            let value = Some(most.map_or(value, |most| most.min(value)));
            let (current, maximum) = (value, value);
            setrlimit(resource, Rlimit { current, maximum })?;
        }
    }
    limits.nice.map_or(Ok(()), nicer)
}

/// Linux has a niceness for each thread, against POSIX: it is set for each thread that already runs,
/// and new threads inherit it.
#[cfg(target_os = "linux")]
fn nicer(more: i32) -> io::Result<()> {
    use rustix::process::{Pid, getpriority_process, setpriority_process};
    let nice = (getpriority_process(None)? + more).min(19);
    for thread in std::fs::read_dir("/proc/self/task")? {
        let name = thread?.file_name();
        let id = name.to_str().and_then(|name| name.parse().ok());
        match setpriority_process(id.and_then(Pid::from_raw), nice) {
            // It has ended meanwhile.
            Err(rustix::io::Errno::SRCH) => {}
            done => done?,
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn nicer(more: i32) -> io::Result<()> {
    rustix::process::nice(more)?;
    Ok(())
}
