//! A source for tests: events come from a script, and the clock moves only when the script
//! advances it, so that no test sleeps.

use crate::source::{ChangeSource, RawEvent, RawKind, Reach, Scope, Signal, SourceError, Waker};
use camino::{Utf8Path, Utf8PathBuf};
use parking_lot::{Condvar, Mutex, MutexGuard};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[derive(Debug)]
struct State {
    now: Instant,
    target: Instant,
    events: VecDeque<RawEvent>,
    watched: BTreeSet<Utf8PathBuf>,
    limit: usize,
    reach: Reach,
    woken: bool,
    idle: bool,
}

/// The state that both ends of a script use.
#[derive(Clone, Debug)]
struct Stage(Arc<(Mutex<State>, Condvar)>);

impl Stage {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock()
    }

    fn wait(&self, state: &mut MutexGuard<'_, State>) {
        self.0.1.wait(state);
    }

    fn notify(&self) {
        self.0.1.notify_all();
    }
}

/// The watcher's end of a script.
#[derive(Debug)]
pub struct ScriptedSource(Stage);

/// The test's end of a script.
#[derive(Clone, Debug)]
pub struct Script(Stage);

impl ScriptedSource {
    /// Makes a source whose watches have this reach, and the script that drives it.
    #[must_use]
    pub fn new(reach: Reach) -> (Self, Script) {
        let now = Instant::now();
        let stage = Stage(Arc::new((
            Mutex::new(State {
                now,
                target: now,
                events: VecDeque::new(),
                watched: BTreeSet::new(),
                limit: usize::MAX,
                reach,
                woken: false,
                idle: false,
            }),
            Condvar::new(),
        )));
        (Self(stage.clone()), Script(stage))
    }
}

impl Script {
    /// Sends an event now, whether its directory is watched or not.
    pub fn emit(&self, event: RawEvent) {
        let mut state = self.0.lock();
        state.events.push_back(event);
        state.idle = false;
        self.0.notify();
    }

    /// Sends an event if a watch covers the path, as the system would.
    pub fn touch(&self, path: &Utf8Path, kind: RawKind) {
        let covered = {
            let state = self.0.lock();
            match state.reach {
                Reach::Directory => path.parent().is_some_and(|dir| state.watched.contains(dir)),
                Reach::Subtree => path.ancestors().any(|dir| state.watched.contains(dir)),
            }
        };
        if covered {
            self.emit(RawEvent::Path {
                path: path.to_owned(),
                kind,
            });
        }
    }

    /// Advances the clock, and returns when the watcher has done everything that was due by then.
    pub fn advance(&self, by: Duration) {
        let mut state = self.0.lock();
        state.target = state.now + by;
        state.idle = false;
        self.0.notify();
        while !state.idle {
            self.0.wait(&mut state);
        }
    }

    /// Lets `watch` fail from this number of watches on, as a system at its limit does.
    pub fn limit_watches(&self, limit: usize) {
        self.0.lock().limit = limit;
    }

    /// Drops the watch of a directory, as the system does when the directory is removed.
    pub fn lose_watch(&self, dir: &Utf8Path) {
        self.0.lock().watched.remove(dir);
    }

    /// Returns the directories that are watched.
    #[must_use]
    pub fn watched(&self) -> Vec<Utf8PathBuf> {
        self.0.lock().watched.iter().cloned().collect()
    }

    /// Returns the time of the script's clock.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.0.lock().now
    }
}

impl ChangeSource for ScriptedSource {
    fn now(&self) -> Instant {
        self.0.lock().now
    }

    fn reach(&self) -> Reach {
        self.0.lock().reach
    }

    fn watch(&mut self, dir: &Utf8Path, _scope: Scope) -> Result<(), SourceError> {
        let mut state = self.0.lock();
        if !state.watched.contains(dir) && state.watched.len() >= state.limit {
            return Err(SourceError::WatchLimit);
        }
        if !dir.is_dir() {
            return Err(SourceError::NotFound);
        }
        state.watched.insert(dir.to_owned());
        Ok(())
    }

    fn unwatch(&mut self, dir: &Utf8Path) {
        self.0.lock().watched.remove(dir);
    }

    fn wait(&mut self, until: Option<Instant>) -> Signal {
        let mut state = self.0.lock();
        loop {
            if let Some(event) = state.events.pop_front() {
                return Signal::Event(event);
            }
            if state.woken {
                state.woken = false;
                return Signal::Woken;
            }
            let now = state.now;
            match until {
                Some(until) if until <= now.max(state.target) => {
                    state.now = now.max(until);
                    return Signal::Timeout;
                }
                _ => state.now = now.max(state.target),
            }
            state.idle = true;
            self.0.notify();
            self.0.wait(&mut state);
        }
    }

    fn waker(&self) -> Waker {
        let stage = self.0.clone();
        Arc::new(move || {
            let mut state = stage.lock();
            state.woken = true;
            state.idle = false;
            stage.notify();
        })
    }
}
