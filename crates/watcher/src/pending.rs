//! When a set is complete: quiet for long enough, longer after many files, but not held for ever.

use crate::options::Options;
use std::time::Instant;

/// The waiting of one tree or parent between its first event and its change set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pending {
    pub(crate) first: Instant,
    pub(crate) last: Instant,
    hold: Option<Instant>,
}

impl Pending {
    /// The waiting goes on, or begins, with an event at `now`.
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

    /// When the set is complete if nothing more happens.
    pub(crate) fn due(&self, files: usize, options: &Options) -> Instant {
        let quiet = if files >= options.burst_size {
            options.burst_quiet
        } else {
            options.debounce
        };
        let due = (self.last + quiet).min(self.first + options.max_hold);
        self.hold.map_or(due, |hold| hold.max(due))
    }

    /// Holds a set that is due because git is still at work; says whether that is still allowed.
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
