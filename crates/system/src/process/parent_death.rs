//! Linux sends a child a signal when the thread that has started it ends.

use std::io;
use std::os::unix::process::CommandExt;

use rustix::process::Signal;

/// Lets the child be sent `signal` when the thread that starts it ends.
pub(super) fn signal_on_parent_death(command: &mut std::process::Command, signal: Signal) {
    let parent = rustix::process::getpid();
    let hook = move || {
        rustix::process::set_parent_process_death_signal(Some(signal))?;
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
