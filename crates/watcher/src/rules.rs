//! Which paths of a tree are ignored: environments, caches, hidden names, temporary files of
//! editors, and what the tree's own `.gitignore` files name.

use camino::{Utf8Path, Utf8PathBuf};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The type of an entry, as far as the rules need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Directory,
    File,
}

/// The rules of one tree. The walk adds `.gitignore` files as it finds them, outer ones first.
#[derive(Default)]
pub(crate) struct Rules {
    gitignores: Vec<(Utf8PathBuf, Gitignore)>,
    left_out: Vec<String>,
}

/// The file name that defines rules: a change of it changes the rules.
pub(crate) const RULES_FILE: &str = ".gitignore";

impl Rules {
    /// Rules that also ignore directories of these names.
    pub(crate) fn leaving_out(names: &[String]) -> Self {
        Self {
            left_out: names.to_vec(),
            ..Self::default()
        }
    }

    /// Adds the `.gitignore` of a directory, if it has one. An invalid line is skipped, as git does.
    pub(crate) fn enter(&mut self, root: &Utf8Path, relative: &Utf8Path) {
        let dir = root.join(relative);
        let file = dir.join(RULES_FILE);
        if !file.is_file() {
            return;
        }
        let mut builder = GitignoreBuilder::new(&dir);
        builder.add(&file);
        if let Ok(rules) = builder.build()
            && !rules.is_empty()
        {
            self.gitignores.retain(|(known, _)| known != relative);
            self.gitignores.push((relative.to_owned(), rules));
        }
    }

    /// Returns whether an entry is ignored by its own path, assuming that no directory above is.
    pub(crate) fn ignores_entry(&self, root: &Utf8Path, relative: &Utf8Path, entry: Entry) -> bool {
        let Some(name) = relative.file_name() else {
            return false;
        };
        let is_left_out = || self.left_out.iter().any(|left_out| left_out == name);
        if ignored_by_name(name, entry) || (entry == Entry::Directory && is_left_out()) {
            return true;
        }
        // These two define the plugin; many projects do not track the lock file, but it matters.
        if matches!(relative.as_str(), "pyproject.toml" | "uv.lock") {
            return false;
        }
        let absolute = root.join(relative);
        // The innermost file with a matching line decides.
        self.gitignores
            .iter()
            .filter(|(dir, _)| relative.starts_with(dir))
            .map(|(dir, rules)| (dir, rules.matched(&absolute, entry == Entry::Directory)))
            .filter(|(_, found)| !found.is_none())
            .max_by_key(|(dir, _)| dir.as_str().len())
            .is_some_and(|(_, found)| found.is_ignore())
    }

    /// Returns whether a path or any directory above it is ignored.
    pub(crate) fn ignores(&self, root: &Utf8Path, relative: &Utf8Path, entry: Entry) -> bool {
        let mut above: Vec<_> = relative.ancestors().skip(1).collect();
        above.pop();
        above
            .iter()
            .rev()
            .any(|dir| self.ignores_entry(root, dir, Entry::Directory))
            || self.ignores_entry(root, relative, entry)
    }
}

fn ignored_by_name(name: &str, entry: Entry) -> bool {
    if name.starts_with('.') {
        return true;
    }
    match entry {
        Entry::Directory => {
            matches!(name, "__pycache__" | "node_modules") || name.ends_with(".egg-info")
        }
        // Backups and probes of editors (vim's `4913`, `name~`, emacs' `#name#`, JetBrains' safe
        // write), downloads of browsers, and bytecode beside its source.
        Entry::File => {
            name == "4913"
                || name.ends_with('~')
                || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'))
                || name.contains("___jb_")
                || [
                    ".pyc",
                    ".pyo",
                    ".swp",
                    ".swx",
                    ".tmp",
                    ".crdownload",
                    ".part",
                ]
                .iter()
                .any(|ending| name.ends_with(ending))
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write plain files")]
mod tests {
    use super::*;
    use Entry::{Directory, File};

    #[test]
    fn ignored_names() {
        let rules = Rules::default();
        let root = Utf8Path::new("/p");
        for (path, entry, ignored) in [
            (".venv", Directory, true),
            (".venv/lib/x.py", File, true),
            ("a/__pycache__/b.pyc", File, true),
            ("a/node_modules/x.js", File, true),
            ("a.py~", File, true),
            ("4913", File, true),
            (".a.py.swp", File, true),
            ("a.py", File, false),
            ("venv.py", File, false),
            ("icons/a.png", File, false),
        ] {
            assert_eq!(
                rules.ignores(root, Utf8Path::new(path), entry),
                ignored,
                "{path}"
            );
        }
    }

    #[test]
    fn a_tree_may_leave_out_more_directories() {
        let rules = Rules::leaving_out(&["target".to_owned()]);
        let root = Utf8Path::new("/p");
        for (path, entry, ignored) in [
            ("target", Directory, true),
            ("target/debug/x.so", File, true),
            ("sub/target/x.py", File, true),
            ("target", File, false),
            ("targets/x.py", File, false),
        ] {
            let found = rules.ignores(root, Utf8Path::new(path), entry);
            assert_eq!(found, ignored, "{path}");
        }
    }

    #[test]
    fn inner_gitignores_override_outer_ones_and_none_hides_the_manifest() {
        let scratch = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(scratch.path()).unwrap();
        std::fs::create_dir(root.join("sub")).unwrap();
        std::fs::write(
            root.join(".gitignore"),
            "*.log\nbuild/\nuv.lock\npyproject.toml\n",
        )
        .unwrap();
        std::fs::write(root.join("sub/.gitignore"), "!keep.log\n").unwrap();
        let mut rules = Rules::default();
        rules.enter(root, Utf8Path::new(""));
        rules.enter(root, Utf8Path::new("sub"));
        for (path, ignored) in [
            ("a.log", true),
            ("sub/b.log", true),
            ("sub/keep.log", false),
            ("build/x.py", true),
            ("uv.lock", false),
            ("pyproject.toml", false),
        ] {
            assert_eq!(
                rules.ignores(root, Utf8Path::new(path), File),
                ignored,
                "{path}"
            );
        }
    }
}
