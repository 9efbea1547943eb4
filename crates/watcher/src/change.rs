//! The changes of one save, as plain data.

use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use std::fmt;
use std::time::Instant;

/// The caller's name for a tree. The watcher only compares it and returns it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TreeId(String);

impl TreeId {
    /// Makes an id from any text.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// Returns the text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TreeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for TreeId {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for TreeId {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

/// One directory tree to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tree {
    /// The caller's name for it, unique in one watcher.
    pub id: TreeId,
    /// The directory. If it is a symbolic link, both its target and the link are watched, so that
    /// pointing it elsewhere is a change like any other.
    pub root: Utf8PathBuf,
    /// Names of directories that are ignored in it besides those that are ignored everywhere.
    pub left_out: Vec<String>,
}

impl Tree {
    /// Names a directory to watch.
    pub fn new(id: impl Into<TreeId>, root: impl Into<Utf8PathBuf>) -> Self {
        Self {
            id: id.into(),
            root: root.into(),
            left_out: Vec::new(),
        }
    }

    /// Ignores directories of these names as well, such as what a build writes.
    #[must_use]
    pub fn leaving_out(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.left_out = names.into_iter().map(Into::into).collect();
        self
    }
}

/// How a file differs from the change set before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ChangeKind {
    /// The file is new.
    Created,
    /// The file has other content.
    Modified,
    /// The file no longer exists.
    Removed,
}

/// What a file is used for, judged only by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Role {
    /// Python source or a native module: `.py`, `.pyi`, `.pyx`, `.so`, `.pyd`, `.dll`, `.dylib`.
    Code,
    /// The `pyproject.toml` at the root.
    Manifest,
    /// The `uv.lock` at the root.
    Lock,
    /// Any other file: layouts, styles, icons, data.
    Resource,
}

impl Role {
    /// Returns the role of a path relative to the root of its tree.
    #[must_use]
    pub fn of(relative: &Utf8Path) -> Self {
        match relative.as_str() {
            "pyproject.toml" => return Self::Manifest,
            "uv.lock" => return Self::Lock,
            _ => {}
        }
        match relative.extension() {
            Some("py" | "pyi" | "pyx" | "so" | "pyd" | "dll" | "dylib") => Self::Code,
            _ => Self::Resource,
        }
    }
}

/// One file that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The path relative to the tree's root.
    pub path: Utf8PathBuf,
    /// The path below the root as the caller named it (a link is not resolved).
    pub absolute: Utf8PathBuf,
    /// How the file differs.
    pub kind: ChangeKind,
    /// What the file is used for.
    pub role: Role,
}

impl Change {
    /// Describes a change of the file at `path`, which is relative to `root`.
    #[must_use]
    pub fn new(root: &Utf8Path, path: impl Into<Utf8PathBuf>, kind: ChangeKind) -> Self {
        let path = path.into();
        Self {
            absolute: root.join(&path),
            role: Role::of(&path),
            path,
            kind,
        }
    }
}

/// Everything that changed in one tree by one save, each file once, sorted by path.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChangeSet {
    /// The tree.
    pub tree: TreeId,
    /// The files; never empty when a watcher sends it, unless `rewritten` has some.
    pub changes: Vec<Change>,
    /// Files that were written again with the content they had at the set before, if
    /// [`Options::rewritten`](crate::Options::rewritten) asks for them. Who has read such a file
    /// since then may have read half of it: many programs empty a file before they write it.
    pub rewritten: Vec<Change>,
    /// Whether it was found by comparing the whole tree with what was known (after an overflow, by
    /// polling, when a root returned), not by single events.
    pub rescanned: bool,
    /// When the first event of this set was seen, by the clock of the source.
    pub first_seen: Instant,
    /// When the last event of this set was seen.
    pub last_seen: Instant,
}

impl ChangeSet {
    /// Makes the set of changes that were seen at this time.
    #[must_use]
    pub fn new(tree: TreeId, mut changes: Vec<Change>, seen: Instant) -> Self {
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Self {
            tree,
            changes,
            rewritten: Vec::new(),
            rescanned: false,
            first_seen: seen,
            last_seen: seen,
        }
    }

    /// Returns whether any file has this role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.changes.iter().any(|change| change.role == role)
    }

    /// Merges a later set of the same tree into this one, so that a consumer that was busy handles
    /// both at once. For each file the last state wins; a file that was created and removed again
    /// is not a change. This may leave `changes` empty. A file that has changed is not rewritten.
    pub fn absorb(&mut self, later: ChangeSet) {
        use ChangeKind::{Created, Modified, Removed};
        self.rescanned |= later.rescanned;
        self.first_seen = self.first_seen.min(later.first_seen);
        self.last_seen = self.last_seen.max(later.last_seen);
        for change in later.changes {
            match self.changes.binary_search_by(|c| c.path.cmp(&change.path)) {
                Err(at) => self.changes.insert(at, change),
                Ok(at) => match (self.changes[at].kind, change.kind) {
                    (Created, Removed) => {
                        self.changes.remove(at);
                    }
                    (Created, _) => {}
                    (Removed, Created) => self.changes[at].kind = Modified,
                    (_, kind) => self.changes[at].kind = kind,
                },
            }
        }
        let has = |all: &[Change], path: &Utf8Path| {
            all.binary_search_by(|known| known.path.as_path().cmp(path))
        };
        for change in later.rewritten {
            if let Err(at) = has(&self.rewritten, &change.path) {
                self.rewritten.insert(at, change);
            }
        }
        let changes = &self.changes;
        self.rewritten
            .retain(|change| has(changes, &change.path).is_err());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(changes: &[(&str, ChangeKind)]) -> ChangeSet {
        let change =
            |(path, kind): &(&str, ChangeKind)| Change::new(Utf8Path::new("/t"), *path, *kind);
        let changes = changes.iter().map(change).collect();
        ChangeSet::new("t".into(), changes, Instant::now())
    }

    #[test]
    fn roles_go_by_place_and_name() {
        for (path, role) in [
            ("pyproject.toml", Role::Manifest),
            ("sub/pyproject.toml", Role::Resource),
            ("uv.lock", Role::Lock),
            ("a/b.py", Role::Code),
            ("native.cpython-312.so", Role::Code),
            ("style.rcss", Role::Resource),
        ] {
            assert_eq!(Role::of(Utf8Path::new(path)), role, "{path}");
        }
    }

    #[test]
    fn a_later_set_is_merged_file_by_file() {
        use ChangeKind::{Created, Modified, Removed};
        let mut first = set(&[("a.py", Created), ("b.py", Removed), ("c.py", Modified)]);
        first.absorb(set(&[
            ("a.py", Removed),
            ("b.py", Created),
            ("c.py", Removed),
            ("d.py", Created),
        ]));
        let mut again = ChangeSet::new("t".into(), Vec::new(), Instant::now());
        again.rewritten = set(&[("b.py", Modified), ("e.py", Modified)]).changes;
        first.absorb(again);
        let rewritten: Vec<_> = first.rewritten.iter().map(|c| c.path.as_str()).collect();
        assert_eq!(rewritten, ["e.py"]);
        first.absorb(set(&[("e.py", Removed), ("e.py", Created)]));
        assert!(first.rewritten.is_empty());
        let left: Vec<_> = first
            .changes
            .iter()
            .map(|c| (c.path.as_str(), c.kind))
            .collect();
        assert_eq!(
            left,
            [
                ("b.py", Modified),
                ("c.py", Removed),
                ("d.py", Created),
                ("e.py", Modified)
            ]
        );
    }
}
