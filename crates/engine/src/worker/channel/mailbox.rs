//! Where the thread that asked a question waits for the answer, and for questions in return.

use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

/// How many questions in return may wait for one thread. A thread of the other process waits for
/// each answer before it asks again, so there is rarely more than one.
pub(super) const MAX_REQUESTS: usize = 1024;

/// What a mailbox delivers: answers of type `A`, questions of type `R`.
#[derive(Debug)]
pub(super) enum Mail<A, R> {
    /// The answer to the question.
    Answer(A),
    /// A question in return.
    Request(R),
    /// The connection has ended; why.
    Closed(String),
}

#[derive(Debug)]
struct Inbox<A, R> {
    /// The answer, or the end of the connection: the first of them counts.
    end: Option<Mail<A, R>>,
    has_ended: bool,
    requests: VecDeque<R>,
    /// The waiting thread has left: questions in return need another one.
    abandoned: bool,
    /// Called at the end.
    notice: Option<Notice>,
    /// The waiting thread has something to do that is no mail.
    nudged: bool,
}

/// What is to be done when the answer, or the end of the connection, has arrived.
struct Notice(Box<dyn FnOnce() + Send>);

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notice")
    }
}

/// The mail of one question.
#[derive(Debug)]
pub(super) struct Mailbox<A, R> {
    inbox: Mutex<Inbox<A, R>>,
    arrived: Condvar,
}

/// A question in return that this mailbox does not take.
#[derive(Debug)]
pub(super) enum Refused<R> {
    /// No thread waits here.
    Abandoned(R),
    /// [`MAX_REQUESTS`] questions wait here already.
    Full(R),
}

impl<A, R> Default for Mailbox<A, R> {
    fn default() -> Self {
        let inbox = Inbox {
            end: None,
            has_ended: false,
            requests: VecDeque::new(),
            abandoned: false,
            notice: None,
            nudged: false,
        };
        Self {
            inbox: Mutex::new(inbox),
            arrived: Condvar::new(),
        }
    }
}

impl<A, R> Mailbox<A, R> {
    fn end(&self, end: Mail<A, R>) {
        let mut inbox = self.inbox.lock();
        // A second answer to the same question is dropped, so that it cannot pile up here.
        if !inbox.has_ended {
            inbox.has_ended = true;
            inbox.end = Some(end);
        }
        self.arrived.notify_one();
        let notice = inbox.notice.take();
        // It may lead back here.
        drop(inbox);
        if let Some(Notice(notice)) = notice {
            notice();
        }
    }

    /// Calls `notice` when the answer or the end of the connection arrives: on the thread that
    /// delivers it, or at once if it has arrived. A second notice replaces the first.
    pub(super) fn when_ended(&self, notice: Box<dyn FnOnce() + Send>) {
        let mut inbox = self.inbox.lock();
        if !inbox.has_ended {
            let old = inbox.notice.replace(Notice(notice));
            drop(inbox);
            drop(old);
            return;
        }
        drop(inbox);
        notice();
    }

    /// Delivers the answer. Only the first one counts.
    pub(super) fn answer(&self, answer: A) {
        self.end(Mail::Answer(answer));
    }

    /// Delivers the end of the connection, unless the answer came first.
    pub(super) fn close(&self, reason: &str) {
        self.end(Mail::Closed(reason.to_owned()));
    }

    /// Delivers a question in return to the waiting thread.
    ///
    /// # Errors
    /// Returns the question if it cannot wait here.
    pub(super) fn ask(&self, request: R) -> Result<(), Refused<R>> {
        let mut inbox = self.inbox.lock();
        if inbox.abandoned {
            return Err(Refused::Abandoned(request));
        }
        if inbox.requests.len() >= MAX_REQUESTS {
            return Err(Refused::Full(request));
        }
        inbox.requests.push_back(request);
        self.arrived.notify_one();
        Ok(())
    }

    /// A thread waits here from now on.
    pub(super) fn attend(&self) {
        self.inbox.lock().abandoned = false;
    }

    /// Lets the waiting thread return from `take` at once, without mail.
    pub(super) fn nudge(&self) {
        self.inbox.lock().nudged = true;
        self.arrived.notify_one();
    }

    /// Waits at most `limit` for mail. Questions come before the answer.
    pub(super) fn take(&self, limit: Duration) -> Option<Mail<A, R>> {
        let deadline = Instant::now() + limit;
        let mut inbox = self.inbox.lock();
        let empty = |inbox: &mut Inbox<A, R>| {
            inbox.requests.is_empty() && inbox.end.is_none() && !inbox.nudged
        };
        if empty(&mut inbox) {
            self.arrived.wait_while_until(&mut inbox, empty, deadline);
        }
        inbox.nudged = false;
        match inbox.requests.pop_front() {
            Some(request) => Some(Mail::Request(request)),
            None => inbox.end.take(),
        }
    }

    /// No thread waits here from now on. Returns the questions without an answer.
    pub(super) fn abandon(&self) -> VecDeque<R> {
        let mut inbox = self.inbox.lock();
        inbox.abandoned = true;
        std::mem::take(&mut inbox.requests)
    }

    /// Whether the answer has arrived and was not taken yet.
    #[cfg(test)]
    pub(super) fn is_answered(&self) -> bool {
        matches!(self.inbox.lock().end, Some(Mail::Answer(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Mails = Mailbox<&'static str, usize>;

    #[test]
    fn the_first_answer_counts_and_later_ones_do_not_pile_up() {
        let mailbox = Mails::default();
        for text in ["first", "second", "third"] {
            mailbox.answer(text);
        }
        mailbox.close("gone");
        assert!(matches!(
            mailbox.take(Duration::ZERO),
            Some(Mail::Answer("first"))
        ));
        assert!(mailbox.take(Duration::ZERO).is_none());
        mailbox.answer("again");
        assert!(mailbox.take(Duration::ZERO).is_none());
    }

    #[test]
    fn the_end_is_noticed_once_also_if_it_came_before() {
        let (sent, seen) = std::sync::mpsc::channel();
        let notice = |name| {
            let sent = sent.clone();
            Box::new(move || sent.send(name).unwrap())
        };
        let mailbox = Mails::default();
        mailbox.when_ended(notice("replaced"));
        mailbox.when_ended(notice("before"));
        mailbox.ask(1).unwrap();
        assert_eq!(seen.try_iter().count(), 0);
        mailbox.answer("done");
        mailbox.close("gone");
        mailbox.when_ended(notice("after"));
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), ["before", "after"]);
        let closed = Mails::default();
        closed.when_ended(notice("closed"));
        closed.close("gone");
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), ["closed"]);
    }

    #[test]
    fn questions_come_before_the_answer_and_are_limited() {
        let mailbox = Mails::default();
        mailbox.answer("done");
        for number in 0..MAX_REQUESTS {
            mailbox.ask(number).unwrap();
        }
        assert!(matches!(
            mailbox.ask(MAX_REQUESTS),
            Err(Refused::Full(MAX_REQUESTS))
        ));
        assert!(matches!(
            mailbox.take(Duration::ZERO),
            Some(Mail::Request(0))
        ));
        assert_eq!(mailbox.abandon().len(), MAX_REQUESTS - 1);
        assert!(matches!(mailbox.ask(1), Err(Refused::Abandoned(1))));
        assert!(mailbox.is_answered());
        mailbox.attend();
        mailbox.ask(2).unwrap();
    }

    #[test]
    fn a_nudge_ends_one_wait_without_mail_and_loses_none() {
        const LONG: Duration = Duration::from_secs(300);
        let (mailbox, begun) = (Mails::default(), Instant::now());
        mailbox.nudge();
        mailbox.nudge();
        assert!(mailbox.take(LONG).is_none());
        assert!(begun.elapsed() < LONG);
        mailbox.nudge();
        mailbox.answer("done");
        assert!(matches!(mailbox.take(LONG), Some(Mail::Answer("done"))));
        assert!(mailbox.take(Duration::ZERO).is_none());
    }
}
