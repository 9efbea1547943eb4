//! How a worker reaches its host, and its own main thread.

use lichtfeld_engine::execution::host::Job;
use lichtfeld_engine::worker::channel::{Channel, Request};
use lichtfeld_engine::worker::message::{Tell, pack};
use lichtfeld_engine::worker::wire::Topic;
use parking_lot::Mutex;
use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};
use std::thread::{self, ThreadId};

/// What the main thread does.
pub(super) enum MainWork {
    Answer(Request),
    Run(Job),
    End,
}

/// The channel to the host, once it is open, and the queue of the main thread.
pub(super) struct HostLink {
    main: Mutex<Sender<MainWork>>,
    main_thread: ThreadId,
    channel: OnceLock<Arc<Channel>>,
}

impl HostLink {
    /// Call this on the main thread.
    pub(super) fn new(main: Sender<MainWork>) -> Self {
        Self {
            main: Mutex::new(main),
            main_thread: thread::current().id(),
            channel: OnceLock::new(),
        }
    }

    /// Sets the channel. Returns false if there is one already.
    pub(super) fn connect(&self, channel: Arc<Channel>) -> bool {
        self.channel.set(channel).is_ok()
    }

    pub(super) fn channel(&self) -> Option<&Arc<Channel>> {
        self.channel.get()
    }

    /// Whether this process is a forked child of the worker, which has no way to the host.
    pub(super) fn is_forked(&self) -> bool {
        self.channel().is_some_and(|channel| channel.is_forked())
    }

    /// Reports something to the host, which does not answer it.
    pub(super) fn report(&self, what: &Tell) {
        if let Some(channel) = self.channel() {
            channel.notify(Topic::Control, pack(what, &[]));
        }
    }

    /// Whether the calling thread is the main thread, which draws.
    pub(super) fn is_main(&self) -> bool {
        self.main_thread == thread::current().id()
    }

    /// Lets the main thread do something, after what it does now.
    pub(super) fn on_main(&self, work: MainWork) {
        // A main thread that has ended is at the end of the process.
        let _ = self.main.lock().send(work);
    }
}
