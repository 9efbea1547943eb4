//! Questions and answers in both directions over one socket.
//!
//! A request that a process sends while it works on one of the other's names that one as its
//! parent: it is answered by the very thread of the other that waits. A callback so runs where it
//! would run in one process, and neither side needs a free thread to make progress.
//!
//! One thread reads and never waits for anything else; whoever asks waits for its own answer.

use crate::worker::body::{Body, FileReader};
use crate::worker::wire::{Kind, Message, Topic};
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A process that takes nothing for so long is as good as dead.
const WRITE_LIMIT: Duration = Duration::from_secs(30);

thread_local! {
    /// The requests that this thread is working on: channel and id, the innermost last.
    static WORKING: RefCell<Vec<(usize, u64)>> = const { RefCell::new(Vec::new()) };
}

/// Who answers requests.
pub trait Receiver: Send + Sync {
    /// A request that no thread of ours waits with. Called on the reading thread: hand it on.
    fn dispatch(&self, request: Request);
    /// Answers a request here and now.
    fn answer(&self, request: Request);
    /// Something that wants no answer. Called on the reading thread, in the order of sending.
    fn notice(&self, topic: Topic, body: Vec<u8>);
    /// The other process is gone. Gives what those who wait are told.
    fn closed(&self) -> String;
}

/// Why there is no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CallError {
    /// The other process is gone.
    #[error("{0}")]
    Closed(String),
    /// It did not answer in time.
    #[error("no answer within {:.1} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// Whoever asked does not want to wait any longer.
    #[error("interrupted")]
    Interrupted,
}

/// What the other side says: that it succeeded or failed, each with a body.
pub type Answer = Result<Body, Body>;

enum Mail {
    Answer(Answer),
    Request(Request),
    Closed(String),
}

#[derive(Default)]
struct Mails {
    queue: VecDeque<Mail>,
    /// Whoever waited has gone on: questions in return need somebody else.
    abandoned: bool,
}

#[derive(Default)]
struct Mailbox {
    mails: Mutex<Mails>,
    arrived: Condvar,
}

impl Mailbox {
    fn lock(&self) -> MutexGuard<'_, Mails> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, mail: Mail) {
        self.lock().queue.push_back(mail);
        self.arrived.notify_one();
    }

    /// Leaves a question for the thread that waits; gives it back where none does.
    fn put_request(&self, request: Request) -> Option<Request> {
        let mut mails = self.lock();
        if mails.abandoned {
            return Some(request);
        }
        mails.queue.push_back(Mail::Request(request));
        self.arrived.notify_one();
        None
    }

    fn take(&self, limit: Duration) -> Option<Mail> {
        let (mut mails, _) = self
            .arrived
            .wait_timeout_while(self.lock(), limit, |mails| mails.queue.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        mails.queue.pop_front()
    }

    /// Nobody waits from now on; gives the questions that were left for who did.
    fn abandon(&self) -> Vec<Request> {
        let mut mails = self.lock();
        mails.abandoned = true;
        let mut left = Vec::new();
        for mail in std::mem::take(&mut mails.queue) {
            match mail {
                Mail::Request(request) => left.push(request),
                other => mails.queue.push_back(other),
            }
        }
        left
    }
}

#[derive(Default)]
struct State {
    last: u64,
    waiting: HashMap<u64, (Topic, Arc<Mailbox>)>,
    closed: Option<String>,
    /// New calls of functions are refused with this; those under way go on.
    retired: Option<String>,
}

impl State {
    fn mailbox(&self, id: u64) -> Option<Arc<Mailbox>> {
        self.waiting
            .get(&id)
            .map(|(_, mailbox)| Arc::clone(mailbox))
    }
}

/// One end of the socket.
pub struct Channel {
    writer: Mutex<UnixStream>,
    /// To end the reading; never locked.
    stream: UnixStream,
    state: Mutex<State>,
    receiver: Mutex<Option<Arc<dyn Receiver>>>,
}

impl Channel {
    /// Begins to read from the stream.
    ///
    /// # Errors
    /// Where the system gives no thread or no second handle of the socket.
    pub fn open(stream: UnixStream, receiver: Arc<dyn Receiver>) -> io::Result<Arc<Self>> {
        stream.set_write_timeout(Some(WRITE_LIMIT))?;
        let mut reader = FileReader::from(stream.try_clone()?);
        let channel = Arc::new(Self {
            writer: Mutex::new(stream.try_clone()?),
            stream,
            state: Mutex::default(),
            receiver: Mutex::new(Some(Arc::clone(&receiver))),
        });
        let reading = Arc::clone(&channel);
        thread::Builder::new()
            .name("worker-read".into())
            .spawn(move || {
                while let Ok(message) = Message::read(&mut reader) {
                    reading.receive(message, receiver.as_ref());
                }
                let reason = receiver.closed();
                reading.close(&reason);
            })?;
        Ok(channel)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn receive(self: &Arc<Self>, message: Message, receiver: &dyn Receiver) {
        match message.kind {
            Kind::Done | Kind::Failed => {
                let mailbox = self.lock().mailbox(message.id);
                // Nobody waits any more where a limit has passed.
                if let Some(mailbox) = mailbox {
                    mailbox.put(Mail::Answer(if message.kind == Kind::Done {
                        Ok(message.body)
                    } else {
                        Err(message.body)
                    }));
                }
            }
            Kind::Request => {
                let mailbox = match message.parent {
                    0 => None,
                    parent => self.lock().mailbox(parent),
                };
                let request = Request {
                    channel: Arc::clone(self),
                    id: message.id,
                    topic: message.topic,
                    body: message.body,
                    answered: false,
                };
                let left = match mailbox {
                    Some(mailbox) => mailbox.put_request(request),
                    None => Some(request),
                };
                if let Some(request) = left {
                    receiver.dispatch(request);
                }
            }
            Kind::Notice => receiver.notice(message.topic, message.body.bytes),
        }
    }

    /// Ends the talk: everyone who waits is told the reason, and whoever asks later too.
    pub fn close(&self, reason: &str) {
        let waiting: Vec<Arc<Mailbox>> = {
            let mut state = self.lock();
            state.closed.get_or_insert_with(|| reason.to_owned());
            let waiting = state.waiting.values();
            waiting.map(|(_, mailbox)| Arc::clone(mailbox)).collect()
        };
        for mailbox in waiting {
            mailbox.put(Mail::Closed(reason.to_owned()));
        }
        // One that is closed already is closed.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
        let receiver = self
            .receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(receiver);
    }

    fn receiver(&self) -> Option<Arc<dyn Receiver>> {
        let receiver = self.receiver.lock();
        receiver.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Why the talk has ended, if it has.
    pub fn closed(&self) -> Option<String> {
        self.lock().closed.clone()
    }

    /// Refuses new calls of functions, with this reason.
    pub fn retire(&self, reason: &str) {
        self.lock().retired.get_or_insert_with(|| reason.to_owned());
    }

    /// How many calls of functions wait for an answer.
    pub fn calls(&self) -> usize {
        let state = self.lock();
        let waiting = state.waiting.values();
        waiting
            .filter(|(topic, _)| *topic != Topic::Control)
            .count()
    }

    fn send(&self, message: &Message) -> Result<(), CallError> {
        if let Some(reason) = self.closed() {
            return Err(CallError::Closed(reason));
        }
        let written = {
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            message.write(&mut *writer)
        };
        written.map_err(|error| {
            // A message that was written by half cannot be taken back. Where the other process
            // has ended, the reading thread knows better why.
            let _ = self.stream.shutdown(std::net::Shutdown::Both);
            let limit = Instant::now() + Duration::from_secs(2);
            while self.closed().is_none() && Instant::now() < limit {
                thread::sleep(Duration::from_millis(1));
            }
            CallError::Closed(
                self.closed()
                    .unwrap_or_else(|| format!("the connection is broken: {error}")),
            )
        })
    }

    /// Tells something that wants no answer. Where the other process is gone nobody needs it.
    pub fn notify(&self, topic: Topic, body: Vec<u8>) {
        let _ = self.send(&Message {
            kind: Kind::Notice,
            topic,
            id: 0,
            parent: 0,
            body: body.into(),
        });
    }

    /// Asks, and does not wait.
    ///
    /// # Errors
    /// [`CallError::Closed`].
    pub fn ask(
        self: &Arc<Self>,
        topic: Topic,
        body: impl Into<Body>,
    ) -> Result<Pending, CallError> {
        let parent = WORKING.with_borrow(|working| {
            let here = Arc::as_ptr(self) as usize;
            let mine = working.iter().rev().find(|(channel, _)| *channel == here);
            mine.map_or(0, |(_, id)| *id)
        });
        let mailbox = Arc::new(Mailbox::default());
        let id = {
            let mut state = self.lock();
            let refused = state.closed.as_ref().or(match (topic, parent) {
                (Topic::Python | Topic::Capability | Topic::Operator, 0) => state.retired.as_ref(),
                _ => None,
            });
            if let Some(reason) = refused {
                return Err(CallError::Closed(reason.clone()));
            }
            state.last += 1;
            let id = state.last;
            state.waiting.insert(id, (topic, Arc::clone(&mailbox)));
            id
        };
        let pending = Pending {
            channel: Arc::clone(self),
            id,
            mailbox,
            asked: Instant::now(),
        };
        self.send(&Message {
            kind: Kind::Request,
            topic,
            id,
            parent,
            body: body.into(),
        })?;
        Ok(pending)
    }

    /// Asks and waits at most `limit`. Between two waits `go_on` is asked whether to go on.
    ///
    /// # Errors
    /// [`CallError`]. A failure of what was asked for is the answer's `Err`.
    pub fn call(
        self: &Arc<Self>,
        topic: Topic,
        body: impl Into<Body>,
        limit: Duration,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Answer, CallError> {
        self.ask(topic, body)?.wait(limit, go_on)
    }
}

/// How long a waiting thread sleeps before it is asked whether to go on.
const TICK: Duration = Duration::from_millis(100);

/// A question that was asked.
pub struct Pending {
    channel: Arc<Channel>,
    id: u64,
    mailbox: Arc<Mailbox>,
    asked: Instant,
}

impl Pending {
    /// How long ago it was asked.
    pub fn age(&self) -> Duration {
        self.asked.elapsed()
    }

    /// Waits at most `limit` from now, and answers what is asked in return meanwhile.
    ///
    /// # Errors
    /// As [`Channel::call`].
    pub fn wait(
        &self,
        limit: Duration,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Answer, CallError> {
        let started = Instant::now();
        self.mailbox.lock().abandoned = false;
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
                    self.go_away();
                    return Err(CallError::TimedOut(limit));
                }
                None if !go_on() => {
                    self.go_away();
                    return Err(CallError::Interrupted);
                }
                None => {}
            }
        }
    }

    /// Leaves questions in return to others, so that the other side does not wait in vain.
    fn go_away(&self) {
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
        self.channel.lock().waiting.remove(&self.id);
        self.go_away();
    }
}

/// A question of the other side. It is always answered: at the latest when it is dropped.
pub struct Request {
    channel: Arc<Channel>,
    id: u64,
    /// Which part of the runtime answers it.
    pub topic: Topic,
    /// What is asked.
    pub body: Body,
    answered: bool,
}

impl Request {
    /// Works on it and sends what comes out. What the work asks in return is asked of the thread
    /// that waits for this answer.
    pub fn work(mut self, work: impl FnOnce(Topic, Body) -> Answer) {
        let here = (Arc::as_ptr(&self.channel) as usize, self.id);
        WORKING.with_borrow_mut(|working| working.push(here));
        let answer = work(self.topic, std::mem::take(&mut self.body));
        WORKING.with_borrow_mut(|working| working.pop());
        self.send(answer);
    }

    fn send(&mut self, answer: Answer) {
        self.answered = true;
        let (kind, body) = match answer {
            Ok(body) => (Kind::Done, body),
            Err(body) => (Kind::Failed, body),
        };
        let _ = self.channel.send(&Message {
            kind,
            topic: self.topic,
            id: self.id,
            parent: 0,
            body,
        });
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        if !self.answered {
            self.send(Err(Body::default()));
        }
    }
}

#[cfg(test)]
#[path = "channel_tests.rs"]
mod tests;
