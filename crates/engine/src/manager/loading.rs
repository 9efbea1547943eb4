//! A handle of a load in the background: a window starts it, shows its progress, and never waits
//! for it.

use crate::error::Error;
use crate::error::failure::Stage;
use crate::lifecycle::State;
use crate::model::observer::Observer;
use parking_lot::{Condvar, Mutex, MutexGuard};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// The result of a load. The error is shared by all copies of the handle.
pub type LoadResult = Result<(), Arc<Error>>;

type Callback = Box<dyn FnOnce(&Loading) + Send>;

#[derive(Default)]
struct Now {
    stage: Option<Stage>,
    detail: String,
    message: String,
    progress: f64,
    thread: Option<ThreadId>,
    result: Option<LoadResult>,
    callbacks: Vec<Callback>,
}

struct Inner {
    name: String,
    /// The process whose thread loads.
    process: u32,
    /// Returns the state of the plugin now.
    state: Box<dyn Fn() -> Option<State> + Send + Sync>,
    now: Mutex<Now>,
    ended: Condvar,
    cancelled: AtomicBool,
}

/// A load that is under way or has ended. Clones refer to the same load. It continues if all of
/// them are dropped.
#[derive(Clone)]
pub struct Loading(Arc<Inner>);

impl fmt::Debug for Loading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now = self.lock();
        f.debug_struct("Loading")
            .field("name", &self.0.name)
            .field("stage", &now.stage)
            .field("result", &now.result)
            .finish_non_exhaustive()
    }
}

impl Loading {
    fn lock(&self) -> MutexGuard<'_, Now> {
        self.0.now.lock()
    }

    /// Checks that this process loads the plugin, so that waiting for the end makes sense.
    ///
    /// # Errors
    /// [`Error::Forked`] in a forked copy of that process: there the load never ends.
    pub fn require_own_process(&self) -> Result<(), Error> {
        if self.0.process == std::process::id() {
            return Ok(());
        }
        Err(Error::Forked)
    }

    /// Returns the name of the plugin as the caller wrote it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the state of the plugin now, or `None` if no plugin has this name.
    #[must_use]
    pub fn state(&self) -> Option<State> {
        (self.0.state)()
    }

    /// Returns the present or last step, or `None` before the first.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        self.lock().stage
    }

    /// Returns the object of the step, such as the plugin's name.
    #[must_use]
    pub fn detail(&self) -> String {
        self.lock().detail.clone()
    }

    /// Returns the last progress line, or an empty text before the first.
    #[must_use]
    pub fn message(&self) -> String {
        self.lock().message.clone()
    }

    /// Returns the progress by steps, from 0 to 1. It never decreases, and is 1 only for an active
    /// plugin.
    #[must_use]
    pub fn progress(&self) -> f64 {
        self.lock().progress
    }

    /// Returns the result, or `None` while it is under way.
    #[must_use]
    pub fn result(&self) -> Option<LoadResult> {
        self.lock().result.clone()
    }

    /// Returns whether it has ended, with any result.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.lock().result.is_some()
    }

    /// Requests its end. An import in this process is completed first, since Python cannot be
    /// interrupted there; then the plugin is unloaded. Does nothing if it has ended.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }

    /// Waits until it has ended, at most `limit`, which may be `None`. Returns whether it has
    /// ended. Call this without the GIL, and not from the load itself.
    #[must_use]
    pub fn wait(&self, limit: Option<Duration>) -> bool {
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        let mut now = self.lock();
        while now.result.is_none() {
            match deadline {
                None => self.0.ended.wait(&mut now),
                Some(deadline) => {
                    if self.0.ended.wait_until(&mut now, deadline).timed_out() {
                        return now.result.is_some();
                    }
                }
            }
        }
        true
    }

    /// Calls `callback` when it has ended: on the thread that loads, or at once if it has.
    pub fn on_end(&self, callback: impl FnOnce(&Loading) + Send + 'static) {
        let mut now = self.lock();
        if now.result.is_none() {
            now.callbacks.push(Box::new(callback));
            return;
        }
        drop(now);
        callback(self);
    }

    fn end(&self, result: LoadResult) {
        let callbacks = {
            let mut now = self.lock();
            if now.result.is_some() {
                return;
            }
            if result.is_ok() {
                now.progress = 1.0;
            }
            now.result = Some(result);
            std::mem::take(&mut now.callbacks)
        };
        self.0.ended.notify_all();
        for callback in callbacks {
            callback(self);
        }
    }

    /// Runs the load on this thread.
    pub(crate) fn run(&self, load: impl FnOnce(&mut dyn Observer) -> Result<(), Error>) {
        self.lock().thread = Some(thread::current().id());
        let mut observer = LoadingObserver(self);
        let result = catch_unwind(AssertUnwindSafe(|| load(&mut observer)))
            .unwrap_or_else(|_| Err(self.broken("internal error in the plugin runtime")));
        self.end(result.map_err(Arc::new));
    }

    fn broken(&self, reason: &str) -> Error {
        let what = format!("cannot load '{}' on a thread of its own", self.0.name);
        Error::io(what, reason)
    }

    /// Ends a load whose thread was never started. Does nothing if it has ended.
    pub(crate) fn abandon(&self) {
        let reason = "the thread could not be started, or the application is ending";
        self.end(Err(Arc::new(self.broken(reason))));
    }
}

/// The progress at the beginning of a step, with an environment to make, which takes longest.
fn share(stage: Stage) -> f64 {
    match stage {
        Stage::Environment => 0.0,
        Stage::Dependencies => 0.1,
        Stage::Import => 0.7,
        Stage::Activation => 0.9,
        Stage::Complete => 1.0,
    }
}

struct LoadingObserver<'a>(&'a Loading);

impl Observer for LoadingObserver<'_> {
    fn progress(&mut self, message: &str) {
        message.clone_into(&mut self.0.lock().message);
    }

    fn stage(&mut self, stage: Stage, detail: &str) {
        let mut now = self.0.lock();
        now.stage = Some(stage);
        detail.clone_into(&mut now.detail);
        now.progress = now.progress.max(share(stage));
    }

    fn should_cancel(&mut self) -> bool {
        self.0.0.cancelled.load(Ordering::Relaxed)
    }
}

/// The loads of one manager that are under way.
#[derive(Default)]
pub(crate) struct Loadings(Mutex<Vec<Weak<Inner>>>);

impl Loadings {
    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Inner>>> {
        self.0.lock()
    }

    /// Adds a load. `state` returns the state of the plugin.
    pub(crate) fn add(
        &self,
        name: &str,
        state: impl Fn() -> Option<State> + Send + Sync + 'static,
    ) -> Loading {
        let loading = Loading(Arc::new(Inner {
            name: name.to_owned(),
            process: std::process::id(),
            state: Box::new(state),
            now: Mutex::default(),
            ended: Condvar::new(),
            cancelled: AtomicBool::new(false),
        }));
        let mut known = self.lock();
        known.retain(|other| other.strong_count() > 0);
        known.push(Arc::downgrade(&loading.0));
        loading
    }

    /// Cancels all loads and waits until they have ended, at most `limit` for all together.
    pub(crate) fn end_all(&self, limit: Duration) {
        let known = std::mem::take(&mut *self.lock());
        let going: Vec<Loading> = known
            .iter()
            .filter_map(Weak::upgrade)
            .map(Loading)
            .filter(|loading| !loading.is_done())
            // A load whose `on_load` unloads everything would wait for itself.
            .filter(|loading| loading.lock().thread != Some(thread::current().id()))
            .collect();
        for loading in &going {
            loading.cancel();
        }
        let deadline = Instant::now() + limit;
        for loading in &going {
            let _ = loading.wait(Some(deadline.saturating_duration_since(Instant::now())));
        }
    }
}
