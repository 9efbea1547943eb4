//! Ends our children's groups when this process is gone, however it went.
//!
//! The kernel ends a child with us (`unix.rs`, Linux alone), but not what the child has started: a
//! build that uv runs would go on after a `kill -9` of the application, and write where the next
//! installation does. A shell that reads from a pipe notices our end, and kills the groups that it
//! was told of. It is there only while there are children, and adds 1 ms to the start of the first.

use std::io::{self, Write};
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Reads "+ GROUP" and "- GROUP". At the end of its input it kills what it was told of. When its
/// parent dies (URG, for a copy of the pipe that a forked child of ours holds open) it does so at
/// once and reads on: what we wrote last may still be in the pipe. URG, because a signal that comes
/// before the trap is set must do nothing. The terminal's signals are for others.
const SCRIPT: &str = "trap '' HUP INT TERM
groups=' ' ended= woken=
end() {
  ended=yes woken=yes
  for group in $groups; do kill -s KILL -- \"-$group\" 2>/dev/null; done
}
trap end URG
while :; do
  woken=
  if read -r sign group; then
    case $sign in
      +) groups=\"$groups$group \"; [ -z \"$ended\" ] || end ;;
      -) groups=\"${groups%% $group *} ${groups#* $group }\" ;;
    esac
  elif [ -z \"$woken\" ]; then
    break
  fi
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
        super::unix::tell_of_parents_death(&mut command, rustix::process::Signal::URG);
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

/// A child is about to be started; gives what it is to tell with [`Herald::tell`] before it runs
/// anything. To be called on the thread that starts all children: the guardian is told of the end
/// of the thread that has started it.
///
/// A guardian that cannot be had (no shell) is no reason to start no child.
pub(super) fn expect_child() -> Option<Herald> {
    let mut guardian = lock();
    let serves = |guardian: &mut Guardian| {
        guardian.process == std::process::id() && matches!(guardian.child.try_wait(), Ok(None))
    };
    if !guardian.as_mut().is_some_and(serves) {
        *guardian = Guardian::start().ok();
    }
    let running = guardian.as_mut()?;
    running.groups += 1;
    Some(Herald(running.input.as_raw_fd()))
}

/// Tells the guardian of a child, in the child itself: were it told by us afterwards, a kill in
/// between would leave the child's children behind.
#[derive(Clone, Copy)]
pub(super) struct Herald(RawFd);

impl Herald {
    /// Between fork and exec: two system calls, no allocation, no lock. The child leads its group.
    pub(super) fn tell(self) {
        let mut line = *b"+ 0000000000\n";
        let mut start = line.len() - 1;
        let mut rest = rustix::process::getpid()
            .as_raw_nonzero()
            .get()
            .unsigned_abs();
        while rest > 0 && start > 2 {
            start -= 1;
            line[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        // The number has no zeros in front: what stands there becomes the sign.
        line[start - 2] = b'+';
        line[start - 1] = b' ';
        // SAFETY: the parent keeps the guardian, and so its input, as long as it expects a child;
        // this is the copy of it that fork has made.
        let input = unsafe { BorrowedFd::borrow_raw(self.0) };
        // Without it the child is no worse off than without a guardian.
        let _ = rustix::io::write(input, &line[start - 2..]);
    }
}

/// The child that was expected could not be started. Gives the guardian where no other is left.
pub(super) fn forget_expected() -> Option<Child> {
    let mut guardian = lock();
    let running = guardian.as_mut()?;
    running.groups = running.groups.saturating_sub(1);
    if running.groups > 0 {
        return None;
    }
    guardian.take().map(|guardian| guardian.child)
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
