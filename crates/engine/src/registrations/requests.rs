//! Requests of plugins to the front end that have no answer yet: dialogs, notifications, the clipboard.
//!
//! Each has an owner and an entry in the ledger, so that it ends with its plugin. It ends once: with an
//! answer, without a front end that knows it, or withdrawn. Nothing is called while the lock is held.

use crate::error::codes;
use crate::registrations::ledger::{EntryId, Ledger, Owner};
use lichtfeld_panel::{Answer, BadAnswer, BadRequest, Request, RequestId, RequestKind};
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many requests of one plugin may be open.
pub const MAX_OPEN_REQUESTS: usize = 64;

/// How long a plugin in a worker still counts as waiting after its request has ended: it needs time to
/// go on.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// How a request has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The front end has answered.
    Answered(Answer),
    /// There is no front end, or it does not know this kind.
    NoFrontEnd,
    /// The UI thread itself waited, and the front end did not answer at once.
    Unanswered,
    /// The plugin has taken it back or was unloaded, or the application ends.
    Withdrawn,
}

/// Called once with the outcome, on any thread.
pub type OnOutcome = Box<dyn FnOnce(Outcome) + Send>;

/// A request that is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// It is too large or makes no sense.
    #[error(transparent)]
    Bad(#[from] BadRequest),
    /// The plugin has too many of them.
    #[error(
        "the plugin has {MAX_OPEN_REQUESTS} requests without an answer, as many as a plugin may have"
    )]
    TooMany,
}

impl RequestError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        codes::REQUEST.code
    }

    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Bad(_) => None,
            Self::TooMany => Some("wait for the answer to one before the next"),
        }
    }
}

/// An answer that is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The request has ended, or there was none.
    #[error("request {0} is not open: it was answered, or its plugin has ended")]
    NotOpen(RequestId),
    /// It does not suit the request, which stays open.
    #[error(transparent)]
    Bad(#[from] BadAnswer),
}

impl AnswerError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        codes::REQUEST.code
    }
}

struct Open {
    request: Arc<Request>,
    owner: Option<Owner>,
    entry: Option<EntryId>,
    /// Whether a front end has it, and is told if it is withdrawn.
    taken: bool,
    waits: bool,
    done: OnOutcome,
    withdrawn: Box<dyn FnOnce(&Request) + Send>,
}

#[derive(Default)]
struct Book {
    last: u64,
    open: BTreeMap<RequestId, Open>,
    /// The plugins whose last waiting request has ended, and when.
    waited: Vec<(Owner, Instant)>,
    /// The kinds that were logged, with their plugins.
    told: HashSet<(String, Option<String>)>,
}

/// What is known of a new request.
pub(crate) struct NewRequest {
    pub(crate) owner: Option<Owner>,
    /// The name of the plugin as its manifest writes it.
    pub(crate) plugin: Option<String>,
    pub(crate) blocking: bool,
    /// Whether code of the plugin waits, on the UI thread or another one.
    pub(crate) waits: bool,
    pub(crate) kind: RequestKind,
    pub(crate) done: OnOutcome,
    /// Called if it is withdrawn after a front end has taken it.
    pub(crate) withdrawn: Box<dyn FnOnce(&Request) + Send>,
}

/// The open requests of one manager.
pub struct Requests {
    ledger: Arc<Ledger>,
    book: Mutex<Book>,
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.open()).finish()
    }
}

impl Requests {
    pub(crate) fn new(ledger: Arc<Ledger>) -> Self {
        Self {
            ledger,
            book: Mutex::default(),
        }
    }

    /// Enters a request.
    pub(crate) fn enter(self: &Arc<Self>, new: NewRequest) -> Result<Arc<Request>, RequestError> {
        new.kind.check()?;
        let owner = new.owner.clone();
        let what = format!("request {}", new.kind.name());
        let request = {
            let mut book = self.book.lock();
            let own = book.open.values().filter(|open| open.owner == owner);
            if own.count() >= MAX_OPEN_REQUESTS {
                return Err(RequestError::TooMany);
            }
            book.last += 1;
            let id = RequestId::new(book.last);
            let request = Arc::new(Request::new(id, new.plugin, new.blocking, new.kind));
            let open = Open {
                request: Arc::clone(&request),
                owner: new.owner,
                entry: None,
                taken: false,
                waits: new.waits,
                done: new.done,
                withdrawn: new.withdrawn,
            };
            book.open.insert(id, open);
            request
        };
        if let Some(owner) = owner {
            let (weak, id) = (Arc::downgrade(self), request.id);
            // Whoever asks need not take it back before it is unloaded.
            let entry = self.ledger.record_expected(owner, what, move || {
                if let Some(requests) = weak.upgrade() {
                    requests.withdraw(id);
                }
            });
            let mut book = self.book.lock();
            match book.open.get_mut(&id) {
                Some(open) => open.entry = Some(entry),
                None => {
                    drop(book);
                    self.ledger.forget(entry);
                }
            }
        }
        Ok(request)
    }

    /// Returns the requests that have no answer yet, the oldest first.
    #[must_use]
    pub fn open(&self) -> Vec<Arc<Request>> {
        let book = self.book.lock();
        (book.open.values().map(|open| Arc::clone(&open.request))).collect()
    }

    /// Answers a request, from any thread.
    ///
    /// # Errors
    /// [`AnswerError::NotOpen`] if it has ended, [`AnswerError::Bad`] if the answer does not suit it; it
    /// stays open then.
    pub fn answer(&self, id: RequestId, answer: Answer) -> Result<(), AnswerError> {
        let request = {
            let book = self.book.lock();
            let open = book.open.get(&id).ok_or(AnswerError::NotOpen(id))?;
            Arc::clone(&open.request)
        };
        let answer = request.kind.accept(answer)?;
        match self.end(id, Outcome::Answered(answer)) {
            true => Ok(()),
            false => Err(AnswerError::NotOpen(id)),
        }
    }

    /// Ends a request that the front end does not know, from any thread. Returns whether it was open.
    pub fn decline(&self, id: RequestId) -> bool {
        self.end(id, Outcome::NoFrontEnd)
    }

    /// Takes a request back: the front end closes its dialog. Returns whether it was open.
    pub fn withdraw(&self, id: RequestId) -> bool {
        self.end(id, Outcome::Withdrawn)
    }

    /// Takes all requests back, at the end of the application.
    pub(crate) fn withdraw_all(&self) {
        for request in self.open() {
            self.withdraw(request.id);
        }
    }

    /// Takes those requests of a plugin back that its code waits for: it is to go on, and end.
    pub(crate) fn withdraw_waiting(&self, key: &str) {
        let is_of =
            |open: &&Open| open.waits && open.owner.as_ref().is_some_and(|owner| owner.key == key);
        let ids: Vec<RequestId> = {
            let book = self.book.lock();
            (book.open.values().filter(is_of))
                .map(|open| open.request.id)
                .collect()
        };
        for id in ids {
            self.withdraw(id);
        }
    }

    /// Notes that a front end has taken a request.
    pub(crate) fn note_taken(&self, id: RequestId) {
        if let Some(open) = self.book.lock().open.get_mut(&id) {
            open.taken = true;
        }
    }

    /// Takes a request back that no front end has taken.
    pub(crate) fn withdraw_untaken(&self, id: RequestId) {
        let is_taken = (self.book.lock().open.get(&id)).is_none_or(|open| open.taken);
        if !is_taken {
            self.withdraw(id);
        }
    }

    pub(crate) fn end(&self, id: RequestId, outcome: Outcome) -> bool {
        let open = {
            let mut book = self.book.lock();
            let open = book.open.remove(&id);
            if let Some(open) = &open
                && open.waits
                && let Some(owner) = &open.owner
            {
                let now = Instant::now();
                book.waited
                    .retain(|(of, at)| of != owner && now.duration_since(*at) < AFTERWARDS);
                book.waited.push((owner.clone(), now));
            }
            open
        };
        let Some(open) = open else {
            return false;
        };
        if let Some(entry) = open.entry {
            self.ledger.forget(entry);
        }
        // An answer comes from the front end, which knows.
        let is_told = matches!(outcome, Outcome::Withdrawn | Outcome::Unanswered) && open.taken;
        (open.done)(outcome);
        if is_told {
            (open.withdrawn)(&open.request);
        }
        true
    }

    /// Returns whether code of a plugin waits for an answer, or has waited just now: then it is no
    /// wonder that its process does not answer.
    #[must_use]
    pub fn is_waiting(&self, owner: &Owner) -> bool {
        let book = self.book.lock();
        let is_of = |open: &Open| open.waits && open.owner.as_ref() == Some(owner);
        let just_now = |(of, at): &(Owner, Instant)| of == owner && at.elapsed() < AFTERWARDS;
        book.open.values().any(is_of) || book.waited.iter().any(just_now)
    }

    /// Returns whether this is the first request of its kind that a plugin gets no answer to, and notes
    /// it.
    pub(crate) fn is_first(&self, kind: &str, plugin: Option<&str>) -> bool {
        let about = (kind.to_owned(), plugin.map(str::to_owned));
        self.book.lock().told.insert(about)
    }
}
