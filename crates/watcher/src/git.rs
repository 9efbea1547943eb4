//! Whether git is changing the files of a directory, for example by a checkout.

use crate::options::Options;
use camino::{Utf8Path, Utf8PathBuf};

/// Returns whether git holds its lock on the index of the repository around a directory; an old
/// lock, left by a crash, does not count. The repository is looked for each time: it may be made
/// while the directory is watched.
pub(crate) fn is_at_work(dir: &Utf8Path, options: &Options) -> bool {
    let modified = lock(dir)
        .and_then(|lock| lock.metadata().ok())
        .and_then(|metadata| metadata.modified().ok());
    modified.is_some_and(|at| at.elapsed().is_ok_and(|age| age < options.git_hold))
}

/// Returns the lock of the repository around a directory.
fn lock(dir: &Utf8Path) -> Option<Utf8PathBuf> {
    let git = dir
        .ancestors()
        .map(|dir| dir.join(".git"))
        .find(|git| git.exists())?;
    if git.is_dir() {
        return Some(git.join("index.lock"));
    }
    // In a worktree or submodule, `.git` is a file with the path.
    let text = std::fs::read_to_string(&git).ok()?;
    let git_dir = text.strip_prefix("gitdir:")?.trim();
    Some(git.parent()?.join(git_dir).join("index.lock"))
}
