//! Children on Unix: process groups, signals, inherited files.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Child;

use command_fds::CommandFdExt;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::{AdoptedChild, Command, kill_on_exit};

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

    /// Its leader has ended and is about to be reaped, after which its number is anybody's. What is
    /// returned is to be waited for.
    pub(super) fn forget(&self) -> Option<Child> {
        kill_on_exit::forget(self.0?.as_raw_nonzero().get().unsigned_abs())
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
    // The first of the hooks: the next one may put an inherited file where the guardian's pipe is.
    let herald = kill_on_exit::expect_child();
    if let Some(herald) = herald {
        let hook = move || {
            herald.tell();
            Ok(())
        };
        // SAFETY: see `Herald::tell`.
        unsafe { command.inner.pre_exec(hook) };
    }
    if !command.fds.is_empty() {
        let collision = |_| io::Error::from(io::ErrorKind::InvalidInput);
        command
            .inner
            .fd_mappings(std::mem::take(&mut command.fds))
            .map_err(collision)?;
    }
    #[cfg(target_os = "linux")]
    super::parent_death::signal_on_parent_death(&mut command.inner, Signal::KILL);
    let child = match command.inner.spawn() {
        Ok(child) => child,
        Err(error) => {
            if let Some(mut guardian) = herald.and_then(|_| kill_on_exit::forget_expected()) {
                // It ends at once: its input is closed.
                let _ = guardian.wait();
            }
            return Err(error);
        }
    };
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    Ok((child, Group(pid)))
}

/// A process that other code has started ends with this one from now on, if it can be seen to.
pub(super) fn guard(child: AdoptedChild) {
    kill_on_exit::take_charge(child.id);
}

/// The end of [`guard`]. Waits for a guardian that is needed no more, which takes a millisecond.
pub(super) fn unguard(id: u32) {
    if let Some(mut guardian) = kill_on_exit::give_charge_back(id) {
        let _ = guardian.wait();
    }
}
