//! Dependencies that no code uses: they cost every build and every reader.
//!
//! The code is parsed, so a name in a comment or in a string is no use. A package's name in code is
//! taken to be its name in the manifest, with `_` for `-`.

use std::collections::BTreeSet;

use camino::Utf8Path;

use super::{Breach, SourceFile};
use crate::members::{Dependency, Member, Purpose};
use crate::modules::Mentioned;

const ROOT: &str = "Cargo.toml";

/// What the code of one package mentions.
#[derive(Debug, Default)]
struct Code {
    /// The library and the programs.
    shipped: BTreeSet<String>,
    /// The build script.
    build: BTreeSet<String>,
    /// Tests, examples and benchmarks.
    tests: BTreeSet<String>,
}

/// Every dependency of every package is used, and every version of the root manifest is asked for.
pub(crate) fn check(members: &[Member], files: &[SourceFile]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for member in members {
        let code = code(member, files);
        let found = files.iter().find(|file| file.path == member.manifest());
        for dependency in &member.dependencies {
            if let Some(message) = wrong(dependency, &code) {
                let line = found.map_or(0, |file| line_of(file, &dependency.key));
                breaches.push(Breach {
                    rule: "unused",
                    path: member.manifest(),
                    line,
                    message,
                });
            }
        }
    }
    breaches.extend(versions(members, files));
    breaches
}

fn code(member: &Member, files: &[SourceFile]) -> Code {
    let mut code = Code::default();
    for file in files.iter().filter(|file| file.has_extension(&["rs"])) {
        let Ok(inside) = file.path.strip_prefix(&member.dir) else {
            continue;
        };
        let Mentioned { shipped, tests } = Mentioned::read(&file.text);
        let first = inside.components().next().map_or("", |part| part.as_str());
        match first {
            "src" => code.shipped.extend(shipped),
            "build.rs" => code.build.extend(shipped),
            // A package of its own.
            "fuzz" => continue,
            _ => code.tests.extend(shipped),
        }
        code.tests.extend(tests);
    }
    code
}

fn wrong(dependency: &Dependency, code: &Code) -> Option<String> {
    let Dependency { key, purpose, .. } = dependency;
    let name = dependency.ident();
    match purpose {
        Purpose::Shipped if code.shipped.contains(&name) => None,
        Purpose::Shipped if code.tests.contains(&name) => Some(format!(
            "only tests use {key}; move it to [dev-dependencies]"
        )),
        Purpose::Build if code.build.contains(&name) => None,
        // Whether a file is one of unit tests stands in its parent: here it counts as shipped.
        Purpose::Tests if code.tests.contains(&name) || code.shipped.contains(&name) => None,
        _ => Some(format!("no code uses {key}; take it out")),
    }
}

/// Versions in the root manifest for which no package asks.
fn versions(members: &[Member], files: &[SourceFile]) -> Vec<Breach> {
    let Some(file) = files.iter().find(|file| file.path == Utf8Path::new(ROOT)) else {
        return vec![];
    };
    let Ok(manifest) = file.text.parse::<toml::Table>() else {
        return vec![file.breach("unused", 0, "this is no TOML")];
    };
    let table = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"))
        .and_then(toml::Value::as_table);
    let asked: BTreeSet<&str> = members
        .iter()
        .flat_map(|member| &member.dependencies)
        .map(|dependency| dependency.key.as_str())
        .collect();
    let names = table.into_iter().flat_map(toml::Table::keys);
    names
        .filter(|name| !asked.contains(name.as_str()))
        .map(|name| {
            let message = format!("no package depends on {name}; take its version out");
            file.breach("unused", line_of(file, name), message)
        })
        .collect()
}

fn line_of(file: &SourceFile, name: &str) -> usize {
    file.lines()
        .find(|(_, line)| {
            line.trim_start()
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with([' ', '=', '.']))
        })
        .map_or(0, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn a_dependency_without_a_use_is_found_with_its_line() {
        let member = Member::fake("lichtfeld-panel", &["serde", "serde_json"]);
        let found = check(
            &[member],
            &[
                file(
                    "crates/panel/Cargo.toml",
                    "[dependencies]\nserde_json = \"1\"\nserde = \"1\"\n",
                ),
                file(
                    "crates/panel/src/lib.rs",
                    "//! Not serde::this.\nfn f() { serde_json::g() }",
                ),
            ],
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].line, 3);
        assert!(found[0].message.starts_with("no code uses serde;"));
    }

    #[test]
    fn what_only_tests_use_belongs_to_them_and_a_build_script_has_its_own() {
        let member = Member::fake("lichtfeld-panel", &["insta", "cc"])
            .with(Purpose::Build, &["cc"])
            .with(Purpose::Tests, &["proptest"]);
        let found = check(
            &[member],
            &[
                file(
                    "crates/panel/src/lib.rs",
                    "#[cfg(test)] mod tests { use insta::x; }",
                ),
                file("crates/panel/build.rs", "fn main() { cc::build() }"),
                file("crates/panel/tests/it.rs", "use proptest::prelude::*;"),
                file("crates/panel/fuzz/fuzz_targets/a.rs", "use cc::x;"),
            ],
        );
        let messages: Vec<&str> = found.iter().map(|b| b.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "only tests use insta; move it to [dev-dependencies]",
                "no code uses cc; take it out"
            ]
        );
    }

    #[test]
    fn a_version_that_nobody_asks_for_is_found() {
        let root = "[workspace.dependencies]\nserde = \"1\"\nfs4 = \"1\"\n";
        let member = Member::fake("lichtfeld-panel", &["serde"]);
        let found = check(
            &[member],
            &[
                file("Cargo.toml", root),
                file("crates/panel/src/lib.rs", "use serde::X;"),
            ],
        );
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].path.as_str(), found[0].line), ("Cargo.toml", 3));
    }
}
