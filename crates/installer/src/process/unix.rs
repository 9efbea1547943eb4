//! Children on Unix: process groups, signals, inherited files.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Child;

use command_fds::CommandFdExt;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::Command;

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
        // Somebody else reaps children of this process; the exit is lost, the wait is not.
        let _ = child.wait();
    }
}

pub(super) fn spawn(mut command: Command) -> io::Result<(Child, Group)> {
    command.inner.process_group(0);
    if !command.fds.is_empty() {
        let collision = |_| io::Error::from(io::ErrorKind::InvalidInput);
        command
            .inner
            .fd_mappings(std::mem::take(&mut command.fds))
            .map_err(collision)?;
    }
    #[cfg(target_os = "linux")]
    die_with_parent(&mut command.inner);
    let child = command.inner.spawn()?;
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    Ok((child, Group(pid)))
}

#[cfg(target_os = "linux")]
fn die_with_parent(command: &mut std::process::Command) {
    let parent = rustix::process::getpid();
    let hook = move || {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        // The parent may have died before the kernel was asked.
        if rustix::process::getppid() == Some(parent) {
            Ok(())
        } else {
            Err(io::ErrorKind::NotConnected.into())
        }
    };
    // SAFETY: between fork and exec only async-signal-safe functions may be called; the hook makes
    // two system calls, allocates nothing and takes no lock.
    unsafe { command.pre_exec(hook) };
}
