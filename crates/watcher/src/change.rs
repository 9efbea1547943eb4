//! What the crate yields: the changes of one save, as plain data.

use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use std::fmt;
use std::time::Instant;

/// The caller's own name for a tree; the watcher compares it and gives it back, nothing more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TreeId(String);

impl TreeId {
    /// Makes an id of any text.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The text it was made of.
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
pub struct Tree {
    /// The caller's name for it, unique in one watcher.
    pub id: TreeId,
    /// The directory. It may be a symbolic link: then its target is watched, and the link too, so
    /// that pointing it elsewhere is a change like any other.
    pub root: Utf8PathBuf,
}

impl Tree {
    /// A tree of an id and its directory.
    pub fn new(id: impl Into<TreeId>, root: impl Into<Utf8PathBuf>) -> Self {
        Self {
            id: id.into(),
            root: root.into(),
        }
    }
}

/// What became of a file between two change sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It was not there before.
    Created,
    /// Its content is another.
    Modified,
    /// It is gone.
    Removed,
}

/// What a file is for, judged by its place and name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Python source or a native module: `.py`, `.pyi`, `.pyx`, `.so`, `.pyd`, `.dll`, `.dylib`.
    Code,
    /// The `pyproject.toml` at the root.
    Manifest,
    /// The `uv.lock` at the root.
    Lock,
    /// Everything else: layouts, styles, icons, data.
    Resource,
}

impl Role {
    /// The role of a path relative to the root of its tree.
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
pub struct Change {
    /// Relative to the tree's root.
    pub path: Utf8PathBuf,
    /// Under the root as the caller named it (a link is not resolved).
    pub absolute: Utf8PathBuf,
    /// What became of it.
    pub kind: ChangeKind,
    /// What it is for.
    pub role: Role,
}

/// Everything that changed in one tree by one save, each file once, sorted by path.
#[derive(Clone, Debug)]
pub struct ChangeSet {
    /// The tree.
    pub tree: TreeId,
    /// The files; never empty.
    pub changes: Vec<Change>,
    /// Found by comparing the whole tree with what was known (after an overflow, by polling, when
    /// a root came back), not by single events.
    pub rescanned: bool,
    /// When the first event of this set was seen, by the clock of the source.
    pub first_seen: Instant,
    /// When the last event of this set was seen.
    pub last_seen: Instant,
}

impl ChangeSet {
    /// Whether any file has this role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.changes.iter().any(|change| change.role == role)
    }

    /// Takes a later set of the same tree into this one, so that a consumer that was busy works
    /// off both at once: per file the last state wins, and a file created and removed again is
    /// no change. May leave `changes` empty.
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(changes: &[(&str, ChangeKind)]) -> ChangeSet {
        let now = Instant::now();
        ChangeSet {
            tree: "t".into(),
            changes: changes
                .iter()
                .map(|(path, kind)| Change {
                    path: (*path).into(),
                    absolute: Utf8Path::new("/t").join(path),
                    kind: *kind,
                    role: Role::of(Utf8Path::new(path)),
                })
                .collect(),
            rescanned: false,
            first_seen: now,
            last_seen: now,
        }
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
    fn a_later_set_is_absorbed_file_by_file() {
        use ChangeKind::{Created, Modified, Removed};
        let mut first = set(&[("a.py", Created), ("b.py", Removed), ("c.py", Modified)]);
        first.absorb(set(&[
            ("a.py", Removed),
            ("b.py", Created),
            ("c.py", Removed),
            ("d.py", Created),
        ]));
        let left: Vec<_> = first
            .changes
            .iter()
            .map(|c| (c.path.as_str(), c.kind))
            .collect();
        assert_eq!(
            left,
            [("b.py", Modified), ("c.py", Removed), ("d.py", Created)]
        );
    }
}
