//! What a consumer hears: changes, trees that come and go, and trouble with its cure.

use crate::change::{ChangeSet, TreeId};
use camino::Utf8PathBuf;

/// One thing the watcher has to say.
#[derive(Clone, Debug)]
pub enum Notice {
    /// The files of one save, complete.
    Changes(ChangeSet),
    /// A directory with the marker file is now in a watched parent directory, or the root of a
    /// watched tree is back after [`Notice::TreeVanished`].
    TreeAppeared {
        /// The directory, as reached through the parent (a link is not resolved).
        root: Utf8PathBuf,
        /// The watched tree with that root, if there is one.
        tree: Option<TreeId>,
    },
    /// Such a directory is gone, or has lost its marker file. A tree that vanished stays
    /// registered until `unwatch`.
    TreeVanished {
        /// The directory, as reached through the parent (a link is not resolved).
        root: Utf8PathBuf,
        /// The watched tree with that root, if there is one.
        tree: Option<TreeId>,
    },
    /// The system cannot watch as it should. Told once per tree and reason; changes are still
    /// found, only later.
    Degraded {
        /// The tree, or nothing when it concerns all of them.
        tree: Option<TreeId>,
        /// What is the matter.
        reason: Trouble,
        /// What the person at the machine can do about it.
        cure: String,
    },
    /// A tree that was degraded is watched as it should be again.
    Recovered {
        /// The tree.
        tree: TreeId,
        /// What was the matter.
        reason: Trouble,
    },
}

/// Why a tree is not watched the usual way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The system's limit of watched directories is used up (`ENOSPC` from inotify).
    #[error(
        "the system's limit of watched directories is reached; this directory is looked through at intervals instead"
    )]
    WatchLimit,
    /// The system's limit of watch instances or open files is used up (`EMFILE` from inotify).
    #[error(
        "the system allows no further file watcher ({message}); directories are looked through at intervals instead"
    )]
    NoInstance {
        /// The system's words.
        message: String,
    },
    /// More events came than the system keeps, and some were dropped.
    #[error(
        "changes came faster than the system could queue them; everything was looked through again, nothing is lost"
    )]
    Overflow,
    /// The tree lies on a file system that does not tell of changes made elsewhere.
    #[error(
        "`{root}` is on a network file system ({kind}), which does not announce changes made on other machines; it is looked through at intervals as well"
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
        /// The system's words.
        message: String,
    },
    /// A name that is not UTF-8 cannot be told to anyone.
    #[error("the name `{name}` is not UTF-8; changes to it are not reported")]
    NotUtf8 {
        /// The name with replacement characters.
        name: String,
    },
    /// The system's watching failed in another way.
    #[error("watching failed: {message}; this directory is looked through at intervals instead")]
    Other {
        /// The system's words.
        message: String,
    },
}

impl Trouble {
    /// A stable name for this trouble.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WatchLimit => "watch-limit",
            Self::NoInstance { .. } => "watch-instances",
            Self::Overflow => "watch-overflow",
            Self::NetworkFileSystem { .. } => "watch-network",
            Self::Unreadable { .. } => "watch-unreadable",
            Self::NotUtf8 { .. } => "watch-not-utf8",
            Self::Other { .. } => "watch-failed",
        }
    }

    /// What the person at the machine can do about it.
    #[must_use]
    pub fn cure(&self) -> String {
        match self {
            Self::WatchLimit => "raise the limit: `sudo sysctl fs.inotify.max_user_watches=524288` \
                (put the same line into /etc/sysctl.d/ to keep it), or close programs that watch many files"
                .into(),
            Self::NoInstance { .. } => "raise the limit: `sudo sysctl fs.inotify.max_user_instances=1024`, \
                or close programs that watch files"
                .into(),
            Self::Overflow => "nothing has to be done; if it comes often, raise the queue: \
                `sudo sysctl fs.inotify.max_queued_events=65536`"
                .into(),
            Self::NetworkFileSystem { .. } => {
                "changes made on this machine are seen at once; keep plugins you work on on a local disk \
                 to see all of them at once"
                    .into()
            }
            Self::Unreadable { path, .. } => format!("give yourself read permission: `chmod -R u+rX {path}`"),
            Self::NotUtf8 { .. } => "rename the file to a name in UTF-8, such as plain ASCII letters".into(),
            Self::Other { .. } => "changes are found within seconds; restart the application to try again".into(),
        }
    }
}
