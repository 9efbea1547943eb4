//! What a change can reach: the files that git names, followed along the packages' dependencies.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use crate::args::TestPart;
use crate::error::Result;
use crate::members::{self, Member};
use crate::process::Run;
use crate::python::wheel;
use crate::say;
use crate::workspace::Workspace;

/// The parts and packages to test.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// The parts.
    pub(super) parts: BTreeSet<TestPart>,
    /// The packages whose Rust tests run; `None` for all.
    pub(super) packages: Option<Vec<String>>,
}

impl Reach {
    fn all() -> Self {
        Self {
            parts: TestPart::ALL.into(),
            packages: None,
        }
    }

    /// Says what will run.
    fn print(&self, files: usize, base: &str) {
        let parts: Vec<String> = self.parts.iter().map(|part| format!("{part:?}")).collect();
        let packages = match &self.packages {
            Some(packages) if packages.is_empty() => String::new(),
            Some(packages) => format!("; Rust tests of {}", packages.join(", ")),
            None => "; Rust tests of all packages".to_owned(),
        };
        let parts = if parts.is_empty() {
            "no tests".to_owned()
        } else {
            parts.join(", ")
        };
        say::note(format!(
            "{files} files differ from {base}: {parts}{packages}"
        ));
    }
}

/// What the changes since `base` can reach, those that are not committed too.
pub(super) fn reach(workspace: &Workspace, base: &str) -> Result<Reach> {
    let git = |args: &[&str]| -> Result<Vec<Utf8PathBuf>> {
        let output = Run::new("git").args(args).dir(workspace.root()).read()?;
        Ok(output.lines().map(Utf8PathBuf::from).collect())
    };
    let start = git(&["merge-base", base, "HEAD"])?;
    let start = start.first().map_or(base, |commit| commit.as_str());
    let mut files = git(&["diff", "--name-only", "--no-renames", start])?;
    files.extend(git(&["ls-files", "--others", "--exclude-standard"])?);
    let reach = reached_by(&files, &members::read(workspace)?);
    reach.print(files.len(), base);
    Ok(reach)
}

/// The rule, apart from git.
fn reached_by(files: &[Utf8PathBuf], members: &[Member]) -> Reach {
    let in_wheel = wheel::shipped(members);
    let mut changed: BTreeSet<&str> = BTreeSet::new();
    let mut parts = BTreeSet::new();
    let mut readers: BTreeSet<&str> = BTreeSet::new();
    for file in files {
        if decides_everything(file) {
            return Reach::all();
        }
        if let Some(member) = members.iter().find(|member| file.starts_with(&member.dir)) {
            let is_fuzz = file.starts_with(member.dir.join("fuzz"));
            if !is_fuzz {
                changed.insert(&member.name);
            }
            let ships = in_wheel.iter().any(|other| other.name == member.name);
            if ships && wheel::decides_the_wheel(file, Utf8Path::new("")) {
                parts.extend([TestPart::Python, TestPart::Colmap, TestPart::Demo]);
            }
        }
        parts.extend(parts_of(file));
        readers.extend(READ_BY_TESTS.iter().filter_map(|(path, package)| {
            let is_read = file.as_str() == *path;
            is_read.then_some(*package)
        }));
    }
    let mut packages = members::dependents(members, &changed);
    for member in members {
        let is_there = packages.iter().any(|other| other.name == member.name);
        if !is_there && readers.contains(&*member.name) {
            packages.push(member);
        }
    }
    if !packages.is_empty() {
        parts.insert(TestPart::Rust);
    }
    Reach {
        parts,
        packages: Some(packages.iter().map(|member| member.name.clone()).collect()),
    }
}

/// Versions, profiles and how cargo is called.
fn decides_everything(file: &Utf8Path) -> bool {
    matches!(file.as_str(), "Cargo.toml" | "Cargo.lock")
        || file.starts_with(".cargo")
        || file.starts_with(".config")
}

/// Files outside the packages that Rust tests read, and the package of these tests.
const READ_BY_TESTS: [(&str, &str); 7] = [
    (".ci/run", "xtask"),
    ("docs/hosts.md", "lichtfeld-capi"),
    ("docs/reference/diagnostics.md", "lichtfeld-manifest"),
    ("docs/reference/lichtfeld.schema.json", "lichtfeld-manifest"),
    ("docs/reference/lifecycle.md", "lichtfeld-engine"),
    ("docs/reference/registry.schema.json", "lichtfeld-engine"),
    ("docs/registry.md", "lichtfeld-engine"),
];

/// The parts whose tests or inputs a file outside the packages belongs to.
fn parts_of(file: &Utf8Path) -> &'static [TestPart] {
    use TestPart::{Colmap, Demo, Python};
    const TABLE: [(&str, &[TestPart]); 14] = [
        ("tests/python/colmap", &[Colmap]),
        ("tests/python", &[Python]),
        ("tests/soak", &[Python]),
        ("tests/compat", &[Python]),
        ("tests/end_to_end", &[Demo]),
        ("plugins/colmap", &[Colmap, Demo]),
        ("plugins", &[Python, Demo]),
        ("xtask/demo", &[Demo]),
        ("xtask/requirements", &[Python, Colmap, Demo]),
        // Tests run the examples on these pages, and compare blocks with these files.
        ("docs/hosts.md", &[Python]),
        ("docs/panels.md", &[Python]),
        ("crates/bindings/examples", &[Python]),
        ("crates/embed/examples", &[Python]),
        ("README.md", &[Demo]),
    ];
    let row = TABLE.iter().find(|(start, _)| file.starts_with(start));
    row.map_or(&[], |(_, parts)| parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    fn members() -> Vec<Member> {
        let mut xtask = Member::fake("xtask", &["lichtfeld-manifest"]);
        xtask.dir = "xtask".into();
        vec![
            Member::fake("lichtfeld-bindings", &["lichtfeld-runtime"]),
            Member::fake("lichtfeld-manifest", &[]),
            Member::fake(
                "lichtfeld-runtime",
                &["lichtfeld-manifest", "lichtfeld-panel"],
            ),
            Member::fake("lichtfeld-panel", &[]),
            xtask,
        ]
    }

    fn reach(files: &[&str]) -> (Vec<TestPart>, Option<Vec<String>>) {
        let files: Vec<Utf8PathBuf> = files.iter().map(Utf8PathBuf::from).collect();
        let Reach { parts, packages } = reached_by(&files, &members());
        (parts.into_iter().collect(), packages)
    }

    #[test]
    fn code_of_a_crate_reaches_those_above_it_and_the_wheel() {
        let (parts, packages) = reach(&["crates/panel/src/lib.rs"]);
        assert_eq!(parts, TestPart::ALL);
        let above = ["lichtfeld-bindings", "lichtfeld-runtime", "lichtfeld-panel"];
        assert_eq!(packages.unwrap(), above);
    }

    #[test]
    fn tests_of_a_crate_and_this_tool_reach_no_wheel() {
        let (parts, packages) = reach(&["crates/bindings/tests/a.rs", "xtask/src/main.rs"]);
        assert_eq!(parts, [TestPart::Rust]);
        assert_eq!(packages.unwrap(), ["lichtfeld-bindings", "xtask"]);
    }

    #[test]
    fn documents_and_fuzz_targets_reach_nothing() {
        let (parts, packages) = reach(&["docs/watching.md", "crates/manifest/fuzz/Cargo.lock"]);
        assert_eq!((parts, packages), (vec![], Some(vec![])));
    }

    #[test]
    fn a_document_reaches_the_tests_that_read_it_and_no_others() {
        let (parts, packages) = reach(&["docs/reference/diagnostics.md", ".ci/run"]);
        assert_eq!(parts, [TestPart::Rust]);
        assert_eq!(packages.unwrap(), ["lichtfeld-manifest", "xtask"]);
        assert_eq!(reach(&["docs/panels.md"]).0, [TestPart::Python]);
        let example = ["crates/bindings/examples/pyside6/tutorial.py"];
        assert_eq!(reach(&example).0, [TestPart::Rust, TestPart::Python]);
    }

    #[test]
    fn every_document_that_rust_code_names_by_its_path_is_in_the_table() {
        let workspace = Workspace::locate().unwrap();
        for (path, _) in READ_BY_TESTS {
            assert!(workspace.path(path).is_file(), "{path}");
        }
        for krate in ["manifest", "engine", "runtime", "cli", "bindings", "panel"] {
            let package = format!("lichtfeld-{krate}");
            for file in workspace::files_below(&workspace.path(&format!("crates/{krate}"))) {
                if file.extension() != Some("rs") {
                    continue;
                }
                let text = workspace::read(&file).unwrap();
                // `include_str!("../../docs/a.md")`, or a folder that names are joined to.
                for part in text.split("../docs/").skip(1) {
                    let found = format!("docs/{}", part.split('"').next().unwrap());
                    let known = READ_BY_TESTS
                        .iter()
                        .any(|(path, by)| *by == package && path.starts_with(&found));
                    assert!(known, "{file} reads {found}");
                }
            }
        }
    }

    #[test]
    fn python_files_reach_the_part_they_belong_to() {
        assert_eq!(reach(&["tests/python/test_a.py"]).0, [TestPart::Python]);
        assert_eq!(
            reach(&["tests/python/colmap/test_a.py"]).0,
            [TestPart::Colmap]
        );
        assert_eq!(
            reach(&["plugins/colmap/a.py"]).0,
            [TestPart::Colmap, TestPart::Demo]
        );
        assert_eq!(reach(&["README.md"]).0, [TestPart::Demo]);
    }

    #[test]
    fn a_version_reaches_everything() {
        let (parts, packages) = reach(&["docs/a.md", "Cargo.lock"]);
        assert_eq!((parts, packages), (TestPart::ALL.to_vec(), None));
    }
}
