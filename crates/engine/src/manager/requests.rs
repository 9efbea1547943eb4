//! What plugins ask of the front end, on its thread: with a callback, or waiting for the answer.

use crate::manager::Manager;
use crate::model::level::Level;
use crate::registrations::ledger::Owner;
use crate::registrations::requests::{NewRequest, OnOutcome, Outcome, RequestError, Requests};
use lichtfeld_panel::{Request, RequestId, RequestKind};
use parking_lot::{Condvar, Mutex};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a thread that waits for an answer looks whether the application ends.
const LOOK: Duration = Duration::from_millis(50);

/// The outcome of a request, for the thread that waits for it.
#[derive(Default)]
struct Awaited {
    outcome: Mutex<Option<Outcome>>,
    changed: Condvar,
}

impl Manager {
    /// Returns the requests of plugins to the front end that have no answer yet; the front end answers
    /// them here.
    pub fn requests(&self) -> &Arc<Requests> {
        &self.services.requests
    }

    /// Asks the front end for something, and calls `done` once with the outcome, on any thread: at once,
    /// or when the user has answered. The front end gets the request on its UI thread, after what that
    /// thread does now. `waits` says that code of the plugin in another process waits for the answer.
    ///
    /// If no front end takes it, the plugin's log says so, once for each kind.
    ///
    /// # Errors
    /// [`RequestError`] if the request is too large, or the plugin has too many.
    pub fn ask(
        self: &Arc<Self>,
        owner: Option<Owner>,
        kind: RequestKind,
        waits: bool,
        done: OnOutcome,
    ) -> Result<RequestId, RequestError> {
        if self.is_forked() {
            // The front end is the parent's.
            kind.check()?;
            done(Outcome::NoFrontEnd);
            return Ok(RequestId::new(0));
        }
        let request = self.enter_request(owner.clone(), kind, false, waits, done)?;
        let id = request.id;
        let posted = Posted {
            manager: Arc::clone(self),
            request,
            owner,
        };
        self.host().on_ui_thread(Box::new(move || posted.run()));
        Ok(id)
    }

    /// Asks the front end for something, and waits for the outcome. Holds no lock.
    ///
    /// On the UI thread, which the front end needs itself, only an answer counts that it gives before
    /// its function returns; else the outcome is [`Outcome::Unanswered`], and the plugin's log names the
    /// way out. Elsewhere this waits until the user answers, at most
    /// [`Timeouts::request`](crate::Timeouts::request), and no longer than the plugin and the
    /// application go on.
    ///
    /// # Errors
    /// [`RequestError`] if the request is too large, or the plugin has too many.
    pub fn ask_and_wait(
        self: &Arc<Self>,
        owner: Option<Owner>,
        kind: RequestKind,
    ) -> Result<Outcome, RequestError> {
        let awaited = Arc::new(Awaited::default());
        let sent = Arc::clone(&awaited);
        let done = Box::new(move |outcome| {
            *sent.outcome.lock() = Some(outcome);
            sent.changed.notify_all();
        });
        if self.host().is_ui_thread() && !self.is_forked() {
            let request = self.enter_request(owner.clone(), kind, true, true, done)?;
            self.give(&request, owner.as_ref());
            if self.requests().end(request.id, Outcome::Unanswered) {
                self.log_unanswered(&request, owner.as_ref());
            }
            let outcome = awaited.outcome.lock().take();
            return Ok(outcome.unwrap_or(Outcome::Unanswered));
        }
        let id = self.ask(owner, kind, true, done)?;
        Ok(self.await_outcome(id, &awaited))
    }

    fn await_outcome(&self, id: RequestId, awaited: &Awaited) -> Outcome {
        let begun = Instant::now();
        loop {
            {
                let mut outcome = awaited.outcome.lock();
                if outcome.is_none() {
                    awaited.changed.wait_for(&mut outcome, LOOK);
                }
                if let Some(outcome) = outcome.take() {
                    return outcome;
                }
            }
            if self.is_ending() || begun.elapsed() >= self.timeouts().request {
                // Whoever is faster: the answer, or this.
                self.requests().withdraw(id);
            }
        }
    }

    fn enter_request(
        self: &Arc<Self>,
        owner: Option<Owner>,
        kind: RequestKind,
        blocking: bool,
        waits: bool,
        done: OnOutcome,
    ) -> Result<Arc<Request>, RequestError> {
        let plugin = owner.as_ref().map(|owner| self.shown_name(&owner.key));
        let host = Arc::clone(self.host());
        self.requests().enter(NewRequest {
            owner,
            plugin,
            blocking,
            waits,
            kind,
            done,
            withdrawn: Box::new(move |request| host.request_withdrawn(request)),
        })
    }

    /// Gives a request to the front end, on this thread.
    fn give(&self, request: &Arc<Request>, owner: Option<&Owner>) {
        // Before: the front end may answer at once, or another thread may withdraw it.
        self.requests().note_taken(request.id);
        if self.host().request(request) || !self.requests().decline(request.id) {
            return;
        }
        let key = owner.map(|owner| owner.key.as_str());
        let kind = request.kind.name();
        if self.requests().is_first(kind, key) {
            let line = format!(
                "this application does not answer requests of the kind {kind}: the plugin goes on as \
                 if the user had cancelled"
            );
            self.log(key, Level::Warn, &line);
        }
    }

    fn log_unanswered(&self, request: &Request, owner: Option<&Owner>) {
        let key = owner.map(|owner| owner.key.as_str());
        let kind = request.kind.name();
        if self.requests().is_first(&format!("{kind} at once"), key) {
            let line = format!(
                "a request of the kind {kind} was made on the thread that draws, and this application \
                 answers it later: the plugin goes on as if the user had cancelled; use the variant \
                 with _async, with `await` or a callback"
            );
            self.log(key, Level::Warn, &line);
        }
    }
}

/// A request on its way to the UI thread.
struct Posted {
    manager: Arc<Manager>,
    request: Arc<Request>,
    owner: Option<Owner>,
}

impl Posted {
    fn run(self) {
        // The plugin may have ended meanwhile.
        let id = self.request.id;
        if self
            .manager
            .requests()
            .open()
            .iter()
            .any(|open| open.id == id)
        {
            self.manager.give(&self.request, self.owner.as_ref());
        }
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        // An application whose loop has ended drops the job, and nobody may wait for it for ever.
        self.manager.requests().withdraw_untaken(self.request.id);
    }
}
