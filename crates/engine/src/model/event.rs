//! Changes of state, delivered to all subscribers in order.
//!
//! A change is put into one queue. The thread that finds the queue idle delivers all changes in it,
//! so that they arrive in order, and no lock is held while a subscriber runs. If a subscriber calls
//! the manager, the changes that this causes are delivered afterwards.

use crate::lifecycle::{Event, State};
use parking_lot::Mutex;
use serde::Serialize;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::SystemTime;

/// One change of a plugin's state.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StateChange {
    /// The plugin's name as its manifest writes it.
    pub plugin: String,
    /// The state before.
    pub from: State,
    /// The state after; equal to `from` for a reload.
    pub to: State,
    /// What happened.
    pub event: Event,
    /// Why, in a few words for a person: "load requested", "numpy 1.26.4 conflicts ...".
    pub cause: String,
    /// When.
    pub at: SystemTime,
    /// Increases by one with every change of this manager.
    pub sequence: u64,
}

/// Receives changes of state. It is called on the thread that made the change, or on one that is
/// already delivering; never while a lock of the manager is held.
pub trait Subscriber: Send + Sync {
    /// Called with each change. Must not panic, and has to handle its own errors.
    fn changed(&self, change: &StateChange);

    /// Called with each change once the operation that made it has released its operation lock, so
    /// that the subscriber can begin another operation on the plugin. As [`Subscriber::changed`].
    fn settled(&self, _change: &StateChange) {}
}

impl Subscriber for Mutex<Sender<StateChange>> {
    fn changed(&self, change: &StateChange) {
        // Fails if the receiver was dropped.
        let _ = self.lock().send(change.clone());
    }
}

/// Changes that wait for their delivery. The thread that finds a queue idle delivers all in it.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<StateChange>,
    delivering: bool,
}

type Deliver = fn(&dyn Subscriber, &StateChange);

/// The subscribers of one manager and the queue before them.
#[derive(Default)]
pub struct Events {
    queue: Mutex<Queue>,
    /// What was delivered by the first queue, and waits until its operation has ended.
    unsettled: Mutex<Vec<(String, StateChange)>>,
    settled: Mutex<Queue>,
    subscribers: Mutex<Vec<(u64, Arc<dyn Subscriber>)>>,
    next_id: AtomicU64,
    sequence: AtomicU64,
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("subscribers", &self.subscribers.lock().len())
            .field("sequence", &self.sequence)
            .finish_non_exhaustive()
    }
}

/// Names a subscription, to end it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriptionId(u64);

impl Events {
    /// Adds a subscriber. It receives every change from now on.
    pub fn subscribe(&self, subscriber: Arc<dyn Subscriber>) -> SubscriptionId {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        self.subscribers.lock().push((id, subscriber));
        SubscriptionId(id)
    }

    /// Ends a subscription. Does nothing if it has ended.
    pub fn unsubscribe(&self, id: SubscriptionId) {
        self.subscribers.lock().retain(|(known, _)| *known != id.0);
    }

    /// Returns a channel with every change from now on.
    pub fn channel(&self) -> Receiver<StateChange> {
        let (sender, receiver) = channel();
        self.subscribe(Arc::new(Mutex::new(sender)));
        receiver
    }

    /// Publishes a change of the plugin with this normalised name. Returns after it was delivered,
    /// unless another thread is already delivering: then that thread delivers it.
    pub(crate) fn publish(
        &self,
        key: &str,
        plugin: &str,
        (from, to): (State, State),
        event: Event,
        cause: &str,
    ) {
        tracing::debug!(plugin, %from, %to, %event, cause, "state");
        let mut queue = self.queue.lock();
        let change = StateChange {
            plugin: plugin.to_owned(),
            from,
            to,
            event,
            cause: cause.to_owned(),
            at: SystemTime::now(),
            sequence: self.sequence.fetch_add(1, Ordering::Relaxed),
        };
        let unsettled = (key.to_owned(), change.clone());
        self.unsettled.lock().push(unsettled);
        queue.waiting.push_back(change);
        drop(queue);
        self.deliver(&self.queue, |subscriber, change| subscriber.changed(change));
    }

    /// Called when an operation on the plugin has released its lock: delivers its changes to
    /// [`Subscriber::settled`].
    pub(crate) fn settle(&self, key: &str) {
        {
            let mut settled = self.settled.lock();
            let mut unsettled = self.unsettled.lock();
            let of_plugin = unsettled.extract_if(.., |(of, _)| of == key);
            settled.waiting.extend(of_plugin.map(|(_, change)| change));
        }
        self.deliver(&self.settled, |subscriber, change| {
            subscriber.settled(change);
        });
    }

    fn deliver(&self, queue: &Mutex<Queue>, deliver: Deliver) {
        let mut changes = queue.lock();
        if changes.delivering {
            return;
        }
        changes.delivering = true;
        while let Some(change) = changes.waiting.pop_front() {
            drop(changes);
            let subscribers = self.subscribers.lock().clone();
            for (_, subscriber) in subscribers {
                deliver(&*subscriber, &change);
            }
            changes = queue.lock();
        }
        changes.delivering = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_hears_changes_in_order_until_it_leaves() {
        let events = Events::default();
        let receiver = events.channel();
        let (sender, second) = channel();
        let id = events.subscribe(Arc::new(Mutex::new(sender)));
        let change = (State::Unloaded, State::Loading);
        events.publish("a", "a", change, Event::EnvironmentReady, "test");
        events.unsubscribe(id);
        let change = (State::Loading, State::Active);
        events.publish("a", "a", change, Event::Activated, "test");
        let heard: Vec<_> = receiver
            .try_iter()
            .map(|change| (change.sequence, change.to))
            .collect();
        assert_eq!(heard, [(0, State::Loading), (1, State::Active)]);
        assert_eq!(second.try_iter().count(), 1);
    }

    #[test]
    fn a_subscriber_that_publishes_again_is_heard_afterwards() {
        struct Echo {
            events: Arc<Events>,
            seen: Mutex<Vec<State>>,
        }
        impl Subscriber for Echo {
            fn changed(&self, change: &StateChange) {
                self.seen.lock().push(change.to);
                if change.to == State::Loading {
                    let change = (State::Loading, State::Error);
                    self.events.publish("a", "a", change, Event::Failed, "echo");
                    // Not yet delivered: the outer call is still delivering the first change.
                    assert_eq!(self.seen.lock().len(), 1);
                }
            }
        }
        let events = Arc::new(Events::default());
        let echo = Arc::new(Echo {
            events: Arc::clone(&events),
            seen: Mutex::default(),
        });
        events.subscribe(Arc::clone(&echo) as Arc<dyn Subscriber>);
        let change = (State::Unloaded, State::Loading);
        events.publish("a", "a", change, Event::EnvironmentReady, "test");
        assert_eq!(*echo.seen.lock(), [State::Loading, State::Error]);
    }
}
