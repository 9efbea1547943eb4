//! A busy machine: loops that keep every core at work while tests or the soak run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// Loops for each core while tests run. With one, half of the time is left to the tests.
const PER_CORE: usize = 2;

/// Loops that run until this is dropped. They are threads of this process, so that they end with
/// it, however it ends.
#[derive(Debug)]
pub(crate) struct Busy {
    ended: Arc<AtomicBool>,
    loops: Vec<JoinHandle<u64>>,
}

impl Busy {
    /// Starts two loops for each core.
    pub(crate) fn start() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::with(cores * PER_CORE)
    }

    /// Starts so many loops; none is fine.
    pub(crate) fn with(count: usize) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let loops = (0..count)
            .map(|_| {
                let ended = Arc::clone(&ended);
                thread::spawn(move || spin(&ended))
            })
            .collect();
        Self { ended, loops }
    }

    /// How many loops there are.
    pub(crate) fn count(&self) -> usize {
        self.loops.len()
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        for busy in self.loops.drain(..) {
            // A loop cannot panic, and nothing here depends on what it counted.
            let _ = busy.join();
        }
    }
}

/// Works without a pause: a hint to the processor that it waits would leave time to others.
fn spin(ended: &AtomicBool) -> u64 {
    let mut turns: u64 = 0;
    while !ended.load(Ordering::Relaxed) {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_work_and_end_with_their_owner() {
        let busy = Busy::start();
        assert!(busy.count() >= PER_CORE);
        let ended = Arc::clone(&busy.ended);
        assert!(busy.loops.iter().all(|busy| !busy.is_finished()));
        drop(busy);
        assert!(ended.load(Ordering::Relaxed));
        assert_eq!(Arc::strong_count(&ended), 1, "a loop is still there");
    }
}
