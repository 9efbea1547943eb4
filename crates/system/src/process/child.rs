//! A child that runs: it can be asked, ended and waited for from any thread.

use std::fmt;
use std::io;
use std::process::ExitStatus;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::drain::{Line, Stream, Tail, drain};
use super::{Command, ProcessError, spawner};

#[cfg(unix)]
use super::unix::Group;
#[cfg(windows)]
use super::windows::Group;

/// How long pipes may stay open after a child has ended and its group was killed: only a process
/// that left the group can hold them.
const PIPES_AFTER_EXIT: Duration = Duration::from_secs(1);

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The exit has been told to those who wait.
    told: bool,
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
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `done`, at most until the deadline.
    fn wait_until(&self, deadline: Option<Instant>, done: impl Fn(&State) -> bool) {
        let mut state = self.lock();
        while !done(&state) {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            state = match left {
                Some(Duration::ZERO) => return,
                Some(left) => {
                    let waited = self.changed.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

/// A child process. Dropping it kills it, with everything in its group, and reaps it.
pub struct Child {
    shared: Arc<Shared>,
    program: String,
    id: u32,
}

impl Child {
    pub(super) fn start(
        command: Command,
        on_line: impl Fn(Line) + Send + Sync + 'static,
        on_exit: impl FnOnce(Exit) + Send + 'static,
    ) -> Result<Self, ProcessError> {
        let program = command.program.clone();
        let start_error = |source| ProcessError::Start {
            program: program.clone(),
            source,
        };
        let (mut child, group) = spawner::spawn(command).map_err(start_error)?;
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
        };
        let on_line: Arc<dyn Fn(Line) + Send + Sync> = Arc::new(on_line);
        let mut started = Ok(());
        if let Some(pipe) = stdout {
            started = started.and(reader(&shared, pipe, Stream::Stdout, &on_line));
        }
        if let Some(pipe) = stderr {
            started = started.and(reader(&shared, pipe, Stream::Stderr, &on_line));
        }
        let waiting = Arc::clone(&shared);
        let waiter = thread::Builder::new()
            .name("child-wait".into())
            .spawn(move || {
                waiting.group.wait_for_exit(&mut child);
                let (exit, guardian) = {
                    // Under the lock until it is reaped: `signal` must never meet a number that the
                    // system has given to somebody else.
                    let mut state = waiting.lock();
                    waiting.group.kill();
                    let guardian = waiting.group.forget();
                    let exit = child.wait().map_or(
                        Exit {
                            code: None,
                            signal: None,
                        },
                        Exit::from_status,
                    );
                    state.exit = Some(exit);
                    (exit, guardian)
                };
                waiting.changed.notify_all();
                let deadline = Instant::now() + PIPES_AFTER_EXIT;
                waiting.wait_until(Some(deadline), |state| state.open_pipes == 0);
                on_exit(exit);
                waiting.lock().told = true;
                waiting.changed.notify_all();
                if let Some(mut guardian) = guardian {
                    let _ = guardian.wait();
                }
            });
        if let Err(source) = started.and(waiter.map(drop)) {
            // Without its threads nobody would reap it; dropping the handle kills at least.
            shared.group.kill();
            return Err(start_error(source));
        }
        Ok(handle)
    }

    /// The process id. It belongs to the child until [`Self::try_wait`] gives an exit.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The program, as given.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.program
    }

    /// How it ended, if it has; without waiting.
    #[must_use]
    pub fn try_wait(&self) -> Option<Exit> {
        self.shared.lock().exit
    }

    /// Waits for its end, and for the last lines of its pipes.
    pub fn wait(&self) -> Exit {
        self.shared.wait_until(None, |state| state.told);
        self.try_wait().unwrap_or(Exit {
            code: None,
            signal: None,
        })
    }

    /// The same, at most `timeout`.
    pub fn wait_timeout(&self, timeout: Duration) -> Option<Exit> {
        self.shared
            .wait_until(Some(Instant::now() + timeout), |state| state.told);
        let state = self.shared.lock();
        state.exit.filter(|_| state.told)
    }

    /// Asks the whole group to end: SIGTERM. On Windows there is no such question, and it is ended.
    pub fn terminate(&self) {
        let state = self.shared.lock();
        if state.exit.is_none() {
            self.shared.group.terminate();
        }
    }

    /// Ends the whole group at once.
    pub fn kill(&self) {
        let state = self.shared.lock();
        if state.exit.is_none() {
            self.shared.group.kill();
        }
    }

    /// Asks the group to end, and ends it where it has not after `grace`. Returns when it is
    /// reaped.
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
        self.shared
            .tail
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .lines()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
        self.shared.wait_until(None, |state| state.exit.is_some());
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
    on_line: &Arc<dyn Fn(Line) + Send + Sync>,
) -> io::Result<()> {
    let (shared, on_line) = (Arc::clone(shared), Arc::clone(on_line));
    let work = move || {
        let closing = ClosePipe(&shared);
        drain(pipe, stream, &|line| {
            let mut tail = shared.tail.lock().unwrap_or_else(PoisonError::into_inner);
            tail.push(&line.text);
            drop(tail);
            on_line(line);
        });
        drop(closing);
    };
    thread::Builder::new()
        .name("child-pipe".into())
        .spawn(work)
        .map(drop)
}

/// Counts a pipe as closed even where `on_line` panics, or a waiter would wait for ever.
struct ClosePipe<'a>(&'a Shared);

impl Drop for ClosePipe<'_> {
    fn drop(&mut self) {
        self.0.lock().open_pipes -= 1;
        self.0.changed.notify_all();
    }
}
