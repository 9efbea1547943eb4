//! Versions stand once: in the root manifest; members say `workspace = true`.

use super::{Breach, SourceFile};

const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// A member's dependency with a version or path of its own.
pub(crate) fn once(file: &SourceFile) -> Vec<Breach> {
    let is_member = file.path.file_name() == Some("Cargo.toml") && file.path != "Cargo.toml";
    // A package with a `[workspace]` of its own (a fuzz target) is no member.
    if !is_member || file.is_fixture() {
        return vec![];
    }
    let Ok(manifest) = file.text.parse::<toml::Table>() else {
        return vec![file.breach("versions", 0, "this is no TOML")];
    };
    if manifest.contains_key("workspace") {
        return vec![];
    }
    let mut tables: Vec<&toml::Table> = TABLES.iter().filter_map(|t| table(&manifest, t)).collect();
    for (_, target) in table(&manifest, "target").into_iter().flatten() {
        let target = target.as_table();
        tables.extend(TABLES.iter().filter_map(|name| table(target?, name)));
    }
    let mut breaches = Vec::new();
    for (name, value) in tables.into_iter().flatten() {
        if value.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
            let line = line_of(file, name);
            let message = format!(
                "{name} has a version of its own; put it into [workspace.dependencies] of the \
                 root Cargo.toml and write `{name}.workspace = true`"
            );
            breaches.push(file.breach("versions", line, message));
        }
    }
    breaches
}

fn table<'a>(of: &'a toml::Table, name: &str) -> Option<&'a toml::Table> {
    of.get(name)?.as_table()
}

fn line_of(file: &SourceFile, name: &str) -> usize {
    file.lines()
        .find(|(_, line)| line.trim_start().starts_with(name))
        .map_or(0, |(n, _)| n)
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn a_version_in_a_member_is_found_in_every_table() {
        let text = "[dependencies]\nserde = \"1\"\ntoml.workspace = true\n\
                    [target.'cfg(unix)'.dev-dependencies]\nrustix = { version = \"1\" }\n";
        let found = once(&file("crates/a/Cargo.toml", text));
        assert_eq!(found.iter().map(|b| b.line).collect::<Vec<_>>(), [2, 5]);
    }

    #[test]
    fn the_root_and_a_workspace_of_its_own_are_allowed() {
        let text = "[workspace]\n[dependencies]\nserde = \"1\"\n";
        assert_eq!(once(&file("crates/a/fuzz/Cargo.toml", text)), []);
        assert_eq!(
            once(&file(
                "Cargo.toml",
                "[workspace.dependencies]\nserde = \"1\"\n"
            )),
            []
        );
    }
}
