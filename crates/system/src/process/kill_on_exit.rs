//! Ends our children's groups when this process is gone, however it went; and single processes that
//! other code in this one has started, where it is asked to.
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

/// Reads "+ GROUP" and "- GROUP", "= PROCESS" and "~ PROCESS". At the end of its input it kills
/// what it was told of. When its parent dies (URG, for a copy of the pipe that a forked child of
/// ours holds open) it does so at once and reads on: what we wrote last may still be in the pipe.
/// URG, because a signal that comes before the trap is set must do nothing. The terminal's signals
/// are for others.
///
/// A group of ours is taken back before its number is free. A single process is reaped by whoever
/// has started it, so its number may be somebody else's by now: it is killed only if it was born
/// when the one that we were told of was (field 22 of /proc/PID/stat, else what ps says).
const SCRIPT: &str = "trap '' HUP INT TERM
groups=' ' singles=' ' ended= woken=
birth() {
  birth=
  if read -r line < \"/proc/$1/stat\"; then
    line=\"${line##*) }\"
    set -- $line
    shift 19
    birth=$1
  else
    birth=$(ps -o lstart= -p \"$1\" | tr -d ' ')
  fi
}
end() {
  ended=yes woken=yes
  for group in $groups; do kill -s KILL -- \"-$group\"; done
  for single in $singles; do
    birth \"${single%%:*}\"
    [ \"$single\" != \"${single%%:*}:$birth\" ] || kill -s KILL \"${single%%:*}\"
  done
}
trap end URG
while :; do
  woken=
  if read -r sign number; then
    case $sign in
      +) groups=\"$groups$number \"; [ -z \"$ended\" ] || end ;;
      -) groups=\"${groups%% $number *} ${groups#* $number }\" ;;
      =) birth \"$number\"; [ -z \"$birth\" ] || singles=\"$singles$number:$birth \"
         [ -z \"$ended\" ] || kill -s KILL \"$number\" ;;
      '~') rest=' '
         for single in $singles; do
           [ \"${single%%:*}\" = \"$number\" ] || rest=\"$rest$single \"
         done
         singles=$rest ;;
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
    /// How many groups and single processes it is told of, or about to be.
    charges: usize,
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
        super::parent_death::signal_on_parent_death(&mut command, rustix::process::Signal::URG);
        let mut child = command.spawn()?;
        let input = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self {
            process: std::process::id(),
            child,
            input,
            charges: 0,
        })
    }

    fn tell(&mut self, sign: char, number: u32) -> io::Result<()> {
        // One write: lines of two threads are not mixed, and a short one is whole in a pipe.
        self.input
            .write_all(format!("{sign} {number}\n").as_bytes())
    }
}

/// The guardian, started where there is none. To be called on the thread that starts all children:
/// the guardian is told of the end of the thread that has started it.
fn engage(guardian: &mut Option<Guardian>) -> Option<&mut Guardian> {
    let serves = |guardian: &mut Guardian| {
        guardian.process == std::process::id() && matches!(guardian.child.try_wait(), Ok(None))
    };
    if !guardian.as_mut().is_some_and(serves) {
        *guardian = Guardian::start().ok();
    }
    guardian.as_mut()
}

/// One charge less. Gives the guardian where it was the last: it ends now, and is to be waited for.
fn discharge(guardian: &mut Option<Guardian>) -> Option<Child> {
    let running = guardian.as_mut()?;
    running.charges = running.charges.saturating_sub(1);
    if running.charges > 0 {
        return None;
    }
    // Its input is closed with this.
    guardian.take().map(|guardian| guardian.child)
}

/// A child is about to be started; gives what it is to tell with [`Herald::tell`] before it runs
/// anything. On the thread that starts all children.
///
/// A guardian that cannot be had (no shell) is no reason to start no child.
pub(super) fn expect_child() -> Option<Herald> {
    let mut guardian = lock();
    let running = engage(&mut guardian)?;
    running.charges += 1;
    Some(Herald(running.input.as_raw_fd()))
}

/// A process that other code has started is to end with us as well. On the thread that starts all
/// children.
pub(super) fn take_charge(process: u32) {
    let mut guardian = lock();
    if let Some(running) = engage(&mut guardian) {
        running.charges += 1;
        // One that cannot be told has ended, and its charges are no worse off than without it.
        let _ = running.tell('=', process);
    }
}

/// The end of [`take_charge`].
pub(super) fn give_charge_back(process: u32) -> Option<Child> {
    take_back('~', process)
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
    discharge(&mut lock())
}

/// `group` has ended; its number is free from now on.
pub(super) fn forget(group: u32) -> Option<Child> {
    take_back('-', group)
}

/// Tells that a charge is none any more. Gives the guardian where it was the last: it ends now, and
/// is to be waited for.
fn take_back(sign: char, number: u32) -> Option<Child> {
    let mut guardian = lock();
    let running = guardian.as_mut()?;
    if running.process != std::process::id() {
        return None;
    }
    let _ = running.tell(sign, number);
    discharge(&mut guardian)
}
