//! Layers: which crate may depend on which other of the workspace, and which may use Python.

use super::Breach;
use crate::members::{Dependency, Member, Purpose};

/// A crate and which of the workspace it may depend on.
type Layer = (&'static str, &'static [&'static str]);

/// The table of `docs/architecture.md`, from the bottom to the top.
const LAYERS: [Layer; 16] = [
    ("lichtfeld-system", &[]),
    ("lichtfeld-manifest", &[]),
    ("lichtfeld-watcher", &[]),
    ("lichtfeld-panel", &[]),
    ("lichtfeld-document", &[]),
    (
        "lichtfeld-sources",
        &["lichtfeld-system", "lichtfeld-manifest"],
    ),
    (
        "lichtfeld-installer",
        &["lichtfeld-system", "lichtfeld-manifest"],
    ),
    (
        "lichtfeld-testkit",
        &[
            "lichtfeld-system",
            "lichtfeld-manifest",
            "lichtfeld-installer",
        ],
    ),
    (
        "lichtfeld-engine",
        &[
            "lichtfeld-system",
            "lichtfeld-manifest",
            "lichtfeld-watcher",
            "lichtfeld-panel",
            "lichtfeld-document",
            "lichtfeld-sources",
            "lichtfeld-installer",
        ],
    ),
    (
        "lichtfeld-runtime",
        &[
            "lichtfeld-system",
            "lichtfeld-manifest",
            "lichtfeld-watcher",
            "lichtfeld-panel",
            "lichtfeld-document",
            "lichtfeld-sources",
            "lichtfeld-installer",
            "lichtfeld-engine",
        ],
    ),
    (
        "lichtfeld-cli",
        &[
            "lichtfeld-system",
            "lichtfeld-manifest",
            "lichtfeld-watcher",
            "lichtfeld-panel",
            "lichtfeld-document",
            "lichtfeld-sources",
            "lichtfeld-installer",
            "lichtfeld-engine",
            "lichtfeld-runtime",
        ],
    ),
    (
        "lichtfeld-bindings",
        &[
            "lichtfeld-system",
            "lichtfeld-manifest",
            "lichtfeld-watcher",
            "lichtfeld-panel",
            "lichtfeld-document",
            "lichtfeld-sources",
            "lichtfeld-installer",
            "lichtfeld-engine",
            "lichtfeld-runtime",
            "lichtfeld-cli",
        ],
    ),
    (
        "lichtfeld-embed",
        &[
            "lichtfeld-system",
            "lichtfeld-manifest",
            "lichtfeld-watcher",
            "lichtfeld-panel",
            "lichtfeld-document",
            "lichtfeld-sources",
            "lichtfeld-installer",
            "lichtfeld-engine",
            "lichtfeld-runtime",
            "lichtfeld-cli",
            "lichtfeld-bindings",
        ],
    ),
    // What an application is: it has one dependency.
    ("lichtfeld-egui-example", &["lichtfeld-embed"]),
    (
        "lichtfeld-capi",
        &[
            "lichtfeld-system",
            "lichtfeld-manifest",
            "lichtfeld-watcher",
            "lichtfeld-panel",
            "lichtfeld-document",
            "lichtfeld-sources",
            "lichtfeld-installer",
            "lichtfeld-engine",
            "lichtfeld-runtime",
            "lichtfeld-cli",
            "lichtfeld-bindings",
            "lichtfeld-embed",
        ],
    ),
    // A tool of developers; without Python, so that it builds where there is none.
    (
        "xtask",
        &[
            "lichtfeld-system",
            "lichtfeld-manifest",
            "lichtfeld-watcher",
            "lichtfeld-panel",
            "lichtfeld-document",
            "lichtfeld-sources",
            "lichtfeld-installer",
            "lichtfeld-engine",
            "lichtfeld-testkit",
        ],
    ),
];

/// Packages that may depend on pyo3.
const PYTHON: [&str; 4] = [
    "lichtfeld-runtime",
    "lichtfeld-bindings",
    "lichtfeld-embed",
    "lichtfeld-capi",
];

/// Every dependency of every package stands in the table.
pub(crate) fn check(members: &[Member]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for member in members {
        for dependency in &member.dependencies {
            breaches.extend(wrong(&member.name, dependency).map(|message| Breach {
                rule: "layering",
                path: member.manifest(),
                line: 0,
                message,
            }));
        }
    }
    breaches
}

fn wrong(from: &str, dependency: &Dependency) -> Option<String> {
    let to = dependency.package.as_str();
    if to == "pyo3" && !PYTHON.contains(&from) {
        return Some(format!(
            "{from} depends on pyo3; only {} may use Python",
            PYTHON.join(", ")
        ));
    }
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == from) else {
        return Some(format!(
            "{from} has no place in the layering; add it to docs/architecture.md and to \
             xtask/src/tidy/layering.rs"
        ));
    };
    let of_the_workspace = LAYERS.iter().any(|(name, _)| *name == to);
    if !of_the_workspace || allowed.contains(&to) {
        return None;
    }
    // Tests may use the testkit, which ships nowhere; a crate's own tests may name it again.
    if dependency.purpose == Purpose::Tests && (to == "lichtfeld-testkit" || to == from) {
        return None;
    }
    let may = if allowed.is_empty() {
        "none of the workspace".to_owned()
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
            Member::fake("lichtfeld-manifest", &["lichtfeld-installer"]),
            Member::fake("lichtfeld-engine", &["lichtfeld-runtime"]),
            Member::fake("lichtfeld-runtime", &["lichtfeld-cli", "lichtfeld-testkit"]),
        ]);
        assert_eq!(breaches.len(), 4);
        assert_eq!(breaches[0].path, "crates/manifest/Cargo.toml");
        assert!(
            breaches[0].message.contains("none of the workspace"),
            "{}",
            breaches[0].message
        );
    }

    #[test]
    fn downwards_outside_and_the_testkit_in_tests_are_allowed() {
        let members = [
            Member::fake("lichtfeld-installer", &["lichtfeld-manifest"]),
            Member::fake("lichtfeld-runtime", &["pyo3", "lichtfeld-engine"]),
            Member::fake("lichtfeld-panel", &["serde"]),
            Member::fake("lichtfeld-manifest", &[]).with(Purpose::Tests, &["lichtfeld-testkit"]),
        ];
        assert_eq!(check(&members), []);
    }

    #[test]
    fn python_is_for_four_and_a_test_is_no_excuse() {
        let member = Member::fake("lichtfeld-engine", &[]).with(Purpose::Tests, &["pyo3"]);
        assert!(
            check(&[member])[0]
                .message
                .contains("only lichtfeld-runtime")
        );
        let member = Member::fake("lichtfeld-panel", &[]).with(Purpose::Tests, &["lichtfeld-cli"]);
        assert_eq!(check(&[member]).len(), 1);
    }

    #[test]
    fn a_new_crate_must_be_placed() {
        let breaches = check(&[Member::fake("lichtfeld-new", &["serde"])]);
        assert!(breaches[0].message.contains("no place"));
    }

    #[test]
    fn a_crate_may_depend_on_nothing_above_it_in_the_table() {
        for (index, (name, allowed)) in LAYERS.iter().enumerate() {
            for lower in *allowed {
                let place = LAYERS.iter().position(|(other, _)| other == lower);
                assert!(place.is_some_and(|place| place < index), "{name}: {lower}");
            }
        }
    }
}
