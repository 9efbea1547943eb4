//! What is on its way to the other process.
//!
//! Nobody waits for the other process with a lock held. The thread that sends writes at once what
//! the socket takes at once, which is nearly always the whole message. The rest is written by a
//! thread of its own, which alone waits for a process that does not read. So a thread that draws is
//! never held up by another thread's large message, nor by a process that was stopped.

use crate::worker::body::{Body, send_at_once, send_waiting};
use crate::worker::pieces::PIECE;
use crate::worker::wire::{HEAD, Head, Kind, Message, Topic};
use parking_lot::{Condvar, Mutex, MutexGuard};
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// How many bytes may wait before senders have to wait for room.
const ROOM: usize = 4 << 20;
/// How many messages may wait for a process that asks and does not read the answers.
const MOST: usize = 8192;
/// What a message costs beside its body.
const OVERHEAD: usize = 256;
/// How many pieces a sender writes before it leaves the rest to the thread.
const OWN_PIECES: usize = 4;

/// A piece that is being written: its head, and where its part of the body begins and ends.
struct Piece {
    head: [u8; HEAD],
    begin: usize,
    end: usize,
    /// How much of head and part is written.
    written: usize,
    is_last: bool,
}

/// A message, and how far it is written.
struct Sending {
    message: Message,
    /// The bytes of the body in pieces that are written.
    done: usize,
    piece: Option<Piece>,
}

impl Sending {
    fn new(message: Message) -> Self {
        Self {
            message,
            done: 0,
            piece: None,
        }
    }

    /// Whether it goes before others: a question of the host about a panel and the like. Not a long
    /// one, since one message at a time comes in pieces.
    fn is_urgent(&self) -> bool {
        let Message { kind, topic, .. } = self.message;
        kind == Kind::Request && topic == Topic::Control && self.message.body.len() <= PIECE
    }

    fn cost(&self) -> usize {
        self.message.body.len() + OVERHEAD
    }

    /// The piece that is begun, or the next one.
    fn piece(&mut self) -> &mut Piece {
        let (message, begin) = (&self.message, self.done);
        self.piece.get_or_insert_with(|| {
            let end = message.body.len().min(begin + PIECE);
            let is_last = end == message.body.len();
            let length = (end - begin) as u64;
            let (kind, parent) = if is_last {
                (message.kind, message.parent)
            } else {
                // What the message is stands where its parent will: that comes with the last piece.
                (Kind::Piece, message.kind as u64)
            };
            let head = Head {
                kind,
                topic: message.topic,
                id: message.id,
                parent,
                length,
            };
            Piece {
                head: head.to_bytes(),
                begin,
                end,
                written: 0,
                is_last,
            }
        })
    }

    /// Writes some of the piece by `send`. Returns whether the piece is written.
    fn write(
        &mut self,
        send: impl FnOnce(&[IoSlice<'_>], &[OwnedFd]) -> io::Result<usize>,
    ) -> io::Result<bool> {
        self.piece();
        let Self {
            message,
            done,
            piece: Some(piece),
        } = self
        else {
            return Ok(true);
        };
        let part = &message.body[piece.begin..piece.end];
        let head = &piece.head[piece.written.min(HEAD)..];
        let rest = &part[piece.written.saturating_sub(HEAD)..];
        // Files go with the first byte of the last piece.
        let files = if piece.is_last && piece.written == 0 {
            &message.body.files[..]
        } else {
            &[]
        };
        let sent = match send(&[IoSlice::new(head), IoSlice::new(rest)], files) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(false),
            sent => sent?,
        };
        if sent == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        piece.written += sent;
        if piece.written < HEAD + part.len() {
            return Ok(false);
        }
        *done = piece.end;
        if piece.is_last {
            message.body = Body::default();
        } else {
            self.piece = None;
        }
        Ok(true)
    }

    fn is_begun(&self) -> bool {
        self.piece.as_ref().is_some_and(|piece| piece.written > 0)
    }

    fn is_written(&self) -> bool {
        self.piece
            .as_ref()
            .is_some_and(|piece| piece.is_last && piece.written == HEAD + piece.end - piece.begin)
    }
}

#[derive(Default)]
struct Queue {
    /// Questions of the host about panels and the like, which go before all others.
    urgent: VecDeque<Sending>,
    others: VecDeque<Sending>,
    /// The thread is writing a piece without the lock.
    is_writing: bool,
    bytes: usize,
    is_closed: bool,
}

impl Queue {
    fn is_empty(&self) -> bool {
        self.urgent.is_empty() && self.others.is_empty()
    }

    /// The queue whose first message is next: a piece that is begun must be ended.
    fn next(&mut self) -> &mut VecDeque<Sending> {
        if self.urgent.is_empty() || self.others.front().is_some_and(Sending::is_begun) {
            &mut self.others
        } else {
            &mut self.urgent
        }
    }

    fn has_room(&self) -> bool {
        self.is_closed || (self.bytes < ROOM && self.others.len() < MOST / 2)
    }

    /// Writes what the socket takes at once, at most `pieces` pieces.
    fn write_some(&mut self, stream: &UnixStream, pieces: usize) -> io::Result<()> {
        let mut written = 0;
        while !self.is_writing && written < pieces {
            let Some(first) = self.next().front_mut() else {
                return Ok(());
            };
            let cost = first.cost();
            match first.write(|parts, files| send_at_once(stream, parts, files)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Ok(false) => {}
                Ok(true) => {
                    written += 1;
                    if first.is_written() {
                        self.next().pop_front();
                        self.bytes -= cost;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Why a message was not taken.
#[derive(Debug)]
pub(super) enum Unsent {
    /// The connection has ended.
    Closed,
    /// The other process asks, and does not read the answers.
    Unread,
    /// The socket failed.
    Broken(io::Error),
}

/// The queue of messages to the other process.
pub(super) struct Outgoing {
    stream: UnixStream,
    queue: Mutex<Queue>,
    /// The thread has something to write.
    work: Condvar,
    /// There is room again, or nothing is left.
    room: Condvar,
}

impl Outgoing {
    pub(super) fn new(stream: UnixStream) -> Self {
        Self {
            stream,
            queue: Mutex::default(),
            work: Condvar::new(),
            room: Condvar::new(),
        }
    }

    pub(super) fn stream(&self) -> &UnixStream {
        &self.stream
    }

    /// Waits until there is room for a message, at most `limit`. Returns whether there is.
    pub(super) fn wait_for_room(&self, limit: Duration) -> bool {
        let mut queue = self.queue.lock();
        if !queue.has_room() {
            self.room
                .wait_while_for(&mut queue, |queue| !queue.has_room(), limit);
        }
        queue.has_room()
    }

    /// Takes a message, and writes at once what can be written at once. Does not wait.
    pub(super) fn put(&self, message: Message) -> Result<(), Unsent> {
        let mut queue = self.queue.lock();
        if queue.is_closed {
            return Err(Unsent::Closed);
        }
        if queue.others.len() >= MOST {
            return Err(Unsent::Unread);
        }
        let sending = Sending::new(message);
        let is_urgent = sending.is_urgent();
        queue.bytes += sending.cost();
        if is_urgent {
            queue.urgent.push_back(sending);
        } else {
            queue.others.push_back(sending);
        }
        let written = queue.write_some(&self.stream, OWN_PIECES);
        let is_left = !queue.is_empty();
        drop(queue);
        if is_left {
            self.work.notify_one();
        }
        written.map_err(Unsent::Broken)
    }

    /// Writes what is left by others until the end of the connection; for a thread of its own.
    pub(super) fn write_all(&self) -> io::Result<()> {
        let mut queue = self.queue.lock();
        loop {
            self.work
                .wait_while(&mut queue, |queue| queue.is_empty() && !queue.is_closed);
            if queue.is_closed {
                return Ok(());
            }
            let Some(mut first) = queue.next().pop_front() else {
                continue;
            };
            let is_urgent =
                first.message.kind == Kind::Request && first.message.topic == Topic::Control;
            let cost = first.cost();
            // Others only add to the queue meanwhile.
            queue.is_writing = true;
            let written = MutexGuard::unlocked_fair(&mut queue, || self.write_piece(&mut first));
            queue.is_writing = false;
            written?;
            if first.is_written() {
                queue.bytes -= cost;
            } else if is_urgent {
                queue.urgent.push_front(first);
            } else {
                queue.others.push_front(first);
            }
            if queue.has_room() || queue.is_empty() {
                self.room.notify_all();
            }
        }
    }

    /// Writes one piece, and waits for the other process to read.
    fn write_piece(&self, sending: &mut Sending) -> io::Result<()> {
        while !sending.write(|parts, files| send_waiting(&self.stream, parts, files))? {}
        Ok(())
    }

    /// Waits until everything is written, at most `limit`.
    pub(super) fn flush(&self, limit: Duration) {
        let deadline = Instant::now() + limit;
        let mut queue = self.queue.lock();
        let is_left =
            |queue: &mut Queue| !queue.is_closed && (queue.is_writing || !queue.is_empty());
        self.room.wait_while_until(&mut queue, is_left, deadline);
    }

    /// Ends it: what waits is not sent.
    pub(super) fn close(&self) {
        let mut queue = self.queue.lock();
        queue.is_closed = true;
        let dropped = (
            std::mem::take(&mut queue.urgent),
            std::mem::take(&mut queue.others),
        );
        drop(queue);
        self.work.notify_all();
        self.room.notify_all();
        drop(dropped);
    }
}
