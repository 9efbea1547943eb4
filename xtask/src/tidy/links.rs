//! Links in documents lead somewhere: files that exist.

use std::collections::BTreeSet;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use super::{Breach, SourceFile};

/// Every relative link in a Markdown file leads to a file or folder of the checkout.
pub(crate) fn resolve(files: &[SourceFile]) -> Vec<Breach> {
    let mut there: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    for file in files {
        there.extend(file.path.ancestors().map(Utf8Path::to_owned));
    }
    let mut breaches = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.has_extension(&["md"]) && !file.is_fixture())
    {
        for (line, target) in links(file) {
            let folder = file.path.parent().unwrap_or(Utf8Path::new(""));
            let path = target.split(['#', '?']).next().unwrap_or_default();
            let resolved = normalized(&folder.join(path));
            if !resolved.is_some_and(|resolved| there.contains(&resolved)) {
                let message = format!("the link to {target} leads nowhere");
                breaches.push(file.breach("links", line, message));
            }
        }
    }
    breaches
}

/// Relative link targets with their lines; code is passed over.
fn links(file: &SourceFile) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        // Every second piece between backticks is code.
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("code");
        let mut rest = prose.as_str();
        while let Some(at) = rest.find("](") {
            rest = &rest[at + 2..];
            let Some(end) = rest.find(')') else { break };
            let target = rest[..end].split(' ').next().unwrap_or_default();
            let outside = target.contains("://") || target.starts_with("mailto:");
            if !target.is_empty() && !target.starts_with('#') && !outside {
                found.push((number, target.to_owned()));
            }
            rest = &rest[end..];
        }
    }
    found
}

/// The path without `.` and `..`; nothing where it leaves the checkout.
fn normalized(path: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.components() {
        match part {
            Utf8Component::Normal(name) => parts.push(name),
            Utf8Component::ParentDir => drop(parts.pop()?),
            Utf8Component::CurDir => {}
            _ => return None,
        }
    }
    Some(parts.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn a_link_to_nothing_is_found_with_its_line() {
        let files = [file("docs/a.md", "# A\n\nSee [b](b.md) and [c](../c/).\n")];
        let found = resolve(&files);
        assert_eq!(found.iter().map(|b| b.line).collect::<Vec<_>>(), [3, 3]);
        assert!(found[0].message.contains("b.md"));
    }

    #[test]
    fn files_folders_anchors_code_and_the_web_are_allowed() {
        let text = "[b](b.md#part) [dir](../crates/x) [here](#part) [web](https://e.org/x) \
                    `[code](no.md)` ![picture](p.svg \"title\")\n```\n[fenced](no.md)\n```\n";
        let files = [
            file("docs/a.md", text),
            file("docs/b.md", ""),
            file("docs/p.svg", ""),
            file("crates/x/Cargo.toml", ""),
        ];
        assert_eq!(resolve(&files), []);
    }

    #[test]
    fn a_link_out_of_the_checkout_is_found() {
        assert_eq!(resolve(&[file("a.md", "[x](../../x.md)")]).len(), 1);
    }
}
