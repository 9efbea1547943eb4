//! Layers: which crate may depend on which of ours, and who may know Python.

use camino::Utf8PathBuf;
use cargo_metadata::{DependencyKind, MetadataCommand};

use super::Breach;
use crate::error::{Result, TaskError};
use crate::workspace::Workspace;

/// The table of `docs/architecture.md`: a crate and which of ours it may depend on.
const LAYERS: [(&str, &[&str]); 9] = [
    ("lichtfeld-manifest", &[]),
    ("lichtfeld-watcher", &[]),
    ("lichtfeld-panel", &[]),
    ("lichtfeld-installer", &["lichtfeld-manifest"]),
    (
        "lichtfeld-testkit",
        &["lichtfeld-manifest", "lichtfeld-installer"],
    ),
    (
        "lichtfeld-runtime",
        &[
            "lichtfeld-manifest",
            "lichtfeld-installer",
            "lichtfeld-watcher",
            "lichtfeld-panel",
        ],
    ),
    ("lichtfeld-cli", BELOW_RUNTIME),
    (
        "lichtfeld-bindings",
        &[
            "lichtfeld-cli",
            "lichtfeld-runtime",
            "lichtfeld-manifest",
            "lichtfeld-installer",
            "lichtfeld-watcher",
            "lichtfeld-panel",
        ],
    ),
    // A tool of developers; without Python, so that it builds where there is none.
    (
        "xtask",
        &[
            "lichtfeld-manifest",
            "lichtfeld-installer",
            "lichtfeld-watcher",
            "lichtfeld-panel",
            "lichtfeld-testkit",
        ],
    ),
];

const BELOW_RUNTIME: &[&str] = &[
    "lichtfeld-runtime",
    "lichtfeld-manifest",
    "lichtfeld-installer",
    "lichtfeld-watcher",
    "lichtfeld-panel",
];

/// Packages that may depend on pyo3.
const PYTHON: [&str; 2] = ["lichtfeld-runtime", "lichtfeld-bindings"];

/// Whether a dependency is shipped or only built for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// `[dependencies]` and `[build-dependencies]`.
    Shipped,
    /// `[dev-dependencies]`.
    Tests,
}

/// A dependency of one of our packages.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    from: String,
    to: String,
    manifest: Utf8PathBuf,
    used: Use,
}

#[cfg(test)]
impl Edge {
    /// A shipped dependency.
    pub(crate) fn new(from: &str, to: &str) -> Self {
        let manifest = format!(
            "crates/{}/Cargo.toml",
            from.trim_start_matches("lichtfeld-")
        );
        Self {
            from: from.into(),
            to: to.into(),
            manifest: manifest.into(),
            used: Use::Shipped,
        }
    }

    /// The same for tests only.
    fn in_tests(self) -> Self {
        Self {
            used: Use::Tests,
            ..self
        }
    }
}

/// The dependencies that the members of the workspace declare.
pub(crate) fn edges(workspace: &Workspace) -> Result<Vec<Edge>> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace.path("Cargo.toml"))
        .no_deps()
        .exec()
        .map_err(|error| TaskError::Unexpected {
            what: "the answer of `cargo metadata`".into(),
            reason: error.to_string(),
        })?;
    let mut edges = Vec::new();
    for package in &metadata.packages {
        let manifest = package
            .manifest_path
            .strip_prefix(workspace.root())
            .unwrap_or(&package.manifest_path)
            .as_str()
            .replace('\\', "/");
        for dependency in &package.dependencies {
            edges.push(Edge {
                from: package.name.to_string(),
                to: dependency.name.clone(),
                manifest: manifest.clone().into(),
                used: match dependency.kind {
                    DependencyKind::Development => Use::Tests,
                    _ => Use::Shipped,
                },
            });
        }
    }
    Ok(edges)
}

/// The rule.
pub(crate) fn check(edges: &[Edge]) -> Vec<Breach> {
    edges
        .iter()
        .filter_map(|edge| Some((edge, wrong(edge)?)))
        .map(breach)
        .collect()
}

fn breach((edge, message): (&Edge, String)) -> Breach {
    Breach {
        rule: "layering",
        path: edge.manifest.clone(),
        line: 0,
        message,
    }
}

fn wrong(edge: &Edge) -> Option<String> {
    let Edge { from, to, used, .. } = edge;
    if to == "pyo3" && !PYTHON.contains(&from.as_str()) {
        return Some(format!(
            "{from} depends on pyo3; only {} may know Python",
            PYTHON.join(", ")
        ));
    }
    let allowed = LAYERS
        .iter()
        .find(|(name, _)| name == from)
        .map(|(_, allowed)| *allowed);
    let Some(allowed) = allowed else {
        return Some(format!(
            "{from} has no place in the layering; add it to docs/architecture.md and to \
             xtask/src/tidy/layering.rs"
        ));
    };
    let ours = LAYERS.iter().any(|(name, _)| name == to);
    if !ours || allowed.contains(&to.as_str()) {
        return None;
    }
    // Tests may use the testkit, which ships nowhere; a crate's own tests may name it again.
    if *used == Use::Tests && (to == "lichtfeld-testkit" || to == from) {
        return None;
    }
    let may = if allowed.is_empty() {
        "none of ours".to_owned()
    } else {
        allowed.join(", ")
    };
    Some(format!(
        "{from} depends on {to}; it may depend on {may} (docs/architecture.md, layers)"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upwards_and_sideways_are_breaches_and_name_what_is_allowed() {
        let breaches = check(&[
            Edge::new("lichtfeld-manifest", "lichtfeld-installer"),
            Edge::new("lichtfeld-runtime", "lichtfeld-cli"),
            Edge::new("lichtfeld-runtime", "lichtfeld-testkit"),
        ]);
        assert_eq!(breaches.len(), 3);
        assert_eq!(breaches[0].path, "crates/manifest/Cargo.toml");
        assert!(
            breaches[0].message.contains("none of ours"),
            "{}",
            breaches[0].message
        );
    }

    #[test]
    fn downwards_outside_and_the_testkit_in_tests_are_well() {
        let edges = [
            Edge::new("lichtfeld-installer", "lichtfeld-manifest"),
            Edge::new("lichtfeld-runtime", "pyo3"),
            Edge::new("lichtfeld-panel", "serde"),
            Edge::new("lichtfeld-manifest", "lichtfeld-testkit").in_tests(),
        ];
        assert_eq!(check(&edges), []);
    }

    #[test]
    fn python_is_for_two_and_a_test_is_no_excuse() {
        let edge = Edge::new("lichtfeld-watcher", "pyo3").in_tests();
        assert!(check(&[edge])[0].message.contains("only lichtfeld-runtime"));
        assert_eq!(
            check(&[Edge::new("lichtfeld-panel", "lichtfeld-runtime").in_tests()]).len(),
            1
        );
    }

    #[test]
    fn a_new_crate_must_be_placed() {
        assert!(
            check(&[Edge::new("lichtfeld-new", "serde")])[0]
                .message
                .contains("no place")
        );
    }
}
