//! The codes of what a watcher reports, with the text of their sections in the reference. This crate
//! needs no other of the project, so the table is its own.

/// A stable code. Its meaning never changes: a code may be retired, but not reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WatchCode {
    /// The code, such as `watch-limit`.
    pub code: &'static str,
    /// A short description of the problem.
    pub title: &'static str,
    /// When it occurs, and what follows from it.
    pub meaning: &'static str,
    /// How to solve the problem.
    pub cure: &'static str,
}

macro_rules! watch_codes {
    ($($name:ident = $code:literal, $title:literal, $meaning:literal, $cure:literal;)+) => {
        $(
            pub(crate) const $name: WatchCode = WatchCode {
                code: $code,
                title: $title,
                meaning: $meaning,
                cure: $cure,
            };
        )+

        /// Every code of this crate.
        pub const ALL: &[WatchCode] = &[$($name),+];
    };
}

watch_codes! {
    OPTION = "watch-option", "an option of the watcher cannot work",
        "The program that started the watcher gave an option a value with which no watcher can work. The message contains both.",
        "Leave the option out to use its default.";
    NOT_FOUND = "watch-not-found", "no such directory to watch",
        "The directory does not exist, or does not exist any more.",
        "Create it first.";
    NOT_A_DIRECTORY = "watch-not-a-directory", "a file cannot be watched as a directory",
        "The path leads to something else than a directory.",
        "Name the directory that contains the file.";
    PATH_NOT_UTF8 = "watch-path-not-utf8", "the path of a directory is not UTF-8",
        "The real path of the directory, with all links resolved, is not UTF-8.",
        "Rename the directory, or the one above it that the message shows.";
    UNREACHABLE = "watch-unreachable", "a directory cannot be accessed",
        "The operating system refused access to the directory. The message contains its reason.",
        "Give your user access to the directory and to those above it.";
    THREAD = "watch-thread", "the watcher cannot start",
        "The operating system refused another thread.",
        "Close other programs, then start the application again.";
    STOPPED = "watch-stopped", "the watcher is stopped",
        "A stopped watcher cannot be used again.",
        "Start another watcher.";
    LIMIT = "watch-limit", "the limit of watched directories is reached",
        "The system watches no further directories for this user. The directory is scanned at intervals instead: changes are found, but later.",
        "Raise the limit; on Linux it is `fs.inotify.max_user_watches` of sysctl.";
    INSTANCES = "watch-instances", "the limit of file watchers is reached",
        "The system has no further file watcher for this user. Directories are scanned at intervals instead: changes are found, but later.",
        "Close other programs that watch files, or raise the limit; on Linux it is `fs.inotify.max_user_instances` of sysctl.";
    OVERFLOW = "watch-overflow", "changes came too fast to be listed",
        "More files changed at once than the system could list. Everything was scanned again; no change is lost.",
        "Nothing has to be done.";
    NETWORK = "watch-network", "a directory is on a network file system",
        "Such a file system does not report what other machines change. The directory is also scanned at intervals.",
        "Nothing has to be done. Changes are seen sooner on a local disk.";
    UNREADABLE = "watch-unreadable", "a file or directory cannot be read",
        "Changes in it are not seen until it can be read.",
        "Give your user access to it.";
    NOT_UTF8 = "watch-not-utf8", "a name is not UTF-8",
        "Changes to a file with this name are not reported.",
        "Rename the file.";
    FAILED = "watch-failed", "watching failed",
        "The system's watching failed in another way. The directory is scanned at intervals instead.",
        "Read the reason in the message.";
}
