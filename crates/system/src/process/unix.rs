//! Children on Unix: process groups, signals, inherited files.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Child;
use std::time::Duration;

use command_fds::CommandFdExt;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::{AdoptedChild, Command, kill_on_exit};
use crate::fork::hold_off;

pub(super) use kill_on_exit::tend;

/// The process group of a child, which has the number of its leader.
#[derive(Debug)]
pub(super) struct Group(Option<Pid>);

impl Group {
    pub(super) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.0 {
            // A group that has ended in the meantime is what was wanted.
            let _ = kill_process_group(pid, signal);
        }
    }

    /// Its leader has ended and is about to be reaped, after which its number may be given to
    /// another process. Returns whether the thread that starts children is to tend to the watchdog.
    pub(super) fn forget(&self) -> bool {
        let number = |pid: Pid| pid.as_raw_nonzero().get().unsigned_abs();
        (self.0).is_some_and(|pid| kill_on_exit::forget_group(number(pid)))
    }

    /// Waits for the end of the leader and leaves it as a zombie, so that its number stays taken.
    pub(super) fn wait_for_exit(&self, child: &mut Child) {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        if let Some(pid) = self.0 {
            loop {
                match waitid(WaitId::Pid(pid), options) {
                    Err(rustix::io::Errno::INTR) => {}
                    Ok(_) => return,
                    Err(_) => break,
                }
            }
        }
        // Other code reaps the children of this process; the exit is lost, the wait is not.
        let _ = child.wait();
    }
}

pub(super) fn spawn(mut command: Command) -> io::Result<(Child, Group)> {
    command.inner.process_group(0);
    // The first of the hooks: the next one may put an inherited file where the watchdog's pipe is.
    if let Some(registration) = kill_on_exit::expect_child() {
        let hook = move || {
            registration.write();
            Ok(())
        };
        // SAFETY: see `Registration::write`.
        unsafe { command.inner.pre_exec(hook) };
    }
    match start(command) {
        Ok(child) => {
            kill_on_exit::child_started(child.id());
            let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            Ok((child, Group(pid)))
        }
        Err(error) => {
            kill_on_exit::child_failed();
            Err(error)
        }
    }
}

fn start(mut command: Command) -> io::Result<Child> {
    if !command.fds.is_empty() {
        let collision = |_| io::Error::from(io::ErrorKind::InvalidInput);
        command
            .inner
            .fd_mappings(std::mem::take(&mut command.fds))
            .map_err(collision)?;
    }
    #[cfg(target_os = "linux")]
    super::parent_death::signal_on_parent_death(&mut command.inner, Signal::KILL);
    // The child's start is reported through a pipe that ends with `exec`. A forked copy that has it
    // too would keep this thread waiting until it ends itself.
    let _held_off = hold_off();
    command.inner.spawn()
}

/// A process that other code has started ends with this one from now on, if it can be watched.
pub(super) fn watch(child: AdoptedChild) {
    kill_on_exit::watch_process(child.id);
}

/// The end of [`watch`]. Returns whether the thread that starts children is to tend to the watchdog.
pub(super) fn unwatch(id: u32) -> bool {
    kill_on_exit::forget_process(id)
}

/// Waits until a watchdog that is not needed any more has ended, at most `limit`.
pub(super) fn wait_until_unwatched(limit: Duration) {
    kill_on_exit::wait_until_reaped(limit);
}
