//! What the requests of the other process hold that are under way: waiting, or being answered.

use crate::worker::body::Body;
use crate::worker::bounds::{MAX_HELD_FILES, MAX_REQUESTS};
use parking_lot::Mutex;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    requests: usize,
    files: usize,
    bytes: u64,
}

/// The sum over all requests of one channel.
#[derive(Debug, Default)]
pub(super) struct Load(Mutex<Sum>);

impl Load {
    /// Adds a request, or returns `None` if that would be too much: more requests or files than
    /// are allowed, or more than twice the longest message in bytes.
    pub(super) fn hold(self: &Arc<Self>, body: &Body, most: u64) -> Option<Held> {
        let (files, bytes) = (body.files.len(), body.len() as u64);
        let mut sum = self.0.lock();
        let added = Sum {
            requests: sum.requests + 1,
            files: sum.files + files,
            bytes: sum.bytes + bytes,
        };
        if added.requests > MAX_REQUESTS
            || added.files > MAX_HELD_FILES
            || added.bytes > most.saturating_mul(2)
        {
            return None;
        }
        *sum = added;
        drop(sum);
        let load = Arc::clone(self);
        Some(Held { load, files, bytes })
    }
}

/// The share of one request, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    load: Arc<Load>,
    files: usize,
    bytes: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut sum = self.load.0.lock();
        sum.requests -= 1;
        sum.files -= self.files;
        sum.bytes -= self.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_refuses_until_something_was_given_back() {
        let load = Arc::<Load>::default();
        let body = |bytes: usize| Body::from(vec![0; bytes]);
        let held: Vec<_> = (0..MAX_REQUESTS)
            .map(|_| load.hold(&body(0), 100).unwrap())
            .collect();
        assert!(load.hold(&body(0), 100).is_none());
        drop(held);
        let held = load.hold(&body(150), 100).unwrap();
        assert!(load.hold(&body(51), 100).is_none());
        drop(held);
        let file = tempfile::tempfile().unwrap();
        let mut files = body(0);
        files.files = (0..MAX_HELD_FILES)
            .map(|_| file.try_clone().unwrap().into())
            .collect();
        let held = load.hold(&files, 100).unwrap();
        files.files.truncate(1);
        assert!(load.hold(&files, 100).is_none());
        drop(held);
        assert!(load.hold(&files, 100).is_some());
    }
}
