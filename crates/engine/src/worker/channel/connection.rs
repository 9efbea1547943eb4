//! One end of the socket: what it sends, what arrives, and its end.

use crate::error::codes;
use crate::worker::body::{Body, FileReader};
use crate::worker::bounds::MAX_BODY;
use crate::worker::channel::answering;
use crate::worker::channel::call_error::{Answer, CallError};
use crate::worker::channel::identity::{Identity, identity};
use crate::worker::channel::load::{Held, Load};
use crate::worker::channel::mailbox::{Mailbox, Refused};
use crate::worker::channel::outgoing::{Outgoing, Unsent};
use crate::worker::pieces::Joiner;
use crate::worker::wire::{Kind, Message, Topic};
use parking_lot::{Condvar, Mutex};
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::os::unix::net::UnixStream;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long the other process may read nothing while something waits for it. It is then treated as
/// dead.
pub(super) const WRITE_LIMIT: Duration = Duration::from_secs(30);

/// After a failed write: how long to wait for the reading thread, which knows the cause.
const CAUSE_LIMIT: Duration = Duration::from_secs(2);

/// Handles what the other process sends.
pub trait Receiver: Send + Sync {
    /// Passes a request on to another thread. Called on the reading thread, for requests that no
    /// thread of this process waits with. Must not block.
    fn dispatch(&self, request: Request);
    /// Answers a request on the calling thread.
    fn answer(&self, request: Request);
    /// Handles a notification. Called on the reading thread, in the order of sending. Must not
    /// block.
    fn notice(&self, topic: Topic, body: Vec<u8>);
    /// The connection has ended. Returns the reason, for everybody who waits or asks later.
    fn closed(&self) -> String;
}

pub(super) type Inbox = Mailbox<Answer, Request>;

#[derive(Default)]
struct State {
    last_id: u64,
    waiting: HashMap<u64, (Topic, Arc<Inbox>)>,
    closed: Option<String>,
    /// New calls of functions are refused with this reason; those under way continue.
    retired: Option<String>,
}

impl State {
    fn mailbox(&self, id: u64) -> Option<Arc<Inbox>> {
        self.waiting
            .get(&id)
            .map(|(_, mailbox)| Arc::clone(mailbox))
    }

    fn mailboxes(&self) -> Vec<Arc<Inbox>> {
        let waiting = self.waiting.values();
        waiting.map(|(_, mailbox)| Arc::clone(mailbox)).collect()
    }
}

/// One end of the socket.
pub struct Channel {
    /// The process that it belongs to. A forked copy has the socket too, but not the thread that
    /// reads, and would garble what its parent writes.
    process: u32,
    outgoing: Arc<Outgoing>,
    /// Shuts the socket down while another thread writes; needs no lock.
    stream: UnixStream,
    identity: Identity,
    /// The longest body in either direction.
    most: AtomicU64,
    /// What the requests of the other process hold that are under way.
    load: Arc<Load>,
    state: Mutex<State>,
    closing: Condvar,
    receiver: Mutex<Option<Arc<dyn Receiver>>>,
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        f.debug_struct("Channel")
            .field("waiting", &state.waiting.len())
            .field("closed", &state.closed)
            .field("retired", &state.retired)
            .finish_non_exhaustive()
    }
}

impl Channel {
    /// Starts to read from the stream.
    ///
    /// # Errors
    /// If the system provides no thread or no further handle of the socket.
    pub fn open(stream: UnixStream, receiver: Arc<dyn Receiver>) -> io::Result<Arc<Self>> {
        stream.set_write_timeout(Some(WRITE_LIMIT))?;
        let mut reader = FileReader::from(stream.try_clone()?);
        let outgoing = Arc::new(Outgoing::new(stream.try_clone()?));
        let channel = Arc::new(Self {
            process: process::id(),
            outgoing: Arc::clone(&outgoing),
            identity: identity(&stream)?,
            stream,
            most: AtomicU64::new(MAX_BODY),
            load: Arc::default(),
            state: Mutex::default(),
            closing: Condvar::new(),
            receiver: Mutex::new(Some(Arc::clone(&receiver))),
        });
        let writing = Arc::downgrade(&channel);
        thread::Builder::new()
            .name("worker-write".into())
            .spawn(move || {
                if outgoing.write_all().is_err()
                    && let Some(channel) = writing.upgrade()
                {
                    // Half a message cannot be taken back. The reading thread finds out why.
                    channel.shut_down();
                }
            })?;
        let reading = Arc::clone(&channel);
        thread::Builder::new()
            .name("worker-read".into())
            .spawn(move || {
                let error = reading.read_all(&mut reader, receiver.as_ref());
                // Always called: it also ends a process that broke the protocol and lives on.
                let reason = receiver.closed();
                reading.close(&match error.kind() {
                    io::ErrorKind::InvalidData => {
                        format!("the other process broke the protocol: {error}")
                    }
                    _ => reason,
                });
            })?;
        Ok(channel)
    }

    /// Handles messages until one cannot be read.
    fn read_all(self: &Arc<Self>, reader: &mut FileReader, receiver: &dyn Receiver) -> io::Error {
        let mut joiner = Joiner::default();
        loop {
            let read = joiner.read(reader, self.most.load(Ordering::Acquire));
            match read.and_then(|message| self.receive(message, receiver)) {
                Ok(()) => {}
                Err(error) => return error,
            }
        }
    }

    fn receive(self: &Arc<Self>, message: Message, receiver: &dyn Receiver) -> io::Result<()> {
        let Message {
            kind,
            topic,
            id,
            parent,
            body,
        } = message;
        match kind {
            Kind::Done | Kind::Failed => {
                // `None` if the limit of the question has passed.
                let mailbox = self.state.lock().mailbox(id);
                if let Some(mailbox) = mailbox {
                    mailbox.answer(if kind == Kind::Done {
                        Ok(body)
                    } else {
                        Err(body)
                    });
                }
            }
            Kind::Request => {
                let mailbox = match parent {
                    0 => None,
                    parent => self.state.lock().mailbox(parent),
                };
                let most = self.most.load(Ordering::Acquire);
                let held = self.load.hold(&body, most);
                let is_refused = held.is_none();
                let request = Request {
                    channel: Arc::clone(self),
                    id,
                    topic,
                    body,
                    answered: false,
                    held,
                };
                if is_refused {
                    // Reading stops meanwhile, which holds up who asks faster than it reads.
                    self.wait_for_room(WRITE_LIMIT);
                    request.refuse("too many requests of this process are under way");
                    return Ok(());
                }
                match mailbox {
                    None => receiver.dispatch(request),
                    Some(mailbox) => match mailbox.ask(request) {
                        Ok(()) => {}
                        Err(Refused::Abandoned(request)) => receiver.dispatch(request),
                        Err(Refused::Full(mut request)) => {
                            // The connection ends here: no answer, which could block this thread.
                            request.answered = true;
                            let what = "too many questions for one thread";
                            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
                        }
                    },
                }
            }
            Kind::Notice => receiver.notice(topic, body.bytes),
            // Joined before.
            Kind::Piece => {}
        }
        Ok(())
    }

    /// Closes the connection. Threads that wait, and those that ask later, get the reason. The
    /// first reason counts.
    pub fn close(&self, reason: &str) {
        if self.is_forked() {
            return;
        }
        let (waiting, reason) = {
            let mut state = self.state.lock();
            let reason = state.closed.get_or_insert_with(|| reason.to_owned());
            let reason = reason.clone();
            (state.mailboxes(), reason)
        };
        self.closing.notify_all();
        for mailbox in waiting {
            mailbox.close(&reason);
        }
        self.shut_down();
        // Dropped without the lock: the receiver may own this channel.
        let receiver = self.receiver.lock().take();
        drop(receiver);
    }

    fn shut_down(&self) {
        // Fails if it is shut down already.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
        self.outgoing.close();
    }

    /// Whether this process is a forked copy of the one that the connection belongs to. Asked before
    /// any lock is taken: in the copy it may be held for ever by a thread that is not there.
    pub fn is_forked(&self) -> bool {
        self.process != process::id()
    }

    /// Sets the longest body in either direction, in bytes; [`MAX_BODY`] before.
    pub fn set_max_body(&self, most: u64) {
        self.most.store(most, Ordering::Release);
    }

    /// Returns the longest body in either direction, in bytes.
    pub fn max_body(&self) -> u64 {
        self.most.load(Ordering::Acquire)
    }

    /// Whether its descriptors are still those of its socket: other code of this process may have
    /// closed them, and opened something else under their numbers. The thread that reads would not
    /// notice, since the system keeps what it waits for.
    pub fn is_intact(&self) -> bool {
        self.is_forked()
            || [&self.stream, self.outgoing.stream()]
                .iter()
                .all(|stream| identity(stream).ok() == Some(self.identity))
    }

    /// Waits until all that was sent is written, at most `limit`.
    pub fn flush(&self, limit: Duration) {
        if !self.is_forked() {
            self.outgoing.flush(limit);
        }
    }

    pub(super) fn wait_for_room(&self, limit: Duration) -> bool {
        self.outgoing.wait_for_room(limit)
    }

    pub(super) fn receiver(&self) -> Option<Arc<dyn Receiver>> {
        self.receiver.lock().clone()
    }

    /// Returns why the connection has ended, or `None` while it is open.
    pub fn closed(&self) -> Option<String> {
        self.state.lock().closed.clone()
    }

    /// As [`Channel::closed`], but waits at most `limit` for the end.
    fn wait_until_closed(&self, limit: Duration) -> Option<String> {
        let deadline = Instant::now() + limit;
        let mut state = self.state.lock();
        self.closing
            .wait_while_until(&mut state, |state| state.closed.is_none(), deadline);
        state.closed.clone()
    }

    /// Refuses new calls of functions, with this reason.
    pub fn retire(&self, reason: &str) {
        let mut state = self.state.lock();
        state.retired.get_or_insert_with(|| reason.to_owned());
    }

    /// Returns the request of the other process that the calling thread is answering, or 0.
    pub(super) fn answering(self: &Arc<Self>) -> u64 {
        answering::innermost(Arc::as_ptr(self) as usize)
    }

    /// Enters a question that waits in `mailbox`, and returns its id.
    pub(super) fn enter(
        &self,
        topic: Topic,
        parent: u64,
        mailbox: &Arc<Inbox>,
    ) -> Result<u64, CallError> {
        if self.is_forked() {
            return Err(CallError::Forked);
        }
        let mut state = self.state.lock();
        let refused = state.closed.as_ref().or(match (topic, parent) {
            (Topic::Control, _) => None,
            (_, 0) => state.retired.as_ref(),
            _ => None,
        });
        if let Some(reason) = refused {
            return Err(CallError::Closed(reason.clone()));
        }
        state.last_id += 1;
        let id = state.last_id;
        state.waiting.insert(id, (topic, Arc::clone(mailbox)));
        Ok(id)
    }

    /// A question waits no longer.
    pub(super) fn leave(&self, id: u64) {
        if self.is_forked() {
            return;
        }
        self.state.lock().waiting.remove(&id);
    }

    /// Returns how many questions wait for their answers.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.state.lock().waiting.len()
    }

    /// Lets all threads that wait for answers look at once whether they go on waiting, instead of
    /// within 100 ms.
    pub fn nudge(&self) {
        if !self.is_forked() {
            let waiting = self.state.lock().mailboxes();
            waiting.iter().for_each(|mailbox| mailbox.nudge());
        }
    }

    /// Returns how many calls of functions wait for their answers.
    pub fn calls(&self) -> usize {
        let state = self.state.lock();
        let waiting = state.waiting.values();
        waiting
            .filter(|(topic, _)| *topic != Topic::Control)
            .count()
    }

    /// Sends a message without waiting for the other process to read it.
    pub(super) fn send(&self, message: Message) -> Result<(), CallError> {
        if self.is_forked() {
            return Err(CallError::Forked);
        }
        message
            .check(self.most.load(Ordering::Acquire))
            .map_err(CallError::TooLarge)?;
        if let Some(reason) = self.closed() {
            return Err(CallError::Closed(reason));
        }
        self.outgoing.put(message).map_err(|unsent| {
            let why = match unsent {
                Unsent::Closed => "the connection has ended".to_owned(),
                Unsent::Unread => {
                    let why = "the other process asks and does not read the answers";
                    self.close(why);
                    why.to_owned()
                }
                Unsent::Broken(error) => {
                    // Half a message cannot be taken back, so the connection ends.
                    self.shut_down();
                    format!("the connection is broken: {error}")
                }
            };
            CallError::Closed(self.wait_until_closed(CAUSE_LIMIT).unwrap_or(why))
        })
    }

    /// Sends a notification. Does nothing if the connection has ended.
    pub fn notify(&self, topic: Topic, body: Vec<u8>) {
        if self.is_forked() {
            return;
        }
        // What is told in a loop is held up, so that it does not pile up here.
        self.wait_for_room(WRITE_LIMIT);
        let _ = self.send(Message {
            kind: Kind::Notice,
            topic,
            id: 0,
            parent: 0,
            body: body.into(),
        });
    }
}

/// A question of the other process. It is always answered: if nothing else does it, dropping it
/// sends a failure with an empty body.
pub struct Request {
    channel: Arc<Channel>,
    id: u64,
    /// Which part of the runtime answers it.
    pub topic: Topic,
    /// The question.
    pub body: Body,
    answered: bool,
    /// Its share of the bounds of the channel, until it is answered.
    held: Option<Held>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("id", &self.id)
            .field("topic", &self.topic)
            .field("bytes", &self.body.len())
            .field("files", &self.body.files.len())
            .finish_non_exhaustive()
    }
}

impl Request {
    /// The channel it came through.
    #[cfg(test)]
    pub(super) fn channel(&self) -> Arc<Channel> {
        Arc::clone(&self.channel)
    }

    /// Answers it with what `work` returns. Questions that `work` asks in return go to the thread
    /// that waits for this answer.
    pub fn work(mut self, work: impl FnOnce(Topic, Body) -> Answer) {
        let (channel, topic) = (Arc::as_ptr(&self.channel) as usize, self.topic);
        let body = std::mem::take(&mut self.body);
        let answer = answering::during(channel, self.id, || work(topic, body));
        self.channel.wait_for_room(WRITE_LIMIT);
        self.send(answer);
    }

    /// Answers that it is not done, because a bound was reached. Does not wait.
    pub fn refuse(mut self, why: &str) {
        // The `!` marks a failure of the connection, not of the plugin.
        let body = format!("!{}: {why}", codes::WORKER_BOUND.code);
        self.send(Err(body.into_bytes().into()));
    }

    fn send(&mut self, answer: Answer) {
        self.answered = true;
        let (topic, id, parent) = (self.topic, self.id, 0);
        let (kind, body) = match answer {
            Ok(body) => (Kind::Done, body),
            Err(body) => (Kind::Failed, body),
        };
        let message = |kind, body| Message {
            kind,
            topic,
            id,
            parent,
            body,
        };
        let sent = self.channel.send(message(kind, body));
        if let Err(CallError::TooLarge(error)) = sent {
            // The caller waits, so the reason is sent instead.
            let body = format!("!{}: {error}", codes::WORKER_BOUND.code);
            let body = body.into_bytes().into();
            let _ = self.channel.send(message(Kind::Failed, body));
        }
        self.held = None;
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        if !self.answered {
            self.send(Err(Body::default()));
        }
    }
}
