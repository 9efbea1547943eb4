//! When a change set is complete: after a quiet time, which is longer after many files, but not
//! later than a limit.

use crate::options::Options;
use std::time::Instant;

/// The time between the first event of a tree or parent and its change set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pending {
    pub(crate) first: Instant,
    pub(crate) last: Instant,
    hold: Option<Instant>,
}

impl Pending {
    /// Starts or extends the waiting with an event at `now`.
    pub(crate) fn extend(pending: &mut Option<Self>, now: Instant) {
        match pending {
            Some(pending) => {
                pending.last = pending.last.max(now);
            }
            None => {
                *pending = Some(Self {
                    first: now,
                    last: now,
                    hold: None,
                });
            }
        }
    }

    /// Returns when the set is complete if no more events come.
    pub(crate) fn due(&self, files: usize, options: &Options) -> Instant {
        let quiet = if files >= options.burst_size {
            options.burst_quiet
        } else {
            options.debounce
        };
        let due = (self.last + quiet).min(self.first + options.max_hold);
        self.hold.map_or(due, |hold| hold.max(due))
    }

    /// Holds a set that is due, because git is still changing files. Returns whether the limit
    /// still allows this.
    pub(crate) fn hold(&mut self, now: Instant, options: &Options) -> bool {
        if now >= self.first + options.git_hold {
            return false;
        }
        self.hold = Some(now + options.debounce);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn quiet_decides_and_holding_ends() {
        let options = Options::default();
        let start = Instant::now();
        let ms = Duration::from_millis;
        let mut pending = None;
        Pending::extend(&mut pending, start);
        let due = |p: &Option<Pending>, files| p.unwrap().due(files, &options) - start;
        assert_eq!(due(&pending, 1), options.debounce);
        assert_eq!(due(&pending, 500), options.burst_quiet);
        Pending::extend(&mut pending, start + ms(30));
        assert_eq!(due(&pending, 1), ms(30) + options.debounce);
        Pending::extend(&mut pending, start + ms(1990));
        assert_eq!(due(&pending, 1), options.max_hold);
        let mut held = pending.unwrap();
        assert!(held.hold(start + ms(2000), &options));
        assert_eq!(held.due(1, &options), start + ms(2000) + options.debounce);
        assert!(!held.hold(start + options.git_hold, &options));
    }
}
