//! Questions in both directions, limits, and the end of the other side.

use super::*;
use crate::worker::body::Body;
use crate::worker::wire::{Kind, Message, Topic};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything takes here, on a machine whose cores are all busy too.
const LONG: Duration = Duration::from_secs(60);

struct Echo;

impl Receiver for Echo {
    fn dispatch(&self, request: Request) {
        thread::spawn(move || Echo.answer(request));
    }

    fn answer(&self, request: Request) {
        let channel = request.channel();
        request.work(|topic, body| match &*body {
            [] => Err(b"empty".to_vec().into()),
            [0] => Ok(format!("{:?}", thread::current().id()).into_bytes().into()),
            // Asks back with one less, until the innermost names the thread that answers.
            [depth, ..] => channel
                .call(topic, vec![depth - 1], LONG, &mut || true)
                .map_err(|error| Body::from(error.to_string().into_bytes()))?,
        });
    }

    fn notice(&self, _topic: Topic, _body: Vec<u8>) {}

    fn closed(&self) -> String {
        "gone".into()
    }
}

fn pair() -> (Arc<Channel>, Arc<Channel>) {
    let (one, other) = UnixStream::pair().unwrap();
    let open = |stream| Channel::open(stream, Arc::new(Echo)).unwrap();
    (open(one), open(other))
}

fn call(channel: &Arc<Channel>, body: &[u8]) -> Result<Answer, CallError> {
    channel.call(
        Topic::Python,
        body.to_vec(),
        Duration::from_secs(60),
        &mut || true,
    )
}

#[test]
fn a_question_in_return_is_answered_by_the_thread_that_waits() {
    let (one, _other) = pair();
    let here = format!("{:?}", thread::current().id()).into_bytes();
    assert_eq!(call(&one, &[1]).unwrap().unwrap().bytes, here);
    assert_eq!(call(&one, &[3]).unwrap().unwrap().bytes, here);
    assert_ne!(call(&one, &[2]).unwrap().unwrap().bytes, here);
    assert_eq!(call(&one, &[]).unwrap().unwrap_err().bytes, b"empty");
}

#[test]
fn many_threads_get_their_own_answers() {
    let (one, _other) = pair();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let here = format!("{:?}", thread::current().id()).into_bytes();
                for _ in 0..200 {
                    assert_eq!(call(&one, &[1]).unwrap().unwrap().bytes, here);
                }
            });
        }
    });
    assert_eq!(one.calls(), 0);
}

#[test]
fn the_end_of_the_other_side_reaches_everyone() {
    let (one, other) = pair();
    other.close("closed here");
    assert!(matches!(call(&one, &[1]), Err(CallError::Closed(_))));
    assert!(
        matches!(call(&other, &[1]), Err(CallError::Closed(reason)) if reason == "closed here")
    );
}

#[test]
fn a_limit_ends_the_waiting() {
    let (mine, _silent) = UnixStream::pair().unwrap();
    let channel = Channel::open(mine, Arc::new(Echo)).unwrap();
    let waited = channel.call(
        Topic::Control,
        vec![1],
        Duration::from_millis(20),
        &mut || true,
    );
    assert!(matches!(waited, Err(CallError::TimedOut(_))));
    let waited = channel.call(
        Topic::Control,
        vec![1],
        Duration::from_secs(60),
        &mut || false,
    );
    assert!(matches!(waited, Err(CallError::Interrupted)));
    assert_eq!(channel.waiting(), 0);
}

/// Asks back only when it is told to.
struct Held(Mutex<mpsc::Receiver<()>>);

impl Receiver for Held {
    fn dispatch(&self, request: Request) {
        self.0.lock().unwrap().recv().unwrap();
        thread::spawn(move || Echo.answer(request));
    }

    fn answer(&self, request: Request) {
        Echo.answer(request);
    }

    fn notice(&self, _topic: Topic, _body: Vec<u8>) {}

    fn closed(&self) -> String {
        "gone".into()
    }
}

#[test]
fn a_question_in_return_is_answered_after_the_limit_too() {
    let (mine, theirs) = UnixStream::pair().unwrap();
    let (go, held) = mpsc::channel();
    let one = Channel::open(mine, Arc::new(Echo)).unwrap();
    let _other = Channel::open(theirs, Arc::new(Held(Mutex::new(held)))).unwrap();
    let asked = one.ask(Topic::Python, vec![1]).unwrap();
    let waited = asked.wait(Duration::from_millis(1), &mut || true);
    assert!(matches!(waited, Err(CallError::TimedOut(_))));
    go.send(()).unwrap();
    // Nobody waits here: the answer can only come if another thread has answered.
    lichtfeld_testkit::wait_for(|| asked.is_answered());
    let here = format!("{:?}", thread::current().id()).into_bytes();
    let answer = asked.wait(LONG, &mut || true);
    assert_ne!(answer.unwrap().unwrap().bytes, here);
}

/// Collects the notices and the end of a connection.
struct Quiet(mpsc::Sender<String>);

impl Receiver for Quiet {
    fn dispatch(&self, _request: Request) {}

    fn answer(&self, _request: Request) {}

    fn notice(&self, _topic: Topic, body: Vec<u8>) {
        self.0.send(String::from_utf8(body).unwrap()).unwrap();
    }

    fn closed(&self) -> String {
        self.0.send("end".into()).unwrap();
        "gone".into()
    }
}

/// A channel, and the bare socket of a process that may send what it likes.
fn with_bare_socket() -> (Arc<Channel>, UnixStream, mpsc::Receiver<String>) {
    let (mine, bare) = UnixStream::pair().unwrap();
    let (sender, heard) = mpsc::channel();
    let channel = Channel::open(mine, Arc::new(Quiet(sender))).unwrap();
    (channel, bare, heard)
}

fn message(kind: Kind, id: u64, parent: u64) -> Message {
    Message {
        kind,
        topic: Topic::Python,
        id,
        parent,
        body: b"text".to_vec().into(),
    }
}

#[test]
fn bytes_that_are_no_message_end_the_connection_with_the_reason() {
    let (channel, mut bare, heard) = with_bare_socket();
    let asked = channel.ask(Topic::Control, vec![1]).unwrap();
    std::io::Write::write_all(&mut bare, &[b'x'; 64]).unwrap();
    let Err(CallError::Closed(reason)) = asked.wait(LONG, &mut || true) else {
        panic!("there is no answer")
    };
    assert_eq!(
        reason,
        "the other process broke the protocol: 120 is not a kind of message"
    );
    // The process behind the socket may live on, so the receiver has to hear of it.
    assert_eq!(heard.recv_timeout(LONG).unwrap(), "end");
}

#[test]
fn answers_without_a_question_and_second_answers_are_dropped() {
    let (channel, mut bare, heard) = with_bare_socket();
    let asked = channel.ask(Topic::Control, vec![1]).unwrap();
    for id in [0, 99, 1, 1, 1] {
        message(Kind::Done, id, 0).write(&mut bare).unwrap();
    }
    message(Kind::Notice, 0, 0).write(&mut bare).unwrap();
    assert_eq!(heard.recv_timeout(LONG).unwrap(), "text");
    let answer = asked.wait(LONG, &mut || true).unwrap().unwrap();
    assert_eq!(&*answer, b"text");
    let again = asked.wait(Duration::ZERO, &mut || true);
    assert!(matches!(again, Err(CallError::TimedOut(_))), "{again:?}");
}

#[test]
fn questions_in_return_without_an_end_close_the_connection() {
    let (channel, mut bare, _heard) = with_bare_socket();
    let asked = channel.ask(Topic::Control, vec![1]).unwrap();
    // Written by another thread: the channel stops to read at the limit.
    let writing = thread::spawn(move || {
        let question = message(Kind::Request, 1, 1);
        while question.write(&mut bare).is_ok() {}
    });
    lichtfeld_testkit::wait_for(|| channel.closed().is_some());
    assert_eq!(
        channel.closed().unwrap(),
        "the other process broke the protocol: too many questions for one thread"
    );
    drop(asked);
    writing.join().unwrap();
}

#[test]
fn a_process_that_does_not_read_holds_nobody_up() {
    let (one, mut bare, _heard) = with_bare_socket();
    let begun = Instant::now();
    // More than any socket takes at once, from a thread that is drawn from.
    let large = one.ask(Topic::Python, vec![7; 40 << 20]).unwrap();
    let limit = Duration::from_millis(10);
    let drawn = one.call(Topic::Control, b"draw".to_vec(), limit, &mut || true);
    assert!(matches!(drawn, Err(CallError::TimedOut(_))), "{drawn:?}");
    let called = one.call(Topic::Python, vec![1], limit, &mut || true);
    assert!(matches!(called, Err(CallError::Unread(_))), "{called:?}");
    let stopped = one.call(Topic::Python, vec![1], LONG, &mut || false);
    assert!(matches!(stopped, Err(CallError::Interrupted)));
    // Whoever waits for the socket waits for half a minute.
    assert!(begun.elapsed() < Duration::from_secs(25), "held up");
    assert!(one.closed().is_none(), "it may read later");
    // The question about the panel comes before the rest of the large one.
    bare.set_read_timeout(Some(LONG)).unwrap();
    let mut reader = crate::worker::body::FileReader::from(bare.try_clone().unwrap());
    let mut joiner = crate::worker::pieces::Joiner::default();
    let mut read = || joiner.read(&mut reader, 1 << 30).unwrap();
    let (first, second) = (read(), read());
    assert_eq!((first.topic, &*first.body), (Topic::Control, &b"draw"[..]));
    assert_eq!((second.topic, second.body.len()), (Topic::Python, 40 << 20));
    assert!(second.body.iter().all(|byte| *byte == 7));
    message(Kind::Done, second.id, 0).write(&mut bare).unwrap();
    assert!(large.wait(LONG, &mut || true).unwrap().is_ok());
}

#[test]
fn large_bodies_cross_in_both_directions_at_once() {
    let (one, _other) = pair();
    thread::scope(|scope| {
        for length in [0_usize, 100, 256 << 10, (256 << 10) + 1, 3 << 20] {
            let one = &one;
            scope.spawn(move || {
                let mut body = vec![1; length + 1];
                body[0] = 2;
                for _ in 0..5 {
                    assert!(call(one, &body).unwrap().is_ok());
                }
            });
        }
    });
    one.flush(LONG);
    assert_eq!(one.waiting(), 0);
}

#[test]
fn a_limit_of_the_host_bounds_what_is_sent_and_read() {
    let (one, other) = pair();
    one.set_max_body(1 << 20);
    let refused = one.ask(Topic::Python, vec![0; (1 << 20) + 1]);
    assert!(
        matches!(refused, Err(CallError::TooLarge(_))),
        "{refused:?}"
    );
    assert!(call(&one, &[0]).unwrap().is_ok());
    // The other side does not keep to it.
    let asked = other.ask(Topic::Python, vec![0; (1 << 20) + 1]).unwrap();
    assert!(matches!(
        asked.wait(LONG, &mut || true),
        Err(CallError::Closed(_))
    ));
    lichtfeld_testkit::wait_for(|| one.closed().is_some());
}

#[test]
fn a_process_that_asks_and_reads_no_answers_is_cut_off() {
    let (mine, mut bare) = UnixStream::pair().unwrap();
    let channel = Channel::open(mine, Arc::new(Refusing)).unwrap();
    let writing = thread::spawn(move || {
        let question = message(Kind::Request, 1, 0);
        while question.write(&mut bare).is_ok() {}
    });
    lichtfeld_testkit::wait_for(|| channel.closed().is_some());
    assert_eq!(
        channel.closed().unwrap(),
        "the other process asks and does not read the answers"
    );
    writing.join().unwrap();
}

/// Does nothing that it is asked.
struct Refusing;

impl Receiver for Refusing {
    fn dispatch(&self, request: Request) {
        request.refuse("never");
    }

    fn answer(&self, request: Request) {
        request.refuse("never");
    }

    fn notice(&self, _topic: Topic, _body: Vec<u8>) {}

    fn closed(&self) -> String {
        "gone".into()
    }
}

#[test]
fn a_question_that_would_be_refused_is_not_sent() {
    let (one, _other) = pair();
    let file = tempfile::tempfile().unwrap();
    let files = (0..65).map(|_| file.try_clone().unwrap().into()).collect();
    let bytes = vec![1];
    let refused = one.ask(Topic::Python, Body { bytes, files });
    assert!(matches!(refused, Err(CallError::TooLarge(_))));
    assert_eq!(one.waiting(), 0);
    assert!(
        call(&one, &[1]).unwrap().is_ok(),
        "the connection still works"
    );
}
