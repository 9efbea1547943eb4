//! The order of the folders inside a crate: a lower one never uses a higher one.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::Breach;
use super::uses::Uses;
use crate::modules::{self, Arrow};

/// The folders of a crate below `src`, from the lowest level to the highest. Folders of one level
/// may use each other in one direction.
struct Order {
    package: &'static str,
    levels: &'static [&'static [&'static str]],
}

const ORDERS: [Order; 1] = [Order {
    package: "lichtfeld-engine",
    levels: &[
        &["lifecycle"],
        &["error"],
        &["model", "registrations"],
        &["execution", "storage", "packages"],
        &["worker"],
        &["manager"],
    ],
}];

/// The rule.
pub(crate) fn check(uses: &[Uses]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for order in &ORDERS {
        for uses in uses.iter().filter(|uses| uses.name == order.package) {
            breaches.extend(order.check(uses));
        }
    }
    breaches
}

impl Order {
    fn check(&self, uses: &Uses) -> Vec<Breach> {
        let mut breaches = Vec::new();
        // Arrows between folders of one level, by the folders.
        let mut level_arrows: BTreeMap<(&str, &str), Vec<&Arrow>> = BTreeMap::new();
        for arrow in &uses.arrows {
            let (Some(from), Some(to)) =
                (folder(&uses.dir, &arrow.from), folder(&uses.dir, &arrow.to))
            else {
                continue;
            };
            match (self.level(from), self.level(to)) {
                (Some(low), Some(high)) if low < high => {
                    let message = format!(
                        "{from} is below {to} and may not use it: {} (the order is {})",
                        arrow.shown(&uses.dir),
                        self.shown()
                    );
                    breaches.push(breach(&arrow.from, message));
                }
                (Some(one), Some(other)) if one == other && from != to => {
                    level_arrows.entry((from, to)).or_default().push(arrow);
                }
                (Some(_), Some(_)) => {}
                (None, _) | (_, None) => {
                    let (name, path) = match self.level(from) {
                        None => (from, &arrow.from),
                        Some(_) => (to, &arrow.to),
                    };
                    let message = format!(
                        "{name} has no place in the order of {}; add it to \
                         xtask/src/tidy/order.rs (the order is {})",
                        self.package,
                        self.shown()
                    );
                    breaches.push(breach(path, message));
                }
            }
        }
        for circle in modules::circles(level_arrows.keys().copied()) {
            let inside = level_arrows
                .iter()
                .filter(|((from, to), _)| circle.contains(from) && circle.contains(to));
            let arrows: Vec<&Arrow> = inside
                .flat_map(|(_, arrows)| arrows.iter().copied())
                .collect();
            let lines: Vec<String> = arrows.iter().map(|arrow| arrow.shown(&uses.dir)).collect();
            let message = format!(
                "the folders {} use each other; one direction is allowed:\n    {}\n   ",
                circle.join(", "),
                lines.join("\n    ")
            );
            breaches.extend(arrows.first().map(|arrow| breach(&arrow.from, message)));
        }
        breaches.sort_by(|a, b| (&a.path, &a.message).cmp(&(&b.path, &b.message)));
        breaches.dedup();
        breaches
    }

    fn level(&self, folder: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.contains(&folder))
    }

    fn shown(&self) -> String {
        let levels: Vec<String> = self.levels.iter().map(|level| level.join(", ")).collect();
        levels.join(" < ")
    }
}

fn breach(path: &Utf8Path, message: String) -> Breach {
    Breach {
        rule: "order",
        path: path.to_owned(),
        line: 0,
        message,
    }
}

/// The folder below `src` in which a file is, or its name without `.rs`; `None` for the crate's
/// own root, which re-exports all.
fn folder<'a>(src: &Utf8Path, file: &'a Utf8Path) -> Option<&'a str> {
    let inside = file.strip_prefix(src).ok()?;
    let first = inside.components().next()?.as_str();
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (name != "lib" && name != "main").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::super::{SourceFile, file, uses};
    use super::*;
    use crate::members::Member;

    /// The breaches of an engine with these files below `src`.
    fn found(files: &[(&str, &str)]) -> Vec<Breach> {
        let mut modules: Vec<&str> = files
            .iter()
            .filter_map(|(path, _)| path.split(['/', '.']).next())
            .collect();
        modules.dedup();
        let lib: String = modules
            .iter()
            .map(|name| format!("pub mod {name};\n"))
            .collect();
        let mut all: Vec<SourceFile> = files
            .iter()
            .map(|(path, text)| file(&format!("crates/engine/src/{path}"), text))
            .collect();
        all.push(file("crates/engine/src/lib.rs", &lib));
        let (uses, unread) = uses::read(&[Member::fake("lichtfeld-engine", &[])], &all);
        assert_eq!(unread, []);
        check(&uses)
    }

    #[test]
    fn a_lower_folder_that_uses_a_higher_one_is_found_with_file_and_names() {
        let found = found(&[
            ("model.rs", "use crate::manager::plan::{Plan, Step};"),
            ("manager/mod.rs", "pub mod plan;"),
            ("manager/plan.rs", "pub struct Plan;\npub struct Step;"),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "crates/engine/src/model.rs");
        let message = &found[0].message;
        assert!(message.contains("model is below manager"), "{message}");
        assert!(
            message.contains("model.rs -> manager/plan.rs: Plan, Step"),
            "{message}"
        );
    }

    #[test]
    fn downwards_and_one_direction_in_a_level_are_allowed() {
        let found = found(&[
            ("error/mod.rs", "pub struct Error;"),
            (
                "execution.rs",
                "use crate::storage::Settings;\nuse crate::error::Error;",
            ),
            ("storage.rs", "pub struct Settings;"),
            (
                "manager.rs",
                "use crate::{error::Error, storage::Settings};",
            ),
        ]);
        assert_eq!(found, []);
    }

    #[test]
    fn two_folders_of_one_level_that_use_each_other_are_found() {
        let found = found(&[
            ("model/mod.rs", "pub mod a;\npub mod b;"),
            ("model/a.rs", "use crate::registrations::Ledger;"),
            ("model/b.rs", "pub struct Event;"),
            (
                "registrations.rs",
                "use crate::model::b::Event;\npub struct Ledger;",
            ),
        ]);
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .message
                .contains("model, registrations use each other")
        );
    }

    #[test]
    fn a_folder_without_a_place_is_found_once() {
        let found = found(&[
            ("helpers.rs", "pub struct A;\npub struct B;"),
            ("model.rs", "use crate::helpers::A;"),
            ("worker.rs", "use crate::helpers::B;"),
        ]);
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("helpers has no place"));
    }
}
