//! How patient the watcher is; every duration in one place, with the reason for its default.

use crate::error::WatchError;
use std::time::Duration;

/// The settings of one watcher. The defaults are for a person who edits files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How long a tree must be quiet before its changes are yielded. Default 27 ms:
    /// with the 5 to 10 ms for which the system's source holds events, a formatter that rewrites a
    /// file 30 ms after the editor still belongs to the same save.
    pub debounce: Duration,
    /// From how many changed files on a set counts as a burst (a checkout, a copy). Default 8.
    pub burst_size: usize,
    /// How long a tree must be quiet after a burst. Default 150 ms.
    pub burst_quiet: Duration,
    /// The longest a set is held back while events keep coming, so that a file that is written
    /// to all the time cannot hide the others. Default 2 s.
    pub max_hold: Duration,
    /// The longest a set is held back because git is at work in the tree. Default 10 s.
    pub git_hold: Duration,
    /// How often a tree that cannot be watched is looked through. Default 1 s. Trees that take
    /// long are looked through less often: at most 2 % of the time goes into it.
    pub poll_interval: Duration,
    /// How often the watches of a degraded tree are tried again. Default 30 s.
    pub retry_interval: Duration,
    /// Files above this many bytes are compared by size and times, not by content. Default 4 MiB.
    pub hash_limit: u64,
    /// The file that makes a directory in a watched parent count. Default `pyproject.toml`.
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
            marker: "pyproject.toml".into(),
        }
    }
}

impl Options {
    /// Checks the settings against each other.
    ///
    /// # Errors
    /// [`WatchError::BadOption`] names the first that cannot be.
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
    fn settings_that_cannot_be_are_named() {
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
