//! The packages of the workspace, as `cargo metadata` describes them.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::{DependencyKind, MetadataCommand, Package, TargetKind};

use crate::error::{Result, TaskError};
use crate::workspace::Workspace;

/// What a dependency is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `[dependencies]`.
    Shipped,
    /// `[build-dependencies]`.
    Build,
    /// `[dev-dependencies]`.
    Tests,
}

/// A dependency that a manifest lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// The package.
    pub(crate) package: String,
    /// The name under which the manifest lists it.
    pub(crate) key: String,
    /// Which table lists it.
    pub(crate) purpose: Purpose,
}

impl Dependency {
    /// Its name in code.
    pub(crate) fn ident(&self) -> String {
        self.key.replace('-', "_")
    }
}

/// A package of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: String,
    /// Its folder, relative to the checkout, with `/`.
    pub(crate) dir: Utf8PathBuf,
    /// The first files of its library and its programs.
    pub(crate) roots: Vec<Utf8PathBuf>,
    /// What its manifest lists.
    pub(crate) dependencies: Vec<Dependency>,
    /// Whether it may be published.
    pub(crate) publishable: bool,
}

impl Member {
    /// Its manifest, relative to the checkout.
    pub(crate) fn manifest(&self) -> Utf8PathBuf {
        format!("{}/Cargo.toml", self.dir).into()
    }

    /// Whether a name from the command line means this package: whole or without the prefix.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.name.strip_prefix("lichtfeld-") == Some(name)
    }
}

/// The packages, sorted by name.
pub(crate) fn read(workspace: &Workspace) -> Result<Vec<Member>> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace.path("Cargo.toml"))
        .no_deps()
        .exec()
        .map_err(|error| TaskError::Unexpected {
            what: "the answer of `cargo metadata`".into(),
            reason: error.to_string(),
        })?;
    let mut members: Vec<Member> = metadata
        .packages
        .iter()
        .map(|package| member(workspace.root(), package))
        .collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(members)
}

/// The package with that name, or the usage error that lists all.
pub(crate) fn named<'a>(members: &'a [Member], name: &str) -> Result<&'a Member> {
    let found = members.iter().find(|member| member.is_called(name));
    found.ok_or_else(|| {
        let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
        TaskError::Usage {
            message: format!("there is no package named {name}"),
            hint: format!("there are: {}", names.join(", ")),
        }
    })
}

/// The packages with these names and those that they depend on, over whatever way.
pub(crate) fn reached<'a>(
    members: &'a [Member],
    from: &[&str],
    follow: impl Fn(Purpose) -> bool,
) -> Vec<&'a Member> {
    let mut names: BTreeSet<&str> = from.iter().copied().collect();
    loop {
        let more: Vec<&str> = members
            .iter()
            .filter(|member| names.contains(member.name.as_str()))
            .flat_map(|member| &member.dependencies)
            .filter(|dependency| follow(dependency.purpose))
            .map(|dependency| dependency.package.as_str())
            .filter(|name| !names.contains(name))
            .collect();
        if more.is_empty() {
            break;
        }
        names.extend(more);
    }
    let found = members.iter();
    found
        .filter(|member| names.contains(member.name.as_str()))
        .collect()
}

/// The packages with these names and those that depend on them, for whatever purpose.
pub(crate) fn dependents<'a>(members: &'a [Member], of: &BTreeSet<&str>) -> Vec<&'a Member> {
    let depends = |member: &&Member| {
        let reached = reached(members, &[member.name.as_str()], |_| true);
        reached.iter().any(|other| of.contains(other.name.as_str()))
    };
    members.iter().filter(depends).collect()
}

fn member(root: &Utf8Path, package: &Package) -> Member {
    let relative = |path: &Utf8Path| -> Utf8PathBuf {
        let path = path.strip_prefix(root).unwrap_or(path);
        path.as_str().replace('\\', "/").into()
    };
    let roots = package.targets.iter().filter(|target| {
        let is_own = |kind: &TargetKind| {
            matches!(
                kind,
                TargetKind::Lib
                    | TargetKind::RLib
                    | TargetKind::CDyLib
                    | TargetKind::DyLib
                    | TargetKind::StaticLib
                    | TargetKind::ProcMacro
                    | TargetKind::Bin
            )
        };
        target.kind.iter().any(is_own)
    });
    Member {
        name: package.name.to_string(),
        dir: relative(package.manifest_path.parent().unwrap_or(root)),
        roots: roots.map(|target| relative(&target.src_path)).collect(),
        dependencies: package
            .dependencies
            .iter()
            .map(|dependency| Dependency {
                package: dependency.name.clone(),
                key: dependency
                    .rename
                    .clone()
                    .unwrap_or_else(|| dependency.name.clone()),
                purpose: match dependency.kind {
                    DependencyKind::Development => Purpose::Tests,
                    DependencyKind::Build => Purpose::Build,
                    _ => Purpose::Shipped,
                },
            })
            .collect(),
        // `publish = false` is an empty list of registries.
        publishable: package.publish.as_ref().is_none_or(|list| !list.is_empty()),
    }
}

#[cfg(test)]
impl Member {
    /// A package in its usual folder, with dependencies that ship.
    pub(crate) fn fake(name: &str, dependencies: &[&str]) -> Self {
        let short = name.trim_start_matches("lichtfeld-");
        let member = Self {
            name: name.into(),
            dir: format!("crates/{short}").into(),
            roots: vec![format!("crates/{short}/src/lib.rs").into()],
            dependencies: vec![],
            publishable: false,
        };
        member.with(Purpose::Shipped, dependencies)
    }

    /// The same with more dependencies.
    pub(crate) fn with(mut self, purpose: Purpose, dependencies: &[&str]) -> Self {
        self.dependencies
            .extend(dependencies.iter().map(|name| Dependency {
                package: (*name).into(),
                key: (*name).into(),
                purpose,
            }));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_and_without_the_prefix_is_found_and_another_refused() {
        let members = [Member::fake("lichtfeld-panel", &[])];
        assert_eq!(named(&members, "panel").unwrap().name, "lichtfeld-panel");
        assert_eq!(
            named(&members, "lichtfeld-panel").unwrap().dir,
            "crates/panel"
        );
        let error = named(&members, "pannel").unwrap_err();
        assert!(error.hint().unwrap().contains("lichtfeld-panel"));
    }

    #[test]
    fn what_is_reached_goes_down_and_dependents_go_up() {
        let members = [
            Member::fake("a", &["b", "serde"]),
            Member::fake("b", &[]).with(Purpose::Tests, &["c"]),
            Member::fake("c", &[]),
            Member::fake("d", &[]),
        ];
        let names = |found: Vec<&Member>| -> Vec<String> {
            found.iter().map(|member| member.name.clone()).collect()
        };
        let shipped = |purpose| purpose == Purpose::Shipped;
        assert_eq!(names(reached(&members, &["a"], shipped)), ["a", "b"]);
        assert_eq!(names(reached(&members, &["a"], |_| true)), ["a", "b", "c"]);
        assert_eq!(
            names(dependents(&members, &BTreeSet::from(["c"]))),
            ["a", "b", "c"]
        );
    }

    #[test]
    fn this_checkout_has_this_tool_with_its_root_and_dependencies() {
        let members = read(&Workspace::locate().unwrap()).unwrap();
        let xtask = named(&members, "xtask").unwrap();
        assert_eq!(xtask.roots, ["xtask/src/main.rs"]);
        assert_eq!(xtask.manifest(), "xtask/Cargo.toml");
        assert!(
            xtask
                .dependencies
                .iter()
                .any(|d| d.ident() == "cargo_metadata")
        );
        assert!(!xtask.publishable);
    }
}
