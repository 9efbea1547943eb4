//! `cargo xtask tidy`: what no compiler checks, as rules that are plain functions.
//!
//! A rule gets the files of the checkout or the packages of the workspace, and returns breaches; it
//! reads nothing itself, so that each is tested on made-up files. A new rule is one function and
//! one line in [`check`].

mod circles;
mod doors;
mod files;
mod layering;
mod links;
mod machine;
mod order;
mod skips;
mod unused;
mod uses;
mod versions;

use camino::Utf8PathBuf;

use crate::args::TidyArgs;
use crate::error::{Result, TaskError};
use crate::members::{self, Member};
use crate::say;
use crate::workspace::{self, Workspace};

/// A text file of the checkout.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    /// Relative to the checkout, with `/`.
    pub(crate) path: Utf8PathBuf,
    /// Its text; what is not UTF-8 is no source file.
    pub(crate) text: String,
}

/// Something that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Breach {
    /// Which rule.
    pub(crate) rule: &'static str,
    /// The file.
    pub(crate) path: Utf8PathBuf,
    /// The line, from 1; 0 for the file as a whole.
    pub(crate) line: usize,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

impl SourceFile {
    /// A breach at a line of this file.
    fn breach(&self, rule: &'static str, line: usize, message: impl Into<String>) -> Breach {
        Breach {
            rule,
            path: self.path.clone(),
            line,
            message: message.into(),
        }
    }

    /// The lines with their numbers, from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    fn has_extension(&self, extensions: &[&str]) -> bool {
        self.path
            .extension()
            .is_some_and(|extension| extensions.contains(&extension))
    }

    /// Whether this file is input of tests: it may be wrong on purpose.
    fn is_fixture(&self) -> bool {
        self.path.components().any(|part| {
            matches!(
                part.as_str(),
                "fixtures" | "snapshots" | "gallery" | "corpus" | "cases"
            )
        })
    }
}

/// Runs all rules over the checkout, or shows which file uses which.
pub(crate) fn run(workspace: &Workspace, args: &TidyArgs) -> Result<()> {
    let files = load(workspace);
    let members = members::read(workspace)?;
    let breaches = match &args.circles {
        Some(name) => among(&files, &members, name.as_deref())?,
        None => check(&files, &members),
    };
    for breach in &breaches {
        let Breach {
            rule,
            path,
            line,
            message,
        } = breach;
        say::out(match line {
            0 => format!("{path}: {message} [{rule}]"),
            _ => format!("{path}:{line}: {message} [{rule}]"),
        });
    }
    if breaches.is_empty() {
        say::note(format!(
            "tidy: {} files in {} packages, nothing found",
            files.len(),
            members.len()
        ));
        return Ok(());
    }
    Err(TaskError::Found(format!(
        "breaches found by tidy: {}",
        breaches.len()
    )))
}

/// All rules.
fn check(files: &[SourceFile], members: &[Member]) -> Vec<Breach> {
    let mut breaches = layering::check(members);
    for file in files {
        breaches.extend(doors::pyo3(file));
        breaches.extend(doors::calls(file));
        breaches.extend(files::opens_with_docs(file));
        breaches.extend(files::length(file));
        breaches.extend(machine::paths(file));
        breaches.extend(machine::hosts(file));
        breaches.extend(skips::reasons(file));
        breaches.extend(versions::once(file));
    }
    breaches.extend(links::resolve(files));
    breaches.extend(unused::check(members, files));
    let (uses, unread) = uses::read(members, files);
    breaches.extend(unread);
    breaches.extend(circles::check(&uses));
    breaches.extend(order::check(&uses));
    breaches.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    breaches
}

/// Prints which file uses which, in one package or in all, and returns the breaches among them.
fn among(files: &[SourceFile], members: &[Member], name: Option<&str>) -> Result<Vec<Breach>> {
    let (mut uses, mut breaches) = uses::read(members, files);
    if let Some(name) = name {
        uses::only(&mut uses, members, name)?;
    }
    uses::print(&uses);
    breaches.extend(circles::check(&uses));
    breaches.extend(order::check(&uses));
    Ok(breaches)
}

fn load(workspace: &Workspace) -> Vec<SourceFile> {
    let root = workspace.root();
    workspace::files_below(root)
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read(&path).ok();
            let relative = path.strip_prefix(root).ok()?.as_str().replace('\\', "/");
            // Links in documents may lead to pictures: a file that is no text counts as there.
            let text = text
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .unwrap_or_default();
            Some(SourceFile {
                path: relative.into(),
                text,
            })
        })
        .collect()
}

#[cfg(test)]
pub(crate) fn file(path: &str, text: &str) -> SourceFile {
    SourceFile {
        path: path.into(),
        text: text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rules_run_and_breaches_come_in_order() {
        let files = [
            file("crates/b/src/lib.rs", "fn main() {}\n"),
            file("crates/a/src/lib.rs", "use pyo3::Python;\n"),
        ];
        let members = [Member::fake("lichtfeld-panel", &["lichtfeld-cli"])];
        let breaches = check(&files, &members);
        let seen: Vec<_> = breaches.iter().map(|b| (b.path.as_str(), b.rule)).collect();
        assert!(seen.contains(&("crates/a/src/lib.rs", "pyo3")), "{seen:?}");
        assert!(
            seen.contains(&("crates/b/src/lib.rs", "module-docs")),
            "{seen:?}"
        );
        assert!(seen.iter().any(|(_, rule)| *rule == "layering"), "{seen:?}");
        assert!(breaches.is_sorted_by(|a, b| (&a.path, a.line) <= (&b.path, b.line)));
    }

    /// A checkout with two crates, the first of which depends on what is given.
    fn checkout(dependencies: &str) -> (tempfile::TempDir, Workspace) {
        let dir = tempfile::tempdir().unwrap();
        let root = camino::Utf8Path::from_path(dir.path()).unwrap();
        let versions = match dependencies {
            "" => "",
            _ => "[workspace.dependencies]\nlichtfeld-panel = { path = \"crates/panel\" }\n",
        };
        let package = |name: &str, dependencies: &str| {
            format!("[package]\nname = \"lichtfeld-{name}\"\n\n[dependencies]\n{dependencies}")
        };
        for (path, text) in [
            (
                "Cargo.toml",
                format!("[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n{versions}"),
            ),
            ("crates/panel/Cargo.toml", package("panel", "")),
            ("crates/panel/src/lib.rs", "//! Panels.\n".to_owned()),
            (
                "crates/watcher/Cargo.toml",
                package("watcher", dependencies),
            ),
            (
                "crates/watcher/src/lib.rs",
                "//! Watches.\nuse lichtfeld_panel as _;\n".to_owned(),
            ),
        ] {
            lichtfeld_system::files::write_atomic(root.join(path), text.as_bytes()).unwrap();
        }
        let workspace = Workspace::at(root);
        (dir, workspace)
    }

    #[test]
    fn a_crate_that_breaks_the_layering_table_fails_the_task() {
        let (_keep, good) = checkout("");
        run(&good, &TidyArgs::default()).unwrap();
        let (_keep, broken) = checkout("lichtfeld-panel.workspace = true\n");
        let error = run(&broken, &TidyArgs::default()).unwrap_err();
        assert_eq!(error.to_string(), "breaches found by tidy: 1");
        assert_eq!(error.exit_status(), 1);
    }
}
