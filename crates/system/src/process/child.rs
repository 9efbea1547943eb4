//! A child that runs: it can be asked, ended and waited for from any thread.

use std::fmt;
use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};
use serde::{Deserialize, Serialize};

use super::command::Command;
use super::drain::{Line, Sink, Stream, Tail};
use super::error::ProcessError;
use super::spawner;

#[cfg(unix)]
use super::unix::Group;
#[cfg(windows)]
use super::windows::Group;

/// How long pipes may stay open after a child has ended and its group was killed: only a process
/// that left the group can hold them.
const PIPES_AFTER_EXIT: Duration = Duration::from_secs(1);

/// How long dropping a child waits until it is reaped: the kernel ends a process that waits for a
/// disk or a network file system only after that.
const REAPED_AFTER_KILL: Duration = Duration::from_secs(10);

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Exit {
    /// Its exit status, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it (Unix).
    pub signal: Option<i32>,
}

impl Exit {
    /// Whether its exit status is zero.
    #[must_use]
    pub fn success(self) -> bool {
        self.code == Some(0)
    }

    /// How it ended cannot be found out.
    pub(super) const UNKNOWN: Self = Self {
        code: None,
        signal: None,
    };

    pub(super) fn from_status(status: ExitStatus) -> Self {
        #[cfg(unix)]
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        #[cfg(not(unix))]
        let signal = None;
        Self {
            code: status.code(),
            signal,
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.signal) {
            (Some(code), _) => write!(f, "exit status {code}"),
            (None, Some(signal)) => write!(f, "signal {signal}"),
            (None, None) => f.write_str("an unknown end"),
        }
    }
}

#[derive(Debug, Default)]
struct State {
    exit: Option<Exit>,
    open_pipes: usize,
    /// The exit was reported to `on_exit`.
    reported: bool,
}

/// What the threads of one child share.
struct Shared {
    group: Group,
    state: Mutex<State>,
    changed: Condvar,
    tail: Mutex<Tail>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Waits until `done`, at most until the deadline.
    fn wait_until(&self, deadline: Option<Instant>, done: impl Fn(&State) -> bool) {
        let mut state = self.lock();
        while !done(&state) {
            match deadline {
                Some(deadline) => {
                    if self.changed.wait_until(&mut state, deadline).timed_out() {
                        return;
                    }
                }
                None => self.changed.wait(&mut state),
            }
        }
    }
}

impl Command {
    /// Starts it. `on_line` is called with every line, from two threads that drain the pipes.
    ///
    /// # Errors
    /// [`ProcessError::Start`].
    pub fn spawn(
        self,
        on_line: impl Fn(Line) + Send + Sync + 'static,
    ) -> Result<Child, ProcessError> {
        Child::start(self, Sink::Lines(Box::new(on_line)), |_| {})
    }
}

/// A child process. Dropping it kills it, with everything in its group, and reaps it.
///
/// In a forked copy of this process it is not a child: there it cannot be ended, waiting
/// for it returns at once with an unknown end, and dropping it does nothing.
pub struct Child {
    shared: Arc<Shared>,
    program: String,
    id: u32,
    /// The process that has started it.
    parent: u32,
}

impl Child {
    pub(super) fn start(
        command: Command,
        sink: Sink,
        on_exit: impl FnOnce(Exit) + Send + 'static,
    ) -> Result<Self, ProcessError> {
        let program = command.program().to_owned();
        let start_error = |source| ProcessError::Start {
            program: program.clone(),
            source,
        };
        let started = spawner::spawn(command).map_err(start_error)?;
        let Some((mut child, group)) = started.into_parts() else {
            return Err(start_error(io::ErrorKind::NotFound.into()));
        };
        let id = child.id();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let open_pipes = usize::from(stdout.is_some()) + usize::from(stderr.is_some());
        let shared = Arc::new(Shared {
            group,
            state: Mutex::new(State {
                open_pipes,
                ..State::default()
            }),
            changed: Condvar::new(),
            tail: Mutex::default(),
        });
        let handle = Self {
            shared: Arc::clone(&shared),
            program: program.clone(),
            id,
            parent: std::process::id(),
        };
        let sink = Arc::new(sink);
        let mut started = Ok(());
        if let Some(pipe) = stdout {
            started = started.and(reader(&shared, pipe, Stream::Stdout, &sink));
        }
        if let Some(pipe) = stderr {
            started = started.and(reader(&shared, pipe, Stream::Stderr, &sink));
        }
        let waiting = Arc::clone(&shared);
        let waiter = thread::Builder::new()
            .name("child-wait".into())
            .spawn(move || {
                waiting.group.wait_for_exit(&mut child);
                let (exit, needs_tending) = {
                    // Under the lock until it is reaped: `signal` must never meet a number that the
                    // system has given to another process.
                    let mut state = waiting.lock();
                    waiting.group.kill();
                    let needs_tending = waiting.group.forget();
                    let exit = child.wait().map_or(Exit::UNKNOWN, Exit::from_status);
                    state.exit = Some(exit);
                    (exit, needs_tending)
                };
                waiting.changed.notify_all();
                if needs_tending {
                    spawner::tend();
                }
                let deadline = Instant::now() + PIPES_AFTER_EXIT;
                waiting.wait_until(Some(deadline), |state| state.open_pipes == 0);
                on_exit(exit);
                waiting.lock().reported = true;
                waiting.changed.notify_all();
            });
        if let Err(source) = started.and(waiter.map(drop)) {
            // Without its threads it is not reaped; dropping the handle kills it at least.
            shared.group.kill();
            return Err(start_error(source));
        }
        Ok(handle)
    }

    /// The process id. It belongs to the child until [`Self::try_wait`] returns an exit.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The program, as given.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.program
    }

    fn is_ours(&self) -> bool {
        self.parent == std::process::id()
    }

    /// Returns how it ended, or `None` if it runs.
    #[must_use]
    pub fn try_wait(&self) -> Option<Exit> {
        if !self.is_ours() {
            return Some(Exit::UNKNOWN);
        }
        self.shared.lock().exit
    }

    /// Waits for its end, and for the last lines of its pipes.
    pub fn wait(&self) -> Exit {
        if self.is_ours() {
            self.shared.wait_until(None, |state| state.reported);
        }
        self.try_wait().unwrap_or(Exit::UNKNOWN)
    }

    /// The same, at most `timeout`. Returns `None` if it runs after that.
    pub fn wait_timeout(&self, timeout: Duration) -> Option<Exit> {
        if !self.is_ours() {
            return Some(Exit::UNKNOWN);
        }
        self.shared
            .wait_until(Some(Instant::now() + timeout), |state| state.reported);
        let state = self.shared.lock();
        state.exit.filter(|_| state.reported)
    }

    /// Asks the whole group to end: SIGTERM. Windows has no such request, and ends it. A child that
    /// [shares the group](Command::share_group) of this process is asked alone.
    pub fn terminate(&self) {
        if self.is_ours() {
            let state = self.shared.lock();
            if state.exit.is_none() {
                self.shared.group.terminate();
            }
        }
    }

    /// Ends the whole group at once, or the child alone if it
    /// [shares the group](Command::share_group) of this process.
    pub fn kill(&self) {
        if self.is_ours() {
            let state = self.shared.lock();
            if state.exit.is_none() {
                self.shared.group.kill();
            }
        }
    }

    /// Asks the group to end, and ends it if it runs after `grace`. Returns when it is reaped.
    pub fn stop(&self, grace: Duration) -> Exit {
        self.terminate();
        if let Some(exit) = self.wait_timeout(grace) {
            return exit;
        }
        self.kill();
        self.wait()
    }

    /// Its last lines so far, of both pipes.
    #[must_use]
    pub fn tail(&self) -> Vec<String> {
        if !self.is_ours() {
            return Vec::new();
        }
        self.shared.tail.lock().lines()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.is_ours() {
            self.kill();
            // One that the kernel cannot end yet is reaped later.
            let deadline = Instant::now() + REAPED_AFTER_KILL;
            self.shared
                .wait_until(Some(deadline), |state| state.exit.is_some());
        }
    }
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Child");
        debug.field("program", &self.program).field("id", &self.id);
        debug.field("exit", &self.try_wait()).finish()
    }
}

fn reader(
    shared: &Arc<Shared>,
    pipe: impl io::Read + Send + 'static,
    stream: Stream,
    sink: &Arc<Sink>,
) -> io::Result<()> {
    let (shared, sink) = (Arc::clone(shared), Arc::clone(sink));
    let work = move || {
        let closing = ClosePipe(&shared);
        sink.read(pipe, stream, &|text| shared.tail.lock().push(text));
        drop(closing);
    };
    thread::Builder::new()
        .name("child-pipe".into())
        .spawn(work)
        .map(drop)
}

/// Counts a pipe as closed even if the sink panics, for waiters wait for it.
struct ClosePipe<'a>(&'a Shared);

impl Drop for ClosePipe<'_> {
    fn drop(&mut self) {
        self.0.lock().open_pipes -= 1;
        self.0.changed.notify_all();
    }
}
