//! Children on Unix: process groups, signals, inherited files.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Child;
use std::time::Duration;

use command_fds::CommandFdExt;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid,
};

use super::command::Command;
use super::kill_on_exit;
use crate::fork::hold_off;

pub(super) use kill_on_exit::tend;

/// What is signalled to end a child.
#[derive(Debug)]
pub(super) enum Group {
    /// The process group of the child, which has the number of its leader.
    Own(Pid),
    /// The child alone, which is in the group of this process.
    Shared(Pid),
    /// The system gave the child no number that can be signalled.
    Unknown,
}

impl Group {
    pub(super) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        // One that has ended in the meantime is what was wanted.
        let _ = match *self {
            Self::Own(pid) => kill_process_group(pid, signal),
            Self::Shared(pid) => kill_process(pid, signal),
            Self::Unknown => Ok(()),
        };
    }

    fn leader(&self) -> Option<Pid> {
        match *self {
            Self::Own(pid) | Self::Shared(pid) => Some(pid),
            Self::Unknown => None,
        }
    }

    /// Its leader has ended and is about to be reaped, after which its number may be given to
    /// another process. Returns whether the thread that starts children is to tend to the watchdog.
    pub(super) fn forget(&self) -> bool {
        let number = |pid: Pid| pid.as_raw_nonzero().get().unsigned_abs();
        match *self {
            Self::Own(pid) => kill_on_exit::forget_group(number(pid)),
            Self::Shared(pid) => kill_on_exit::forget_process(number(pid)),
            Self::Unknown => false,
        }
    }

    /// Waits for the end of the leader and leaves it as a zombie, so that its number stays taken.
    pub(super) fn wait_for_exit(&self, child: &mut Child) {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        if let Some(pid) = self.leader() {
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

pub(super) fn spawn(command: Command) -> io::Result<(Child, Group)> {
    if command.shares_group {
        return spawn_in_shared_group(command);
    }
    spawn_in_own_group(command)
}

fn spawn_in_shared_group(command: Command) -> io::Result<(Child, Group)> {
    let child = start(command)?;
    // It cannot register itself as the leader of a group before it runs. If this process is killed
    // before the next line, Linux ends the child all the same, by the signal of its parent's death.
    kill_on_exit::watch_process(child.id());
    let group = id_of(&child).map_or(Group::Unknown, Group::Shared);
    Ok((child, group))
}

fn id_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

fn spawn_in_own_group(mut command: Command) -> io::Result<(Child, Group)> {
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
            let group = id_of(&child).map_or(Group::Unknown, Group::Own);
            Ok((child, group))
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
pub(super) fn watch(id: u32, _: Option<isize>) {
    kill_on_exit::watch_process(id);
}

/// The end of [`watch`]. Returns whether the thread that starts children is to tend to the watchdog.
pub(super) fn unwatch(id: u32) -> bool {
    kill_on_exit::forget_process(id)
}

/// Waits until a watchdog that is not needed any more has ended, at most `limit`.
pub(super) fn wait_until_unwatched(limit: Duration) {
    kill_on_exit::wait_until_reaped(limit);
}
