//! Children on Windows: one job object for each, so that whatever a child starts ends with it.

use std::io;
use std::os::windows::io::AsRawHandle;
use std::os::windows::process::CommandExt;
use std::process::Child;
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;
use win32job::{ExtendedLimitInfo, Job};

use super::command::Command;

/// No console window pops up, and Ctrl+C in the console of this process does not reach children.
const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// How often to look for the end of a child.
const POLL: Duration = Duration::from_millis(5);

/// The job of a child. Closing it ends everything in it.
#[derive(Debug)]
pub(super) struct Group(Mutex<Option<Job>>);

impl Group {
    pub(super) fn terminate(&self) {
        self.kill();
    }

    pub(super) fn kill(&self) {
        drop(self.0.lock().take());
    }

    /// Jobs end by themselves.
    pub(super) fn forget(&self) -> bool {
        false
    }

    pub(super) fn wait_for_exit(&self, child: &mut Child) {
        while matches!(child.try_wait(), Ok(None)) {
            thread::sleep(POLL);
        }
    }
}

pub(super) fn spawn(mut command: Command) -> io::Result<(Child, Group)> {
    if !command.shares_group {
        command
            .inner
            .creation_flags(CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW);
    }
    let mut limits = ExtendedLimitInfo::new();
    limits.limit_kill_on_job_close();
    let job = Job::create_with_limit_info(&limits).map_err(io::Error::other)?;
    let mut child = command.inner.spawn()?;
    if let Err(error) = job.assign_process(child.as_raw_handle() as isize) {
        child.kill()?;
        return Err(io::Error::other(error));
    }
    Ok((child, Group(Mutex::new(Some(job)))))
}

/// The job of what other code in this process has started. Its last handle is closed by the end of
/// this process, which ends everything in it.
static ADOPTED: Mutex<Option<Job>> = Mutex::new(None);

/// A process that other code has started ends with this one from now on, if it can be watched.
pub(super) fn watch(_: u32, handle: Option<isize>) {
    let Some(handle) = handle else { return };
    let mut job = ADOPTED.lock();
    if job.is_none() {
        let mut limits = ExtendedLimitInfo::new();
        limits.limit_kill_on_job_close();
        *job = Job::create_with_limit_info(&limits).ok();
    }
    if let Some(job) = &*job {
        // This fails if it has ended, or is in a job that allows no other.
        let _ = job.assign_process(handle);
    }
}

/// A process leaves its job by ending.
pub(super) fn unwatch(_: u32) -> bool {
    false
}

/// The job is there as long as this process.
pub(super) fn wait_until_unwatched(_: Duration) {}

/// There is nothing to tend to.
pub(super) fn tend() -> Option<Duration> {
    None
}
