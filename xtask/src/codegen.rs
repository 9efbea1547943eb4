//! `cargo xtask codegen`: files that are made from the code, and the check that they are fresh.

use camino::Utf8Path;
use lichtfeld_system::files;

use crate::args::CodegenArgs;
use crate::c_header;
use crate::compatibility;
use crate::diagnostics;
use crate::error::{Result, TaskError};
use crate::say;
use crate::workspace::{self, Workspace};

/// A file of the checkout and what makes its text.
type Generated = (&'static str, fn() -> Result<String>);

/// All generated files. To add one: its path and a function.
const GENERATED: &[Generated] = &[
    ("docs/reference/diagnostics.md", || Ok(diagnostics::page())),
    ("docs/reference/lichtfeld.schema.json", || {
        Ok(lichtfeld_manifest::schema::json_schema_text())
    }),
    (c_header::PATH, c_header::text),
    (compatibility::PATH, compatibility::page),
];

/// Writes the generated files, or with `--check` only says which differ.
pub(crate) fn run(workspace: &Workspace, args: &CodegenArgs) -> Result<()> {
    let mut stale = 0;
    for (path, generate) in GENERATED {
        let file = workspace.path(path);
        let fresh = generate()?;
        // Where git gave the file Windows line ends, that is no difference.
        let found = workspace::read(&file)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        if found == fresh {
            continue;
        }
        stale += 1;
        if args.check {
            say::out(difference(Utf8Path::new(path), &found, &fresh));
        } else {
            files::write_atomic(&file, fresh.as_bytes())?;
            say::note(format!("wrote {path}"));
        }
    }
    if stale > 0 && args.check {
        return Err(TaskError::Found(format!(
            "{stale} generated files are out of date; run `cargo xtask codegen`"
        )));
    }
    say::note(format!(
        "codegen: {} files, {stale} were out of date",
        GENERATED.len()
    ));
    Ok(())
}

fn difference(path: &Utf8Path, found: &str, fresh: &str) -> String {
    similar::TextDiff::from_lines(found, fresh)
        .unified_diff()
        .header(
            &format!("{path} (in the checkout)"),
            &format!("{path} (generated)"),
        )
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_both_sides() {
        let text = difference(Utf8Path::new("docs/a.md"), "one\ntwo\n", "one\nthree\n");
        assert!(text.contains("-two") && text.contains("+three"), "{text}");
    }
}
