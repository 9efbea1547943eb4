//! The host's side of a worker's channel: it answers what the worker asks, and enters what the
//! worker reports.

use crate::worker::process::Worker;
use crate::worker::{capabilities, link, mirrored_registrations, textures_received, waiting};
use lichtfeld_engine::Level;
use lichtfeld_engine::worker::body::Body;
use lichtfeld_engine::worker::channel::{Receiver, Request};
use lichtfeld_engine::worker::pool::Pool;
use lichtfeld_engine::worker::wire::Topic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How much longer than its socket a process may live: the system closes both at its end.
const AFTER_SOCKET: Duration = Duration::from_millis(50);

/// Receives the questions and the reports of a worker.
pub(super) struct HostSide {
    worker: Arc<Worker>,
    pool: Arc<Pool>,
    /// Whether a refused notice was logged: a worker may send any number of them.
    told_refused: AtomicBool,
}

impl HostSide {
    /// `pool` answers the callbacks of threads of the plugin, for which no call of the host waits.
    pub(super) fn new(worker: &Arc<Worker>) -> Self {
        let answering = Arc::clone(worker);
        Self {
            worker: Arc::clone(worker),
            pool: Pool::new(move |request| answer(&answering, request)),
            told_refused: AtomicBool::new(false),
        }
    }

    fn refused(&self, reason: &str) {
        if self.told_refused.swap(true, Ordering::Relaxed) {
            return;
        }
        let line = format!("a message of the plugin's process was refused: {reason}");
        let key = Some(self.worker.owner.key.as_str());
        self.worker.services.log(key, Level::Warn, &line);
    }

    pub(super) fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }
}

fn answer(worker: &Arc<Worker>, request: Request) {
    let answer = |topic, body: Body| match (topic, worker.peer.get()) {
        (Topic::Python, Some(peer)) => link::answer(peer, topic, body),
        (Topic::Capability, _) => {
            let all = &worker.services.capabilities;
            let enter = |offer| mirrored_registrations::enter(worker, offer);
            capabilities::answer(all, Some(&enter), &body)
        }
        (Topic::Texture, _) => textures_received::answer(worker, body),
        _ => Err(b"!the host does not know this question".to_vec().into()),
    };
    match worker.channel.get() {
        Some(channel) => waiting::asker(channel).during(|| request.work(answer)),
        None => request.work(answer),
    }
}

impl Receiver for HostSide {
    fn dispatch(&self, request: Request) {
        self.pool.put(request);
    }

    fn answer(&self, request: Request) {
        answer(&self.worker, request);
    }

    fn notice(&self, topic: Topic, body: Vec<u8>) {
        match (topic, self.worker.peer.get()) {
            (Topic::Control, _) => mirrored_registrations::apply(&self.worker, &body),
            (Topic::Python, Some(peer)) => {
                if let Err(reason) = link::notice(peer, &body) {
                    self.refused(&reason);
                }
            }
            (Topic::Python, None) | (Topic::Capability | Topic::Operator | Topic::Texture, _) => {}
        }
    }

    fn closed(&self) -> String {
        self.pool.close();
        self.worker.died(AFTER_SOCKET).message
    }
}
