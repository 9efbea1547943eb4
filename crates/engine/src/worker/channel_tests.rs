//! Questions in both directions, limits, and the end of the other side.

use super::*;

struct Echo;

impl Receiver for Echo {
    fn dispatch(&self, request: Request) {
        thread::spawn(move || Echo.answer(request));
    }

    fn answer(&self, request: Request) {
        let channel = Arc::clone(&request.channel);
        request.work(|topic, body| match &*body {
            [] => Err(b"empty".to_vec().into()),
            [0] => Ok(format!("{:?}", thread::current().id()).into_bytes().into()),
            // Asks back with one less, until the innermost names the thread that answers.
            [depth, ..] => channel
                .call(topic, vec![depth - 1], Duration::from_secs(60), &mut || {
                    true
                })
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
fn the_end_of_the_other_side_is_told_to_everyone() {
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
    assert!(channel.lock().waiting.is_empty());
}

/// Asks back only when it is told to.
struct Held(Mutex<std::sync::mpsc::Receiver<()>>);

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
    let (go, held) = std::sync::mpsc::channel();
    let one = Channel::open(mine, Arc::new(Echo)).unwrap();
    let _other = Channel::open(theirs, Arc::new(Held(Mutex::new(held)))).unwrap();
    let asked = one.ask(Topic::Python, vec![1]).unwrap();
    let waited = asked.wait(Duration::from_millis(1), &mut || true);
    assert!(matches!(waited, Err(CallError::TimedOut(_))));
    go.send(()).unwrap();
    // Nobody waits here: the answer can only come if somebody else has answered.
    let limit = Instant::now() + Duration::from_secs(60);
    while !asked
        .mailbox
        .lock()
        .queue
        .iter()
        .any(|mail| matches!(mail, Mail::Answer(_)))
    {
        assert!(
            Instant::now() < limit,
            "the question in return was left alone"
        );
        thread::sleep(Duration::from_millis(1));
    }
    let here = format!("{:?}", thread::current().id()).into_bytes();
    let answer = asked.wait(Duration::from_secs(60), &mut || true);
    assert_ne!(answer.unwrap().unwrap().bytes, here);
}
