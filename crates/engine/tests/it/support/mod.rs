//! A backend whose plugins do what a test's script says, and a manager around it.

mod fake;
mod fixture;
mod host;
mod script;

pub(crate) use fixture::Fixture;
pub(crate) use script::{Call, Step, fails};

use lichtfeld_engine::{Observer, Stage};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Longer than anything takes here, on a machine whose cores are all busy too.
pub(crate) const LONG: Duration = Duration::from_secs(120);

/// Returns the next message.
///
/// # Panics
/// If none comes within [`LONG`].
#[track_caller]
pub(crate) fn next<T>(receiver: &Receiver<T>) -> T {
    receiver.recv_timeout(LONG).expect("it did not happen")
}

/// Runs work on a thread of its own; its result arrives in the channel.
pub(crate) fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        // A test that has failed does not listen any more.
        let _ = sender.send(work());
    });
    receiver
}

/// An observer that cancels when its switch is on, and remembers the stages.
#[derive(Clone, Default)]
pub(crate) struct Watching {
    pub(crate) cancel: Arc<AtomicBool>,
    pub(crate) stages: Vec<Stage>,
}

impl Watching {
    /// Switches itself on at the beginning of a stage.
    pub(crate) fn until(stage: Stage) -> impl Observer {
        struct Until(Stage, bool);
        impl Observer for Until {
            fn stage(&mut self, stage: Stage, _detail: &str) {
                self.1 |= stage == self.0;
            }

            fn should_cancel(&mut self) -> bool {
                self.1
            }
        }
        Until(stage, false)
    }
}

impl Observer for Watching {
    fn stage(&mut self, stage: Stage, _detail: &str) {
        self.stages.push(stage);
    }

    fn should_cancel(&mut self) -> bool {
        self.cancel.load(Ordering::Acquire)
    }
}
