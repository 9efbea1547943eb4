//! How many threads there are, what waits for one, and what is refused.

use super::*;
use crate::worker::body::Body;
use crate::worker::channel::{Channel, Receiver};
use crate::worker::wire::Topic;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

const LONG: Duration = Duration::from_secs(60);

/// Lets a pool answer.
struct Pooled(Arc<Pool>);

impl Receiver for Pooled {
    fn dispatch(&self, request: Request) {
        self.0.put(request);
    }

    fn answer(&self, request: Request) {
        request.work(|_, _| Ok(Body::default()));
    }

    fn notice(&self, _topic: Topic, _body: Vec<u8>) {}

    fn closed(&self) -> String {
        self.0.close();
        "gone".into()
    }
}

/// A process that asks, and the pool of the one that answers when it is told to.
fn asking(answer: impl Fn(Request) + Send + Sync + 'static) -> (Arc<Channel>, Arc<Pool>) {
    let (one, other) = UnixStream::pair().unwrap();
    let pool = Pool::new(answer);
    let pooled = |pool: &Arc<Pool>| Arc::new(Pooled(Arc::clone(pool)));
    let asks = Channel::open(one, pooled(&Pool::new(drop))).unwrap();
    let answers = Channel::open(other, pooled(&pool)).unwrap();
    // Kept by its reading thread.
    drop(answers);
    (asks, pool)
}

#[test]
fn twenty_thousand_requests_make_no_twenty_thousand_threads() {
    let (go, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let (asks, pool) = asking(move |request| {
        let _ = held.lock().recv();
        request.work(|_, _| Ok(Body::default()));
    });
    let mut asked = Vec::new();
    for _ in 0..20_000 {
        asked.push(asks.ask(Topic::Python, vec![1]).unwrap());
    }
    assert!(pool.threads() <= MAX_THREADS);
    drop(go);
    let (mut done, mut refused) = (0, 0);
    for asked in asked {
        match asked.wait(LONG, &mut || true).unwrap() {
            Ok(_) => done += 1,
            Err(body) => {
                let text = String::from_utf8(body.bytes).unwrap();
                assert!(text.starts_with("!LR120: too many requests"), "{text}");
                refused += 1;
            }
        }
    }
    assert!(
        done >= crate::worker::bounds::MAX_REQUESTS,
        "{done} {refused}"
    );
    assert!(pool.threads() <= MAX_THREADS);
    asks.close("done");
}

#[test]
fn what_waits_for_a_thread_in_vain_is_refused_with_the_reason() {
    let (go, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let at_work = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&at_work);
    let (asks, pool) = asking(move |request| {
        counted.fetch_add(1, Ordering::SeqCst);
        let _ = held.lock().recv();
        request.work(|_, _| Ok(Body::default()));
    });
    let ask = || asks.ask(Topic::Python, vec![1]).unwrap();
    let asked: Vec<_> = (0..MAX_THREADS).map(|_| ask()).collect();
    lichtfeld_testkit::wait_for(|| at_work.load(Ordering::SeqCst) == MAX_THREADS);
    let late = ask();
    lichtfeld_testkit::wait_for(|| !pool.state.lock().queue.is_empty());
    pool.refuse_overdue();
    assert_eq!(pool.state.lock().queue.len(), 1, "not yet");
    pool.refuse_older_than(Duration::ZERO);
    let refused = late.wait(LONG, &mut || true).unwrap().unwrap_err();
    let text = String::from_utf8(refused.bytes).unwrap();
    assert!(
        text.starts_with("!LR120: the application is at work on 128"),
        "{text}"
    );
    drop(go);
    for asked in asked {
        asked.wait(LONG, &mut || true).unwrap().unwrap();
    }
    asks.close("done");
    lichtfeld_testkit::wait_for(|| pool.threads() == 0);
}
