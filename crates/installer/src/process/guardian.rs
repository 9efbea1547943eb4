//! Ends our children's groups when this process is gone, however it went.
//!
//! The kernel ends a child with us (`unix.rs`, Linux alone), but not what the child has started: a
//! build that uv runs would go on after a `kill -9` of the application, and write where the next
//! installation does. A shell that reads from a pipe notices our end, and kills the groups that it
//! was told of. It is there only while there are children, and adds 1 ms to the start of the first.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Reads "+ GROUP" and "- GROUP". At the end of its input, or when its parent dies (USR1, for a
/// copy of the pipe that a forked child of ours holds), it kills what it was told of. The terminal's
/// signals are for others.
const SCRIPT: &str = "trap '' HUP INT TERM
groups=' '
end() {
  for group in $groups; do kill -s KILL -- \"-$group\" 2>/dev/null; done
  exit
}
trap end USR1
while read -r sign group; do
  case $sign in
    +) groups=\"$groups$group \" ;;
    -) groups=\"${groups%% $group *} ${groups#* $group }\" ;;
  esac
done
end";

struct Guardian {
    /// A forked copy of this process has this in its memory too; it is not the copy's.
    process: u32,
    child: Child,
    input: ChildStdin,
    groups: usize,
}

static GUARDIAN: Mutex<Option<Guardian>> = Mutex::new(None);

fn lock() -> MutexGuard<'static, Option<Guardian>> {
    GUARDIAN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Guardian {
    #[expect(clippy::disallowed_methods, reason = "this module is the door")]
    fn start() -> io::Result<Self> {
        let mut command = std::process::Command::new("/bin/sh");
        command
            .args(["-c", SCRIPT])
            .current_dir("/")
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        #[cfg(target_os = "linux")]
        super::unix::tell_of_parents_death(&mut command, rustix::process::Signal::USR1);
        let mut child = command.spawn()?;
        let input = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self {
            process: std::process::id(),
            child,
            input,
            groups: 0,
        })
    }

    fn tell(&mut self, sign: char, group: i32) -> io::Result<()> {
        // One write: lines of two threads are not mixed, and a short one is whole in a pipe.
        self.input.write_all(format!("{sign} {group}\n").as_bytes())
    }
}

/// From now on `group` ends with us. To be called on the thread that starts all children: the
/// guardian is told of the end of the thread that has started it.
///
/// A guardian that cannot be had (no shell) is no reason to start no child.
pub(super) fn watch(group: i32) {
    let mut guardian = lock();
    let is_ours = |guardian: &Guardian| guardian.process == std::process::id();
    if !guardian.as_ref().is_some_and(is_ours) {
        *guardian = Guardian::start().ok();
    }
    if let Some(running) = guardian.as_mut() {
        running.groups += 1;
        let _ = running.tell('+', group);
    }
}

/// `group` has ended; its number is free from now on. Gives the guardian where it was the last:
/// it ends now, and is to be waited for.
pub(super) fn forget(group: i32) -> Option<Child> {
    let mut guardian = lock();
    let running = guardian.as_mut()?;
    if running.process != std::process::id() {
        return None;
    }
    let _ = running.tell('-', group);
    running.groups = running.groups.saturating_sub(1);
    if running.groups > 0 {
        return None;
    }
    // Its input is closed with this.
    guardian.take().map(|guardian| guardian.child)
}
