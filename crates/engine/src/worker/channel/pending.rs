//! Asking the other process, and waiting for its answer.

use crate::worker::body::Body;
use crate::worker::channel::call_error::{Answer, CallError};
use crate::worker::channel::connection::{Channel, Inbox, WRITE_LIMIT};
use crate::worker::channel::mailbox::Mail;
use crate::worker::wire::{Kind, Message, Topic};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a waiting thread sleeps before its `go_on` is called again.
const TICK: Duration = Duration::from_millis(100);

impl Channel {
    /// Sends a question and returns without waiting for the answer.
    ///
    /// # Errors
    /// [`CallError::Closed`], also for calls of functions after [`Channel::retire`];
    /// [`CallError::TooLarge`].
    pub fn ask(
        self: &Arc<Self>,
        topic: Topic,
        body: impl Into<Body>,
    ) -> Result<Pending, CallError> {
        let pending = self.prepare(topic)?;
        if topic != Topic::Control {
            self.wait_for_room(WRITE_LIMIT);
        }
        pending.send(topic, body.into())?;
        Ok(pending)
    }

    /// Enters a question that is not sent yet.
    fn prepare(self: &Arc<Self>, topic: Topic) -> Result<Pending, CallError> {
        let parent = self.answering();
        let mailbox = Arc::new(Inbox::default());
        let id = self.enter(topic, parent, &mailbox)?;
        Ok(Pending {
            channel: Arc::clone(self),
            id,
            parent,
            mailbox,
            asked: Instant::now(),
        })
    }

    /// Sends a question and waits at most `limit` for the answer. `go_on` is called about every
    /// 100 ms meanwhile, and ends the wait by returning false.
    ///
    /// # Errors
    /// [`CallError`]. A question that the other process could not answer is the answer's `Err`.
    pub fn call(
        self: &Arc<Self>,
        topic: Topic,
        body: impl Into<Body>,
        limit: Duration,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Answer, CallError> {
        let pending = self.prepare(topic)?;
        if topic != Topic::Control {
            pending.wait_for_room(limit, go_on)?;
        }
        pending.send(topic, body.into())?;
        pending.wait(limit.saturating_sub(pending.age()), go_on)
    }
}

/// A question without an answer yet. Dropping it discards the answer.
#[derive(Debug)]
pub struct Pending {
    channel: Arc<Channel>,
    id: u64,
    /// The request of the other process that is being answered, or 0.
    parent: u64,
    mailbox: Arc<Inbox>,
    asked: Instant,
}

impl Pending {
    fn send(&self, topic: Topic, body: Body) -> Result<(), CallError> {
        self.channel.send(Message {
            kind: Kind::Request,
            topic,
            id: self.id,
            parent: self.parent,
            body,
        })
    }

    /// Waits at most `limit` until the other process has read what was sent before.
    fn wait_for_room(
        &self,
        limit: Duration,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<(), CallError> {
        loop {
            let left = limit.saturating_sub(self.age());
            if self.channel.wait_for_room(left.min(TICK)) {
                return Ok(());
            }
            if left.is_zero() {
                return Err(CallError::Unread(limit));
            }
            if !go_on() {
                return Err(CallError::Interrupted);
            }
        }
    }

    /// Returns how long ago the question was asked.
    pub fn age(&self) -> Duration {
        self.asked.elapsed()
    }

    /// Waits at most `limit` from now, and answers questions in return meanwhile. May be called
    /// again after a limit has passed.
    ///
    /// # Errors
    /// As [`Channel::call`].
    pub fn wait(
        &self,
        limit: Duration,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Answer, CallError> {
        if self.channel.is_forked() {
            return Err(CallError::Forked);
        }
        let started = Instant::now();
        self.mailbox.attend();
        loop {
            let left = limit.saturating_sub(started.elapsed());
            match self.mailbox.take(left.min(TICK)) {
                Some(Mail::Answer(answer)) => return Ok(answer),
                Some(Mail::Closed(reason)) => return Err(CallError::Closed(reason)),
                Some(Mail::Request(request)) => {
                    if let Some(receiver) = self.channel.receiver() {
                        receiver.answer(request);
                    }
                }
                None if left.is_zero() => {
                    self.abandon();
                    return Err(CallError::TimedOut(limit));
                }
                None if !go_on() => {
                    self.abandon();
                    return Err(CallError::Interrupted);
                }
                None => {}
            }
        }
    }

    /// Calls `notice` when the answer or the end of the connection has arrived: on the thread that
    /// reads from the other process, so it must not wait; or at once if it has arrived. A second
    /// notice replaces the first, and dropping this discards it.
    pub fn when_answered(&self, notice: impl FnOnce() + Send + 'static) {
        if !self.channel.is_forked() {
            self.mailbox.when_ended(Box::new(notice));
        }
    }

    /// Whether the answer has arrived and was not taken yet.
    #[cfg(test)]
    pub(super) fn is_answered(&self) -> bool {
        self.mailbox.is_answered()
    }

    /// Passes the questions in return on to other threads, so that the other process does not wait
    /// for this one.
    fn abandon(&self) {
        if self.channel.is_forked() {
            return;
        }
        let left = self.mailbox.abandon();
        if left.is_empty() {
            return;
        }
        if let Some(receiver) = self.channel.receiver() {
            for request in left {
                receiver.dispatch(request);
            }
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.channel.leave(self.id);
        self.abandon();
    }
}
