//! The timing of the watcher: every duration in one file, with the reason for its default.

use crate::error::WatchError;
use std::time::Duration;

/// The settings of one watcher. The defaults are for a person who edits files.
///
/// ```
/// use lichtfeld_watcher::Options;
/// use std::time::Duration;
///
/// let options = Options::default().with_poll_interval(Duration::from_secs(5));
/// assert!(options.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// How long a tree must be quiet before its changes are sent. Default 27 ms: with the 5 to
    /// 10 ms for which the system's source holds events, a formatter that rewrites a file 30 ms
    /// after the editor still belongs to the same save.
    pub debounce: Duration,
    /// The number of changed files from which a set counts as a burst (a checkout, a copy).
    /// Default 8.
    pub burst_size: usize,
    /// How long a tree must be quiet after a burst. Default 150 ms.
    pub burst_quiet: Duration,
    /// The longest time a set is held back while events keep coming, so that a file that is written
    /// to all the time cannot hide the others. Default 2 s.
    pub max_hold: Duration,
    /// The longest time a set is held back because git is changing the tree. Default 10 s.
    pub git_hold: Duration,
    /// How often a tree that cannot be watched is scanned. Default 1 s. Trees that take long are
    /// scanned less often: at most 2 % of the time is spent on it.
    pub poll_interval: Duration,
    /// How often the watches of a degraded tree are tried again. Default 30 s.
    pub retry_interval: Duration,
    /// Files larger than this many bytes are compared by size and times, not by content. Default
    /// 4 MiB.
    pub hash_limit: u64,
    /// Whether [`ChangeSet::rewritten`](crate::ChangeSet::rewritten) is filled, and sets without a
    /// change are sent for it. Default false.
    pub rewritten: bool,
    /// The file that makes a directory in a watched parent a tree. Default `pyproject.toml`.
    pub marker: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            debounce: Duration::from_millis(27),
            burst_size: 8,
            burst_quiet: Duration::from_millis(150),
            max_hold: Duration::from_secs(2),
            git_hold: Duration::from_secs(10),
            poll_interval: Duration::from_secs(1),
            retry_interval: Duration::from_secs(30),
            hash_limit: 4 * 1024 * 1024,
            rewritten: false,
            marker: "pyproject.toml".into(),
        }
    }
}

impl Options {
    /// Returns these options with another [`Self::debounce`].
    #[must_use]
    pub fn with_debounce(mut self, debounce: Duration) -> Self {
        self.debounce = debounce;
        self
    }

    /// Returns these options with another [`Self::burst_size`].
    #[must_use]
    pub fn with_burst_size(mut self, burst_size: usize) -> Self {
        self.burst_size = burst_size;
        self
    }

    /// Returns these options with another [`Self::burst_quiet`].
    #[must_use]
    pub fn with_burst_quiet(mut self, burst_quiet: Duration) -> Self {
        self.burst_quiet = burst_quiet;
        self
    }

    /// Returns these options with another [`Self::max_hold`].
    #[must_use]
    pub fn with_max_hold(mut self, max_hold: Duration) -> Self {
        self.max_hold = max_hold;
        self
    }

    /// Returns these options with another [`Self::git_hold`].
    #[must_use]
    pub fn with_git_hold(mut self, git_hold: Duration) -> Self {
        self.git_hold = git_hold;
        self
    }

    /// Returns these options with another [`Self::poll_interval`].
    #[must_use]
    pub fn with_poll_interval(mut self, poll_interval: Duration) -> Self {
        self.poll_interval = poll_interval;
        self
    }

    /// Returns these options with another [`Self::retry_interval`].
    #[must_use]
    pub fn with_retry_interval(mut self, retry_interval: Duration) -> Self {
        self.retry_interval = retry_interval;
        self
    }

    /// Returns these options with another [`Self::hash_limit`].
    #[must_use]
    pub fn with_hash_limit(mut self, hash_limit: u64) -> Self {
        self.hash_limit = hash_limit;
        self
    }

    /// Returns these options with another [`Self::rewritten`].
    #[must_use]
    pub fn with_rewritten(mut self, rewritten: bool) -> Self {
        self.rewritten = rewritten;
        self
    }

    /// Returns these options with another [`Self::marker`].
    #[must_use]
    pub fn with_marker(mut self, marker: impl Into<String>) -> Self {
        self.marker = marker.into();
        self
    }

    /// Checks that the settings can work together.
    ///
    /// # Errors
    /// [`WatchError::BadOption`] names the first that cannot.
    pub fn check(&self) -> Result<(), WatchError> {
        let bad = |option, value: String, why| Err(WatchError::BadOption { option, value, why });
        if self.poll_interval < Duration::from_millis(10) {
            return bad(
                "poll_interval",
                format!("{:?}", self.poll_interval),
                "below 10 ms it would be a busy loop",
            );
        }
        if self.max_hold < self.debounce {
            return bad(
                "max_hold",
                format!("{:?}", self.max_hold),
                "it must not be shorter than `debounce`",
            );
        }
        if self.max_hold > Duration::from_secs(3600) {
            return bad(
                "max_hold",
                format!("{:?}", self.max_hold),
                "changes would be held back for over an hour",
            );
        }
        if self.marker.is_empty() || self.marker.contains(['/', '\\']) {
            return bad(
                "marker",
                format!("{:?}", self.marker),
                "it must be the name of a file",
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_cannot_work_are_named() {
        assert!(Options::default().check().is_ok());
        let busy = Options {
            poll_interval: Duration::ZERO,
            ..Options::default()
        };
        assert_eq!(busy.check().unwrap_err().code(), "watch-option");
        let path = Options {
            marker: "a/b".into(),
            ..Options::default()
        };
        assert!(path.check().unwrap_err().to_string().contains("`marker`"));
    }
}
