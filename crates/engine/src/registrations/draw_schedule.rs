//! When a panel is due to be drawn, and how long its drawings take.
//!
//! A panel is drawn on input, on request, and on its interval if it asked for one; otherwise never.

use parking_lot::{Mutex, MutexGuard};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A drawing that takes longer than this counts as slow: the time of one picture at 60 Hz.
pub const SLOW_DRAWING: Duration = Duration::from_millis(16);

/// How long a host that sleeps until a panel is due leaves a hidden panel without an interval.
const POLL_AGAIN: Duration = Duration::from_millis(100);

/// The draw times of one panel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DrawStats {
    /// The panel's id.
    pub id: String,
    /// The plugin's name as its manifest writes it, or `None` for a panel of the host.
    pub plugin: Option<String>,
    /// How often it was drawn.
    pub draws: u64,
    /// How often it took longer than [`SLOW_DRAWING`].
    pub slow: u64,
    /// The mean of all drawings, in milliseconds.
    pub mean_ms: f64,
    /// The longest one, in milliseconds.
    pub worst_ms: f64,
    /// The last one, in milliseconds.
    pub last_ms: f64,
}

/// The draw schedule of one panel.
pub(crate) struct DrawSchedule {
    interval: Option<Duration>,
    wanted: AtomicBool,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    begun: Option<Instant>,
    draws: u64,
    slow: u64,
    total: Duration,
    worst: Duration,
    last: Duration,
}

impl DrawSchedule {
    /// The schedule of a panel that was not drawn yet, and is therefore due.
    pub(crate) fn new(interval_ms: Option<u64>) -> Self {
        Self {
            interval: interval_ms.map(|ms| Duration::from_millis(ms.max(1))),
            wanted: AtomicBool::new(true),
            book: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock()
    }

    pub(crate) fn want(&self) {
        self.wanted.store(true, Ordering::Release);
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Acquire)
    }

    /// A drawing begins. Requests from now on are for the next one.
    pub(crate) fn begin(&self, now: Instant) {
        self.wanted.store(false, Ordering::Release);
        self.lock().begun = Some(now);
    }

    /// Starts the interval again.
    pub(crate) fn tick(&self, now: Instant) {
        self.lock().begun = Some(now);
    }

    /// Counts a drawing that took this time.
    pub(crate) fn count(&self, took: Duration) {
        let mut book = self.lock();
        book.draws += 1;
        book.slow += u64::from(took > SLOW_DRAWING);
        book.total += took;
        book.worst = book.worst.max(took);
        book.last = took;
    }

    /// Returns when it is due if nothing happens until then, or `None` for never.
    pub(crate) fn next(&self, now: Instant) -> Option<Instant> {
        if self.is_wanted() {
            return Some(now);
        }
        let interval = self.interval?;
        Some(self.lock().begun.map_or(now, |begun| begun + interval))
    }

    /// Returns when a hidden panel is asked again whether it is shown.
    pub(crate) fn next_poll(&self, now: Instant) -> Instant {
        let after = self.interval.unwrap_or(POLL_AGAIN);
        self.lock().begun.map_or(now, |begun| begun + after)
    }

    pub(crate) fn stats(&self, id: &str, plugin: Option<&str>) -> DrawStats {
        let book = self.lock();
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        DrawStats {
            id: id.to_owned(),
            plugin: plugin.map(ToOwned::to_owned),
            draws: book.draws,
            slow: book.slow,
            mean_ms: if book.draws == 0 {
                0.0
            } else {
                ms(book.total) / book.draws as f64
            },
            worst_ms: ms(book.worst),
            last_ms: ms(book.last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_reason_or_an_interval_it_is_never_due() {
        let now = Instant::now();
        let pace = DrawSchedule::new(None);
        assert_eq!(pace.next(now), Some(now), "the first drawing");
        pace.begin(now);
        assert_eq!(pace.next(now + Duration::from_secs(3600)), None);
        pace.want();
        assert_eq!(pace.next(now), Some(now));
    }

    #[test]
    fn an_interval_counts_from_the_beginning_of_the_drawing() {
        let now = Instant::now();
        let pace = DrawSchedule::new(Some(100));
        pace.begin(now);
        pace.count(Duration::from_millis(40));
        assert_eq!(pace.next(now), Some(now + Duration::from_millis(100)));
    }

    #[test]
    fn what_is_asked_for_during_a_drawing_is_for_the_next_one() {
        let now = Instant::now();
        let pace = DrawSchedule::new(None);
        pace.begin(now);
        pace.want();
        pace.count(Duration::ZERO);
        assert!(pace.is_wanted());
    }

    #[test]
    fn slow_drawings_are_counted() {
        let pace = DrawSchedule::new(None);
        for ms in [1, 16, 17, 30] {
            pace.count(Duration::from_millis(ms));
        }
        let stats = pace.stats("a", None);
        assert_eq!((stats.draws, stats.slow), (4, 2));
        assert_eq!(
            (stats.mean_ms, stats.worst_ms, stats.last_ms),
            (16.0, 30.0, 30.0)
        );
    }
}
