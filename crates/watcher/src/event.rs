//! What a consumer receives: changes, trees that appear and vanish, and problems with their hints.

use crate::change::{ChangeSet, TreeId};
use crate::codes;
use camino::Utf8PathBuf;

/// One event of a watcher.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum WatchEvent {
    /// All files of one save.
    Changes(ChangeSet),
    /// A directory with the marker file has appeared in a watched parent directory, or the root of
    /// a watched tree has returned after [`WatchEvent::TreeVanished`].
    TreeAppeared {
        /// The directory, as reached through the parent (a link is not resolved).
        root: Utf8PathBuf,
        /// The watched tree with that root, if there is one.
        tree: Option<TreeId>,
    },
    /// Such a directory was removed, or has lost its marker file. A tree that vanished stays
    /// registered until `unwatch`.
    TreeVanished {
        /// The directory, as reached through the parent (a link is not resolved).
        root: Utf8PathBuf,
        /// The watched tree with that root, if there is one.
        tree: Option<TreeId>,
    },
    /// The system cannot watch as usual. Sent once for each tree and reason; changes are still
    /// found, but later.
    Degraded {
        /// The tree, or `None` if the problem concerns all of them.
        tree: Option<TreeId>,
        /// The problem.
        reason: Problem,
        /// What the user can do about it.
        hint: String,
    },
    /// A degraded tree is watched as usual again.
    Recovered {
        /// The tree.
        tree: TreeId,
        /// The problem that is over.
        reason: Problem,
    },
}

impl WatchEvent {
    pub(crate) fn degraded(tree: Option<TreeId>, reason: Problem) -> Self {
        let hint = reason.hint();
        Self::Degraded { tree, reason, hint }
    }
}

/// Why a tree is not watched as usual. It is a report, not an error: changes are still found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The system's limit of watched directories is used up (`ENOSPC` from inotify).
    #[error(
        "the system's limit of watched directories is reached; this directory is scanned at intervals instead"
    )]
    WatchLimit,
    /// The system's limit of watch instances or open files is used up (`EMFILE` from inotify).
    #[error(
        "the system allows no further file watcher ({message}); directories are scanned at intervals instead"
    )]
    NoInstance {
        /// The system's message.
        message: String,
    },
    /// More events came than the system can queue, and some were dropped.
    #[error(
        "changes came faster than the system could queue them; everything was scanned again, nothing is lost"
    )]
    Overflow,
    /// The tree is on a file system that does not report changes made by other machines.
    #[error(
        "`{root}` is on a network file system ({kind}), which does not report changes made on other machines; it is also scanned at intervals"
    )]
    NetworkFileSystem {
        /// The tree's root.
        root: Utf8PathBuf,
        /// The file system's name, such as `nfs`.
        kind: &'static str,
    },
    /// A directory or file cannot be read.
    #[error("`{path}` cannot be read: {message}; changes in it are not seen until it can")]
    Unreadable {
        /// What cannot be read.
        path: Utf8PathBuf,
        /// The system's message.
        message: String,
    },
    /// Changes to a name that is not UTF-8 cannot be reported.
    #[error("the name `{name}` is not UTF-8; changes to it are not reported")]
    NotUtf8 {
        /// The name with replacement characters.
        name: String,
    },
    /// The system's watching failed in another way.
    #[error("watching failed: {message}; this directory is scanned at intervals instead")]
    Other {
        /// The system's message.
        message: String,
    },
}

impl Problem {
    /// Returns the stable code of this problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WatchLimit => codes::LIMIT.code,
            Self::NoInstance { .. } => codes::INSTANCES.code,
            Self::Overflow => codes::OVERFLOW.code,
            Self::NetworkFileSystem { .. } => codes::NETWORK.code,
            Self::Unreadable { .. } => codes::UNREADABLE.code,
            Self::NotUtf8 { .. } => codes::NOT_UTF8.code,
            Self::Other { .. } => codes::FAILED.code,
        }
    }

    /// Returns what the user can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::WatchLimit => "raise the limit: `sudo sysctl fs.inotify.max_user_watches=524288` \
                (put the same line into /etc/sysctl.d/ to keep it), or close programs that watch many files"
                .into(),
            Self::NoInstance { .. } => "raise the limit: `sudo sysctl fs.inotify.max_user_instances=1024`, \
                or close programs that watch files"
                .into(),
            Self::Overflow => "nothing has to be done; if it happens often, raise the queue's length: \
                `sudo sysctl fs.inotify.max_queued_events=65536`"
                .into(),
            Self::NetworkFileSystem { .. } => {
                "changes made on this machine are seen at once; keep plugins that you work on on a local disk \
                 to see all changes at once"
                    .into()
            }
            Self::Unreadable { path, .. } => format!("give your user read permission: `chmod -R u+rX {path}`"),
            Self::NotUtf8 { .. } => "rename the file to a name in UTF-8, such as plain ASCII letters".into(),
            Self::Other { .. } => "changes are found within seconds; restart the application to try again".into(),
        }
    }
}
