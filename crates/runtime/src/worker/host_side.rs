//! The host's side of a worker's channel: it answers what the worker asks, and enters what the
//! worker reports.

use crate::worker::process::Worker;
use crate::worker::{capabilities, link, mirrored_registrations};
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::worker::channel::{Receiver, Request};
use lichtfeld_engine::worker::wire::Topic;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How much longer than its socket a process may live: the system closes both at its end.
const AFTER_SOCKET: Duration = Duration::from_millis(50);

/// Receives the questions and the reports of a worker.
pub(super) struct HostSide(pub(super) Arc<Worker>);

impl Receiver for HostSide {
    fn dispatch(&self, request: Request) {
        // A callback from a thread of the plugin, for which no call of the host waits.
        let worker = Arc::clone(&self.0);
        let started = thread::Builder::new()
            .name("worker-callback".into())
            .spawn(move || HostSide(worker).answer(request));
        if let Err(error) = started {
            let line = format!("a callback could not be run: {error}");
            let key = Some(self.0.owner.key.as_str());
            self.0.services.log(key, Level::Error, &line);
        }
    }

    fn answer(&self, request: Request) {
        request.work(|topic, body| match (topic, self.0.peer.get()) {
            (Topic::Python, Some(peer)) => link::answer(peer, topic, body),
            (Topic::Capability, _) => {
                let all = &self.0.services.capabilities;
                let enter = |offer| mirrored_registrations::enter(&self.0, offer);
                capabilities::answer(all, Some(&enter), &body)
            }
            _ => Err(b"!the host does not know this question".to_vec().into()),
        });
    }

    fn notice(&self, topic: Topic, body: Vec<u8>) {
        match (topic, self.0.peer.get()) {
            (Topic::Control, _) => mirrored_registrations::apply(&self.0, &body),
            (Topic::Python, Some(peer)) => link::notice(peer, &body),
            (Topic::Python, None) | (Topic::Capability | Topic::Operator, _) => {}
        }
    }

    fn closed(&self) -> String {
        self.0.died(AFTER_SOCKET).message
    }
}
