//! Circles: no two files of a crate or a Python package need each other.

use super::Breach;
use super::uses::Uses;
use crate::modules;

/// Arrows that a message shows; the rest is shown by `--circles`.
const SHOWN: usize = 40;

/// No file needs another that needs it, over whatever way.
pub(crate) fn check(uses: &[Uses]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for Uses { dir, arrows, .. } in uses {
        for circle in modules::circles(arrows.iter().map(|a| (&a.from, &a.to))) {
            let inside = arrows
                .iter()
                .filter(|arrow| circle.contains(&&arrow.from) && circle.contains(&&arrow.to));
            let mut lines: Vec<String> = inside.map(|arrow| arrow.shown(dir)).collect();
            let more = lines.len().saturating_sub(SHOWN);
            lines.truncate(SHOWN);
            if more > 0 {
                lines.push(format!("and {more} more: cargo xtask tidy --circles"));
            }
            breaches.push(Breach {
                rule: "circles",
                path: circle[0].clone(),
                line: 0,
                message: format!(
                    "{} files need each other; move what they share below both:\n    {}\n   ",
                    circle.len(),
                    lines.join("\n    ")
                ),
            });
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::super::{SourceFile, file, uses};
    use super::*;
    use crate::members::Member;

    fn checked(files: &[SourceFile]) -> Vec<Breach> {
        let (uses, mut breaches) = uses::read(&[Member::fake("lichtfeld-panel", &[])], files);
        breaches.extend(check(&uses));
        breaches
    }

    #[test]
    fn a_circle_is_one_breach_with_the_names_on_each_arrow() {
        let found = checked(&[
            file("crates/panel/src/lib.rs", "mod a;\nmod b;\npub use a::A;"),
            file("crates/panel/src/a.rs", "use crate::b::B;\npub struct A;"),
            file("crates/panel/src/b.rs", "pub struct B(crate::A);"),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, "crates/panel/src/a.rs");
        assert!(found[0].message.contains("2 files need each other"));
        assert!(
            found[0]
                .message
                .contains("a.rs -> b.rs: B\n    b.rs -> a.rs: A\n")
        );
    }

    #[test]
    fn a_root_that_re_exports_is_in_no_circle_and_one_that_defines_is() {
        let lib = "mod a;\npub use a::A;\npub struct L;";
        let good = file("crates/panel/src/a.rs", "pub struct A;");
        assert_eq!(checked(&[file("crates/panel/src/lib.rs", lib), good]), []);
        let bad = file("crates/panel/src/a.rs", "pub struct A(crate::L);");
        assert_eq!(
            checked(&[file("crates/panel/src/lib.rs", lib), bad]).len(),
            1
        );
    }

    #[test]
    fn python_files_and_files_that_are_no_rust_are_found() {
        let found = checked(&[
            file("plugins/colmap/a.py", "from .b import x\n"),
            file("plugins/colmap/b.py", "def f():\n    from . import a\n"),
            file("crates/panel/src/lib.rs", "fn ("),
        ]);
        let paths: Vec<&str> = found.iter().map(|b| b.path.as_str()).collect();
        assert_eq!(paths, ["crates/panel/src/lib.rs", "plugins/colmap/a.py"]);
    }
}
